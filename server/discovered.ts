import { parseEmail, UnreadableValue } from '../mappings/values.js';
import type { EmailAddress } from '../mappings/values.js';

/** How the address of a connection came about, as the connection keeps it in its options; a typed address leaves nothing there. */
export type Discovered =
  { readonly by: 'host'; readonly host: string } | { readonly by: 'online' } | ByAutodiscover;

export interface ByAutodiscover {
  readonly by: 'autodiscover';
  /** Whose server was looked for. */
  readonly mailbox: EmailAddress;
  /** Who told. */
  readonly endpoint: string;
  /** The administrator named the endpoint; no other one is asked. */
  readonly isOnly: boolean;
  /** All addresses that were named, the connection's among them. */
  readonly addresses: readonly string[];
}

/** Exchange Online, for every tenant of the world-wide cloud. */
export const ONLINE_URL = 'https://outlook.office365.com/EWS/Exchange.asmx';

/** Reads what a connection keeps; null where its address was typed. */
export function discoveredOf({
  options,
}: {
  readonly options: Readonly<Record<string, unknown>>;
}): Discovered | null {
  const kept = entriesOf(options['discovery']);
  const by = kept.get('by');
  if (by === 'online') return { by };
  if (by === 'host') return { by, host: String(kept.get('host')) };
  const mailbox = addressIn(kept.get('mailbox'));
  if (by !== 'autodiscover' || mailbox === null) return null;
  const addresses = kept.get('addresses');
  return {
    by,
    mailbox,
    endpoint: String(kept.get('endpoint')),
    isOnly: kept.get('isOnly') === true,
    addresses: Array.isArray(addresses) ? addresses.map(String) : [],
  };
}

/** The same address, however a server writes it: host and path of EWS are read without case. */
export function isSameAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function entriesOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

function addressIn(value: unknown): EmailAddress | null {
  try {
    return typeof value === 'string' ? parseEmail(value) : null;
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}
