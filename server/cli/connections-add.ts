import { X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Sentence } from '../../sync/ports/failure.js';
import { checkAddress } from '../wire.js';
import type { Connection, NewConnection } from '../wire.js';
import { wasMistyped } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { OAUTH_OPTIONS, readOauthAccount, refuseOauthOptions } from './oauth-options.js';
import { readAll, usable } from './read-all.js';
import { readSecret, readText } from './read-secret.js';
import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';

export const CONNECTIONS_ADD: Verb = {
  name: 'connections add',
  does: {
    de: 'legt eine Verbindung zu einem Exchange-Server an.',
    en: 'adds a connection to an Exchange server.',
  },
  positionals: ['NAME'],
  options: {
    url: {
      value: 'URL',
      help: {
        de: 'die Adresse von EWS, üblich https://SERVER/EWS/Exchange.asmx.',
        en: 'the address of EWS, usually https://SERVER/EWS/Exchange.asmx.',
      },
    },
    auth: {
      value: 'basic|ntlm|oauth',
      help: {
        de: 'wie das Dienstkonto sich anmeldet; oauth: als Anwendung in Entra ID.',
        en: 'how the service account signs in; oauth: as an application of Entra ID.',
      },
    },
    user: {
      value: 'USER',
      help: {
        de: 'das Dienstkonto, am besten als name@firma.de; bei oauth die Anwendungs-ID (Client-ID).',
        en: 'the service account, best as name@company.com; with oauth the application id (client id).',
      },
    },
    'password-file': {
      value: 'FILE',
      help: {
        de: 'eine Datei mit dem Kennwort (bei oauth: dem geheimen Clientschlüssel); - liest es von der Standardeingabe.',
        en: 'a file that holds the password (with oauth: the client secret); - reads it from standard input.',
      },
    },
    ...OAUTH_OPTIONS,
    'ca-file': {
      value: 'FILE',
      help: {
        de: 'Zertifikate (PEM) einer eigenen Stelle, denen zusätzlich vertraut wird.',
        en: 'certificates (PEM) of an authority of your own to trust as well.',
      },
    },
    conflict: {
      value: 'erp|exchange|newest',
      help: {
        de: 'wer gewinnt, wenn beide Seiten dasselbe Feld geändert haben (erp).',
        en: 'who wins where both sides changed the same field (erp).',
      },
    },
    zone: {
      value: 'ZONE',
      help: {
        de: 'die Zeitzone der Postfächer, deren Mitarbeiter keine eigene haben (Europe/Berlin).',
        en: 'the time zone of mailboxes whose employees have none of their own (Europe/Berlin).',
      },
    },
    language: {
      value: 'de|en',
      help: {
        de: 'die Sprache dessen, was in Termine geschrieben wird (de), und dieser Ausgabe.',
        en: 'the language of what is written into appointments (de), and of this output.',
      },
    },
    'write-timeout': {
      value: 'SECONDS',
      help: {
        de: 'wie lange ein schreibender Aufruf dauern darf (20).',
        en: 'how long a writing call may take (20).',
      },
    },
  },
  run: add,
};

async function add(input: Input, session: Session): Promise<Outcome> {
  const settings = await readSettings(input, session);
  const abgleich = await session.open();
  const connection = await abgleich.connections.add(settings, session.who).catch(wasMistyped);
  return done(connection, addedText(connection));
}

async function readSettings(input: Input, { stdin }: Session): Promise<NewConnection> {
  const { account, conflict, zone, language, seconds, ...settings } = await readAll({
    name: () => usableName(input.word(0)),
    url: () => usableUrl(input.required('url')),
    userName: () => input.required('user'),
    account: () => readAccount(input, stdin),
    conflict: () => input.choice('conflict', ['erp', 'exchange', 'newest'] as const),
    zone: () => input.zone('zone'),
    language: () => input.choice('language', ['de', 'en'] as const),
    seconds: () => input.whole('write-timeout', { min: 1, max: 600 }),
    ca: () => readCertificates(input.text('ca-file')),
  });
  return {
    ...{ ...settings, ...account },
    ...(conflict === null ? {} : { conflict }),
    ...(zone === null ? {} : { zone }),
    ...(language === null ? {} : { language }),
    ...(seconds === null ? {} : { writeTimeoutMs: seconds * 1000 }),
  };
}

function usableName(name: string | null): string {
  const trimmed = name?.trim() ?? '';
  if (trimmed === '') throw new InputError({ de: 'Der Name ist leer.', en: 'The name is empty.' });
  return trimmed;
}

function usableUrl(url: string): string {
  usable(() => checkAddress(url));
  return url;
}

/** How it signs in decides what else is needed. */
async function readAccount(
  input: Input,
  stdin: Readable,
): Promise<Pick<NewConnection, 'auth' | 'tenant' | 'secret' | 'options'>> {
  const auth = input.choice('auth', ['basic', 'ntlm', 'oauth']);
  if (auth === null) throw new InputError({ de: 'Es fehlt --auth.', en: '--auth is missing.' });
  if (auth === 'oauth') return { auth, ...(await readOauthAccount(input, stdin)) };
  const { secret } = await readAll({
    secret: () => readSecret(input.required('password-file'), stdin),
    nothingElse: () => refuseOauthOptions(input),
  });
  return { auth, secret };
}

async function readCertificates(file: string | null): Promise<string | null> {
  if (file === null) return null;
  const pem = await readText(file);
  try {
    new X509Certificate(pem);
    return pem;
  } catch {
    throw new InputError({
      de: `${file} enthält kein Zertifikat im PEM-Format („-----BEGIN CERTIFICATE-----“).`,
      en: `${file} holds no certificate in PEM format ("-----BEGIN CERTIFICATE-----").`,
    });
  }
}

/** `DOMAIN\user` works on premises only; the hint is for whoever wonders later (feature A2). */
function addedText({ name, userName }: Connection): Sentence {
  const isDown = userName.includes('\\');
  return {
    de:
      `Die Verbindung „${name}“ ist angelegt. „abgleich connections check ${name}“ prüft sie.` +
      (isDown
        ? ' Hinweis: Klappt die Anmeldung mit DOMÄNE\\Name nicht, name@firma.de nehmen.'
        : ''),
    en:
      `The connection "${name}" was added. "abgleich connections check ${name}" checks it.` +
      (isDown ? ' Note: if signing in as DOMAIN\\name fails, use name@company.com.' : ''),
  };
}
