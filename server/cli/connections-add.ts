import { X509Certificate } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { LookupStep } from '../../sync/ports/discovery.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { checkUser } from '../wire.js';
import type { Connection, NewConnection } from '../wire.js';
import { discoveredOf } from '../discovered.js';
import { wasMistyped } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { locateServer, notFound, stepLines } from './locate-server.js';
import { OAUTH_OPTIONS, readOauthAccount, refuseOauthOptions } from './oauth-options.js';
import { PROXY_OPTIONS, readProxy } from './proxy-options.js';
import { readAll, usable } from './read-all.js';
import { readSecret, readText } from './read-secret.js';
import { readServer, SERVER_OPTIONS } from './server-options.js';
import type { ServerChoice } from './server-options.js';
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
    ...SERVER_OPTIONS,
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
    ...PROXY_OPTIONS,
    'ca-file': {
      value: 'FILE',
      help: {
        de: 'Zertifikate (PEM) einer eigenen Stelle, denen zusätzlich vertraut wird.',
        en: 'certificates (PEM) of an authority of your own to trust as well.',
      },
    },
    'mailbox-from': {
      value: 'email|login',
      help: {
        de: 'woher das Postfach eines Mitarbeiters kommt: aus seiner E-Mail-Adresse (email) oder aus seiner ERP-Anmeldung als UPN (login).',
        en: 'where the mailbox of an employee comes from: the e-mail address (email), or the login to the ERP as a UPN (login).',
      },
    },
    requests: {
      value: 'NUMBER',
      help: {
        de: 'wie viele Anfragen zugleich bei diesem Server offen sein dürfen (4).',
        en: 'how many requests may be open at this server at once (4).',
      },
    },
    'mailbox-requests': {
      value: 'NUMBER',
      help: {
        de: 'wie viele davon für dasselbe Postfach (2).',
        en: 'how many of these for the same mailbox (2).',
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
  const { server, ...settings } = await readSettings(input, session);
  const abgleich = await session.open();
  const located = await locateServer(server, settings, session.stop);
  if (!located.isFound) return notFound(located.steps);
  const { url, discovery, steps } = located;
  const options = { ...settings.options, ...(discovery === null ? {} : { discovery }) };
  const connection = await abgleich.connections
    .add({ ...settings, url, options }, session.who)
    .catch(wasMistyped);
  return done(connection, addedText(connection, steps));
}

async function readSettings(
  input: Input,
  { stdin }: Session,
): Promise<Omit<NewConnection, 'url'> & { readonly server: ServerChoice }> {
  const { account, proxy, limits, mailboxFrom, conflict, zone, language, seconds, ...settings } =
    await readAll({
      name: () => usableName(input.word(0)),
      server: () => readServer(input),
      userName: () => usableUser(input.required('user')),
      account: () => readAccount(input, stdin),
      proxy: () => readProxy(input, stdin),
      limits: () => readLimits(input),
      mailboxFrom: () => input.choice('mailbox-from', ['email', 'login'] as const),
      conflict: () => input.choice('conflict', ['erp', 'exchange', 'newest'] as const),
      zone: () => input.zone('zone'),
      language: () => input.choice('language', ['de', 'en'] as const),
      seconds: () => input.whole('write-timeout', { min: 1, max: 600 }),
      ca: () => readCertificates(input.text('ca-file')),
    });
  return {
    ...{ ...settings, ...account, ...proxy },
    options: { ...account.options, ...limits },
    ...(mailboxFrom === null ? {} : { mailboxFrom }),
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

function usableUser(user: string): string {
  usable(() => checkUser(user));
  return user;
}

/** As the connector keeps within them; beyond ten Exchange itself begins to refuse (protocol fact 92). */
function readLimits(input: Input): Readonly<Record<string, number>> {
  const bounds = { min: 1, max: 10 };
  const connections = input.whole('requests', bounds);
  const connectionsPerMailbox = input.whole('mailbox-requests', bounds);
  return {
    ...(connections === null ? {} : { connections }),
    ...(connectionsPerMailbox === null ? {} : { connectionsPerMailbox }),
  };
}

/** How it signs in decides what else is needed. */
async function readAccount(
  input: Input,
  stdin: Readable,
): Promise<Pick<NewConnection, 'auth' | 'tenant' | 'secret' | 'options'>> {
  const auth = input.choice('auth', ['basic', 'ntlm', 'oauth']) ?? usualAuth(input);
  if (auth === null) throw new InputError({ de: 'Es fehlt --auth.', en: '--auth is missing.' });
  if (auth === 'oauth') return { auth, ...(await readOauthAccount(input, stdin)) };
  const { secret } = await readAll({
    secret: () => readSecret(input.required('password-file'), stdin),
    nothingElse: () => refuseOauthOptions(input),
  });
  return { auth, secret };
}

function usualAuth(input: Input): 'oauth' | null {
  return input.flag('online') ? 'oauth' : null;
}

/** A file of certificates in PEM; null = none. */
export async function readCertificates(file: string | null): Promise<string | null> {
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
function addedText(connection: Connection, steps: readonly LookupStep[]): Sentence {
  const { name, url, userName } = connection;
  const isFound = discoveredOf(connection) !== null;
  const isDown = userName.includes('\\');
  return {
    de: [
      ...(isFound ? [`Der Server ist ${url}.`, ...stepLines(steps, 'de')] : []),
      `Die Verbindung „${name}“ ist angelegt. „abgleich connections check ${name}“ prüft sie.` +
        (isDown
          ? ' Hinweis: Klappt die Anmeldung mit DOMÄNE\\Name nicht, name@firma.de nehmen.'
          : ''),
    ].join('\n'),
    en: [
      ...(isFound ? [`The server is ${url}.`, ...stepLines(steps, 'en')] : []),
      `The connection "${name}" was added. "abgleich connections check ${name}" checks it.` +
        (isDown ? ' Note: if signing in as DOMAIN\\name fails, use name@company.com.' : ''),
    ].join('\n'),
  };
}
