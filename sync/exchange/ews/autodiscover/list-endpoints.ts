import type { KnownEndpoint } from '../../../ports/discovery.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import { endpointAt, isVouchedFor, plainEndpoint } from './endpoints.js';
import { secureUrl } from './mailbox-answer.js';
import {
  leadsNowhere,
  noConnection,
  NO_REDIRECT,
  NO_SRV,
  redirectsTo,
  unproven,
} from './sentences.js';
import { hostsIn, type SrvLookup } from './srv.js';
import type { Trail } from './trail.js';
import type { Web } from './web.js';

/** What is asked, and where it is noted, on the way to endpoints that are not known by their names. */
export interface Scouting {
  readonly web: Web;
  readonly srv: SrvLookup;
  readonly trail: Trail;
  readonly signal: AbortSignal;
}

/**
 * The endpoints of a domain, in the order of Microsoft's clients: the one known, the domain itself, its host `autodiscover`, where
 * plain http points from that, and what DNS names (SRV). Each is looked for only when those before it led nowhere.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-generate-a-list-of-autodiscover-endpoints
 */
export async function* listEndpoints(
  domain: string | null,
  known: KnownEndpoint | null,
  scouting: Scouting,
): AsyncGenerator<URL> {
  const first = known === null ? null : secureUrl(known.url);
  if (first !== null) yield first;
  if (known?.isOnly === true || domain === null) return;
  for (const host of [domain, `autodiscover.${domain}`]) {
    const url = endpointAt(host);
    if (url !== null) yield url;
  }
  const pointed = await pointedTo(domain, scouting);
  if (pointed !== null) yield pointed;
  for (const url of await namedByDns(domain, scouting)) yield url;
}

/** Where the answer to a GET without encryption, and so without the sign-in, points. */
async function pointedTo(domain: string, scouting: Scouting): Promise<URL | null> {
  const { web, trail, signal } = scouting;
  const url = plainEndpoint(domain);
  if (url === null) return null;
  try {
    const headers = { 'user-agent': 'Abgleich' };
    const request = { url, method: 'GET', headers, body: '', isSigned: false } as const;
    const { location } = await web.ask(request, signal);
    if (location === null) {
      trail.note(url.href, false, NO_REDIRECT);
      return null;
    }
    const target = URL.canParse(location, url.href) ? secureUrl(new URL(location, url).href) : null;
    if (target === null) trail.note(url.href, false, leadsNowhere(location));
    return target === null ? null : vouched(target, url.href, { domain, trail });
  } catch (error) {
    trail.noteFailure(url.href, error);
    return null;
  }
}

async function namedByDns(
  domain: string,
  { srv, trail, signal }: Scouting,
): Promise<readonly URL[]> {
  const name = `_autodiscover._tcp.${domain}`;
  const tried = `DNS SRV ${name}`;
  const hosts = await srv(name, signal).then(hostsIn, (error: unknown) => {
    noteDnsFailure(tried, error, trail, signal);
    return null;
  });
  if (hosts?.length === 0) trail.note(tried, false, NO_SRV);
  const urls = (hosts ?? []).map(endpointAt).filter((url) => url !== null);
  return urls.map((url) => vouched(url, tried, { domain, trail })).filter((url) => url !== null);
}

function noteDnsFailure(tried: string, error: unknown, trail: Trail, signal: AbortSignal): void {
  if (signal.aborted && signal.reason !== 'TimedOut') {
    throw new ConnectorFailure('unreachable', 'the lookup was called off', { code: 'CalledOff' });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  const isNothing = code === 'ENOTFOUND' || code === 'ENODATA';
  trail.note(tried, false, isNothing ? NO_SRV : noConnection(code));
}

function vouched(
  url: URL,
  tried: string,
  { domain, trail }: { readonly domain: string; readonly trail: Trail },
): URL | null {
  const isSafe = isVouchedFor(url, domain);
  trail.note(tried, isSafe, isSafe ? redirectsTo(url.href) : unproven(url.href));
  return isSafe ? url : null;
}
