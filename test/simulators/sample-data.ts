import type { ItemChange } from './mailbox/changes.js';
import type { Mailbox, WriteContext } from './mailbox/mailbox.js';
import type { Organisation } from './mailbox/organisation.js';
import type { DayOfWeek, ItemInput, Recurrence, RecurrenceRange } from './mailbox/properties.js';
import { DAYS_OF_WEEK, MONTHS } from './mailbox/properties.js';
import { liveOccurrences } from './mailbox/series.js';
import { itemTarget } from './mailbox/targets.js';
import type { ItemView } from './mailbox/view.js';
import { DAY, formatTime, HOUR, MINUTE } from './mailbox/zones.js';
import { Random } from './random.js';

/** How many appointments each mailbox of the demo holds. */
const PER_MAILBOX = 24;

/** Gives every mailbox of the demo firm appointments of every sort, repeatable by seed, around today. */
export function fillDemo(organisation: Organisation, seed: number): void {
  organisation.mailboxes.forEach((mailbox, position) => {
    fillMailbox(mailbox, { count: PER_MAILBOX, seed: seed + position, now: organisation.nowMs() });
  });
}

/** Gives one mailbox `count` appointments over two years: 5 % series, some all-day, private and long ones. */
export function fillMailbox(
  mailbox: Mailbox,
  { count, seed, now }: { count: number; seed: number; now: number },
): void {
  const random = new Random(seed);
  const today = Math.floor(now / DAY) * DAY;
  for (let number = 1; number <= count; number++) {
    const sort = SORTS[number % 20 === 7 ? 'series' : random.oneOf(SORT_NAMES)];
    const input = sort(random, today + random.between(-365, 365) * DAY);
    const view = mailbox.create(null, { kind: 'CalendarItem', input, extended: [] }, QUIETLY);
    if (input.Recurrence) disturb(mailbox, view, random);
  }
}

const QUIETLY: WriteContext = {
  headerZone: null,
  send: 'SendToNone',
  cause: 'sample data',
  by: 'Beispieldaten',
};

const ZONES = [
  'W. Europe Standard Time',
  'W. Europe Standard Time',
  'GMT Standard Time',
  'Eastern Standard Time',
];
const SUBJECTS = [
  'Besprechung Spindelkopf',
  'Kundenbesuch Müller & Söhne',
  'Abnahme Fräsmaschine FM 400',
  'Wartung Größe 3, Halle 2',
  'Angebot "Förderband" durchsprechen',
  'Schulung Arbeitssicherheit',
  'Telefonat <Einkauf>',
  'Inbetriebnahme Prüfstand',
  'Übergabe Schichtplan',
];
const PLACES = ['', 'Halle 3', 'Besprechungsraum Würzburg', 'Beim Kunden', 'Microsoft Teams'];
const CATEGORIES = ['Kundentermin', 'Intern', 'Reise', 'Außendienst'];

type Sort = (random: Random, day: number) => ItemInput;

const SORTS = { timed, allDay, severalDays, hidden, series } satisfies Record<string, Sort>;
const SORT_NAMES = [
  'timed',
  'timed',
  'timed',
  'timed',
  'timed',
  'allDay',
  'severalDays',
  'hidden',
] as const;

function timed(random: Random, day: number): ItemInput {
  const start = day + random.between(6, 17) * HOUR + random.oneOf([0, 15, 30, 45]) * MINUTE;
  const zone = random.oneOf(ZONES);
  return {
    ...described(random),
    Start: wallText(start),
    End: wallText(start + random.oneOf([30, 45, 60, 90, 180]) * MINUTE),
    StartTimeZone: zone,
    EndTimeZone: zone,
  };
}

function allDay(random: Random, day: number): ItemInput {
  return { ...described(random), ...wholeDays(day, 1), LegacyFreeBusyStatus: 'Free' };
}

function severalDays(random: Random, day: number): ItemInput {
  return {
    ...described(random),
    ...wholeDays(day, random.between(2, 9)),
    LegacyFreeBusyStatus: 'OOF',
  };
}

function hidden(random: Random, day: number): ItemInput {
  return { ...timed(random, day), Subject: 'Arzttermin', Sensitivity: 'Private' };
}

function series(random: Random, day: number): ItemInput {
  return { ...timed(random, day), Recurrence: recurrenceFrom(random, day) };
}

function wholeDays(day: number, days: number): ItemInput {
  const zone = 'W. Europe Standard Time';
  return {
    Start: wallText(day),
    End: wallText(day + days * DAY),
    IsAllDayEvent: true,
    StartTimeZone: zone,
    EndTimeZone: zone,
  };
}

function described(random: Random): ItemInput {
  return {
    Subject: random.oneOf(SUBJECTS),
    Location: random.oneOf(PLACES),
    Body: {
      BodyType: 'Text',
      Value: random.chance(0.5) ? '' : 'Bitte Unterlagen mitbringen.\nGrüße',
    },
    Categories: random.chance(0.4) ? [random.oneOf(CATEGORIES)] : [],
    Importance: random.chance(0.1) ? 'High' : 'Normal',
    ReminderIsSet: random.chance(0.7),
    ReminderMinutesBeforeStart: random.oneOf([0, 15, 30, 60]),
    LegacyFreeBusyStatus: random.oneOf(['Busy', 'Busy', 'Tentative', 'WorkingElsewhere']),
  };
}

function recurrenceFrom(random: Random, day: number): Recurrence {
  const range = rangeFrom(random, dateText(day));
  const weekday = DAYS_OF_WEEK[new Date(day).getUTCDay()] ?? 'Monday';
  const date = new Date(day);
  const patterns: Recurrence['pattern'][] = [
    { kind: 'DailyRecurrence', Interval: random.between(1, 3) },
    {
      kind: 'WeeklyRecurrence',
      Interval: random.between(1, 2),
      DaysOfWeek: [...new Set<DayOfWeek>([weekday, random.oneOf(DAYS_OF_WEEK)])],
      FirstDayOfWeek: 'Monday',
    },
    {
      kind: 'AbsoluteMonthlyRecurrence',
      Interval: random.between(1, 2),
      DayOfMonth: date.getUTCDate(),
    },
    {
      kind: 'RelativeMonthlyRecurrence',
      Interval: 1,
      DaysOfWeek: random.oneOf([weekday, 'Weekday']),
      DayOfWeekIndex: random.oneOf(['First', 'Third', 'Last']),
    },
    {
      kind: 'AbsoluteYearlyRecurrence',
      DayOfMonth: date.getUTCDate(),
      Month: MONTHS[date.getUTCMonth()] ?? 'May',
    },
    {
      kind: 'RelativeYearlyRecurrence',
      DaysOfWeek: weekday,
      DayOfWeekIndex: 'Second',
      Month: MONTHS[date.getUTCMonth()] ?? 'May',
    },
  ];
  return { pattern: random.oneOf(patterns), range };
}

function rangeFrom(random: Random, StartDate: string): RecurrenceRange {
  const kind = random.oneOf([
    'NoEndRecurrence',
    'EndDateRecurrence',
    'NumberedRecurrence',
  ] as const);
  if (kind === 'NoEndRecurrence') return { kind, StartDate };
  if (kind === 'NumberedRecurrence')
    return { kind, StartDate, NumberOfOccurrences: random.between(4, 40) };
  const end = Date.parse(`${StartDate}T00:00:00Z`) + random.between(800, 900) * DAY;
  return { kind, StartDate, EndDate: dateText(end) };
}

/** Changes one occurrence and deletes another, in two thirds of all series that are long enough. */
function disturb(mailbox: Mailbox, { stored }: ItemView, random: Random): void {
  const [, second, third, fourth] = liveOccurrences(stored, 1);
  if (!second || !third || !fourth || random.chance(1 / 3)) return;
  const changes: ItemChange[] = [
    { action: 'set', property: 'Subject', value: { Subject: 'Ausnahme: anderer Raum' } },
    { action: 'set', property: 'Location', value: { Location: 'Halle 1' } },
  ];
  const changed = itemTarget(mailbox.viewOf(stored, second).id);
  mailbox.update(changed, { changes, conflict: 'AlwaysOverwrite' }, QUIETLY);
  mailbox.remove(itemTarget(mailbox.viewOf(stored, third).id), 'HardDelete', QUIETLY);
}

/** A wall clock without an offset: it means the zone of the item. */
function wallText(wall: number): string {
  return formatTime(wall).slice(0, -1);
}

function dateText(day: number): string {
  return formatTime(day).slice(0, 10);
}
