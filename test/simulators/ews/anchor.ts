import type { IncomingMessage } from 'node:http';

/**
 * Whether X-AnchorMailbox leads to the right server (fact 87). Where affinity is asked for, the anchor may be
 * another mailbox of the group (fact 84).
 */
export function isAnchored(
  { headers }: IncomingMessage,
  mailbox: string | null,
  isImpersonating: boolean,
): boolean {
  if (!isImpersonating) return true;
  const anchor = headers['x-anchormailbox'];
  if (typeof anchor !== 'string') return false;
  if (String(headers['x-preferserveraffinity']).toLowerCase() === 'true') return true;
  return anchor.toLowerCase() === mailbox?.toLowerCase();
}
