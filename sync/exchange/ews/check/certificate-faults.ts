import type { X509Certificate } from 'node:crypto';
import { checkServerIdentity } from 'node:tls';
import type { CheckFault } from '../../../ports/connection-check.js';
import { namesOf, partOf } from './certificate-names.js';
import {
  expired,
  incompleteChain,
  notYetValid,
  rootMissing,
  selfSigned,
  singleLabel,
  unknownAuthority,
  unknownIssuer,
  wrongName,
} from './certificate-sentences.js';

/** The certificates that a server showed, and what they are measured by. */
export interface Judged {
  /** Its own first. */
  readonly chain: readonly X509Certificate[];
  readonly host: string;
  readonly nowMs: number;
  /** The authorities that are trusted, those of the connection included. */
  readonly trusted: readonly X509Certificate[];
  readonly hasOwnAuthority: boolean;
}

/**
 * Everything that is wrong with the certificates of a server. TLS libraries name the first fault they meet, and whoever mends it
 * meets the next one; this names them all. It only explains: whether a server is trusted is Node's verdict.
 */
export function certificateFaults(judged: Judged): readonly CheckFault[] {
  const [own] = judged.chain;
  if (own === undefined) return [];
  const trust = trustFault(judged);
  const name = nameFault(own, judged.host);
  const isUseless = trust !== null || name !== null;
  return [
    ...(trust === null ? [] : [trust]),
    ...validityFaults(judged),
    ...(name === null ? [] : [name]),
    ...(isUseless && isSingleLabel(judged.host) ? [singleLabel(judged.host)] : []),
  ];
}

/** Whether it signed itself: a root, or a certificate that somebody made on their own. */
export function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

/** Follows the issuers to a root; what is trusted on the way is no end, since Node wants a root as well. */
function trustFault({ chain, trusted, hasOwnAuthority }: Judged): CheckFault | null {
  const [own] = chain;
  if (own === undefined) return null;
  const isTrusted = (one: X509Certificate): boolean =>
    trusted.some(({ fingerprint256 }) => fingerprint256 === one.fingerprint256);
  if (isSelfSigned(own)) return isTrusted(own) ? null : selfSigned(own);
  let current = own;
  for (let steps = 0; steps < MAX_STEPS; steps += 1) {
    if (isSelfSigned(current)) return isTrusted(current) ? null : unknownAuthority(current);
    const of = current;
    const issuer = [...trusted, ...chain].find((candidate) => isIssuedBy(of, candidate));
    if (issuer === undefined) {
      if (isTrusted(current)) return rootMissing(current);
      return hasOwnAuthority || isPublic(current, trusted)
        ? incompleteChain(current, hasOwnAuthority)
        : unknownIssuer(current);
    }
    current = issuer;
  }
  return null;
}

const MAX_STEPS = 12;

/** By name first, which costs nothing: there are some 150 authorities. */
function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return (
    certificate.issuer === issuer.subject &&
    certificate.checkIssued(issuer) &&
    certificate.verify(issuer.publicKey)
  );
}

/** An intermediate of a public authority mostly bears the name of its organisation. */
function isPublic(certificate: X509Certificate, trusted: readonly X509Certificate[]): boolean {
  const organisation = partOf(certificate.issuer, 'O');
  return (
    organisation !== null && trusted.some(({ subject }) => partOf(subject, 'O') === organisation)
  );
}

function validityFaults({ chain, nowMs }: Judged): CheckFault[] {
  return chain.flatMap((certificate, at) => {
    const isOwn = at === 0;
    if (Date.parse(certificate.validTo) < nowMs) return [expired(certificate, isOwn)];
    return Date.parse(certificate.validFrom) > nowMs ? [notYetValid(certificate, isOwn)] : [];
  });
}

/** The very comparison that Node makes. */
function nameFault(own: X509Certificate, host: string): CheckFault | null {
  const isRight = checkServerIdentity(host, own.toLegacyObject()) === undefined;
  return isRight ? null : wrongName(host, namesOf(own));
}

function isSingleLabel(host: string): boolean {
  return /^[a-z0-9-]+$/i.test(host) && host.toLowerCase() !== 'localhost' && !/^\d+$/.test(host);
}
