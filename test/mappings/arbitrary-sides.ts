import fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import type {
  ErpAppointment,
  ErpException,
  ErpOccurrenceFields,
  ErpParticipant,
} from '../../mappings/erp-record.js';
import type {
  ExchangeAppointment,
  ExchangeAttendee,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
  ExchangePattern,
  ExchangeRange,
  ExchangeResponse,
} from '../../mappings/exchange-item.js';
import { instantOf, millisecondsOf, parseEmail } from '../../mappings/values.js';
import {
  dates,
  daysOfMonth,
  instants,
  intervals,
  lines,
  reminders,
  texts,
  whens,
  zones,
} from './arbitraries.js';
import { EMPTY_ITEM, EMPTY_RECORD, WINDOWS } from './sides.js';

/** Generated records and items as the two sides may have them, made by others than us. */

/** Rules in the spellings that ERPs use, most of them not ours. */
export const RULES = [
  'FREQ=DAILY',
  'FREQ=DAILY;INTERVAL=3;COUNT=20',
  'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;UNTIL=20361231',
  'FREQ=WEEKLY',
  'rrule:freq=weekly;byday=mo,we;wkst=su;interval=2',
  'FREQ=WEEKLY;BYDAY=SU,SA,MO,TU,WE,TH,FR;COUNT=30',
  'FREQ=MONTHLY;BYMONTHDAY=-1',
  'FREQ=MONTHLY;BYDAY=2TU;UNTIL=20361231T225959Z',
  'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'FREQ=MONTHLY;INTERVAL=24;BYMONTHDAY=28,29,30,31;BYSETPOS=-1',
  'FREQ=YEARLY;BYDAY=1MO',
  'FREQ=YEARLY;INTERVAL=2;BYMONTH=6;BYDAY=SA,SU;BYSETPOS=4',
  'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1;COUNT=8',
];

const participants: Arbitrary<readonly ErpParticipant[]> = fc.constantFrom<
  readonly ErpParticipant[]
>(
  [],
  [{ employeeId: 'E01', email: null, name: 'Ich selbst', reply: 'accepted' }],
  [
    { employeeId: 'E02', email: null, name: 'Jörg Böhm', reply: 'accepted' },
    { employeeId: null, email: parseEmail('kunde@kunde.example'), name: '', reply: 'none' },
  ],
);

const erpFields: Arbitrary<Omit<ErpOccurrenceFields, 'when'>> = fc.record({
  title: lines,
  body: texts,
  location: lines,
  isPrivate: fc.boolean(),
  showAs: fc.constantFrom('free', 'tentative', 'busy', 'away', 'elsewhere'),
  reminderMinutes: reminders,
  priorityId: fc.constantFrom(null, 'P1', 'P2', 'P3', 'P4', 'P5', 'unbekannt'),
});

/** Records as an ERP may have them: any spelling of a rule, exceptions that repeat the series or lie outside it. */
export const records: Arbitrary<ErpAppointment> = fc
  .tuple(
    erpFields,
    whens(1400),
    zones,
    fc.option(fc.constantFrom(...RULES)),
    participants,
    fc.array(erpExceptions(), { maxLength: 4 }),
  )
  .map(([own, when, timeZone, rrule, people, exceptions]) => ({
    ...EMPTY_RECORD,
    ...own,
    when: when.kind === 'allDay' ? when : { kind: 'timed', startsAt: when.start, endsAt: when.end },
    timeZone,
    rrule,
    participants: people,
    company: people.length === 2 ? { id: 'C1', name: 'Muster\nMaschinenbau' } : null,
    equipment: people.length === 2 ? ['Beamer', 'Raum 1'] : [],
    exceptions: rrule === null ? [] : onePerDay(exceptions),
  }));

function onePerDay(exceptions: readonly ErpException[]): readonly ErpException[] {
  const byDate = new Map(exceptions.map((row) => [row.originalDate, row]));
  return [...byDate.values()].sort((a, b) => (a.originalDate < b.originalDate ? -1 : 1));
}

function erpExceptions(): Arbitrary<ErpException> {
  const some = fc.record(
    {
      title: fc.oneof(lines, fc.constant('')),
      priorityId: fc.constantFrom('P1', 'P3', 'P5', null),
      reminderMinutes: fc.constantFrom(null, 15),
      isPrivate: fc.boolean(),
    } as const,
    { requiredKeys: [] },
  );
  return fc.oneof(
    dates.map((originalDate): ErpException => ({ originalDate, deleted: true, fields: {} })),
    fc
      .tuple(dates, some)
      .map(([originalDate, own]): ErpException => ({ originalDate, deleted: false, fields: own })),
  );
}

const exchangePeople: Arbitrary<Partial<ExchangeAppointment>> = fc.constantFrom(
  {},
  {},
  {
    isMeeting: true,
    attendees: [
      attendee('kunde@kunde.example', 'Accept'),
      attendee('kunde@kunde.example', 'Decline'), // listed twice
      { ...attendee('raum1@firma.example', 'Unknown'), role: 'Resource' },
      { ...attendee('x@x.example', 'Tentative'), address: null }, // an X500 name
    ],
  },
  {
    isMeeting: true,
    isOrganizer: false,
    organizer: { address: parseEmail('kunde@kunde.example'), name: 'Kunde' },
    attendees: [attendee('anna@firma.example', 'Unknown')],
    myResponse: 'Tentative',
    organizerSentAt: '2026-01-02T00:00:00Z',
  },
);

function attendee(address: string, response: ExchangeResponse): ExchangeAttendee {
  return { address: parseEmail(address), name: 'Jemand', role: 'Required', response };
}

const exchangeFields: Arbitrary<Omit<ExchangeOccurrenceFields, 'start' | 'end' | 'isAllDay'>> =
  fc.record({
    subject: lines,
    bodyText: texts,
    location: lines,
    sensitivity: fc.constantFrom('Normal', 'Personal', 'Private', 'Confidential'),
    freeBusy: fc.constantFrom('Free', 'Tentative', 'Busy', 'OOF', 'WorkingElsewhere', 'NoData'),
    reminderIsSet: fc.boolean(),
    reminderMinutes: fc.oneof(fc.integer({ min: 0, max: 2_629_800 }), fc.constant(1_525_252_321)),
    importance: fc.constantFrom('Low', 'Normal', 'High'),
  });

/** Single items as Exchange may have them, on zones that we know and others. */
export const singleItems: Arbitrary<ExchangeAppointment> = fc
  .tuple(
    exchangeFields,
    instants,
    fc.integer({ min: 0, max: 6000 }),
    fc.boolean(),
    fc.constantFrom(
      ...Object.keys(WINDOWS),
      'Customized Time Zone',
      'tzone://Microsoft/Custom',
      'Europe/Vienna',
      null,
    ),
    exchangePeople,
  )
  .map(([own, start, minutes, isAllDay, zone, people]) => ({
    ...EMPTY_ITEM,
    ...own,
    ...people,
    start,
    end: instantOf(millisecondsOf(start) + minutes * 60_000),
    isAllDay,
    startTimeZone: zone,
    endTimeZone: zone,
  }));

const exchangeDays = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
  'Day',
  'Weekday',
  'WeekendDay',
] as const;
const exchangeMonths = ['January', 'February', 'April', 'December'] as const;
const dayOfWeek = fc.constantFrom(...exchangeDays);
const exchangeIndex = fc.constantFrom('First', 'Second', 'Third', 'Fourth', 'Last');

const exchangePatterns: Arbitrary<ExchangePattern> = fc.oneof(
  fc.record({ kind: fc.constant('Daily'), interval: intervals }),
  fc.record({
    kind: fc.constant('Weekly'),
    interval: intervals,
    daysOfWeek: fc.subarray([...exchangeDays], { minLength: 1 }),
    firstDayOfWeek: fc.constantFrom(null, 'Monday', 'Sunday', 'Thursday'),
  }),
  fc.record({ kind: fc.constant('AbsoluteMonthly'), interval: intervals, dayOfMonth: daysOfMonth }),
  fc.record({
    kind: fc.constant('RelativeMonthly'),
    interval: intervals,
    dayOfWeek,
    index: exchangeIndex,
  }),
  fc.record({
    kind: fc.constant('AbsoluteYearly'),
    dayOfMonth: daysOfMonth,
    month: fc.constantFrom(...exchangeMonths),
  }),
  fc.record({
    kind: fc.constant('RelativeYearly'),
    dayOfWeek,
    index: exchangeIndex,
    month: fc.constantFrom(...exchangeMonths),
  }),
);

const exchangeRanges: Arbitrary<ExchangeRange> = fc.oneof(
  dates.map((startDate): ExchangeRange => ({ kind: 'NoEnd', startDate })),
  dates.map((startDate): ExchangeRange => ({ kind: 'EndDate', startDate, endDate: '2041-12-31' })),
  fc
    .tuple(dates, fc.integer({ min: 1, max: 999 }))
    .map(([startDate, numberOfOccurrences]): ExchangeRange => {
      return { kind: 'Numbered', startDate, numberOfOccurrences };
    }),
);

const modified: Arbitrary<ExchangeModifiedOccurrence> = fc
  .tuple(exchangeFields, instants, instants, fc.integer({ min: 0, max: 90 }), fc.boolean())
  .map(([own, originalStart, start, minutes, isAllDay]) => ({
    itemId: originalStart,
    originalStart,
    fields: { ...own, start, end: instantOf(millisecondsOf(start) + minutes * 60_000), isAllDay },
  }));

/**
 * Series as a mailbox may have them, not only ours: starts off the pattern, exceptions where the pattern has nothing,
 * changed occurrences with every field of their own.
 */
export const seriesItems: Arbitrary<ExchangeAppointment> = fc
  .tuple(
    singleItems,
    fc.integer({ min: 0, max: 1000 }),
    fc.record({ pattern: exchangePatterns, range: exchangeRanges }),
    fc.array(modified, { maxLength: 3 }),
    fc.array(instants, { maxLength: 3 }),
  )
  .map(([item, minutes, recurrence, modifiedOccurrences, deletedOccurrences]) => ({
    ...item,
    end: instantOf(millisecondsOf(item.start) + minutes * 60_000),
    type: 'RecurringMaster',
    recurrence,
    modifiedOccurrences,
    deletedOccurrences,
  }));
