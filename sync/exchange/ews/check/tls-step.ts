import { isIP, type Socket } from 'node:net';
import { connect, rootCertificates } from 'node:tls';
import { millisecondsOf } from '../../../../mappings/values.js';
import type { CheckFault } from '../../../ports/connection-check.js';
import { EXCHANGE_SERVER, tlsSentence } from '../sentences.js';
import { trusting } from '../trust.js';
import { certificateFaults, isSelfSigned } from './certificate-faults.js';
import { certificatesIn } from './certificate-names.js';
import { endsSoon } from './certificate-sentences.js';
import { lookAtCertificate, type Look } from './look-at-certificate.js';
import { whenOpen } from '../open-socket.js';
import { failed, passed, warned, type StepFinding } from './steps.js';
import { handshakeFault } from './tls-sentences.js';
import { within, type Limits } from '../within.js';

export interface TlsToCheck {
  /** A name or an address, without brackets. */
  readonly host: string;
  /** PEM of an authority of one's own; null = none. */
  readonly ca: string | null;
  /** Opens a TCP connection to the server, by the proxy where there is one. */
  readonly open: (signal: AbortSignal) => Promise<Socket>;
}

/**
 * Whether the server is trusted, which is Node's verdict by the very settings that the connector uses; and if it is not, everything
 * that is wrong, not only what Node meets first (feature A9).
 */
export async function checkTls(tls: TlsToCheck, limits: Limits): Promise<StepFinding> {
  const verdict = await verdictOn(tls, limits);
  if (verdict.fault !== null) {
    return failed(
      faultsOf(await lookAtCertificate(tls.host, tls.open, limits), verdict.fault, tls, limits),
    );
  }
  const result = { de: `in Ordnung (${verdict.protocol})`, en: `in order (${verdict.protocol})` };
  const look = await lookAtCertificate(tls.host, tls.open, limits);
  if (look.demandsCertificate && look.brokenBy !== null) {
    return failed([handshakeFault(look, look.brokenBy)]);
  }
  const soon = endFault(look, millisecondsOf(limits.clock.now()));
  return soon === null ? passed(result) : warned([soon], result);
}

type Verdict =
  | { readonly fault: null; readonly protocol: string }
  | { readonly fault: string; readonly protocol: null };

/** Connects as the connector does. Nothing is sent: it is asked only whether the handshake succeeds. */
async function verdictOn({ host, ca, open }: TlsToCheck, limits: Limits): Promise<Verdict> {
  try {
    const protocol = await within(limits, async (signal) => {
      const name = isIP(host) === 0 ? { servername: host } : {};
      const socket = connect({ ...trusting(ca), ...name, host, socket: await open(signal) });
      const secured = await whenOpen(socket, 'secureConnect', signal);
      const version = secured.getProtocol() ?? 'TLS';
      secured.destroy();
      return version;
    });
    return { fault: null, protocol };
  } catch (error) {
    if (typeof error === 'string') return { fault: error, protocol: null };
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { fault: code, protocol: null };
  }
}

function faultsOf(
  look: Look,
  verdict: string,
  { host, ca }: TlsToCheck,
  { clock }: Limits,
): readonly CheckFault[] {
  const faults = certificateFaults({
    ...{ chain: look.chain, host, nowMs: millisecondsOf(clock.now()) },
    trusted: certificatesIn([...rootCertificates, ca ?? ''].join('\n')),
    hasOwnAuthority: ca !== null,
  });
  if (look.brokenBy !== null || look.protocol === 'TLSv1' || look.protocol === 'TLSv1.1') {
    return [handshakeFault(look, look.brokenBy ?? verdict), ...faults];
  }
  return faults.some(({ code }) => sameFault(code, verdict)) ? faults : [...faults, named(verdict)];
}

/** Nobody can say in one word why an issuer is unknown: OpenSSL has five, by how far it came. */
function sameFault(ours: string, verdict: string): boolean {
  return ours === verdict || (ISSUER.has(ours) && ISSUER.has(verdict));
}

const ISSUER: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
]);

/** A fault that only Node saw. */
function named(code: string): CheckFault {
  const sentence = tlsSentence(code, EXCHANGE_SERVER);
  return {
    kind: 'unreachable',
    code,
    cause: { de: code, en: code },
    remedy: sentence,
  };
}

/** Feature I1. What one trusts by itself is not counted: its end is one's own choice. */
function endFault({ chain }: Look, nowMs: number): CheckFault | null {
  const [own] = chain;
  if (own === undefined || isSelfSigned(own)) return null;
  const days = Math.floor((Date.parse(own.validTo) - nowMs) / DAY_MS);
  return days < SOON_DAYS ? endsSoon(own, days) : null;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
