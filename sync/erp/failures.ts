import type { FailureKind, Sentence } from '../ports/failure.js';
import { ConnectorFailure } from '../ports/failure.js';

/**
 * What a call to the ERP's database ended with, as a failure of ours. A `ConnectorFailure` stays as it is.
 * The message is the database's own sentence without the statement, whose bound values are people's data.
 */
export function erpFailure(error: unknown): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  if (isTakenKey(error)) return isOfMeeting(error) ? meetingExists() : keyExists();
  const code = codeOf(error);
  const kind = kindOf(code, error);
  const sentence = SENTENCES[kind];
  return new ConnectorFailure(kind, messageOf(error, code), { code, sentence });
}

/** The failure for a create whose key is in the key table already: it was done, by an earlier attempt or by somebody else. */
export function keyExists(): ConnectorFailure {
  return new ConnectorFailure('rejected', 'A record with this key was made already.', {
    code: 'keyExists',
  });
}

/** Two transactions that write one key at once: the second one finds out from the unique constraint. */
function isTakenKey(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'constraint') === 'keys_pkey';
}

/** The key is that of a meeting: two mailboxes brought it at once (rule 10). */
function isOfMeeting(error: unknown): boolean {
  const detail: unknown = error instanceof Error ? Reflect.get(error, 'detail') : undefined;
  return typeof detail === 'string' && detail.includes('(meeting:');
}

/** The failure for a meeting that another record stands for. */
export function meetingExists(): ConnectorFailure {
  return new ConnectorFailure('stale', 'Another appointment stands for this meeting already.', {
    code: 'meetingExists',
  });
}

/** True for failures that say something about the connection and nothing about the rows that were sent. */
export function isAboutConnection(failure: ConnectorFailure): boolean {
  return (
    failure.kind === 'unreachable' ||
    failure.kind === 'busy' ||
    failure.code === 'fence' ||
    failure.code === 'holder'
  );
}

/**
 * Exact codes win over their class (the first two characters).
 * https://www.postgresql.org/docs/current/errcodes-appendix.html and the codes of Node's sockets.
 */
const KIND: ReadonlyMap<string, FailureKind> = new Map([
  ['08', 'unreachable'], // connection exceptions
  ['57P01', 'unreachable'], // the server shuts down,
  ['57P02', 'unreachable'], // has crashed,
  ['57P03', 'unreachable'], // or starts up
  ['25006', 'unreachable'], // a standby; after a fail-over the name leads to the new primary
  ['ECONNREFUSED', 'unreachable'],
  ['ECONNRESET', 'unreachable'],
  ['ENOTFOUND', 'unreachable'],
  ['EAI_AGAIN', 'unreachable'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'unreachable'],
  ['EPIPE', 'unreachable'],
  ['53', 'busy'], // too many connections, disk or memory full
  ['55P03', 'busy'], // somebody holds a lock for long
  ['57014', 'busy'], // our time-out
  ['40001', 'stale'],
  ['40P01', 'stale'], // deadlock: as good as changed meanwhile
  ['28', 'forbidden'], // sign-in refused
  ['3D000', 'forbidden'], // no such database
  ['42501', 'forbidden'],
  ['3F000', 'forbidden'], // the contract is not there, or not whole: a person must act
  ['42P01', 'forbidden'],
  ['42703', 'forbidden'],
  ['42883', 'forbidden'],
]);

/** An unknown code is a refusal of what was sent, not a crash: one odd row must not stop the employee. */
function kindOf(code: string | undefined, error: unknown): FailureKind {
  if (code !== undefined) return KIND.get(code) ?? KIND.get(code.slice(0, 2)) ?? 'rejected';
  if (!(error instanceof Error)) return 'rejected';
  if (error.name === 'KnexTimeoutError') return 'busy'; // no free connection in the pool
  return CONNECTION_LOST.test(error.message) ? 'unreachable' : 'rejected';
}

const CONNECTION_LOST = /connection (terminated|ended|error)|client has encountered a connection/i;

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** knex writes `statement - sentence`; data exceptions (class 22) quote the value after a colon. */
function messageOf(error: unknown, code: string | undefined): string {
  if (!(error instanceof Error)) return 'The ERP database failed.';
  const cut = error.message.lastIndexOf(' - ');
  const sentence = cut === -1 ? error.message : error.message.slice(cut + 3);
  return code?.startsWith('22') === true ? withoutValue(sentence) : sentence;
}

/** `… for type integer: "value"`; a value with ` - ` in it has lost its beginning, and then nothing is left to show. */
function withoutValue(sentence: string): string {
  const cut = sentence.indexOf(': "');
  if (cut !== -1) return sentence.slice(0, cut);
  return sentence.endsWith('"') ? 'A value was refused.' : sentence;
}

const SENTENCES: Record<FailureKind, Sentence | undefined> = {
  unreachable: {
    de: 'Die Datenbank des ERP antwortet nicht. Läuft der Server, und stimmt seine Adresse?',
    en: 'The ERP database does not answer. Is the server running, and is its address right?',
  },
  busy: {
    de: 'Die Datenbank des ERP ist überlastet oder gesperrt; es wird später wieder versucht.',
    en: 'The ERP database is overloaded or locked; it is tried again later.',
  },
  forbidden: {
    de: 'Die Datenbank des ERP verweigert den Zugriff. `abgleich erp check` sagt, welches Recht oder welche Tabelle fehlt.',
    en: 'The ERP database refuses access. `abgleich erp check` says which right or which table is missing.',
  },
  stale: undefined,
  gone: undefined,
  cursorExpired: undefined,
  rejected: undefined,
};
