import type { TokenFacts } from '../../sync/ports/connection-check.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { judgeToken } from '../check/judge-token.js';
import { findConnection } from './find-connection.js';
import type { Input } from './input.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const CONNECTIONS_TOKEN: Verb = {
  name: 'connections token',
  does: {
    de: 'erfragt ein Auth-Token mit den hinterlegten Daten und zeigt, für wen und wofür es gilt; nie das Token selbst.',
    en: 'requests an auth token with the stored data and shows for whom and for what it is; never the token itself.',
  },
  positionals: ['NAME'],
  options: {},
  run: request,
};

async function request(input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  const connection = await findConnection(abgleich, input.word(0));
  const check = await abgleich.checkOf(connection.id);
  try {
    const facts = await check.requestToken(session.stop);
    if (facts === null) return done({ token: null, reason: NO_TOKEN }, NO_TOKEN);
    const problem = judgeToken(facts);
    return {
      exit: problem?.isFault === true ? 1 : 0,
      json: { token: shown(facts), problem },
      text: {
        de: textOf(facts, problem?.sentence ?? null, 'de'),
        en: textOf(facts, problem?.sentence ?? null, 'en'),
      },
    };
  } finally {
    await check.close();
  }
}

const NO_TOKEN: Sentence = {
  de: 'Diese Verbindung meldet sich mit Benutzername und Kennwort an: Es gibt kein Token zu erfragen. „abgleich connections check“ prüft die Anmeldung.',
  en: 'This connection signs in with user name and password: there is no token to request. "abgleich connections check" checks the sign-in.',
};

function shown({ validUntilMs, ...facts }: TokenFacts): object {
  return { ...facts, validUntil: new Date(validUntilMs).toISOString() };
}

function textOf(facts: TokenFacts, problem: Sentence | null, language: Language): string {
  const words = WORDS[language];
  const name = facts.applicationName === null ? '' : ` (${facts.applicationName})`;
  const rows: readonly (readonly [string, string])[] = [
    [words.application, `${facts.application ?? words.untold}${name}`],
    [words.tenant, facts.tenant ?? words.untold],
    [words.objectId, facts.objectId ?? words.untold],
    [words.audience, facts.audience ?? words.untold],
    [words.roles, facts.roles.length === 0 ? words.none : facts.roles.join(', ')],
  ];
  const lines = rows.map(([label, value]) => `  ${`${label}:`.padEnd(WIDTH)}${value}`);
  const until = `  ${`${words.validUntil}:`.padEnd(WIDTH)}${new Date(facts.validUntilMs).toISOString()}`;
  return [
    `✓ ${facts.isReadable ? words.issued : words.unreadable}`,
    ...(facts.isReadable ? lines : []),
    until,
    ...(problem === null ? [] : [`! ${problem[language]}`]),
  ].join('\n');
}

const WIDTH = 22;

const WORDS = {
  de: {
    issued: 'Der Anmeldeserver hat ein Token ausgestellt.',
    unreadable: 'Der Anmeldeserver hat ein Token ausgestellt, das nur Exchange lesen kann.',
    application: 'Anwendung',
    tenant: 'Mandant',
    objectId: 'Objekt-ID',
    audience: 'für den Dienst',
    roles: 'Berechtigungen',
    validUntil: 'gültig bis',
    untold: 'nicht genannt',
    none: 'keine genannt',
  },
  en: {
    issued: 'The sign-in server issued a token.',
    unreadable: 'The sign-in server issued a token that only Exchange can read.',
    application: 'application',
    tenant: 'tenant',
    objectId: 'object id',
    audience: 'for the service',
    roles: 'permissions',
    validUntil: 'valid until',
    untold: 'not told',
    none: 'none told',
  },
} as const;
