import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type {
  Appointment,
  OccurrenceFields,
  Pattern,
  Series,
  SeriesEnd,
  SeriesException,
  When,
} from '../../mappings/appointment/appointment.js';
import type { People } from '../../mappings/appointment/attendees.js';
import { occurrences, settled } from '../../mappings/recurrence.js';
import {
  addDays,
  instantOf,
  millisecondsOf,
  parseEmail,
  parsePlainDate,
  parseZone,
} from '../../mappings/values.js';
import type { Instant, PlainDate } from '../../mappings/values.js';

/** Generated values: everyday ones, and those at the edges of clocks, months, texts and limits. */

const ZONE_NAMES = [
  'Europe/Berlin',
  'Europe/Vienna',
  'America/New_York',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Pacific/Kiritimati',
  'Pacific/Honolulu',
  'Australia/Lord_Howe', // half an hour of summer time
  'America/Sao_Paulo', // changed its clocks at midnight
  'UTC',
];

export const zones = fc.constantFrom(...ZONE_NAMES).map(parseZone);

/** Changes of the clocks in zones above, and ordinary minutes of twenty years. */
export const instants: Arbitrary<Instant> = fc
  .oneof(
    fc.integer({ min: Date.UTC(2015, 0) / 60_000, max: Date.UTC(2035, 0) / 60_000 }),
    fc
      .tuple(
        fc.constantFrom(
          '2026-03-29T01:00Z',
          '2026-10-25T01:00Z',
          '2026-03-08T07:00Z',
          '2026-11-01T06:00Z',
          '2026-04-04T15:00Z',
          '2017-10-15T03:00Z',
          '2018-02-18T02:00Z',
          '2026-12-31T23:00Z',
        ),
        fc.integer({ min: -300, max: 300 }),
      )
      .map(([change, minutes]) => Date.parse(change) / 60_000 + minutes),
  )
  .chain((minute) => fc.constantFrom(0, 0, 0, 30).map((second) => minute * 60_000 + second * 1000))
  .map(instantOf);

export const dates: Arbitrary<PlainDate> = fc.oneof(
  fc.integer({ min: 0, max: 7300 }).map((days) => addDays(parsePlainDate('2015-01-01'), days)),
  fc
    .constantFrom('2024-02-29', '2026-01-31', '2026-02-28', '2026-12-31', '2026-03-29')
    .map(parsePlainDate),
);

const odd = fc.constantFrom(
  'Müller & Söhne',
  'zu\u0000viel\u001fSteuerung\u0007',
  'halb \ud83d',
  '\udc00 halb',
  '😀 ganz',
  ']]> <b>&amp;</b>',
  'Zeile\r\nzwei\n\n\n',
  'nbsp\u00a0hier',
  'e\u0301 zerlegt',
  ' Rand ',
  '\ufffe\uffff',
  'Tab\tund\u2028Trenner',
  '=== Aus dem ERP ===\nFirma: alt\n=== Ende ERP ===',
  'Lang '.repeat(80),
);

export const lines: Arbitrary<string> = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  odd,
);

export const texts: Arbitrary<string> = fc.oneof(
  lines,
  fc.array(lines, { maxLength: 5 }).map((parts) => parts.join('\n')),
);

export const reminders = fc.option(
  fc.oneof(fc.integer({ min: 0, max: 90 }), fc.integer({ min: -5, max: 4_000_000 })),
);

/** `longest` in minutes: a series must not overlap itself. */
export function whens(longest: number): Arbitrary<When> {
  const timed = fc
    .tuple(instants, fc.integer({ min: 0, max: longest }), zones)
    .map(([start, minutes, zone]): When => {
      const end = instantOf(millisecondsOf(start) + minutes * 60_000);
      return { kind: 'timed', start, end, zone };
    });
  const allDay = fc
    .tuple(dates, fc.integer({ min: 0, max: Math.max(0, Math.floor(longest / 1440) - 1) }))
    .map(([firstDay, days]): When => {
      return { kind: 'allDay', firstDay, lastDay: addDays(firstDay, days) };
    });
  return fc.oneof({ weight: 3, arbitrary: timed }, { weight: 1, arbitrary: allDay });
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export const intervals = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom(12, 24, 7, 36) },
);
const index = fc.constantFrom('first', 'second', 'third', 'fourth', 'last');
const on = fc.constantFrom(...WEEKDAYS, 'day', 'workday', 'weekendDay');
export const daysOfMonth = fc.oneof(
  fc.integer({ min: 1, max: 31 }),
  fc.integer({ min: 28, max: 31 }),
);
const month = fc.integer({ min: 1, max: 12 });
const years = fc.integer({ min: 1, max: 8 });

export const patterns: Arbitrary<Pattern> = fc.oneof(
  fc.record({ kind: fc.constant('daily'), interval: intervals }),
  fc.record({
    kind: fc.constant('weekly'),
    interval: intervals,
    weekdays: fc.subarray([...WEEKDAYS], { minLength: 1 }),
    weekStart: fc.constantFrom(...WEEKDAYS),
  }),
  fc.record({ kind: fc.constant('monthlyOnDay'), interval: intervals, day: daysOfMonth }),
  fc.record({ kind: fc.constant('monthlyOnWeekday'), interval: intervals, index, on }),
  fc.record({ kind: fc.constant('yearlyOnDay'), interval: years, month, day: daysOfMonth }),
  fc.record({ kind: fc.constant('yearlyOnWeekday'), interval: years, month, index, on }),
);

function ends(start: PlainDate): Arbitrary<SeriesEnd> {
  return fc.oneof(
    fc.constant<SeriesEnd>({ kind: 'never' }),
    fc
      .integer({ min: 4000, max: 9000 })
      .map((days): SeriesEnd => ({ kind: 'onDate', lastDay: addDays(start, days) })),
    counts(1, 60),
  );
}

function counts(min: number, max: number): Arbitrary<SeriesEnd> {
  return fc.integer({ min, max }).map((count) => ({ kind: 'afterCount', count }));
}

/** A time and a series that belong together; the length stays below a day. */
export const repeated: Arbitrary<{ readonly when: When; readonly series: Series }> = whens(1400)
  .chain((when) => {
    const start = when.kind === 'allDay' ? when.firstDay : parsePlainDate(when.start.slice(0, 10));
    const usual = fc.record({ pattern: patterns, ends: ends(start) });
    const long = fc.record({
      pattern: fc.constant<Pattern>({ kind: 'daily', interval: 2 }),
      ends: counts(998, 1500),
    });
    const any = fc.oneof({ weight: 15, arbitrary: usual }, { weight: 1, arbitrary: long });
    return any.map((series) => ({ when, ...series }));
  })
  .map(({ when, pattern, ends: end }) => settled({ when, series: { pattern, ends: end } }));

export const fields = fc.record<Omit<OccurrenceFields, 'when'>>({
  subject: lines,
  location: lines,
  body: texts,
  isPrivate: fc.boolean(),
  showAs: fc.constantFrom('free', 'tentative', 'busy', 'away', 'elsewhere'),
  reminder: reminders,
  importance: fc.constantFrom('low', 'normal', 'high'),
});

/** People of three kinds, by address; whoever is on the list may have answered. */
const people: Arbitrary<People> = fc
  .tuple(
    fc.subarray(['anna@firma.example', 'kunde@kunde.example', 'raum1@firma.example']),
    fc.array(fc.constantFrom(null, 'accepted', 'tentative', 'declined'), {
      minLength: 3,
      maxLength: 3,
    }),
    fc.boolean(),
  )
  .map(([addresses, answers, isMarked]) => ({
    isMeeting: isMarked || addresses.length > 0,
    attendees: addresses.map((address) => ({
      address: parseEmail(address),
      name: address.startsWith('raum') ? 'Raum 1' : 'Jemand',
      role: address.startsWith('raum') ? 'resource' : 'required',
    })),
    replies: addresses.flatMap((address, at) => {
      const reply = answers[at] ?? null;
      return reply === null ? [] : [{ address: parseEmail(address), reply }];
    }),
    sentAt: '',
  }));

const single: Arbitrary<Appointment> = fc
  .tuple(
    fields,
    whens(6000),
    fc.constantFrom('', 'Firma: Muster GmbH', 'Firma: Ä\nProjekt: B'),
    people,
  )
  .map(([own, when, about, who]) => ({
    ...own,
    when,
    series: null,
    exceptions: [],
    ...who,
    about,
  }));

const series: Arbitrary<Appointment> = fc
  .tuple(fields, repeated, fc.constantFrom('', 'Firma: Muster GmbH'), people)
  .chain(([own, times, about, who]) =>
    exceptionsOf(times).map((exceptions) => ({ ...own, ...times, exceptions, ...who, about })),
  );

export const appointments: Arbitrary<Appointment> = fc.oneof(single, series);

function exceptionsOf(times: {
  readonly when: When;
  readonly series: Series;
}): Arbitrary<readonly SeriesException[]> {
  const days = occurrences(times.when, times.series, { from: null, limit: 12 });
  return fc.subarray([...days], { maxLength: Math.min(4, days.length) }).chain((chosen) =>
    fc.tuple(
      ...chosen.map(({ date, when }) =>
        fc.oneof(
          fc.constant<SeriesException>({ originalDate: date, change: { kind: 'deleted' } }),
          changes(when).map((own): SeriesException => ({
            originalDate: date,
            change: { kind: 'changed', fields: own },
          })),
        ),
      ),
    ),
  );
}

function changes(when: When): Arbitrary<Partial<OccurrenceFields>> {
  const others = fc.record(
    {
      subject: lines,
      location: lines,
      body: texts,
      isPrivate: fc.boolean(),
      showAs: fc.constantFrom('free', 'busy', 'away'),
      reminder: reminders,
      importance: fc.constantFrom('low', 'normal', 'high'),
    } as const,
    { requiredKeys: [] },
  );
  return fc
    .tuple(others, fc.option(movedTimes(when)))
    .map(([own, moved]): Partial<OccurrenceFields> => {
      const found: Partial<OccurrenceFields> = own;
      return moved === null ? found : { ...found, when: moved };
    });
}

function movedTimes(when: When): Arbitrary<When> {
  if (when.kind === 'allDay') {
    return fc.integer({ min: -3, max: 3 }).map((days) => ({
      kind: 'allDay',
      firstDay: addDays(when.firstDay, days),
      lastDay: addDays(when.lastDay, days + 1),
    }));
  }
  const shift = (instant: Instant, minutes: number): Instant =>
    instantOf(millisecondsOf(instant) + minutes * 60_000);
  return fc.oneof(
    fc
      .tuple(fc.integer({ min: -600, max: 600 }), fc.integer({ min: 0, max: 90 }))
      .map(([start, longer]): When => ({
        ...when,
        start: shift(when.start, start),
        end: shift(when.end, start + longer),
      })),
    dates.map((date): When => ({ kind: 'allDay', firstDay: date, lastDay: date })),
  );
}
