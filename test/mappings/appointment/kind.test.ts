import { describe, expect, it } from 'vitest';
import type { Appointment, SeriesException } from '../../../mappings/appointment/appointment.js';
import { NOBODY } from '../../../mappings/appointment/attendees.js';
import { APPOINTMENT } from '../../../mappings/appointment/kind.js';
import { keysOf } from '../../../mappings/keys.js';
import { parseInstant, parsePlainDate, parseZone } from '../../../mappings/values.js';
import { CONTEXT, EMPTY_ITEM, EMPTY_RECORD } from '../sides.js';

const SERIES: Appointment = {
  subject: 'Abnahme',
  body: 'Text',
  location: '',
  when: {
    kind: 'timed',
    start: parseInstant('2026-01-05T08:00:00Z'),
    end: parseInstant('2026-01-05T09:00:00Z'),
    zone: parseZone('Europe/Berlin'),
  },
  series: {
    pattern: { kind: 'weekly', interval: 1, weekdays: ['mon'], weekStart: 'mon' },
    ends: { kind: 'afterCount', count: 4 },
  },
  exceptions: [],
  isPrivate: false,
  showAs: 'busy',
  reminder: null,
  importance: 'normal',
  ...NOBODY,
  about: '',
};

function changed(date: string, fields: Partial<Appointment>): SeriesException {
  return { originalDate: parsePlainDate(date), change: { kind: 'changed', fields } };
}

function deleted(date: string): SeriesException {
  return { originalDate: parsePlainDate(date), change: { kind: 'deleted' } };
}

describe('the canonical form', () => {
  it('has a text for every field that has a rule, and one per exception', () => {
    const value = {
      ...SERIES,
      exceptions: [deleted('2026-01-12'), changed('2026-01-19', { subject: 'X' })],
    };
    const canonical = APPOINTMENT.canonical(value);
    expect(Object.keys(canonical).sort()).toEqual([...keysOf(APPOINTMENT.rules)].sort());
    expect(canonical['exceptions']).toEqual({
      '2026-01-12': 'deleted',
      '2026-01-19': '{"subject":"X"}',
    });
    expect(canonical['when']).toBe('2026-01-05T08:00 2026-01-05T09:00 W. Europe Standard Time');
  });

  it('is the same for two ends between which nothing happens', () => {
    const until = (day: string): Appointment => ({
      ...SERIES,
      series: {
        pattern: { kind: 'weekly', interval: 1, weekdays: ['mon'], weekStart: 'mon' },
        ends: { kind: 'onDate', lastDay: parsePlainDate(day) },
      },
    });
    const text = (day: string): unknown => APPOINTMENT.canonical(until(day))['series'];
    expect(text('2026-12-28')).toBe(text('2026-12-31'));
    expect(text('2026-12-28')).not.toBe(text('2026-12-27'));
  });

  it('changes its name with the settings that it depends on, and with no others', () => {
    const form = APPOINTMENT.form(CONTEXT);
    expect(form).toMatch(/^appointment\.2\.[a-z0-9]+$/);
    expect(APPOINTMENT.form({ ...CONTEXT, zone: parseZone('Asia/Tokyo') })).not.toBe(form);
    expect(APPOINTMENT.form({ ...CONTEXT, language: 'en' })).not.toBe(form);
    expect(APPOINTMENT.form({ ...CONTEXT, priorities: CONTEXT.priorities.slice(1) })).not.toBe(
      form,
    );
    expect(
      APPOINTMENT.form({
        ...CONTEXT,
        priorities: [...CONTEXT.priorities].reverse(),
        employeeId: 'E02',
      }),
    ).toBe(form);
  });
});

describe('one exception of another value', () => {
  const from = {
    ...SERIES,
    exceptions: [deleted('2026-01-12'), changed('2026-01-19', { subject: 'X' })],
  };

  it('is added in its place, replaced, or taken away', () => {
    const mine = {
      ...SERIES,
      exceptions: [changed('2026-01-19', { location: 'Y' }), deleted('2026-01-26')],
    };
    const dates = (value: Appointment): readonly string[] =>
      value.exceptions.map((one) => one.originalDate);
    const added = APPOINTMENT.withElement(mine, 'exceptions', '2026-01-12', from);
    expect(dates(added)).toEqual(['2026-01-12', '2026-01-19', '2026-01-26']);
    const replaced = APPOINTMENT.withElement(added, 'exceptions', '2026-01-19', from);
    expect(replaced.exceptions[1]).toEqual(from.exceptions[1]);
    expect(dates(APPOINTMENT.withElement(mine, 'exceptions', '2026-01-26', from))).toEqual([
      '2026-01-19',
    ]);
  });
});

describe('what a write destroys', () => {
  it('is counted: texts emptied, a series ended, occurrences deleted', () => {
    const canonical = (value: Appointment): ReturnType<typeof APPOINTMENT.canonical> =>
      APPOINTMENT.canonical(value);
    const count = (after: Appointment, before = SERIES): number =>
      APPOINTMENT.destroyed(canonical(before), canonical(after));
    expect(count(SERIES)).toBe(0);
    expect(count({ ...SERIES, subject: 'anders', location: 'neu' })).toBe(0);
    expect(count({ ...SERIES, subject: '', body: ' ' })).toBe(2);
    expect(count({ ...SERIES, series: null })).toBe(1);
    const two = { ...SERIES, exceptions: [deleted('2026-01-12'), deleted('2026-01-19')] };
    expect(count(two)).toBe(2);
    expect(count(SERIES, two)).toBe(0);
  });
});

describe('the last day', () => {
  const lastDay = (value: Appointment): string | null => APPOINTMENT.lastDay(value, CONTEXT);

  it('is that of the last occurrence, however far one was moved', () => {
    expect(lastDay(SERIES)).toBe('2026-01-26');
    const when = {
      kind: 'allDay',
      firstDay: parsePlainDate('2026-02-01'),
      lastDay: parsePlainDate('2026-02-03'),
    } as const;
    expect(lastDay({ ...SERIES, exceptions: [changed('2026-01-12', { when })] })).toBe(
      '2026-02-03',
    );
  });

  it('is null for a series without an end', () => {
    const pattern = { kind: 'daily', interval: 1 } as const;
    expect(lastDay({ ...SERIES, series: { pattern, ends: { kind: 'never' } } })).toBeNull();
  });

  it('is the day before where it ends at midnight of the mailbox', () => {
    const single = (end: string): Appointment => ({
      ...SERIES,
      series: null,
      when: {
        kind: 'timed',
        start: parseInstant('2026-01-05T20:00:00Z'),
        end: parseInstant(end),
        zone: parseZone('UTC'),
      },
    });
    expect(lastDay(single('2026-01-05T23:00:00Z'))).toBe('2026-01-05');
    expect(lastDay(single('2026-01-05T23:30:00Z'))).toBe('2026-01-06');
  });
});

describe('what else the engine asks', () => {
  it('is read off record and item', () => {
    expect(APPOINTMENT.recordFacts({ ...EMPTY_RECORD, isProtected: true })).toMatchObject({
      ownerId: 'E01',
      isProtected: true,
    });
    expect(APPOINTMENT.itemFacts(EMPTY_ITEM)).toMatchObject({
      uid: EMPTY_ITEM.uid,
      lastModified: null,
      isOrganizer: true,
    });
    expect(APPOINTMENT.isPrivate({ ...SERIES, isPrivate: true })).toBe(true);
  });
});

describe('the meeting that an item shows', () => {
  const item = { ...EMPTY_ITEM, uid: '040000008200E0', isMeeting: true };
  const meetingOf = (more: Partial<typeof EMPTY_ITEM>) =>
    APPOINTMENT.itemFacts({ ...item, ...more }).meeting;
  const at = (start: string) => ({ recurrenceId: parseInstant(start) });

  it('is the same for organiser and attendees', () => {
    expect(meetingOf({ isOrganizer: false })).toBe(meetingOf({ isOrganizer: true }));
  });

  it('of one occurrence that somebody was invited to alone is neither the series nor another one', () => {
    const meetings = [meetingOf({}), meetingOf(at('2026-01-05T08:00:00Z'))];
    expect(new Set([...meetings, meetingOf(at('2026-01-12T08:00:00Z'))]).size).toBe(3);
  });

  it('is none where it is an appointment', () => {
    expect(meetingOf({ isMeeting: false })).toBeNull();
  });
});
