import { ConnectorFailure } from '../ports/failure.js';

/**
 * How far the change log was read (rule 12): everything that `snapshot` could see. The rest recognises the log, so that
 * a restored one is not continued: its identity, and the newest row seen with a mark that no other row has.
 */
export interface Position {
  readonly log: string;
  /** PostgreSQL's text form of a pg_snapshot: `xmin:xmax:xip,xip,…`. */
  readonly snapshot: string;
  /** Number of the newest row seen; '0' = the log was empty. */
  readonly seq: string;
  readonly mark: string;
}

/** The port's opaque text. */
export function formatPosition({ log, snapshot, seq, mark }: Position): string {
  return JSON.stringify({ log, snapshot, seq, mark });
}

/** Throws `cursorExpired` for a text that is not a position of ours. */
export function parsePosition(text: string): Position {
  const read = readJson(text);
  const position = {
    log: textOf(read, 'log'),
    snapshot: textOf(read, 'snapshot'),
    seq: textOf(read, 'seq'),
    mark: textOf(read, 'mark'),
  };
  if (!SNAPSHOT.test(position.snapshot) || !SEQ.test(position.seq)) {
    throw expired('The position cannot be read.');
  }
  return position;
}

const SNAPSHOT = /^\d{1,19}:\d{1,19}:(\d{1,19}(,\d{1,19})*)?$/;
const SEQ = /^\d{1,18}$/;

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw expired('The position cannot be read.');
  }
}

function textOf(read: unknown, name: string): string {
  if (typeof read !== 'object' || read === null) return '';
  const value: unknown = Reflect.get(read, name);
  return typeof value === 'string' ? value : '';
}

/** What a snapshot did not see, as bindings for the two ranges of the log's index: it is exactly these. */
export interface Unseen {
  /** Transactions from here on had not begun. */
  readonly notBegun: string;
  /** These were under way. */
  readonly underWay: readonly string[];
}

/** Takes `xmin:xmax:xip,…` apart. In plain values, because the planner can look those up in its statistics. */
export function unseenBy(snapshot: string): Unseen {
  const [, notBegun = '0', list = ''] = snapshot.split(':');
  return { notBegun, underWay: list === '' ? [] : list.split(',') };
}

/** The failure that makes a reader start over and compare everything. */
export function expired(message: string): ConnectorFailure {
  return new ConnectorFailure('cursorExpired', message, { code: 'position' });
}
