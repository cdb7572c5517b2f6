import { joinBody, splitBody } from '../body-block.js';
import type {
  ExchangeAppointment,
  ExchangeFreeBusy,
  ExchangeOccurrenceFields,
  ExchangeSensitivity,
} from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import { textLines } from '../text.js';
import { addDays } from '../values.js';
import type { IanaZone } from '../values.js';
import type { Importance, OccurrenceFields, ShowAs, When } from './appointment.js';
import { nearestDay, spanOnClock } from './exchange-zone.js';
import type { WritingClock } from './exchange-zone.js';
import { checkedWhen } from './occurrence-fields.js';

/** The fields that an item and a changed occurrence of it have in common, both ways. */

/** Reads them all; a body that was not asked for is ''. */
export function fieldsFromExchange(
  fields: ExchangeOccurrenceFields,
  zone: IanaZone,
): OccurrenceFields {
  return {
    subject: fields.subject,
    when: whenFromExchange(fields, zone),
    location: fields.location,
    body: splitBody(textLines(fields.bodyText ?? '')).body,
    isPrivate: isPrivateInExchange(fields.sensitivity),
    showAs: SHOW_AS[fields.freeBusy],
    reminder: fields.reminderIsSet ? reminderOf(fields.reminderMinutes) : null,
    importance: IMPORTANCE[fields.importance],
  };
}

/** What is written beside the fields themselves, or has a say in how they are written. */
export interface FieldTarget {
  readonly clock: WritingClock;
  readonly about: string;
  readonly language: TranslationContext['language'];
  /** What is there now; a `Confidential` item stays so while it is private. */
  readonly current: Pick<ExchangeOccurrenceFields, 'sensitivity' | 'freeBusy' | 'isAllDay'> | null;
}

/** Writes those that are there. */
export function fieldsToExchange(
  fields: Partial<OccurrenceFields>,
  target: FieldTarget,
): Partial<ExchangeOccurrenceFields> {
  const { subject, body, location, when, isPrivate, showAs, reminder, importance } = fields;
  const { about, language, current } = target;
  return {
    ...(subject !== undefined && { subject }),
    ...(body !== undefined && { bodyText: joinBody(body, about, language) }),
    ...(location !== undefined && { location }),
    ...(when !== undefined && timesOf(when, target)),
    ...(isPrivate !== undefined && { sensitivity: sensitivityOf(isPrivate, current) }),
    ...(showAs !== undefined && { freeBusy: freeBusyOf(showAs, current) }),
    ...(reminder !== undefined && {
      reminderIsSet: reminder !== null,
      reminderMinutes: reminder ?? DEFAULT_REMINDER,
    }),
    ...(importance !== undefined && { importance: IMPORTANCE_NAME[importance] }),
  };
}

/** Reads a time; days are those of the item's clock (protocol fact 60). */
export function whenFromExchange(
  { start, end, isAllDay }: Pick<ExchangeAppointment, 'start' | 'end' | 'isAllDay'>,
  zone: IanaZone,
): When {
  const timed = checkedWhen({ kind: 'timed', start, end, zone });
  if (!isAllDay) return timed;
  const firstDay = nearestDay(start, zone);
  const lastDay = addDays(nearestDay(end, zone), -1);
  return { kind: 'allDay', firstDay, lastDay: lastDay < firstDay ? firstDay : lastDay };
}

function timesOf(
  when: When,
  { clock, current }: FieldTarget,
): Pick<ExchangeOccurrenceFields, 'start' | 'end'> & { readonly isAllDay?: boolean } {
  const isAllDay = when.kind === 'allDay';
  const span = spanOnClock(when, clock.zone);
  return current?.isAllDay === isAllDay ? span : { ...span, isAllDay };
}

const SHOW_AS: Record<ExchangeFreeBusy, ShowAs> = {
  Free: 'free',
  Tentative: 'tentative',
  Busy: 'busy',
  OOF: 'away',
  WorkingElsewhere: 'elsewhere',
  NoData: 'busy', // nobody may book over time we cannot see
};

const FREE_BUSY: Record<ShowAs, ExchangeFreeBusy> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  away: 'OOF',
  elsewhere: 'WorkingElsewhere',
};

const IMPORTANCE: Record<ExchangeAppointment['importance'], Importance> = {
  Low: 'low',
  Normal: 'normal',
  High: 'high',
};

const IMPORTANCE_NAME: Record<Importance, ExchangeAppointment['importance']> = {
  low: 'Low',
  normal: 'Normal',
  high: 'High',
};

/** Minutes; the server's own default, which also stands for "as the mailbox has it" (MS-OXORMDR 2.2.1.3). */
const DEFAULT_REMINDER = 15;
const AS_THE_MAILBOX_HAS_IT = 1_525_252_321;

function reminderOf(minutes: number): number {
  return minutes === AS_THE_MAILBOX_HAS_IT ? DEFAULT_REMINDER : minutes;
}

/** Personal and Confidential are private to the ERP, which knows one kind only (protocol fact 41). */
export function isPrivateInExchange(sensitivity: ExchangeSensitivity): boolean {
  return sensitivity !== 'Normal';
}

function sensitivityOf(wanted: boolean, current: FieldTarget['current']): ExchangeSensitivity {
  if (current !== null && isPrivateInExchange(current.sensitivity) === wanted)
    return current.sensitivity;
  return wanted ? 'Private' : 'Normal';
}

function freeBusyOf(wanted: ShowAs, current: FieldTarget['current']): ExchangeFreeBusy {
  return current !== null && SHOW_AS[current.freeBusy] === wanted
    ? current.freeBusy
    : FREE_BUSY[wanted];
}
