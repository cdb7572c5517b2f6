import type { EmailAddress } from '../../../../mappings/values.js';

/** An address of the lookup service, and which of its two protocols to speak there. */
export interface Endpoint {
  readonly url: URL;
  readonly protocol: 'soap' | 'outlook';
}

/** The endpoint in both protocols, the one that its address ends in first. An address with another ending has one only. */
export function formsOf(url: URL): readonly Endpoint[] {
  const [, stem, ending] = /^(.*)\.(svc|xml)$/i.exec(url.pathname) ?? [];
  if (stem === undefined || ending === undefined) return [{ url, protocol: 'outlook' }];
  const at = (end: 'svc' | 'xml'): Endpoint => {
    const form = new URL(url.href);
    if (end !== ending.toLowerCase()) form.pathname = `${stem}.${end}`;
    return { url: form, protocol: end === 'svc' ? 'soap' : 'outlook' };
  };
  return ending.toLowerCase() === 'svc' ? [at('svc'), at('xml')] : [at('xml'), at('svc')];
}

/** The endpoint at a host, which may carry a port; null for what is no host name. */
export function endpointAt(host: string): URL | null {
  const text = `https://${host}/autodiscover/autodiscover.svc`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** `https://mail.company.com`, of a host name that may carry a port; null for what is more, or less, than that. */
export function originOf(host: string): URL | null {
  const text = `https://${host.trim()}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.href === `https://${url?.host ?? ''}/` ? url : null;
}

/** Where plain http may point on from. */
export function plainEndpoint(domain: string): URL | null {
  const text = `http://autodiscover.${domain}/autodiscover/autodiscover.xml`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** The part after the @, as DNS has it (`xn--…` for umlauts); null where it is no host name. */
export function domainOf(mailbox: EmailAddress): string | null {
  const text = `https://${mailbox.slice(mailbox.lastIndexOf('@') + 1)}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.href === `https://${url?.hostname ?? ''}/` ? url.hostname : null;
}

/**
 * Whether a host that nothing vouches for may be sent the sign-in all the same: one of the domain's own, whose certificate only its
 * owner gets, and those of Exchange Online.
 * https://learn.microsoft.com/exchange/client-developer/exchange-web-services/handling-autodiscover-error-messages
 */
export function isVouchedFor({ hostname }: URL, domain: string): boolean {
  const host = hostname.toLowerCase();
  return host === domain || host.endsWith(`.${domain}`) || ONLINE.has(host);
}

const ONLINE: ReadonlySet<string> = new Set([
  'autodiscover-s.outlook.com',
  'autodiscover.outlook.com',
  'outlook.office365.com',
]);
