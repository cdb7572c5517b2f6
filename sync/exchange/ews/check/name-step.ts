import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { Sentence } from '../../../ports/failure.js';
import type { CheckFault } from '../../../ports/connection-check.js';
import { failed, passed, skipped, type StepFinding } from './steps.js';

/** Every address of a name, in the order in which they are tried. Fails as `dns.lookup` does. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** As the connector's own connections resolve it: by the operating system, its hosts file included. */
export const resolveBySystem: Resolve = async (host) => {
  const found = await lookup(host, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

export interface ResolvedName {
  readonly finding: StepFinding;
  /** Empty where nothing was found. */
  readonly addresses: readonly string[];
}

/** Looks a host up; `server` is what a person calls it. */
export async function resolveName(
  host: string,
  server: Sentence,
  { resolve, signal }: { readonly resolve: Resolve; readonly signal: AbortSignal },
): Promise<ResolvedName> {
  if (isIP(host) !== 0) {
    return { finding: skipped(isAddress(host)), addresses: [host] };
  }
  try {
    const addresses = [...new Set(await orStopped(resolve(host), signal))];
    if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    return { finding: passed(resolvedTo(host, addresses)), addresses };
  } catch (error) {
    return { finding: failed([unresolved(host, server, codeOf(error))]), addresses: [] };
  }
}

/** The lookup itself cannot be stopped; nobody waits for it any more. */
function orStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(Object.assign(new Error('stopped'), { code: String(signal.reason) }));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}

function isAddress(host: string): Sentence {
  return {
    de: `${host} ist schon eine IP-Adresse`,
    en: `${host} is an IP address already`,
  };
}

function resolvedTo(host: string, addresses: readonly string[]): Sentence {
  const list = (language: 'de' | 'en'): string =>
    addresses.map((one) => (isPrivate(one) ? `${one} (${PRIVATE[language]})` : one)).join(', ');
  return { de: `${host} ist ${list('de')}`, en: `${host} is ${list('en')}` };
}

const PRIVATE = { de: 'im eigenen Netz', en: 'in a private network' };

function unresolved(host: string, server: Sentence, code: string): CheckFault {
  const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA';
  return {
    kind: 'unreachable',
    code,
    cause: isUnknown
      ? {
          de: `Den Namen ${host} gibt es nicht (${code})`,
          en: `There is no such name as ${host} (${code})`,
        }
      : {
          de: `Der Name ${host} lässt sich gerade nicht auflösen (${code})`,
          en: `The name ${host} cannot be resolved at the moment (${code})`,
        },
    remedy: isUnknown ? nameRemedy(host, server) : NO_ANSWER,
  };
}

function nameRemedy(host: string, server: Sentence): Sentence {
  const isSingle = !host.includes('.');
  return {
    de: `Die Schreibweise in der Adresse (${server.de}) prüfen. ${isSingle ? `Den vollen Namen eintragen, etwa ${host}.firma.local. ` : ''}Kennt nur der DNS-Server der Firma den Namen, muss dieser Rechner ihn benutzen: mit „nslookup ${host}“ nachsehen.`,
    en: `Check the spelling in the address (${server.en}). ${isSingle ? `Enter the full name, such as ${host}.company.local. ` : ''}If only the company's DNS server knows the name, this machine must use it: try "nslookup ${host}".`,
  };
}

const NO_ANSWER: Sentence = {
  de: 'Der DNS-Server antwortet nicht oder meldet einen Fehler. Die Netzwerkeinstellungen dieses Rechners und den DNS-Server prüfen.',
  en: 'The DNS server does not answer, or reports a fault. Check the network settings of this machine and the DNS server.',
};

/** Whether an address is of a private network (RFC 1918, RFC 4193), of this machine or of this link only. */
function isPrivate(address: string): boolean {
  return PRIVATE_NETWORKS.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const PRIVATE_NETWORKS = new BlockList();
PRIVATE_NETWORKS.addSubnet('10.0.0.0', 8, 'ipv4');
PRIVATE_NETWORKS.addSubnet('172.16.0.0', 12, 'ipv4');
PRIVATE_NETWORKS.addSubnet('192.168.0.0', 16, 'ipv4');
PRIVATE_NETWORKS.addSubnet('169.254.0.0', 16, 'ipv4');
PRIVATE_NETWORKS.addSubnet('127.0.0.0', 8, 'ipv4');
PRIVATE_NETWORKS.addSubnet('fc00::', 7, 'ipv6');
PRIVATE_NETWORKS.addSubnet('fe80::', 10, 'ipv6');
PRIVATE_NETWORKS.addAddress('::1', 'ipv6');
