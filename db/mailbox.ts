import { parseEmail } from '../mappings/values.js';
import type { Mailbox } from '../sync/ports/exchange.js';

/** A mailbox as the rows of employees have it. */
export function mailboxFromRow(address: string, namedBy: 'upn' | null): Mailbox {
  return { address: parseEmail(address), ...(namedBy === null ? {} : { namedBy }) };
}
