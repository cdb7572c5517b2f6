import type { Mailbox } from '../../../ports/exchange.js';
import { headerText } from '../request-headers.js';
import type { XmlNode } from '../xml-reader.js';
import type { Xml } from '../xml-writer.js';

/** What notifications ask of the transport. */
export interface Wire {
  /** One request with one answer. Throws `ConnectorFailure`. */
  ask(request: WireRequest & { readonly timeoutMs: number }): Promise<WireAnswer>;
  /**
   * One request whose answer goes on for as long as the signal lets it, over a connection of its own. Throws
   * `ConnectorFailure`; what the pieces throw is `connectionFailure`'s matter.
   */
  open(request: WireRequest): Promise<AsyncIterable<unknown>>;
}

export interface WireRequest {
  readonly operation: string;
  /** Whom the service account acts as. */
  readonly mailbox: Mailbox;
  readonly body: Xml;
  readonly affinity: Affinity;
  readonly signal: AbortSignal;
}

export interface WireAnswer {
  /** The element inside the SOAP body. */
  readonly content: XmlNode;
  /** The X-BackEndOverrideCookie that came with it; null = none. */
  readonly overrideCookie: string | null;
}

/**
 * What leads all requests of one group to the same Mailbox server, where their subscriptions are (protocol fact 84).
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-maintain-affinity-between-group-of-subscriptions-and-mailbox-server
 */
export interface Affinity {
  readonly anchor: Mailbox;
  readonly overrideCookie: string | null;
}

/** As headers; they replace those that a request has otherwise. Names are in lower case, values hold bytes. */
export function affinityHeaders({ anchor, overrideCookie }: Affinity): Record<string, string> {
  return {
    'x-anchormailbox': headerText(anchor.address),
    'x-preferserveraffinity': 'true',
    ...(overrideCookie === null ? {} : { cookie: `${OVERRIDE_COOKIE}=${overrideCookie}` }),
  };
}

const OVERRIDE_COOKIE = 'X-BackEndOverrideCookie';

/** The cookie in the Set-Cookie headers of an answer. What could break a header of ours is no cookie. */
export function overrideCookieIn(setCookie: string | readonly string[] | undefined): string | null {
  for (const line of [setCookie ?? []].flat()) {
    const [, value] = /^\s*X-BackEndOverrideCookie=([\x21-\x3a\x3c-\x7e]*)/i.exec(line) ?? [];
    if (value !== undefined && value !== '') return value;
  }
  return null;
}
