import type { CheckFault, CheckState } from '../../sync/ports/connection-check.js';
import type { CheckRow } from '../../sync/ports/erp.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { CommandGroup } from '../check/command-group.js';
import { commandText } from './command-text.js';
import type { Language, Outcome } from './verb.js';

/** A row of any check. What is left out is as in a check that knows only good and bad. */
export interface ShownRow extends CheckRow {
  /** Its name for people; `name` where it is left out. */
  readonly title?: Sentence;
  readonly state?: CheckState;
  readonly faults?: readonly CheckFault[];
  readonly commands?: readonly CommandGroup[];
}

/** Checks as an outcome: a finding where one of them is not in order. `exit` is what a finding ends with. */
export function outcomeOfChecks(rows: readonly ShownRow[], exit: 1 | 3 = 1): Outcome {
  const isOk = rows.every(({ ok }) => ok);
  return {
    exit: isOk ? 0 : exit,
    json: { ok: isOk, checks: rows },
    text: { de: linesOf(rows, 'de'), en: linesOf(rows, 'en') },
  };
}

function linesOf(rows: readonly ShownRow[], language: Language): string {
  return rows.flatMap((row) => lineOf(row, language)).join('\n');
}

function lineOf(row: ShownRow, language: Language): string[] {
  const { name, title, detail, remedy, faults = [], commands = [] } = row;
  const state = row.state ?? (row.ok ? 'passed' : 'failed');
  const first = `${SIGNS[state]} ${title?.[language] ?? name}: `;
  if (remedy === null || state === 'passed') return [first + detail[language]];
  const told =
    faults.length > 1
      ? [
          first + MANY[language](faults.length),
          ...faults.flatMap((one) => faultLines(one, language)),
        ]
      : [first + detail[language], ...remedy[language].split('\n').map((line) => `  → ${line}`)];
  return [...told, ...commandText(commands, language, '    ')];
}

function faultLines({ cause, remedy }: CheckFault, language: Language): string[] {
  return [`  • ${cause[language]}`, `    → ${remedy[language]}`];
}

const MANY = {
  de: (count: number) => `${count} Befunde`,
  en: (count: number) => `${count} findings`,
};

const SIGNS: Record<CheckState, string> = {
  passed: '✓',
  warning: '!',
  failed: '✗',
  skipped: '–',
  notReached: '·',
};
