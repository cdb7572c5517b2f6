import { describe, expect, it } from 'vitest';
import type { Appointment } from '../../../mappings/appointment/appointment.js';
import { appointmentFromErp, appointmentToErp } from '../../../mappings/appointment/erp.js';
import { appointmentErpHolds } from '../../../mappings/appointment/held.js';
import type { ErpAppointment, ErpException } from '../../../mappings/erp-record.js';
import { Untranslatable } from '../../../mappings/translation.js';
import { parseEmail, parseInstant, parsePlainDate, parseZone } from '../../../mappings/values.js';
import { CONTEXT, EMPTY_RECORD } from '../sides.js';

const VIENNA = parseZone('Europe/Vienna');

const RECORD: ErpAppointment = {
  ...EMPTY_RECORD,
  title: 'Abnahme',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2026-01-05T08:00:30Z'), // Monday
    endsAt: parseInstant('2026-01-05T09:00:00Z'),
  },
  timeZone: VIENNA,
  priorityId: 'P1',
};

function exception(date: string, fields: ErpException['fields'] | 'deleted'): ErpException {
  const originalDate = parsePlainDate(date);
  return fields === 'deleted'
    ? { originalDate, deleted: true, fields: {} }
    : { originalDate, deleted: false, fields };
}

const SERIES: ErpAppointment = {
  ...RECORD,
  rrule: 'FREQ=WEEKLY',
  exceptions: [
    exception('2026-01-12', 'deleted'),
    exception('2026-01-19', { title: 'Abnahme im Werk', priorityId: 'P2' }),
    exception('2026-01-26', { priorityId: 'P2' }), // as important as the series to Exchange
    exception('2026-02-03', { title: 'am Dienstag' }), // the pattern has no Tuesday
  ],
};

const read = (record: ErpAppointment): Appointment => appointmentFromErp(record, CONTEXT);
const write = (
  value: Appointment,
  current: ErpAppointment | null,
): ReturnType<typeof appointmentToErp> => appointmentToErp(value, current, CONTEXT);

describe('reading a record', () => {
  it('keeps of a changed occurrence what the series does not say, and knows the days by their date', () => {
    const { exceptions } = read(SERIES);
    expect(exceptions).toEqual([
      { originalDate: '2026-01-12', change: { kind: 'deleted' } },
      {
        originalDate: '2026-01-19',
        change: { kind: 'changed', fields: { subject: 'Abnahme im Werk' } },
      },
      {
        originalDate: '2026-02-03',
        change: { kind: 'changed', fields: { subject: 'am Dienstag' } },
      },
    ]);
  });

  it('begins with the first occurrence where the record does not', () => {
    const { when } = read({ ...RECORD, rrule: 'FREQ=WEEKLY;BYDAY=WE' });
    expect(when).toEqual({
      kind: 'timed',
      start: '2026-01-07T08:00:30Z',
      end: '2026-01-07T09:00:00Z',
      zone: 'Europe/Vienna',
    });
  });

  it('tells who takes part and what it is about, in the language of the mailbox', () => {
    const record: ErpAppointment = {
      ...RECORD,
      participants: [
        { employeeId: 'E01', email: null, name: 'Anna Becker', reply: 'accepted' }, // whose mailbox it is
        { employeeId: 'E10', email: null, name: 'Jörg Böhm', reply: 'accepted' },
        { employeeId: null, email: parseEmail('kunde@kunde.example'), name: '', reply: 'none' },
      ],
      equipment: ['Beamer', 'Raum  1'],
      company: { id: 'C1', name: 'Muster\nMaschinenbau' },
    };
    expect(read(record).about).toBe(
      'Teilnehmer: Jörg Böhm (zugesagt), kunde@kunde.example\nFirma: Muster Maschinenbau\nRessourcen: Beamer, Raum 1',
    );
    expect(appointmentFromErp(record, { ...CONTEXT, language: 'en' }).about).toContain(
      '(accepted)',
    );
    expect(read(RECORD).about).toBe('');
  });

  it('takes a block of ours, copied into the ERP, for no body text', () => {
    const body = 'Text\n\n=== From the ERP ===\nCompany: X\n=== End of ERP ===';
    expect(read({ ...RECORD, body }).body).toBe('Text');
  });

  it.each([
    [
      'ends before it begins',
      {
        when: {
          kind: 'timed',
          startsAt: parseInstant('2026-01-05T09:00:00Z'),
          endsAt: parseInstant('2026-01-05T08:00:00Z'),
        },
      },
    ],
    [
      'ends before it begins',
      {
        when: {
          kind: 'allDay',
          firstDay: parsePlainDate('2026-01-05'),
          lastDay: parsePlainDate('2026-01-04'),
        },
      },
    ],
    ['FREQ', { rrule: 'FREQ=HOURLY' }],
    ['before its first occurrence', { rrule: 'FREQ=DAILY;UNTIL=20251231' }],
  ] as const)('refuses what means no appointment: %s', (sentence, fields) => {
    expect(() => read({ ...RECORD, ...fields })).toThrow(Untranslatable);
    expect(() => read({ ...RECORD, ...fields })).toThrow(sentence);
  });
});

describe('writing into a record', () => {
  it('changes only the field that differs', () => {
    const value = { ...read(RECORD), location: 'Halle 3' };
    expect(write(value, RECORD)).toEqual({ value: { location: 'Halle 3' }, losses: [] });
  });

  it('keeps a "very high" priority while the importance is high, and takes the default one else', () => {
    const value = read(RECORD);
    expect(write(value, RECORD).value).toBeNull();
    expect(write({ ...value, importance: 'low' }, RECORD).value).toEqual({ priorityId: 'P5' });
    expect(write({ ...value, importance: 'high' }, { ...RECORD, priorityId: null }).value).toEqual({
      priorityId: 'P2',
    });
  });

  it('says so where the ERP has no priority for an importance', () => {
    const context = { ...CONTEXT, priorities: [] };
    const value: Appointment = { ...read(RECORD), importance: 'high' };
    const { losses } = appointmentToErp(value, null, context);
    expect(losses.map(({ field, reason }) => [field, reason])).toEqual([
      ['importance', 'valueUnknown'],
    ]);
    expect(appointmentErpHolds(value, context).importance).toBe('normal');
  });

  it('keeps Vienna where Exchange says Berlin, and the seconds of a start that did not move', () => {
    const later = {
      kind: 'timed',
      start: parseInstant('2026-01-05T08:00:00Z'),
      end: parseInstant('2026-01-05T10:00:00Z'),
      zone: parseZone('Europe/Berlin'),
    } as const;
    expect(write({ ...read(RECORD), when: later }, RECORD).value).toEqual({
      when: { kind: 'timed', startsAt: '2026-01-05T08:00:30Z', endsAt: '2026-01-05T10:00:00Z' },
    });
  });

  it('writes the zone where it is another one', () => {
    const when = { ...read(RECORD).when, zone: parseZone('Asia/Tokyo') } as Appointment['when'];
    expect(write({ ...read(RECORD), when }, RECORD).value).toMatchObject({
      timeZone: 'Asia/Tokyo',
    });
  });

  it('keeps the spelling of a rule that means the series, unless it leaves to the start what has moved', () => {
    const value = read(SERIES);
    const moved = (days: number): Appointment => {
      const start = parseInstant(`2026-01-0${5 + days}T08:00:00Z`);
      const when = { kind: 'timed', start, end: start, zone: VIENNA } as const;
      const weekday = days === 0 ? 'mon' : 'tue';
      const pattern = {
        kind: 'weekly',
        interval: 1,
        weekdays: [weekday],
        weekStart: 'mon',
      } as const;
      return { ...value, when, series: { pattern, ends: { kind: 'never' } }, exceptions: [] };
    };
    const plain = { ...SERIES, exceptions: [] };
    expect(write(moved(0), plain).value).not.toHaveProperty('rrule');
    expect(write(moved(1), plain).value).not.toHaveProperty('rrule'); // FREQ=WEEKLY follows its start
    const bound = { ...plain, rrule: 'FREQ=WEEKLY;BYDAY=MO' };
    expect(write(moved(1), bound).value).toMatchObject({ rrule: 'FREQ=WEEKLY;BYDAY=TU' });
    const until = { ...plain, rrule: 'FREQ=WEEKLY;UNTIL=20260126T080030Z' };
    const kept = { ...moved(0), series: read(until).series };
    expect(write(kept, until).value).not.toHaveProperty('rrule');
  });

  it('ends a series, and makes one, with its exceptions', () => {
    const single: Appointment = { ...read(SERIES), series: null, exceptions: [] };
    expect(write(single, SERIES).value).toEqual({ rrule: null, exceptions: [] });
    expect(write(read(SERIES), RECORD).value).toMatchObject({
      rrule: 'FREQ=WEEKLY;BYDAY=MO',
      exceptions: [{ originalDate: '2026-01-12' }, { originalDate: '2026-01-19' }],
    });
  });

  it('writes the whole list when one exception differs, and keeps in it what Exchange does not see', () => {
    const value = read(SERIES);
    const changed = {
      ...value,
      exceptions: value.exceptions.map((one) =>
        one.originalDate === '2026-01-12'
          ? { ...one, change: { kind: 'changed', fields: { location: 'Wien' } } as const }
          : one,
      ),
    };
    expect(write(changed, SERIES)).toEqual({
      value: {
        exceptions: [
          exception('2026-01-12', { location: 'Wien' }),
          exception('2026-01-19', { title: 'Abnahme im Werk', priorityId: 'P2' }),
          exception('2026-01-26', { priorityId: 'P2' }),
          exception('2026-02-03', { title: 'am Dienstag' }),
        ],
      },
      losses: [],
    });
  });

  it('does not leave an occurrence behind that only repeated the old value of the series', () => {
    const repeating = {
      ...SERIES,
      exceptions: [exception('2026-01-12', { title: 'Abnahme', location: 'Wien' })],
    };
    const value = { ...read(repeating), subject: 'Übergabe' };
    expect(write(value, repeating).value).toEqual({
      title: 'Übergabe',
      exceptions: [exception('2026-01-12', { location: 'Wien' })],
    });
  });

  it('drops what the new pattern does not have, and says which day', () => {
    const value = read(SERIES);
    const daily: Appointment = {
      ...value,
      series: {
        pattern: { kind: 'weekly', interval: 2, weekdays: ['mon'], weekStart: 'mon' },
        ends: { kind: 'never' },
      },
    };
    const { value: patch, losses } = write(daily, SERIES);
    expect(patch?.exceptions).toEqual([
      exception('2026-01-19', { title: 'Abnahme im Werk', priorityId: 'P2' }),
    ]);
    expect(losses.map(({ reason, detail }) => `${reason} ${detail.slice(0, 50)}`)).toEqual([
      'exceptionOutsidePattern The series does not take place on 2026-02-03 any m',
    ]);
  });

  it('moves a series to another hour without touching the days of its exceptions (rule 15)', () => {
    const value = read(SERIES);
    const later = {
      kind: 'timed',
      start: parseInstant('2026-01-05T09:00:00Z'),
      end: parseInstant('2026-01-05T10:00:00Z'),
      zone: VIENNA,
    } as const;
    const patch = write({ ...value, when: later }, SERIES).value;
    expect(Object.keys(patch ?? {})).toEqual(['when']);
  });

  it('cuts what is too long and takes out what cannot be printed, with a loss for each', () => {
    const value = { ...read(RECORD), subject: 'x'.repeat(300), body: 'a\u0000b' };
    const { value: patch, losses } = write(value, RECORD);
    expect(patch).toEqual({ title: 'x'.repeat(255), body: 'ab' });
    expect(losses.map(({ field, reason }) => [field, reason])).toEqual([
      ['subject', 'textTooLong'],
      ['body', 'textUnprintable'],
    ]);
  });

  it('leaves a title alone that is longer than Exchange can show', () => {
    const long = { ...RECORD, title: 'y'.repeat(400) };
    const shownInExchange = { ...read(long), subject: 'y'.repeat(255) };
    expect(write(shownInExchange, long).value).toBeNull();
  });
});
