import type { ErpAppointment, ErpException, ErpOccurrenceFields } from '../erp-record.js';
import { keysOf } from '../keys.js';
import type { TranslationContext } from '../kind.js';
import { firstDayOf, seriesText } from '../recurrence.js';
import type { IanaZone, PlainDate } from '../values.js';
import type { Appointment, OccurrenceFields, SeriesException } from './appointment.js';
import { FIELD_TEXTS } from './canonical.js';
import { discreetOccurrence, isDiscreet, UNTOLD_OF_PRIVATE } from './discreet.js';
import { changedFieldsFromErp, changedFieldsToErp } from './erp-fields.js';
import { untoldFields, withoutUntold } from './occurrence-content.js';
import { exceptionOf, inOrder, patternTest, regularOccurrence } from './occurrence-fields.js';

/**
 * The exceptions of an ERP series that mean something: not what repeats the series' own value, and not a deletion
 * on a day that the pattern does not have.
 */
export function exceptionsFromErp(
  rows: readonly ErpException[],
  master: Appointment,
  zone: IanaZone,
  context: TranslationContext,
): readonly SeriesException[] {
  if (rows.length === 0) return [];
  const isInPattern = patternTest(master);
  const untold = untoldFields('reading', context);
  return inOrder(
    rows.map(({ originalDate, deleted, fields }) => {
      const own = changedFieldsFromErp(fields, zone, context);
      const told = withoutUntold(discreetOccurrence(own, master, context), untold);
      if (!deleted) return exceptionOf(master, originalDate, told);
      return isInPattern(originalDate) ? { originalDate, change: { kind: 'deleted' } } : null;
    }),
  );
}

/** A write of exceptions: what the ERP shall show, the value as it was wanted, and what the record has now. */
export interface ExceptionWrite {
  readonly there: Appointment;
  readonly value: Appointment;
  readonly current: ErpAppointment | null;
  readonly now: Appointment | null;
}

/**
 * The whole list of exceptions that the record shall have; null where it has just that list. A row keeps what
 * Exchange does not see of it: another priority of the same importance, a value that repeats the series, and, while
 * the pattern stays, a day that the pattern does not have.
 */
export function erpExceptions(
  write: ExceptionWrite,
  context: TranslationContext,
): readonly ErpException[] | null {
  const { there, current } = write;
  const wasSeries = current !== null && current.rrule !== null;
  if (there.series === null)
    return current === null || (wasSeries && current.exceptions.length > 0) ? [] : null;
  const list = targetRows(write, wasSeries ? current.exceptions : [], context);
  return current !== null && sameRows(list, current.exceptions) ? null : list;
}

function targetRows(
  write: ExceptionWrite,
  rows: readonly ErpException[],
  context: TranslationContext,
): readonly ErpException[] {
  const wanted = new Map(write.there.exceptions.map((one) => [one.originalDate, one.change]));
  const had = new Map(rows.map((row) => [row.originalDate, row]));
  const isInPattern = patternTest(write.there);
  const staysOutside = outsiders(write);
  const list: ErpException[] = [];
  for (const originalDate of [...new Set([...wanted.keys(), ...had.keys()])].sort()) {
    const row = had.get(originalDate) ?? null;
    const change = wanted.get(originalDate);
    if (change?.kind === 'deleted') {
      list.push(row?.deleted === true ? row : { originalDate, deleted: true, fields: {} });
    } else if (!isInPattern(originalDate)) {
      if (row !== null && staysOutside(row)) list.push(row);
    } else {
      const own = change?.fields ?? {};
      const fields = rowFields(write.there, { originalDate, own, row }, context);
      if (Object.keys(fields).length > 0) list.push({ originalDate, deleted: false, fields });
      else if (row !== null && isEmpty(row)) list.push(row);
    }
  }
  return list;
}

/** A row that says nothing is the ERP's own business. */
function isEmpty(row: ErpException): boolean {
  return !row.deleted && Object.keys(row.fields).length === 0;
}

/** Rows outside the pattern stay while the pattern does, unless the value says that they shall go. */
function outsiders({ there, value, now }: ExceptionWrite): (row: ErpException) => boolean {
  if (now === null || seriesTextOf(there) !== seriesTextOf(now)) return () => false;
  const shown = new Set(now.exceptions.map((one) => one.originalDate));
  const wanted = new Set(value.exceptions.map((one) => one.originalDate));
  return ({ originalDate }) => !shown.has(originalDate) || wanted.has(originalDate);
}

function seriesTextOf({ when, series }: Appointment): string {
  return series === null ? '' : `${firstDayOf(when)} ${seriesText({ when, series })}`;
}

interface RowTarget {
  readonly originalDate: PlainDate;
  readonly own: Partial<OccurrenceFields>;
  readonly row: ErpException | null;
}

type RowFields = { -readonly [F in keyof ErpOccurrenceFields]?: ErpOccurrenceFields[F] };

function rowFields(
  there: Appointment,
  { originalDate, own, row }: RowTarget,
  context: TranslationContext,
): ErpException['fields'] {
  const shown = { ...regularOccurrence(there, originalDate), ...own };
  const zone = there.when.kind === 'timed' ? there.when.zone : context.zone;
  const old: ErpException['fields'] = row === null || row.deleted ? {} : row.fields;
  const oldMeaning = changedFieldsFromErp(old, zone, context);
  // what a private occurrence is about stays where it is, when it is written for another reason
  const hasSecret =
    !there.isPrivate && isDiscreet(shown, context) && isDiscreet(oldMeaning, context);
  const untold = [...untoldFields('erp', context), ...(hasSecret ? UNTOLD_OF_PRIVATE : [])];
  const kept: RowFields = {};
  for (const field of keysOf(old)) {
    const meaning = MEANING[field];
    if (untold.includes(meaning)) copyField(field, old[field], kept);
    else if (sameField(meaning, oldMeaning[meaning], shown[meaning]))
      copyField(field, old[field], kept);
  }
  const told = withoutUntold(own, hasSecret ? UNTOLD_OF_PRIVATE : []);
  return { ...changedFieldsToErp(told, old.when ?? null, context), ...kept };
}

const MEANING: Record<keyof ErpOccurrenceFields, keyof OccurrenceFields> = {
  title: 'subject',
  body: 'body',
  location: 'location',
  when: 'when',
  isPrivate: 'isPrivate',
  showAs: 'showAs',
  reminderMinutes: 'reminder',
  priorityId: 'importance',
};

function sameField<F extends keyof OccurrenceFields>(
  field: F,
  one: OccurrenceFields[F] | undefined,
  other: OccurrenceFields[F],
): boolean {
  const textOf = FIELD_TEXTS[field];
  return one !== undefined && textOf(one) === textOf(other);
}

function copyField<F extends keyof ErpOccurrenceFields>(
  field: F,
  value: ErpOccurrenceFields[F] | undefined,
  to: RowFields,
): void {
  if (value !== undefined) to[field] = value;
}

/** Field by field in a fixed order, because a database hands keys back in its own. */
function sameRows(one: readonly ErpException[], other: readonly ErpException[]): boolean {
  return one.length === other.length && one.every((row, at) => rowText(row) === rowText(other[at]));
}

function rowText(row: ErpException | undefined): string {
  if (row === undefined) return '';
  const fields = keysOf(MEANING).map((field) => row.fields[field]);
  return JSON.stringify([
    row.originalDate,
    row.deleted,
    fields.map((value) => (value === undefined ? [] : [value])),
  ]);
}
