import { DateTime } from 'luxon';
import type pg from 'pg';
import { RRuleTemporal } from 'rrule-temporal';
import { z } from 'zod';
import { dayAfter, inOrder, isWithin, lineOf, minuteOf, textOf } from './calendar-entry.js';
import type { CalendarEntry, Sighting, Window } from './calendar-entry.js';

/** An appointment of the ERP with everybody whose calendar it belongs to. */
export interface ErpEntry extends CalendarEntry {
  readonly ownerId: string;
  /** Employees, the owner among them. */
  readonly employeeIds: readonly string[];
  readonly zone: string;
  readonly isLocked: boolean;
}

/** Reads all appointments by plain SQL, with an expansion of its own. In the order of their ids. */
export async function readErpCalendar(client: pg.Client, window: Window): Promise<ErpEntry[]> {
  const { rows } = await client.query(READ_APPOINTMENTS);
  return rows.map((row) => entryOf(ROW.parse(row), window));
}

const READ_APPOINTMENTS = `
  select a.id, a.owner_id, a.title, a.body, a.location, a.all_day,
         extract(epoch from a.starts_at)::float8 * 1000 as starts_at,
         extract(epoch from a.ends_at)::float8 * 1000 as ends_at,
         a.first_day::text, a.last_day::text, a.time_zone, a.rrule, a.is_private, a.show_as, a.reminder_minutes,
         coalesce(p.importance, 'normal') as importance, a.is_meeting or a.is_protected as is_locked,
         array(select q.employee_id from erp.appointment_participants as q
                where q.appointment_id = a.id and q.employee_id is not null order by 1) as participants,
         (select coalesce(json_agg(json_build_object(
                   'original_date', x.original_date::text, 'deleted', x.deleted, 'title', x.title, 'body', x.body,
                   'location', x.location, 'all_day', x.all_day,
                   'starts_at', extract(epoch from x.starts_at)::float8 * 1000,
                   'ends_at', extract(epoch from x.ends_at)::float8 * 1000,
                   'first_day', x.first_day::text, 'last_day', x.last_day::text, 'is_private', x.is_private,
                   'show_as', x.show_as, 'reminder_changed', x.reminder_changed,
                   'reminder_minutes', x.reminder_minutes, 'importance', xp.importance)), '[]')
            from erp.appointment_exceptions as x left join erp.priorities as xp on xp.id = x.priority_id
           where x.appointment_id = a.id) as exceptions
    from erp.appointments as a left join erp.priorities as p on p.id = a.priority_id
   where a.in_scope
   order by a.id`;

const EXCEPTION = z.object({
  original_date: z.string(),
  deleted: z.boolean(),
  title: z.string().nullable(),
  body: z.string().nullable(),
  location: z.string().nullable(),
  all_day: z.boolean().nullable(),
  starts_at: z.number().nullable(),
  ends_at: z.number().nullable(),
  first_day: z.string().nullable(),
  last_day: z.string().nullable(),
  is_private: z.boolean().nullable(),
  show_as: z.string().nullable(),
  reminder_changed: z.boolean(),
  reminder_minutes: z.number().nullable(),
  importance: z.string().nullable(),
});

const ROW = z.object({
  id: z.string(),
  owner_id: z.string(),
  title: z.string(),
  body: z.string(),
  location: z.string(),
  all_day: z.boolean(),
  starts_at: z.number().nullable(),
  ends_at: z.number().nullable(),
  first_day: z.string().nullable(),
  last_day: z.string().nullable(),
  time_zone: z.string(),
  rrule: z.string().nullable(),
  is_private: z.boolean(),
  show_as: z.string(),
  reminder_minutes: z.number().nullable(),
  importance: z.string(),
  is_locked: z.boolean(),
  participants: z.array(z.string()),
  exceptions: z.array(EXCEPTION),
});

type Row = z.infer<typeof ROW>;
type Exception = z.infer<typeof EXCEPTION>;

function entryOf(row: Row, window: Window): ErpEntry {
  const occurrences = row.rrule === null ? [sightingOf(row)] : seriesOf(row, row.rrule, window);
  return {
    id: row.id,
    subject: lineOf(row.title),
    uid: null,
    mark: null,
    ownerId: row.owner_id,
    employeeIds: [...new Set([row.owner_id, ...row.participants])],
    zone: row.time_zone,
    isLocked: row.is_locked,
    isPrivate: row.is_private,
    isSeries: row.rrule !== null,
    occurrences: inOrder(occurrences.filter((one) => isWithin(window, one))),
  };
}

function sightingOf(row: Row): Sighting {
  return { ...timesOf(row), ...textsOf(row) };
}

function textsOf(row: Row): Omit<Sighting, 'start' | 'end'> {
  return {
    subject: lineOf(row.title),
    location: lineOf(row.location),
    body: textOf(row.body),
    isPrivate: row.is_private,
    showAs: row.show_as,
    reminder: row.reminder_minutes,
    importance: row.importance,
  };
}

function timesOf(row: Row | Exception): Pick<Sighting, 'start' | 'end'> {
  return row.all_day === true
    ? { start: row.first_day ?? '', end: row.last_day ?? '' }
    : { start: minuteOf(row.starts_at ?? 0), end: minuteOf(row.ends_at ?? 0) };
}

function seriesOf(row: Row, rrule: string, window: Window): Sighting[] {
  const exceptions = new Map(row.exceptions.map((one) => [one.original_date, one]));
  const texts = textsOf(row);
  return daysOf(firstDayOf(row), rrule, dayAfter(window.before, EXPAND_BEYOND)).flatMap((day) => {
    const exception = exceptions.get(day);
    if (exception?.deleted === true) return [];
    const regular = { ...timesOn(row, day), ...texts };
    return [exception ? withException(regular, exception) : regular];
  });
}

/** An occurrence from after the window may have been moved into it. */
const EXPAND_BEYOND = 40;

function withException(regular: Sighting, exception: Exception): Sighting {
  return {
    ...(exception.all_day === null ? pick(regular) : timesOf(exception)),
    subject: exception.title === null ? regular.subject : lineOf(exception.title),
    location: exception.location === null ? regular.location : lineOf(exception.location),
    body: exception.body === null ? regular.body : textOf(exception.body),
    isPrivate: exception.is_private ?? regular.isPrivate,
    showAs: exception.show_as ?? regular.showAs,
    reminder: exception.reminder_changed ? exception.reminder_minutes : regular.reminder,
    importance: exception.importance ?? regular.importance,
  };
}

function pick({ start, end }: Sighting): Pick<Sighting, 'start' | 'end'> {
  return { start, end };
}

function firstDayOf(row: Row): string {
  return row.all_day ? (row.first_day ?? '') : wallOf(row.starts_at, row.time_zone).slice(0, 10);
}

/**
 * The dates of a rule up to a day, that day not included, `limit` at most; on a calendar without a clock, so that no
 * zone can move them.
 */
export function daysOf(firstDay: string, rrule: string, before: string, limit = 20_000): string[] {
  const rule = rrule.replace(/UNTIL=(\d{8})(?![\dT])/, 'UNTIL=$1T000000Z');
  const series = new RRuleTemporal({
    rruleString: `DTSTART:${firstDay.replaceAll('-', '')}T000000Z\nRRULE:${rule}`,
  });
  const days: string[] = [];
  series.all((at) => {
    const day = at.toString().slice(0, 10);
    if (day >= before || days.length === limit) return false;
    days.push(day);
    return true;
  });
  return days;
}

/** Start and end of the occurrence on a day: the same wall clock and the same length in days and minutes. */
function timesOn(row: Row, day: string): Pick<Sighting, 'start' | 'end'> {
  const moved = (text: string): string => dayAfter(text, daysFrom(firstDayOf(row), day));
  if (row.all_day) return { start: moved(row.first_day ?? ''), end: moved(row.last_day ?? '') };
  const [start, end] = [row.starts_at, row.ends_at].map((at) => {
    const wall = wallOf(at, row.time_zone);
    return minuteOf(instantOfWall(moved(wall.slice(0, 10)), wall.slice(11), row.time_zone));
  });
  return { start: start ?? '', end: end ?? '' };
}

function daysFrom(day: string, later: string): number {
  return (Date.parse(`${later}T00:00:00Z`) - Date.parse(`${day}T00:00:00Z`)) / 86_400_000;
}

function wallOf(at: number | null, zone: string): string {
  return DateTime.fromMillis(at ?? 0, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ss");
}

/** A time that does not exist in spring is as much later; of one that comes twice in autumn the first counts. */
export function instantOfWall(day: string, time: string, zone: string): number {
  const found = DateTime.fromISO(`${day}T${time}`, { zone });
  const earlier = found.minus({ hours: 1 });
  return earlier.toFormat('HH:mm:ss') === time ? earlier.toMillis() : found.toMillis();
}
