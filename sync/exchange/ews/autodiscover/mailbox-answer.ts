import { isLoopback } from '../loopback.js';

/** What an endpoint says about one mailbox, whichever of the two protocols it speaks. */
export type MailboxAnswer =
  | {
      readonly kind: 'settings';
      /** From inside the company's network first; empty where the server names none. */
      readonly addresses: readonly string[];
      readonly group: string | null;
    }
  /** Ask again with this mail address. */
  | { readonly kind: 'otherMailbox'; readonly mailbox: string }
  /** Ask the endpoint at this address. */
  | { readonly kind: 'otherEndpoint'; readonly url: string }
  /** `code` is the foreign one. */
  | { readonly kind: 'refused'; readonly code: string };

/** The addresses that can be used, each once, in their order. Servers also name some with http:, or leave the element empty. */
export function usableAddresses(named: readonly (string | null)[]): readonly string[] {
  const urls = named.map((text) => secureUrl(text ?? '')?.href ?? null);
  return [...new Set(urls.filter((url) => url !== null))];
}

/** An address over which a sign-in may go; null for any other text. */
export function secureUrl(text: string): URL | null {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null) return null;
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return isSafe && url.username === '' && url.password === '' ? url : null;
}
