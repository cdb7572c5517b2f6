import type { Readable } from 'node:stream';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Config, LogLevel } from '../config.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import type { Abgleich } from '../wire.js';
import type { Input } from './input.js';

export type Language = 'de' | 'en';

/** An option of a verb, as `--url URL`. */
export interface OptionSpec {
  /** What stands for its value in the help; null = a switch without a value. */
  readonly value: string | null;
  readonly help: Sentence;
}

/** One thing the command line can do. */
export interface Verb {
  /** As it is typed: `connections add`. */
  readonly name: string;
  readonly does: Sentence;
  /** What follows the verb without dashes, as `NAME`; one in brackets, as `[NAME]`, may be left out, and `[NAME…]` repeated. */
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** How much is logged unless ABGLEICH_LOG says so; `warn` where it is not there. */
  readonly logLevel?: LogLevel;
  run(input: Input, session: Session): Promise<Outcome>;
}

/** What a verb works with. Nothing is read or opened before the verb asks for it. */
export interface Session {
  readonly language: Language;
  readonly stdin: Readable;
  /** The user who types, for the audit. */
  readonly who: string;
  config(): Config;
  log(): Log;
  metrics(): Metrics;
  /** Everything plugged in, our own schema brought up to date; closed by the command line when the verb has ended. */
  open(): Promise<Abgleich>;
  /** Writes to standard output before the verb has ended; only for verbs that go on. */
  print(text: string): void;
  /** Fires where a person or the system wants the process to end. */
  readonly stop: AbortSignal;
  /** Ends the process after that time if it has not ended by itself: nothing is lost by that, as by any kill. */
  endWithin(ms: number): void;
}

/** What a verb answers. */
export interface Outcome {
  /** 0 done, 1 a finding, 3 a side that cannot be reached. */
  readonly exit: 0 | 1 | 3;
  /** The value that `--json` prints; undefined = nothing is printed any more. */
  readonly json: unknown;
  /** The same for people. */
  readonly text: Sentence;
}

/** An outcome without a finding. */
export function done(json: unknown, text: Sentence): Outcome {
  return { exit: 0, json, text };
}
