import { keysOf } from '../keys.js';
import type { Loss } from '../translation.js';
import type { PlainDate } from '../values.js';
import type { Appointment } from './appointment.js';
import { canonicalAppointment } from './canonical.js';

/** What writing into either side has in common: which fields differ there, and what is lost of the exceptions. */

/** Tells for each field whether a side that shows `now` must be written to show `wanted`; all of them for a new record. */
export function moved(
  wanted: Appointment,
  now: Appointment | null,
): (...fields: readonly (keyof Appointment)[]) => boolean {
  if (now === null) return () => true;
  const target = canonicalAppointment(wanted);
  const shown = canonicalAppointment(now);
  const differing = new Set(
    keysOf(wanted).filter((field) => !sameTexts(target[field], shown[field])),
  );
  return (...fields) => fields.some((field) => differing.has(field));
}

/** The changed occurrences of a value that are not among those kept: the pattern has no such day any more (rule 15). */
export function exceptionLosses(
  value: Appointment,
  kept: readonly { readonly originalDate: PlainDate }[],
): readonly Loss[] {
  if (value.series === null) return [];
  const dates = new Set(kept.map(({ originalDate }) => originalDate));
  return value.exceptions
    .filter(({ originalDate, change }) => change.kind === 'changed' && !dates.has(originalDate))
    .map(({ originalDate }) => ({
      field: 'exceptions',
      reason: 'exceptionOutsidePattern',
      detail: `The series does not take place on ${originalDate} any more; the change of that day was dropped.`,
    }));
}

type Texts = string | Readonly<Record<string, string>> | undefined;

function sameTexts(one: Texts, other: Texts): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => one[name] === other[name])
  );
}
