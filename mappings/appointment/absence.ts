import { occurrencesOf } from '../occurrences.js';
import { firstDayOf } from '../recurrence.js';
import { parsePlainDate } from '../values.js';
import type { Appointment } from './appointment.js';
import { inOrder } from './occurrence-fields.js';

/**
 * The series as somebody has it who does not come on that day (rule 9): with the occurrence deleted. A day that the series
 * does not have, any more for instance, changes nothing.
 */
export function withoutOccurrence(value: Appointment, day: string): Appointment {
  const originalDate = parsePlainDate(day);
  if (value.series === null || !hasDay(value, originalDate)) return value;
  const others = value.exceptions.filter((one) => one.originalDate !== originalDate);
  return {
    ...value,
    exceptions: inOrder([...others, { originalDate, change: { kind: 'deleted' } }]),
  };
}

function hasDay(value: Appointment, day: ReturnType<typeof parsePlainDate>): boolean {
  if (value.series === null) return false;
  return occurrencesOf(value.series, firstDayOf(value.when)).indexOf(day) !== null;
}
