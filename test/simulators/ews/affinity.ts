import type { IncomingMessage, ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';

const COOKIE = 'X-BackEndOverrideCookie';

/**
 * Which server behind the load balancer takes a request: the one its cookie names, else, where affinity is asked
 * for, the anchor mailbox's, whose cookie goes back with the answer (fact 84).
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server
 */
export function backEndOf(request: IncomingMessage, response: ServerResponse): string {
  const given = cookieOf(request);
  if (given !== null) return given;
  const { 'x-preferserveraffinity': prefers, 'x-anchormailbox': anchor } = request.headers;
  const asksForIt = String(prefers).toLowerCase() === 'true';
  const backEnd = nameFor(asksForIt ? String(anchor ?? '').toLowerCase() : 'anybody');
  if (asksForIt) response.setHeader('Set-Cookie', `${COOKIE}=${backEnd}; path=/EWS; HttpOnly`);
  return backEnd;
}

/** Some clients send it as a cookie, some as a header of that name. */
function cookieOf({ headers }: IncomingMessage): string | null {
  const header = headers[COOKIE.toLowerCase()];
  if (typeof header === 'string' && header !== '') return header;
  const found = new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`, 'i').exec(headers.cookie ?? '');
  return found?.[1] ?? null;
}

function nameFor(anchor: string): string {
  return `${createHash('sha256').update(anchor).digest('hex').slice(0, 16)}~1943310282`;
}
