import { describe, expect, it } from 'vitest';
import type { Appointment } from '../../../mappings/appointment/appointment.js';
import {
  appointmentFromExchange,
  appointmentToExchange,
  instanceIndexOf,
} from '../../../mappings/appointment/exchange.js';
import type {
  ExchangeAppointment,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
} from '../../../mappings/exchange-item.js';
import { Untranslatable } from '../../../mappings/translation.js';
import { addDays, parseInstant, parsePlainDate, parseZone } from '../../../mappings/values.js';
import { CONTEXT, EMPTY_ITEM, patchItem } from '../sides.js';

const BERLIN = 'W. Europe Standard Time';

const ITEM: ExchangeAppointment = {
  ...EMPTY_ITEM,
  subject: 'Abnahme',
  bodyText: 'Guten Tag',
  start: parseInstant('2026-01-05T08:00:00Z'), // Monday, nine in Berlin
  end: parseInstant('2026-01-05T09:00:00Z'),
  startTimeZone: BERLIN,
  endTimeZone: BERLIN,
};

const SERIES: ExchangeAppointment = {
  ...ITEM,
  type: 'RecurringMaster',
  recurrence: {
    pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' },
    range: { kind: 'NoEnd', startDate: '2026-01-05' },
  },
};

/** A changed occurrence as the server hands it over: with all its fields. */
function changed(
  originalStart: string,
  own: Partial<ExchangeOccurrenceFields>,
): ExchangeModifiedOccurrence {
  const start = parseInstant(originalStart);
  const end = parseInstant(originalStart.replace('08:00', '09:00').replace('07:00', '08:00'));
  const { subject, bodyText, location, isAllDay, sensitivity, freeBusy } = SERIES;
  const { reminderIsSet, reminderMinutes, importance } = SERIES;
  const regular = { subject, bodyText, location, isAllDay, sensitivity, freeBusy };
  const fields = { ...regular, reminderIsSet, reminderMinutes, importance, start, end, ...own };
  return { itemId: originalStart, originalStart: start, fields };
}

const read = (item: ExchangeAppointment): Appointment => appointmentFromExchange(item, CONTEXT);
const write = (
  value: Appointment,
  current: ExchangeAppointment | null,
): ReturnType<typeof appointmentToExchange> => appointmentToExchange(value, current, CONTEXT);

describe('reading an item', () => {
  it('keeps of a changed occurrence only what differs from the series', () => {
    const item: ExchangeAppointment = {
      ...SERIES,
      modifiedOccurrences: [
        changed('2026-01-19T08:00:00Z', { subject: 'Abnahme im Werk' }),
        changed('2026-01-26T08:00:00Z', {}), // changed back
        changed('2026-04-06T07:00:00Z', {
          start: parseInstant('2026-04-07T07:00:00Z'),
          end: parseInstant('2026-04-07T08:00:00Z'),
        }),
        changed('2026-04-13T07:00:00Z', {
          isAllDay: true,
          start: parseInstant('2026-04-12T22:00:00Z'),
          end: parseInstant('2026-04-13T22:00:00Z'),
        }),
      ],
      deletedOccurrences: [parseInstant('2026-01-12T08:00:00Z')],
    };
    const day = { kind: 'allDay', firstDay: '2026-04-13', lastDay: '2026-04-13' };
    const tuesday = {
      kind: 'timed',
      start: '2026-04-07T07:00:00Z',
      end: '2026-04-07T08:00:00Z',
      zone: 'Europe/Berlin',
    };
    expect(read(item).exceptions).toEqual([
      { originalDate: '2026-01-12', change: { kind: 'deleted' } },
      {
        originalDate: '2026-01-19',
        change: { kind: 'changed', fields: { subject: 'Abnahme im Werk' } },
      },
      { originalDate: '2026-04-06', change: { kind: 'changed', fields: { when: tuesday } } },
      { originalDate: '2026-04-13', change: { kind: 'changed', fields: { when: day } } },
    ]);
  });

  it('refuses a series of which a changed occurrence was not handed over: it must not look regular', () => {
    const { originalStart, itemId } = changed('2026-01-19T08:00:00Z', {});
    const item = { ...SERIES, modifiedOccurrences: [{ itemId, originalStart, fields: null }] };
    expect(() => read(item)).toThrow(Untranslatable);
    expect(() => read(item)).toThrow('2026-01-19');
  });

  it.each([
    ['body', { bodyText: null }],
    ['pattern', { type: 'RecurringMaster', recurrence: null }],
    ['ends before it begins', { end: parseInstant('2026-01-05T07:00:00Z') }],
  ] as const)('refuses half an item: %s', (sentence, fields) => {
    expect(() => read({ ...ITEM, ...fields })).toThrow(sentence);
  });

  it('takes everything but Normal for private, and time it cannot see for busy', () => {
    const sensitivities = ['Normal', 'Personal', 'Private', 'Confidential'] as const;
    const shown = sensitivities.map((sensitivity) => read({ ...ITEM, sensitivity }).isPrivate);
    expect(shown).toEqual([false, true, true, true]);
    expect(read({ ...ITEM, freeBusy: 'NoData' }).showAs).toBe('busy');
  });

  it('takes the mark for "the usual reminder" for a quarter of an hour', () => {
    expect(read({ ...ITEM, reminderMinutes: 1_525_252_321 }).reminder).toBe(15);
    expect(read({ ...ITEM, reminderIsSet: false }).reminder).toBeNull();
  });

  it('takes the block off, and keeps what a person wrote below it', () => {
    const bodyText =
      'Guten Tag\r\n\r\n=== Aus dem ERP ===\r\nFirma: X\r\n=== Ende ERP ===\r\nBitte Plan mitbringen\r\n';
    expect(read({ ...ITEM, bodyText })).toMatchObject({
      body: 'Guten Tag\n\nBitte Plan mitbringen',
      about: 'Firma: X',
    });
  });
});

describe('an item without a zone that we know', () => {
  const custom = {
    startTimeZone: 'tzone://Microsoft/Custom',
    endTimeZone: 'tzone://Microsoft/Custom',
  };

  it('stands on the clock of the mailbox', () => {
    expect(read({ ...ITEM, ...custom }).when).toMatchObject({
      zone: 'Europe/Berlin',
      start: ITEM.start,
    });
    expect(read({ ...ITEM, startTimeZone: null }).when).toMatchObject({ zone: 'Europe/Berlin' });
  });

  it('is on the day whose midnight is nearest', () => {
    const tokyo = {
      start: parseInstant('2026-01-04T15:00:00Z'),
      end: parseInstant('2026-01-05T15:00:00Z'),
    };
    const day = { kind: 'allDay', firstDay: '2026-01-05', lastDay: '2026-01-05' };
    expect(read({ ...ITEM, ...custom, ...tokyo, isAllDay: true }).when).toEqual(day);
  });

  it('may be a series that fits that clock, and is refused where it does not', () => {
    expect(read({ ...SERIES, ...custom }).series).not.toBeNull();
    const summer = changed('2026-07-06T08:00:00Z', { subject: 'ohne Sommerzeit' });
    expect(() => read({ ...SERIES, ...custom, modifiedOccurrences: [summer] })).toThrow(
      'time zone',
    );
    const sunday = {
      start: parseInstant('2026-01-04T22:00:00Z'),
      end: parseInstant('2026-01-04T22:30:00Z'),
    };
    expect(() => read({ ...SERIES, ...custom, ...sunday })).toThrow('time zone');
  });
});

describe('writing into an item', () => {
  it('changes only the field that differs, and nothing of the times', () => {
    expect(write({ ...read(SERIES), subject: 'Übergabe' }, SERIES)).toEqual({
      value: { fields: { subject: 'Übergabe' } },
      losses: [],
    });
  });

  it('does not count seconds, another name for the zone, accents or blanks as a change', () => {
    const value = read({ ...ITEM, subject: 'Mu\u0308ller\u00a0GmbH' });
    const same: Appointment = {
      ...value,
      subject: 'Müller GmbH ',
      when: {
        kind: 'timed',
        start: parseInstant('2026-01-05T08:00:59Z'),
        end: ITEM.end,
        zone: parseZone('Europe/Vienna'),
      },
    };
    expect(write(same, { ...ITEM, subject: 'Mu\u0308ller\u00a0GmbH' }).value).toBeNull();
  });

  it('writes start, end and zone together, and for a series the whole pattern with its exceptions', () => {
    const later = {
      kind: 'timed',
      start: parseInstant('2026-01-05T10:00:00Z'),
      end: parseInstant('2026-01-05T11:00:00Z'),
      zone: parseZone('Europe/Berlin'),
    } as const;
    expect(write({ ...read(ITEM), when: later }, ITEM).value).toEqual({
      fields: { start: later.start, end: later.end },
      timeZone: BERLIN,
    });
    const item = { ...SERIES, deletedOccurrences: [parseInstant('2026-07-06T07:00:00Z')] };
    expect(write({ ...read(item), when: later }, item).value).toEqual({
      fields: { start: later.start, end: later.end },
      timeZone: BERLIN,
      recurrence: SERIES.recurrence,
      exceptions: [{ kind: 'deleted', originalStart: '2026-07-06T09:00:00Z' }], // the new time, in summer
    });
  });

  it('tells the exceptions too when a field of the series changes that they may have kept', () => {
    const item = {
      ...SERIES,
      modifiedOccurrences: [changed('2026-01-19T08:00:00Z', { location: 'Werk' })],
    };
    expect(write({ ...read(item), subject: 'Übergabe' }, item).value).toEqual({
      fields: { subject: 'Übergabe' },
      exceptions: [
        { kind: 'changed', originalStart: '2026-01-19T08:00:00Z', fields: { location: 'Werk' } },
      ],
    });
  });

  it('ends a series and makes one', () => {
    const single = { ...read(SERIES), series: null, exceptions: [] };
    expect(write(single, SERIES).value).toEqual({ fields: {}, recurrence: null });
    const patch = write(read(SERIES), ITEM).value;
    expect(patch).toEqual({
      fields: { start: ITEM.start, end: ITEM.end },
      timeZone: BERLIN,
      recurrence: SERIES.recurrence,
    });
    expect(read(patchItem(ITEM, patch))).toEqual(read(SERIES));
  });

  it('keeps Confidential while the appointment is private, and opens it as Normal', () => {
    const item: ExchangeAppointment = { ...ITEM, sensitivity: 'Confidential' };
    expect(write(read(item), item).value).toBeNull();
    expect(write({ ...read(item), isPrivate: false }, item).value).toEqual({
      fields: { sensitivity: 'Normal' },
    });
    expect(write({ ...read(ITEM), isPrivate: true }, ITEM).value).toEqual({
      fields: { sensitivity: 'Private' },
    });
  });

  it('says of every new item whether it reminds: the server would', () => {
    const patch = write({ ...read(ITEM), reminder: null }, null).value;
    expect(patch?.fields).toMatchObject({
      reminderIsSet: false,
      freeBusy: 'Busy',
      sensitivity: 'Normal',
    });
    expect(Object.keys(patch?.fields ?? {})).toHaveLength(11);
  });

  it('writes body and block as one text when either moves, and leaves the rest alone', () => {
    const patch = write({ ...read(ITEM), about: 'Firma: X' }, ITEM).value;
    expect(patch).toEqual({
      fields: {
        bodyText:
          'Guten Tag\n\n=== Aus dem ERP (Änderungen hier gehen verloren) ===\nFirma: X\n=== Ende ERP ===',
      },
    });
    const item = patchItem(ITEM, patch);
    expect(write({ ...read(item), about: '' }, item).value).toEqual({
      fields: { bodyText: 'Guten Tag' },
    });
  });

  it('puts an all-day item on midnights of its own zone', () => {
    const days = {
      kind: 'allDay',
      firstDay: parsePlainDate('2026-03-28'),
      lastDay: parsePlainDate('2026-03-29'),
    } as const;
    const tokyo = { ...ITEM, startTimeZone: 'Tokyo Standard Time' };
    expect(write({ ...read(ITEM), when: days }, ITEM).value).toEqual({
      fields: { isAllDay: true, start: '2026-03-27T23:00:00Z', end: '2026-03-29T22:00:00Z' },
      timeZone: BERLIN,
    });
    expect(write({ ...read(tokyo), when: days }, tokyo).value).toEqual({
      fields: { isAllDay: true, start: '2026-03-27T15:00:00Z', end: '2026-03-29T15:00:00Z' },
      timeZone: 'Tokyo Standard Time',
    });
  });
});

describe('what Exchange cannot hold', () => {
  const reasons = (value: Appointment): readonly (readonly [string, string])[] =>
    write(value, null).losses.map(({ field, reason }) => [field, reason]);
  const troll = parseZone('Antarctica/Troll');

  it('is a loss with a name', () => {
    const value = read(SERIES);
    expect(reasons({ ...value, subject: 'x'.repeat(256) })).toEqual([['subject', 'textTooLong']]);
    expect(reasons({ ...value, location: 'a\u0000' })).toEqual([['location', 'textUnprintable']]);
    expect(reasons({ ...value, reminder: 3_000_000 })).toEqual([['reminder', 'outOfRange']]);
    const tuesday = {
      originalDate: parsePlainDate('2026-01-06'),
      change: { kind: 'changed', fields: { location: 'x' } },
    } as const;
    expect(reasons({ ...value, exceptions: [tuesday] })).toEqual([
      ['exceptions', 'exceptionOutsidePattern'],
    ]);
    const single = {
      ...value,
      series: null,
      when: { ...read(ITEM).when, zone: troll } as Appointment['when'],
    };
    expect(reasons(single)).toEqual([['when', 'zoneUnknown']]);
  });

  it('is told beyond 200 exceptions, and refused beyond 999', () => {
    const value: Appointment = {
      ...read(SERIES),
      series: { pattern: { kind: 'daily', interval: 1 }, ends: { kind: 'never' } },
    };
    const many = (count: number): Appointment => ({
      ...value,
      exceptions: Array.from({ length: count }, (_, at) => ({
        originalDate: addDays(parsePlainDate('2026-01-05'), at),
        change: { kind: 'deleted' } as const,
      })),
    });
    expect(reasons(many(200))).toEqual([]);
    expect(reasons(many(201))).toEqual([['exceptions', 'tooManyExceptions']]);
    expect(write(many(750), null).value?.exceptions).toHaveLength(750);
    expect(() => write(many(1000), null)).toThrow(Untranslatable);
  });

  it('is refused where half of it would be wrong', () => {
    const value = read(SERIES);
    const inTroll = { ...value, when: { ...value.when, zone: troll } as Appointment['when'] };
    expect(() => write(inTroll, null)).toThrow('no time zone that runs like Antarctica/Troll');
    const long = {
      ...value,
      when: { ...value.when, end: parseInstant('2026-01-13T08:00:00Z') } as Appointment['when'],
    };
    expect(() => write(long, null)).toThrow('last longer than the time between');
  });
});

describe('the number of an instance', () => {
  it('counts from 1, across the change of the clocks, deleted ones included', () => {
    const index = (start: string): number | null =>
      instanceIndexOf(SERIES, parseInstant(start), CONTEXT);
    expect(index('2026-01-05T08:00:00Z')).toBe(1);
    expect(index('2026-04-06T07:00:00Z')).toBe(14);
    expect(index('2026-04-07T07:00:00Z')).toBeNull();
    expect(index('2025-12-29T08:00:00Z')).toBeNull();
    expect(instanceIndexOf(ITEM, ITEM.start, CONTEXT)).toBeNull();
  });

  it('knows the days of all-day series', () => {
    const allDay = {
      ...SERIES,
      isAllDay: true,
      start: parseInstant('2026-01-04T23:00:00Z'),
      end: parseInstant('2026-01-05T23:00:00Z'),
    };
    expect(instanceIndexOf(allDay, parseInstant('2026-04-05T22:00:00Z'), CONTEXT)).toBe(14);
  });
});
