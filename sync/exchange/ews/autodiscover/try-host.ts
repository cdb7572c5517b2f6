import type { Lookup } from '../../../ports/discovery.js';
import { originOf } from './endpoints.js';
import { ANSWERS_AS_EXCHANGE, NO_HOST, noEwsThere } from './sentences.js';
import { readSmallXml } from './small-xml.js';
import { openTrail } from './trail.js';
import type { Web, WebAnswer } from './web.js';

/**
 * Looks whether EWS is where it usually is on a server. The sign-in is not sent: that it is asked for is answer enough, and whether it
 * is right shows "connections check".
 */
export async function tryHost(
  host: string,
  web: Web,
  signal: AbortSignal,
): Promise<Pick<Lookup, 'steps'> & { readonly url: string | null }> {
  const trail = openTrail();
  const origin = originOf(host);
  if (origin === null) {
    trail.note(host, false, NO_HOST);
    return { url: null, steps: trail.steps };
  }
  const url = new URL('/EWS/Exchange.asmx', origin);
  const headers = { 'content-type': 'text/xml; charset=utf-8', 'user-agent': 'Abgleich' };
  const request = { url, method: 'POST', headers, body: '', isSigned: false } as const;
  try {
    const answer = await web.ask(request, signal);
    const isThere = isFromEws(answer);
    trail.note(url.href, isThere, isThere ? ANSWERS_AS_EXCHANGE : noEwsThere(answer.status));
    return { url: isThere ? url.href : null, steps: trail.steps };
  } catch (error) {
    trail.noteFailure(url.href, error);
    return { url: null, steps: trail.steps };
  }
}

function isFromEws({ status, text }: WebAnswer): boolean {
  return status === 401 || (status !== 404 && readSmallXml(text)?.name === 'Envelope');
}
