import type { CheckRow } from '../../sync/ports/erp.js';
import type { Language, Outcome } from './verb.js';

/** Checks as an outcome: a finding where one of them is not in order. `exit` is what a finding ends with. */
export function outcomeOfChecks(rows: readonly CheckRow[], exit: 1 | 3 = 1): Outcome {
  const isOk = rows.every(({ ok }) => ok);
  return {
    exit: isOk ? 0 : exit,
    json: { ok: isOk, checks: rows },
    text: { de: linesOf(rows, 'de'), en: linesOf(rows, 'en') },
  };
}

function linesOf(rows: readonly CheckRow[], language: Language): string {
  return rows.flatMap((row) => lineOf(row, language)).join('\n');
}

function lineOf({ name, ok, detail, remedy }: CheckRow, language: Language): string[] {
  const first = `${ok ? '✓' : '✗'} ${name}: ${detail[language]}`;
  return ok || remedy === null ? [first] : [first, `  → ${remedy[language]}`];
}
