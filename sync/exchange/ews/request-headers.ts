import type { Mailbox } from '../../ports/exchange.js';

/** What every request to EWS carries besides its sign-in. `more` replaces what has the same name; names are in lower case. */
export function requestHeaders(
  mailbox: Mailbox,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    'content-type': 'text/xml; charset=utf-8',
    accept: 'text/xml',
    'accept-encoding': 'identity', // a packed answer could hold a thousand times what the limit of bytes allows
    'user-agent': 'Abgleich', // companies allow programs by it (Set-OrganizationConfig -EwsAllowList)
    'x-anchormailbox': headerText(mailbox.address),
    ...more,
  };
}

/** A header holds bytes only, an address letters beyond ASCII as well; what could end the header is left out. */
export function headerText(text: string): string {
  return Buffer.from(text.replace(UNSAFE, ''), 'utf8').toString('latin1');
}

const UNSAFE = /[\x00-\x1f\x7f]/g;
