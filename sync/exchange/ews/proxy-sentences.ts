import type { Sentence } from '../../ports/failure.js';

/** An address of a proxy that is none. */
export const BAD_PROXY: Sentence = {
  de: 'Das ist keine Adresse eines Proxys. Erwartet wird etwas wie http://proxy.firma.local:3128, ohne Pfad und ohne Benutzername und Kennwort darin.',
  en: 'This is no address of a proxy. Expected is something like http://proxy.company.local:3128, without a path, and without user name and password in it.',
};

/** A user name that cannot be sent to a proxy. */
export const BAD_PROXY_USER: Sentence = {
  de: 'Der Benutzername für den Proxy ist leer oder enthält einen Doppelpunkt oder ein Steuerzeichen; damit kann sich niemand anmelden.',
  en: 'The user name for the proxy is empty, or holds a colon or a control character; nobody can sign in with it.',
};

/** HTTP 407. */
export const PROXY_SIGN_IN_REFUSED: Sentence = {
  de: 'Der Proxy lehnt die Anmeldung ab (407). Benutzername und Kennwort für den Proxy prüfen, und ob er die Standardanmeldung (Basic) erlaubt; Exchange wurde nicht erreicht.',
  en: 'The proxy refuses the sign-in (407). Check user name and password for the proxy, and whether it allows Basic; Exchange was not reached.',
};

/** HTTP 403. */
export const PROXY_FORBIDS: Sentence = {
  de: 'Der Proxy verbietet die Verbindung. Seinen Administrator bitten, die Adresse und den Anschluss des Servers freizugeben (CONNECT).',
  en: 'The proxy forbids the connection. Ask its administrator to allow the address and the port of the server (CONNECT).',
};

/** HTTP 502 to 504. */
export const PROXY_REACHES_NOTHING: Sentence = {
  de: 'Der Proxy antwortet, erreicht aber den Server dahinter nicht. Die Adresse des Servers prüfen und ob der Proxy sie auflösen und erreichen kann. Es wird von selbst wieder versucht.',
  en: 'The proxy answers but does not reach the server behind it. Check the address of the server, and whether the proxy can resolve and reach it. This is tried again by itself.',
};

/** Any other answer; `code` is its name. */
export function proxyAnswered(code: string): Sentence {
  return {
    de: `Was an der Adresse des Proxys antwortet, baut keine Verbindung auf (${code}). Prüfen, ob dort ein HTTP-Proxy ist, der CONNECT erlaubt.`,
    en: `What answers at the address of the proxy opens no connection (${code}). Check whether it is an HTTP proxy that allows CONNECT.`,
  };
}

/** No connection to the proxy; `cause` is the name the operating system or the TLS library gives it. */
export function proxyUnreachable(cause: string): Sentence {
  return {
    de: `Der Proxy ist nicht zu erreichen (${cause}). Seine Adresse und seinen Anschluss prüfen. Es wird von selbst wieder versucht.`,
    en: `The proxy cannot be reached (${cause}). Check its address and port. This is tried again by itself.`,
  };
}
