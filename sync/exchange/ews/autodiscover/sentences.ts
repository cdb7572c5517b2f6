import type { Sentence } from '../../../ports/failure.js';

/** What a person calls the servers that are asked where Exchange is. */
export const LOOKUP_SERVER: Sentence = { de: 'Autodiscover-Server', en: 'Autodiscover server' };

export const NOT_SIGNED_OVER_HTTP: Sentence = {
  de: 'Ohne Verschlüsselung wird das Kennwort nicht gesendet.',
  en: 'The password is not sent without encryption.',
};

/** No connection; `code` is the name the operating system or the HTTP library gives it. */
export function noConnection(code: string): Sentence {
  const what = NO_CONNECTION.get(code) ?? { de: 'keine Verbindung', en: 'no connection' };
  return { de: `${what.de} (${code})`, en: `${what.en} (${code})` };
}

const NO_NAME: Sentence = { de: 'den Namen kennt das DNS nicht', en: 'DNS does not know the name' };
const NO_ANSWER: Sentence = { de: 'keine Antwort', en: 'no answer' };

const NO_CONNECTION: ReadonlyMap<string, Sentence> = new Map([
  ['ENOTFOUND', NO_NAME],
  ['ENODATA', NO_NAME],
  ['EAI_AGAIN', { de: 'das DNS antwortet nicht', en: 'DNS does not answer' }],
  ['ECONNREFUSED', { de: 'dort lauscht niemand', en: 'nobody listens there' }],
  ['TimedOut', NO_ANSWER],
  ['UND_ERR_CONNECT_TIMEOUT', NO_ANSWER],
  ['ETIMEDOUT', NO_ANSWER],
]);

/** An HTTP status that says: no such service here. */
export function notThere(status: number): Sentence {
  return {
    de: `antwortet, aber nicht mit Autodiscover (HTTP ${status})`,
    en: `answers, but not with Autodiscover (HTTP ${status})`,
  };
}

export const SIGN_IN_REFUSED: Sentence = {
  de: 'lehnt die Anmeldung des Dienstkontos ab: Benutzername und Kennwort prüfen',
  en: "refuses the service account's sign-in: check user name and password",
};

/** Two servers refused. */
export const GIVING_UP_SIGN_IN: Sentence = {
  de: 'nicht mehr gefragt: Weitere Fehlversuche könnten das Dienstkonto sperren.',
  en: 'not asked any more: further failed attempts might lock the service account.',
};

export const NOT_READABLE: Sentence = {
  de: 'antwortet nicht mit Autodiscover, sondern mit einer Webseite oder anderem Text',
  en: 'answers not with Autodiscover but with a web page or other text',
};

export const NO_EWS_NAMED: Sentence = {
  de: 'kennt das Postfach, nennt aber keine EWS-Adresse, zu der das Kennwort gesendet werden darf',
  en: 'knows the mailbox but names no EWS address that the password may be sent to',
};

/** What an endpoint answered instead of settings. */
export function refused(code: string): Sentence {
  const what = REFUSALS.get(code) ?? {
    de: 'kann die Frage nicht beantworten',
    en: 'cannot answer the question',
  };
  return { de: `${what.de} (${code})`, en: `${what.en} (${code})` };
}

const NO_USER: Sentence = {
  de: 'kennt kein Postfach mit dieser Adresse',
  en: 'knows no mailbox with this address',
};

const BUSY: Sentence = { de: 'ist überlastet', en: 'is busy' };

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/errorcode-soap and, for the numbers, -pox */
const REFUSALS: ReadonlyMap<string, Sentence> = new Map([
  ['InvalidUser', NO_USER],
  ['500', NO_USER],
  ['InvalidDomain', { de: 'kennt die Domäne nicht', en: 'does not know the domain' }],
  ['ServerBusy', BUSY],
  ['603', BUSY],
]);

export function redirectsTo(url: string): Sentence {
  return { de: `verweist auf ${url}`, en: `points to ${url}` };
}

export function mailboxIs(mailbox: string): Sentence {
  return {
    de: `das Postfach heißt ${mailbox}; damit geht die Suche von vorn los`,
    en: `the mailbox is called ${mailbox}; the search starts anew with that`,
  };
}

export function leadsNowhere(target: string): Sentence {
  return {
    de: `verweist auf „${target}“; dorthin wird kein Kennwort gesendet`,
    en: `points to "${target}"; no password is sent there`,
  };
}

export const GOES_IN_CIRCLES: Sentence = {
  de: 'verweist im Kreis',
  en: 'points back to where we came from',
};

export const TOO_MANY_REDIRECTS: Sentence = {
  de: 'verweist immer weiter; nach zehn Verweisen ist Schluss',
  en: 'points on and on; ten redirects are the end of it',
};

export const NO_REDIRECT: Sentence = {
  de: 'verweist nirgendwohin',
  en: 'points nowhere',
};

export const NO_SRV: Sentence = {
  de: 'nennt keinen Autodiscover-Server',
  en: 'names no Autodiscover server',
};

/** What was named without proof of who says so. The administrator decides, as Outlook asks its user. */
export function unproven(url: string): Sentence {
  return {
    de: `nennt ${url}. Wer das DNS fälscht, könnte es gewesen sein, und das Kennwort ginge dorthin. Ist es Ihr Server, nennen Sie ihn mit --autodiscover-url ${url}`,
    en: `names ${url}. Somebody who forges DNS might have done so, and the password would go there. If it is your server, name it by --autodiscover-url ${url}`,
  };
}

export function names(addresses: readonly string[]): Sentence {
  const list = addresses.join(', ');
  return { de: `nennt ${list}`, en: `names ${list}` };
}

export const ANSWERS_AS_EXCHANGE: Sentence = {
  de: 'antwortet als Exchange',
  en: 'answers as Exchange',
};

export const NO_HOST: Sentence = {
  de: 'ist kein Name eines Servers; erwartet wird einer wie mail.firma.de, ohne https:// und ohne Pfad',
  en: 'is no name of a server; expected is one like mail.company.com, without https:// and without a path',
};

export function noEwsThere(status: number): Sentence {
  return {
    de: `antwortet, aber nicht als Exchange (HTTP ${status})`,
    en: `answers, but not as Exchange (HTTP ${status})`,
  };
}
