import { describe, expect, test } from 'vitest';
import type {
  ExchangeAppointment,
  ExchangeExceptionTarget,
  ExchangeOccurrenceFields,
} from '../../../../mappings/exchange-item.js';
import { parseInstant } from '../../../../mappings/values.js';
import { isComplete, planExceptions } from '../../../../sync/exchange/ews/exception-plan.js';

const at = parseInstant;
const MONDAY = at('2026-03-09T08:00:00Z');
/** The Monday after the clocks have changed; the series is at 9 o'clock in Berlin. */
const IN_SUMMER = at('2026-03-30T07:00:00Z');

const SHARED: ExchangeOccurrenceFields = {
  subject: 'Wartung',
  bodyText: 'Zeile\r\n',
  location: '',
  start: at('2026-03-02T08:00:00Z'),
  end: at('2026-03-02T09:00:00Z'),
  isAllDay: false,
  sensitivity: 'Normal',
  freeBusy: 'Busy',
  reminderIsSet: false,
  reminderMinutes: 0,
  importance: 'Normal',
};

function series(more: Partial<ExchangeAppointment> = {}): ExchangeAppointment {
  return {
    ...SHARED,
    uid: 'U',
    type: 'RecurringMaster',
    startTimeZone: 'W. Europe Standard Time',
    endTimeZone: 'W. Europe Standard Time',
    recurrence: {
      pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' },
      range: { kind: 'NoEnd', startDate: '2026-03-02' },
    },
    modifiedOccurrences: [],
    deletedOccurrences: [],
    isMeeting: false,
    isOrganizer: true,
    organizer: null,
    attendees: [],
    myResponse: 'Organizer',
    isCancelled: false,
    organizerSentAt: null,
    categories: [],
    lastModified: null,
    ...more,
  };
}

function changedOn(
  originalStart = MONDAY,
  own: Partial<ExchangeOccurrenceFields> = {},
): ExchangeAppointment {
  const end = at(originalStart.replace('08:00', '09:00').replace('07:00', '08:00'));
  const fields = { ...SHARED, start: originalStart, end, ...own };
  return series({ modifiedOccurrences: [{ itemId: 'X', originalStart, fields }] });
}

const deleted = series({ deletedOccurrences: [MONDAY] });
const REMOVE: ExchangeExceptionTarget = { originalStart: MONDAY, kind: 'deleted' };
const RENAME: ExchangeExceptionTarget = {
  originalStart: MONDAY,
  kind: 'changed',
  fields: { subject: 'neu' },
};

const PRIVATE: ExchangeExceptionTarget = {
  originalStart: MONDAY,
  kind: 'changed',
  fields: { sensitivity: 'Private' },
  own: { subject: 'geheim', location: '' },
};

const NOTHING = { remove: [], change: [], bringBack: [] };

/** The table of `planExceptions`, in its order. */
const ROWS: readonly {
  readonly name: string;
  readonly master: ExchangeAppointment;
  readonly targets: readonly ExchangeExceptionTarget[];
  readonly plan: ReturnType<typeof planExceptions>;
}[] = [
  { name: 'regular, shall be regular', master: series(), targets: [], plan: NOTHING },
  {
    name: 'regular, shall be changed',
    master: series(),
    targets: [RENAME],
    plan: {
      ...NOTHING,
      change: [{ originalStart: MONDAY, itemId: null, fields: { subject: 'neu' } }],
    },
  },
  {
    name: 'regular, shall be deleted',
    master: series(),
    targets: [REMOVE],
    plan: { ...NOTHING, remove: [{ originalStart: MONDAY, itemId: null }] },
  },
  {
    name: 'changed, shall be regular',
    master: changedOn(MONDAY, { subject: 'alt', location: 'Halle 3' }),
    targets: [],
    plan: {
      ...NOTHING,
      change: [
        { originalStart: MONDAY, itemId: 'X', fields: { subject: 'Wartung', location: '' } },
      ],
    },
  },
  {
    name: 'changed, shall be changed otherwise',
    master: changedOn(MONDAY, { subject: 'alt' }),
    targets: [RENAME],
    plan: {
      ...NOTHING,
      change: [{ originalStart: MONDAY, itemId: 'X', fields: { subject: 'neu' } }],
    },
  },
  {
    name: 'changed, as it shall be',
    master: changedOn(MONDAY, { subject: 'neu' }),
    targets: [RENAME],
    plan: NOTHING,
  },
  {
    name: 'changed, shall be deleted',
    master: changedOn(MONDAY, { subject: 'alt' }),
    targets: [REMOVE],
    plan: { ...NOTHING, remove: [{ originalStart: MONDAY, itemId: 'X' }] },
  },
  {
    name: 'deleted, shall be regular',
    master: deleted,
    targets: [],
    plan: { ...NOTHING, bringBack: [MONDAY] },
  },
  {
    name: 'deleted, shall be changed',
    master: deleted,
    targets: [RENAME],
    plan: { ...NOTHING, bringBack: [MONDAY] },
  },
  { name: 'deleted, as it shall be', master: deleted, targets: [REMOVE], plan: NOTHING },
  {
    name: 'listed as changed with nothing changed, shall be regular',
    master: changedOn(),
    targets: [],
    plan: NOTHING,
  },
  {
    name: 'listed as changed in summer time with nothing changed, shall be regular',
    master: changedOn(IN_SUMMER),
    targets: [],
    plan: NOTHING,
  },
  {
    name: 'changed only by seconds and line ends, shall be regular',
    master: changedOn(MONDAY, { start: at('2026-03-09T08:00:11Z'), bodyText: 'Zeile  \n\n' }),
    targets: [],
    plan: NOTHING,
  },
  {
    name: 'moved, shall be regular: start and end go together',
    master: changedOn(MONDAY, { start: at('2026-03-09T07:00:00Z') }),
    targets: [],
    plan: {
      ...NOTHING,
      change: [
        {
          originalStart: MONDAY,
          itemId: 'X',
          fields: { start: MONDAY, end: at('2026-03-09T09:00:00Z') },
        },
      ],
    },
  },
  {
    name: 'changed and not readable, shall be regular: left alone',
    master: series({ modifiedOccurrences: [{ itemId: 'X', originalStart: MONDAY, fields: null }] }),
    targets: [],
    plan: NOTHING,
  },
  {
    name: 'private and there: what its owner has in it is not looked at, also where it is as the series has it',
    master: changedOn(MONDAY, { sensitivity: 'Private', location: 'Praxis' }),
    targets: [PRIVATE],
    plan: NOTHING,
  },
  {
    name: 'private and dropped by the server: made anew with what its owner had in it',
    master: series(),
    targets: [PRIVATE],
    plan: {
      ...NOTHING,
      change: [
        {
          originalStart: MONDAY,
          itemId: null,
          fields: { subject: 'geheim', sensitivity: 'Private' },
        },
      ],
    },
  },
  {
    name: 'deleted under its old time of day, as it shall be',
    master: series({ deletedOccurrences: [at('2026-03-09T06:00:00Z')] }),
    targets: [REMOVE],
    plan: NOTHING,
  },
];

describe('one occurrence that is', () => {
  test.each(ROWS)('$name', ({ master, targets, plan }) => {
    expect(planExceptions(master, targets)).toEqual(plan);
    expect(isComplete(planExceptions(master, targets))).toBe(plan === NOTHING);
  });
});

test('an all-day occurrence ends at midnight also on the day the clocks change', () => {
  const day = at('2026-03-28T23:00:00Z');
  const master = series({
    ...SHARED,
    isAllDay: true,
    start: at('2026-03-01T23:00:00Z'),
    end: at('2026-03-02T23:00:00Z'),
    modifiedOccurrences: [
      {
        itemId: 'X',
        originalStart: day,
        fields: { ...SHARED, isAllDay: true, start: day, end: at('2026-03-29T22:00:00Z') },
      },
    ],
  });
  expect(planExceptions(master, [])).toEqual(NOTHING);
});
