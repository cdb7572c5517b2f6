import type { CheckRow } from '../ports/erp.js';
import type { Sentence } from '../ports/failure.js';

/** A line of the check that found nothing wrong. */
export function good(name: string, detail: Sentence): CheckRow {
  return { name, ok: true, detail, remedy: null };
}

/** A line that says what is wrong and what to do about it. */
export function bad(name: string, detail: Sentence, remedy: Sentence): CheckRow {
  return { name, ok: false, detail, remedy };
}
