import { splitBody } from '../body-block.js';
import type { ErpOccurrenceFields, ErpWhen } from '../erp-record.js';
import type { TranslationContext } from '../kind.js';
import { textLines } from '../text.js';
import type { IanaZone, Instant } from '../values.js';
import type { Importance, OccurrenceFields, When } from './appointment.js';
import { priorityFor } from './held.js';
import { checkedWhen } from './occurrence-fields.js';

/** The fields that an ERP record and a changed occurrence of it have in common, both ways. */

/** Reads them all; the zone is the record's. */
export function fieldsFromErp(
  fields: ErpOccurrenceFields,
  zone: IanaZone,
  context: TranslationContext,
): OccurrenceFields {
  return {
    subject: fields.title,
    when: whenFromErp(fields.when, zone),
    location: fields.location,
    body: bodyFromErp(fields.body),
    isPrivate: fields.isPrivate,
    showAs: fields.showAs,
    reminder: fields.reminderMinutes,
    importance: importanceOf(fields.priorityId, context),
  };
}

/** Reads those that are there. */
export function changedFieldsFromErp(
  fields: Partial<ErpOccurrenceFields>,
  zone: IanaZone,
  context: TranslationContext,
): Partial<OccurrenceFields> {
  const { title, body, location, when, isPrivate, showAs, reminderMinutes, priorityId } = fields;
  return {
    ...(title !== undefined && { subject: title }),
    ...(when !== undefined && { when: whenFromErp(when, zone) }),
    ...(location !== undefined && { location }),
    ...(body !== undefined && { body: bodyFromErp(body) }),
    ...(isPrivate !== undefined && { isPrivate }),
    ...(showAs !== undefined && { showAs }),
    ...(reminderMinutes !== undefined && { reminder: reminderMinutes }),
    ...(priorityId !== undefined && { importance: importanceOf(priorityId, context) }),
  };
}

/** The same for writing. `current` is the time that the row has now; see `erpWhenOf`. */
export function changedFieldsToErp(
  fields: Partial<OccurrenceFields>,
  current: ErpWhen | null,
  context: TranslationContext,
): Partial<ErpOccurrenceFields> {
  const { subject, body, location, when, isPrivate, showAs, reminder, importance } = fields;
  return {
    ...(subject !== undefined && { title: subject }),
    ...(body !== undefined && { body }),
    ...(location !== undefined && { location }),
    ...(when !== undefined && { when: erpWhenOf(when, current) }),
    ...(isPrivate !== undefined && { isPrivate }),
    ...(showAs !== undefined && { showAs }),
    ...(reminder !== undefined && { reminderMinutes: reminder }),
    ...(importance !== undefined && { priorityId: priorityFor(importance, context)?.id ?? null }),
  };
}

/** A time as the ERP has it; what `current` shows to the minute keeps its seconds. */
export function erpWhenOf(when: When, current: ErpWhen | null): ErpWhen {
  if (when.kind === 'allDay') {
    return { kind: 'allDay', firstDay: when.firstDay, lastDay: when.lastDay };
  }
  if (current?.kind !== 'timed') return { kind: 'timed', startsAt: when.start, endsAt: when.end };
  return {
    kind: 'timed',
    startsAt: sameMinute(when.start, current.startsAt) ? current.startsAt : when.start,
    endsAt: sameMinute(when.end, current.endsAt) ? current.endsAt : when.end,
  };
}

function whenFromErp(when: ErpWhen, zone: IanaZone): When {
  if (when.kind === 'allDay') return checkedWhen(when);
  return checkedWhen({ kind: 'timed', start: when.startsAt, end: when.endsAt, zone });
}

/** A block of ours that somebody copied into the ERP is no body text there either. */
function bodyFromErp(body: string): string {
  return textLines(splitBody(body).body);
}

/** What an ERP priority means to Exchange (feature D4); a record without one, or with an unknown one, is normal. */
function importanceOf(priorityId: string | null, context: TranslationContext): Importance {
  if (priorityId === null) return 'normal';
  return context.priorities.find(({ id }) => id === priorityId)?.importance ?? 'normal';
}

function sameMinute(one: Instant, other: Instant): boolean {
  return one.slice(0, 16) === other.slice(0, 16);
}
