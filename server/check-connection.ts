import type { CheckState, CheckStep, ConnectionCheck } from '../sync/ports/connection-check.js';
import type { CheckFault } from '../sync/ports/connection-check.js';
import type { CheckRow } from '../sync/ports/erp.js';
import type { Mailbox } from '../sync/ports/exchange.js';
import type { Sentence } from '../sync/ports/failure.js';
import { commandsFor } from './check/admin-commands.js';
import type { CommandGroup, CommandValues } from './check/command-group.js';
import { STEP_TITLES } from './check/step-titles.js';

/** One step of the check, and the commands for what is wrong with it. */
export interface ConnectionRow extends CheckRow {
  readonly title: Sentence;
  readonly state: CheckState;
  readonly faults: readonly CheckFault[];
  readonly commands: readonly CommandGroup[];
}

export interface ConnectionToCheck {
  readonly check: Pick<ConnectionCheck, 'check'>;
  /** The mailbox to open; null = there is none to try with. */
  readonly mailbox: Mailbox | null;
  /** What the commands are filled in with. */
  readonly values: CommandValues;
  readonly signal: AbortSignal;
}

/**
 * Tries a connection step by step, and says which step failed, why, and what to do about it (feature A4). `isReachable` is false where
 * no Exchange, or no sign-in server, answered.
 */
export async function checkConnection({
  check,
  mailbox,
  values,
  signal,
}: ConnectionToCheck): Promise<{
  readonly rows: readonly ConnectionRow[];
  readonly isReachable: boolean;
}> {
  const steps = await check.check(mailbox, signal);
  return {
    rows: steps.map((step) => rowOf(step, values)),
    isReachable: !steps.some(({ state, faults }) => state === 'failed' && faults.some(isAway)),
  };
}

function isAway({ kind }: CheckFault): boolean {
  return kind === 'unreachable';
}

function rowOf({ name, state, result, faults }: CheckStep, values: CommandValues): ConnectionRow {
  const codes = faults.map(({ code }) => code);
  return {
    ...{ name, title: STEP_TITLES[name], state, faults },
    ok: state !== 'failed' && state !== 'notReached',
    detail: result,
    remedy: faults.length === 0 ? null : together(faults.map(({ remedy }) => remedy)),
    commands: commandsFor(name, codes, values),
  };
}

function together(sentences: readonly Sentence[]): Sentence {
  const unique = [...new Map(sentences.map((sentence) => [sentence.en, sentence])).values()];
  return {
    de: unique.map(({ de }) => de).join('\n'),
    en: unique.map(({ en }) => en).join('\n'),
  };
}
