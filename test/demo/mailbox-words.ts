import { DateTime } from 'luxon';
import { ianaOf } from '../simulators/mailbox/zones.js';
import { dayAfter } from './calendar-entry.js';
import { fittingRhythm, recurrenceOf } from './rhythm.js';
import type { Change, Content, ShowAs, Times } from './thing.js';

/** The script's edits in Exchange's words, as the control address of the fake takes them. */

/** The part of an item that says when it is. */
export interface ItemTimes {
  readonly Start: string;
  readonly End: string;
  /** A Windows id. */
  readonly StartTimeZone: string;
}

/** The properties of a new item. */
export function itemOf(content: Content): object {
  const { times, rhythm } = content;
  return {
    Subject: content.title,
    Body: content.body,
    Location: content.location,
    Sensitivity: content.isPrivate ? 'Private' : 'Normal',
    LegacyFreeBusyStatus: FREE_BUSY[content.showAs],
    ...reminderOf(content.reminder),
    Importance: capital(content.importance),
    ...timesOf(times),
    ...(rhythm === null ? {} : { Recurrence: recurrenceOf(rhythm, times.day) }),
  };
}

/** The properties of an edit that sets properties. */
export function propertiesOf(change: Change, item: ItemTimes): object {
  switch (change.kind) {
    case 'text':
      return { [TEXTS[change.field]]: change.value };
    case 'html':
      return { Body: { BodyType: 'HTML', Value: change.value } };
    case 'private':
      return { Sensitivity: change.value ? 'Private' : 'Normal' };
    case 'showAs':
      return { LegacyFreeBusyStatus: FREE_BUSY[change.value] };
    case 'reminder':
      return reminderOf(change.value);
    case 'importance':
      return { Importance: capital(change.value) };
    case 'shift':
      return { Start: shifted(item.Start, change.minutes), End: shifted(item.End, change.minutes) };
    case 'times':
      return timesOf(change.times);
    case 'rhythm': {
      const zone = ianaOf(item.StartTimeZone);
      const day = DateTime.fromISO(item.Start, { zone }).toFormat('yyyy-MM-dd');
      return { Recurrence: recurrenceOf(fittingRhythm(change.rhythm, day), day) };
    }
    default:
      throw new Error(`${change.kind} is nothing that is done in a mailbox`);
  }
}

const TEXTS = { title: 'Subject', location: 'Location', body: 'Body' } as const;
const FREE_BUSY: Record<ShowAs, string> = {
  free: 'Free',
  tentative: 'Tentative',
  busy: 'Busy',
  away: 'OOF',
  elsewhere: 'WorkingElsewhere',
};

function reminderOf(minutes: number | null): object {
  return minutes === null
    ? { ReminderIsSet: false }
    : { ReminderIsSet: true, ReminderMinutesBeforeStart: minutes };
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** Outlook sends the wall clock together with the zone. */
function timesOf(times: Times): object {
  const zone = times.kind === 'timed' ? windowsZone(times.zone) : 'W. Europe Standard Time';
  const zones = { StartTimeZone: zone, EndTimeZone: zone };
  if (times.kind === 'allDay') {
    const end = dayAfter(times.day, times.days);
    return {
      IsAllDayEvent: true,
      Start: `${times.day}T00:00:00`,
      End: `${end}T00:00:00`,
      ...zones,
    };
  }
  const start = DateTime.fromISO(`${times.day}T${times.time}`, { zone: times.zone }).toMillis();
  return {
    IsAllDayEvent: false,
    Start: isoOf(start),
    End: isoOf(start + times.minutes * 60_000),
    ...zones,
  };
}

function windowsZone(iana: string): string {
  const zone = WINDOWS_ZONES[iana];
  if (zone === undefined) throw new Error(`the script has no Windows name for ${iana}`);
  return zone;
}

const WINDOWS_ZONES: Readonly<Record<string, string>> = {
  'Europe/Berlin': 'W. Europe Standard Time',
  'America/New_York': 'Eastern Standard Time',
  'Asia/Tokyo': 'Tokyo Standard Time',
};

function shifted(time: string, minutes: number): string {
  return isoOf(Date.parse(time) + minutes * 60_000);
}

/** `2026-03-01T10:00:00Z` */
export function isoOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
