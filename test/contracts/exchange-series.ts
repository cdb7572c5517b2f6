import { describe, expect, test } from 'vitest';
import type { ExchangeAppointmentPatch } from '../../mappings/exchange-item.js';
import {
  benchStarter,
  exceptionsOf,
  parse,
  seenIds,
  SERIES,
  ZONE,
  type ExchangeUnderTest,
} from './exchange-bench.js';

/** What the port promises about series. It also runs alone, where nobody knows what a real server does to them. */
export function describeSeriesPromises(name: string, open: () => Promise<ExchangeUnderTest>): void {
  describe(`${name} keeps the promises about series`, () => {
    const start = benchStarter(open);

    test('shows the edit of one occurrence as a change of its series', async () => {
      const bench = await start();
      const series = await bench.create(WEEKLY);
      const { cursor } = await bench.changes(null);
      bench.person.renameOccurrence(series.id, MONDAY_2, 'anders');
      expect(seenIds((await bench.changes(cursor)).changes)).toEqual([series.id]);
    });

    test('shows a series with its pattern, and its exceptions with their own fields', async () => {
      const bench = await start();
      const series = await bench.create(WEEKLY);
      bench.person.renameOccurrence(series.id, MONDAY_2, 'Sonderwartung');
      bench.person.deleteOccurrence(series.id, MONDAY_3);
      const { item } = await bench.readOne(series.id);
      expect(item).toMatchObject({ type: 'RecurringMaster', recurrence: WEEKLY_PATTERN });
      expect(exceptionsOf(item)).toEqual({ [MONDAY_2]: 'Sonderwartung', [MONDAY_3]: 'deleted' });
      const [changed] = item.modifiedOccurrences;
      expect(changed?.fields).toMatchObject({ start: MONDAY_2, location: 'Halle 3' });
    });

    test('shows what is attached to a changed occurrence, and keeps it when that is written', async () => {
      const bench = await start();
      const changed = (subject: string) => ({
        ...{ originalStart: MONDAY_2, kind: 'changed' as const, fields: { subject } },
      });
      const made = await bench.create(WEEKLY, [changed('Sonderwartung')]);
      const [own] = (await bench.readOne(made.id)).item.modifiedOccurrences;
      bench.person.attach(own?.itemId ?? '');
      const { ref } = await bench.readOne(made.id);
      await bench.updated(ref, {
        fields: { location: 'Halle 7' },
        exceptions: [changed('anders')],
      });
      const { item } = await bench.readOne(made.id);
      expect(exceptionsOf(item)).toEqual({ [MONDAY_2]: 'anders' });
      expect([item.hasAttachments, item.modifiedOccurrences[0]?.hasAttachments]).toEqual([
        false,
        true,
      ]);
    });

    test('makes a series with all its exceptions', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, [
        { originalStart: MONDAY_2, kind: 'deleted' },
        { originalStart: MONDAY_3, kind: 'changed', fields: { subject: 'Sonderwartung' } },
      ]);
      const { item, ref } = await bench.readOne(made.id);
      expect(exceptionsOf(item)).toEqual({ [MONDAY_2]: 'deleted', [MONDAY_3]: 'Sonderwartung' });
      expect(ref).toEqual(made);
    });

    test.each(PATTERNS)('makes a series: $name', async ({ recurrence }) => {
      const bench = await start();
      const made = await bench.create({ subject: 'Serie', recurrence });
      expect((await bench.readOne(made.id)).item.recurrence).toEqual(recurrence);
    });

    test('on an outdated version of a series writes none of its exceptions', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY);
      bench.person.rename(made.id, 'von Hand');
      const patch = {
        fields: {},
        exceptions: [{ originalStart: MONDAY_2, kind: 'deleted' as const }],
      };
      expect(await bench.update(made, patch)).toBe('stale');
      expect(exceptionsOf((await bench.readOne(made.id)).item)).toEqual({});
    });

    test('makes a series of a single appointment, and a single one of a series', async () => {
      const bench = await start();
      const single = await bench.create({ subject: 'Wartung' });
      const series = await bench.updated(single, { ...SERIES_TIMES, recurrence: WEEKLY_PATTERN });
      expect((await bench.readOne(single.id)).item).toMatchObject({
        type: 'RecurringMaster',
        recurrence: WEEKLY_PATTERN,
      });
      await bench.updated(series, { fields: {}, recurrence: null });
      expect((await bench.readOne(single.id)).item).toMatchObject({
        type: 'Single',
        recurrence: null,
      });
    });

    test('leaves exceptions alone that the patch does not list', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      await bench.updated(made, { fields: { location: 'Halle 9' } });
      expect(exceptionsOf((await bench.readOne(made.id)).item)).toEqual(EXCEPTIONS_SHOWN);
    });

    test('brings about the exceptions also where the pattern changes', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      const range = { ...WEEKLY_PATTERN.range, kind: 'NoEnd' as const };
      const ref = await bench.updated(made, {
        ...SERIES_TIMES,
        recurrence: {
          pattern: { ...WEEKLY_PATTERN.pattern, daysOfWeek: ['Monday', 'Friday'] },
          range,
        },
        exceptions: EXCEPTIONS,
      });
      const seen = await bench.readOne(made.id);
      expect(exceptionsOf(seen.item)).toEqual(EXCEPTIONS_SHOWN);
      expect(seen.ref).toEqual(ref);
    });

    test('brings about the exceptions also where the time of day changes', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      const ref = await bench.updated(made, {
        fields: { start: parse('2026-03-02T10:00:00Z'), end: parse('2026-03-02T11:00:00Z') },
        timeZone: ZONE,
        exceptions: [
          { originalStart: parse('2026-03-09T10:00:00Z'), kind: 'deleted' },
          {
            originalStart: parse('2026-03-16T10:00:00Z'),
            kind: 'changed',
            fields: { subject: 'Sonderwartung' },
          },
        ],
      });
      const seen = await bench.readOne(made.id);
      expect(exceptionsOf(seen.item)).toEqual({
        '2026-03-09T10:00:00Z': 'deleted',
        '2026-03-16T10:00:00Z': 'Sonderwartung',
      });
      expect(seen.ref).toEqual(ref);
    });

    test('brings about the exceptions also where only the end of the series changes', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      const range = {
        kind: 'Numbered' as const,
        startDate: '2026-03-02',
        numberOfOccurrences: 12,
      };
      await bench.updated(made, {
        ...SERIES_TIMES,
        recurrence: { pattern: WEEKLY_PATTERN.pattern, range },
        exceptions: EXCEPTIONS,
      });
      expect(exceptionsOf((await bench.readOne(made.id)).item)).toEqual(EXCEPTIONS_SHOWN);
    });

    test('moves one occurrence across a change of the clocks and leaves the rest of it alone', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY);
      const moved = { start: parse('2026-03-31T12:00:00Z'), end: parse('2026-03-31T13:00:00Z') };
      await bench.updated(made, {
        fields: {},
        exceptions: [{ originalStart: MONDAY_5, kind: 'changed', fields: moved }],
      });
      const [changed, ...others] = (await bench.readOne(made.id)).item.modifiedOccurrences;
      expect(others).toEqual([]);
      expect(changed).toMatchObject({
        originalStart: MONDAY_5,
        fields: { ...moved, subject: 'Wartung', location: 'Halle 3' },
      });
    });

    test('gives a changed occurrence back what the series has', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY);
      bench.person.renameOccurrence(made.id, MONDAY_2, 'anders');
      const { ref } = await bench.readOne(made.id);
      await bench.updated(ref, { fields: {}, exceptions: [] });
      const { item } = await bench.readOne(made.id);
      expect(item.modifiedOccurrences.map(({ fields }) => fields?.subject)).not.toContain('anders');
    });

    test('brings a deleted occurrence back, and keeps the other exceptions', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      const [, changed] = EXCEPTIONS;
      await bench.updated(made, { fields: {}, exceptions: [changed] });
      expect(exceptionsOf((await bench.readOne(made.id)).item)).toEqual({
        [MONDAY_3]: 'Sonderwartung',
      });
    });

    test('moves all occurrences of a daily series on by a day, which crosses each neighbour', async () => {
      const bench = await start();
      const made = await bench.create({ ...SERIES, recurrence: THREE_DAYS });
      const days = ['2026-03-02', '2026-03-03', '2026-03-04'];
      await bench.updated(made, {
        fields: {},
        exceptions: days.map((day, at) => ({
          originalStart: parse(`${day}T08:00:00Z`),
          kind: 'changed' as const,
          fields: {
            start: parse(`2026-03-0${at + 3}T08:00:00Z`),
            end: parse(`2026-03-0${at + 3}T09:00:00Z`),
          },
        })),
      });
      const { item } = await bench.readOne(made.id);
      expect(item.modifiedOccurrences.map(({ fields }) => fields?.start).sort()).toEqual([
        '2026-03-03T08:00:00Z',
        '2026-03-04T08:00:00Z',
        '2026-03-05T08:00:00Z',
      ]);
    });

    test('names an occurrence that the pattern does not have, and does the rest', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY);
      const outside = { originalStart: parse('2026-03-12T08:00:00Z'), kind: 'deleted' as const };
      const answer = await bench.updateAnswer(made, {
        fields: {},
        exceptions: [...EXCEPTIONS, outside],
      });
      expect(answer).toMatchObject({ ok: false, failure: { kind: 'rejected' } });
      expect(answer.ok ? '' : answer.failure.message).toContain('2026-03-12');
      expect(exceptionsOf((await bench.readOne(made.id)).item)).toEqual(EXCEPTIONS_SHOWN);
    });
    test('takes a whole series with it', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      expect(await bench.remove(made, 1)).toBe('done');
      expect(await bench.find([1])).toEqual(['1 deleted']);
    });
    test('nothing that is written sends one, not even where a person has invited somebody', async () => {
      const bench = await start();
      const made = await bench.create(WEEKLY, EXCEPTIONS);
      bench.person.invite(made.id, 'kunde@example.com');
      const before = bench.exchange.mails();
      const { ref } = await bench.readOne(made.id);
      const renamed = await bench.updated(ref, { fields: { subject: 'neu' } });
      const changed = await bench.updated(renamed, {
        fields: { start: parse('2026-03-02T10:00:00Z'), end: parse('2026-03-02T11:00:00Z') },
        timeZone: ZONE,
        exceptions: [{ originalStart: parse('2026-03-09T10:00:00Z'), kind: 'deleted' }],
      });
      const back = await bench.updated(changed, {
        fields: {},
        exceptions: [
          {
            originalStart: parse('2026-03-09T10:00:00Z'),
            kind: 'changed',
            fields: { subject: 'doch' },
          },
        ],
      });
      await bench.remove(back, 1);
      expect(before).toBeGreaterThan(0);
      expect(bench.exchange.mails()).toBe(before);
    });
  });
}

const MONDAY_2 = parse('2026-03-09T08:00:00Z');
const MONDAY_3 = parse('2026-03-16T08:00:00Z');
/** The first one in summer time. */
const MONDAY_5 = parse('2026-03-30T07:00:00Z');

const SERIES_TIMES = { fields: { start: SERIES.start, end: SERIES.end }, timeZone: ZONE };

const WEEKLY_PATTERN = {
  pattern: {
    kind: 'Weekly' as const,
    interval: 1,
    daysOfWeek: ['Monday' as const],
    firstDayOfWeek: 'Monday' as const,
  },
  range: { kind: 'NoEnd' as const, startDate: '2026-03-02' },
};

const WEEKLY = { ...SERIES, recurrence: WEEKLY_PATTERN };

const THREE_DAYS = {
  pattern: { kind: 'Daily' as const, interval: 1 },
  range: { kind: 'Numbered' as const, startDate: '2026-03-02', numberOfOccurrences: 3 },
};

const EXCEPTIONS = [
  { originalStart: MONDAY_2, kind: 'deleted' as const },
  { originalStart: MONDAY_3, kind: 'changed' as const, fields: { subject: 'Sonderwartung' } },
] as const;

const EXCEPTIONS_SHOWN = { [MONDAY_2]: 'deleted', [MONDAY_3]: 'Sonderwartung' };

const END = { kind: 'EndDate' as const, startDate: '2026-03-02', endDate: '2027-03-31' };

const PATTERNS: readonly {
  readonly name: string;
  readonly recurrence: NonNullable<ExchangeAppointmentPatch['recurrence']>;
}[] = [
  { name: 'every second day', recurrence: { pattern: { kind: 'Daily', interval: 2 }, range: END } },
  {
    name: 'every second week on Monday and Thursday',
    recurrence: {
      pattern: {
        kind: 'Weekly',
        interval: 2,
        daysOfWeek: ['Monday', 'Thursday'],
        firstDayOfWeek: 'Monday',
      },
      range: END,
    },
  },
  {
    name: 'every third month on the 2nd',
    recurrence: { pattern: { kind: 'AbsoluteMonthly', interval: 3, dayOfMonth: 2 }, range: END },
  },
  {
    name: 'every month on the first Monday',
    recurrence: {
      pattern: { kind: 'RelativeMonthly', interval: 1, dayOfWeek: 'Monday', index: 'First' },
      range: END,
    },
  },
  {
    name: 'every year on 2 March, five times',
    recurrence: {
      pattern: { kind: 'AbsoluteYearly', dayOfMonth: 2, month: 'March' },
      range: { kind: 'Numbered', startDate: '2026-03-02', numberOfOccurrences: 5 },
    },
  },
  {
    name: 'every year on the first weekday of March, for ever',
    recurrence: {
      pattern: { kind: 'RelativeYearly', dayOfWeek: 'Weekday', index: 'First', month: 'March' },
      range: { kind: 'NoEnd', startDate: '2026-03-02' },
    },
  },
];
