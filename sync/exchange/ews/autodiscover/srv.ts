import { Resolver } from 'node:dns/promises';

/** One SRV record. A lower priority comes first; a higher weight is preferred within one. */
export interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Answers all SRV records of a name, empty where there are none; fails as `node:dns` does. */
export type SrvLookup = (name: string, signal: AbortSignal) => Promise<readonly SrvRecord[]>;

/** Asks the name servers of this machine. */
export const machineSrvLookup: SrvLookup = async (name, signal) => {
  const resolver = new Resolver({ timeout: 5_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await resolver.resolveSrv(name);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

/** The hosts in the order in which they should be tried, with their ports. "." stands for "there is no such service" (RFC 2782). */
export function hostsIn(records: readonly SrvRecord[]): readonly string[] {
  return [...records]
    .sort((a, b) => a.priority - b.priority || b.weight - a.weight)
    .filter(({ name }) => name !== '' && name !== '.')
    .map(({ name, port }) => (port === 443 ? trimmed(name) : `${trimmed(name)}:${port}`));
}

function trimmed(name: string): string {
  return name.replace(/\.$/, '');
}
