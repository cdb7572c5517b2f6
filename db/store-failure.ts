import { ConnectorFailure } from '../sync/ports/failure.js';
import { codeOf, databaseProblem } from './problem.js';

/**
 * Runs statements and turns what PostgreSQL says about the moment into a `ConnectorFailure`: a lost or overloaded
 * server is `unreachable`, a race that was lost `stale`. Anything else is a mistake of ours and passes as it came.
 */
export async function reportingFailures<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error);
  }
}

/** The lease that a write came with is not the pair's current one. */
export function staleLease(pairId: string): ConnectorFailure {
  return new ConnectorFailure('stale', `another worker has taken over the pair ${pairId}`);
}

/** Our own tables have no such pair. */
export function unknownPair(pairId: string): ConnectorFailure {
  return new ConnectorFailure('gone', `there is no pair ${pairId}`);
}

/** A record or an item would be in two live links of a pair. */
export function linkedTwice(constraint: string, cause?: unknown): ConnectorFailure {
  const what = constraint === 'links_one_per_item' ? 'item' : 'record';
  return new ConnectorFailure('rejected', `the ${what} is already in another live link`, {
    code: constraint,
    cause,
  });
}

function storeFailure(error: unknown): unknown {
  if (error instanceof ConnectorFailure) return error;
  const code = codeOf(error) ?? '';
  const constraint = constraintOf(error);
  if (code === '23505' && LINK_CONSTRAINTS.has(constraint)) return linkedTwice(constraint, error);
  if (RACE_LOST.has(code)) {
    return new ConnectorFailure('stale', 'another transaction was faster', { code, cause: error });
  }
  return isLostServer(error, code) ? lostServer(error) : error;
}

const LINK_CONSTRAINTS: ReadonlySet<string> = new Set([
  'links_one_per_record',
  'links_one_per_item',
]);

/** Serialization failure, deadlock, lock not available. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const RACE_LOST: ReadonlySet<string> = new Set(['40001', '40P01', '55P03']);

/** Classes: connection exception, insufficient resources, operator intervention (shutdown, cancelled, time-out). */
const LOST_SERVER = /^(08|53|57)/;

const LOST_SOCKET: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** pg and knex name their own cases by text and by name only; knex puts the statement in front of the text. */
function isLostServer(error: unknown, code: string): boolean {
  if (LOST_SERVER.test(code) || LOST_SOCKET.has(code)) return true;
  if (!(error instanceof Error)) return false;
  return error.name === 'KnexTimeoutError' || LOST_CONNECTION.test(error.message);
}

const LOST_CONNECTION =
  /(^| - )(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/;

function lostServer(error: unknown): ConnectorFailure {
  const text = error instanceof Error ? error.message : String(error);
  const why = text.slice(text.lastIndexOf(' - ') + 1).replace(/^- /, ''); // never the statement and its values
  return databaseProblem(
    'unreachable',
    {
      de: `Die Datenbank von Abgleich antwortet nicht (${why}). Sobald sie wieder läuft, geht es von selbst weiter.`,
      en: `The database of Abgleich does not answer (${why}). Work goes on by itself once it runs again.`,
    },
    error,
  );
}

/** The name of the constraint that a statement broke; '' where it did not. */
export function constraintOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return '';
  return typeof error.constraint === 'string' ? error.constraint : '';
}
