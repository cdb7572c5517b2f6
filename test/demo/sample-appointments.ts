import { DateTime } from 'luxon';
import type { ErpAppointment, ErpParticipant, ErpWhen } from '../../mappings/erp-record.js';
import type { IanaZone, PlainDate } from '../../mappings/values.js';
import { addDays, parseEmail, parseInstant, parseZone } from '../../mappings/values.js';
import { Random } from '../simulators/random.js';
import {
  ACTIVITY_TYPES,
  COMPANIES,
  CONTACTS,
  EMPLOYEES,
  EQUIPMENT,
  PRIORITIES,
  PROJECTS,
} from './sample-firm.js';
import type { SamplePattern } from './sample-series.js';
import { PATTERN_KINDS, firstDay, occurrenceDays, samplePattern } from './sample-series.js';
import { sampleBody, sampleLocation, sampleTitle } from './sample-texts.js';

/**
 * The firm's calendar: 600 appointments from a year before to a year after `today`, the same for the same seed.
 * 60 of them are series: each of the six patterns with each of the three endings, many with changed and deleted
 * occurrences. Private ones, all-day and multi-day ones, three time zones, several employees, guests, equipment.
 */
export function sampleCalendar(seed: number, today: PlainDate): readonly ErpAppointment[] {
  const random = new Random(seed);
  const single = Array.from({ length: 540 }, (_, at) =>
    appointment(random, { owner: ownerOf(at), today, isShared: at % 4 === 0 }),
  );
  const series = Array.from({ length: 60 }, (_, at) => {
    const base = appointment(random, { owner: ownerOf(at), today, isShared: at % 3 === 0 });
    const pattern = samplePattern(PATTERN_KINDS[at % 6] ?? 'daily', random);
    return repeated(random, base, {
      pattern,
      ending: ENDINGS[Math.floor(at / 6) % 3] ?? 'never',
      today,
    });
  });
  return random.shuffled([...single, ...series]);
}

/** `count` appointments of one employee for the bench: one in twenty a series, nobody else takes part. */
export function sampleAppointments(
  count: number,
  employeeId: string,
  { seed, today }: { readonly seed: number; readonly today: PlainDate },
): readonly ErpAppointment[] {
  const random = new Random(seed);
  return Array.from({ length: count }, (_, at) => {
    const base = appointment(random, { owner: employeeId, today, isShared: false });
    if (at % 20 !== 0) return base;
    const pattern = samplePattern(random.oneOf(PATTERN_KINDS), random);
    return repeated(random, base, { pattern, ending: random.oneOf(ENDINGS), today });
  });
}

type Ending = 'never' | 'onDate' | 'afterCount';
const ENDINGS: readonly Ending[] = ['never', 'onDate', 'afterCount'];

function ownerOf(at: number): string {
  return EMPLOYEES[at % EMPLOYEES.length]?.id ?? 'E01';
}

interface Wanted {
  readonly owner: string;
  readonly today: PlainDate;
  readonly isShared: boolean;
}

function appointment(random: Random, { owner, today, isShared }: Wanted): ErpAppointment {
  const timeZone = random.oneOf(ZONES);
  const day = addDays(today, random.between(-365, 365));
  const company = random.chance(0.3) ? random.oneOf(COMPANIES) : null;
  const contacts = CONTACTS.filter(({ companyId }) => companyId === company?.id);
  const projects = PROJECTS.filter(({ companyId }) => companyId === company?.id);
  return {
    ownerId: owner,
    title: sampleTitle(random, company?.name ?? null),
    body: sampleBody(random),
    location: sampleLocation(random),
    when: random.chance(0.12) ? allDay(random, day) : timed(random, day, timeZone),
    timeZone,
    rrule: null,
    exceptions: [],
    participants: isShared ? participants(random, owner) : [],
    equipment:
      isShared && random.chance(0.5)
        ? random.shuffled(EQUIPMENT).slice(0, random.between(1, 3))
        : [],
    isPrivate: random.chance(0.08),
    showAs: random.oneOf(SHOW_AS),
    reminderMinutes: random.oneOf([null, null, 0, 5, 15, 15, 30, 60, 1440]),
    priorityId: random.chance(0.5) ? random.oneOf(PRIORITIES).id : null,
    activityTypeId: random.chance(0.7) ? random.oneOf(ACTIVITY_TYPES).id : null,
    company,
    contact: contacts.length > 0 ? referenceTo(random.oneOf(contacts)) : null,
    project: projects.length > 0 ? referenceTo(random.oneOf(projects)) : null,
    isMeeting: false,
    isProtected: false,
  };
}

function referenceTo({
  id,
  name,
}: {
  readonly id: string;
  readonly name: string;
}): ErpAppointment['company'] {
  return { id, name };
}

const BERLIN = parseZone('Europe/Berlin');
const NEW_YORK = parseZone('America/New_York');
const TOKYO = parseZone('Asia/Tokyo');
const ZONES: readonly IanaZone[] = [
  BERLIN,
  BERLIN,
  BERLIN,
  BERLIN,
  BERLIN,
  BERLIN,
  NEW_YORK,
  TOKYO,
];
const SHOW_AS: readonly ErpAppointment['showAs'][] = [
  'busy',
  'busy',
  'busy',
  'free',
  'tentative',
  'away',
  'elsewhere',
];

function timed(random: Random, day: PlainDate, zone: IanaZone): ErpWhen {
  const start = random.between(7 * 4, 18 * 4) * 15; // on the quarter of an hour, from 7:00 to 18:00
  const minutes = random.oneOf([15, 30, 30, 60, 60, 60, 90, 120, 240, 480, 1800]); // the last one runs overnight
  return timedAt(day, start, { zone, minutes });
}

/** `start` in minutes after midnight, on the wall clock of the zone. */
function timedAt(
  day: PlainDate,
  start: number,
  { zone, minutes }: { readonly zone: IanaZone; readonly minutes: number },
): ErpWhen {
  const from = DateTime.fromISO(day, { zone }).set({
    hour: Math.floor(start / 60),
    minute: start % 60,
  });
  return {
    kind: 'timed',
    startsAt: parseInstant(from.toUTC().toISO() ?? ''),
    endsAt: parseInstant(from.plus({ minutes }).toUTC().toISO() ?? ''),
  };
}

function allDay(random: Random, day: PlainDate): ErpWhen {
  return {
    kind: 'allDay',
    firstDay: day,
    lastDay: addDays(day, random.oneOf([0, 0, 0, 1, 2, 4, 13])),
  };
}

function participants(random: Random, owner: string): readonly ErpParticipant[] {
  const others = EMPLOYEES.filter(({ id }) => id !== owner);
  const staff = random.shuffled(others).slice(0, random.between(1, 4));
  const guests = random.chance(0.2) ? [random.oneOf(CONTACTS)] : [];
  return [
    ...staff.map(({ id, givenName, surname }): ErpParticipant => ({
      employeeId: id,
      email: null,
      name: `${givenName} ${surname}`,
      reply: random.oneOf(REPLIES),
    })),
    ...guests.map(({ id, name }): ErpParticipant => ({
      employeeId: null,
      email: parseEmail(`${id.toLowerCase()}@kunde.example`),
      name,
      reply: random.oneOf(REPLIES),
    })),
  ];
}

const REPLIES: readonly ErpParticipant['reply'][] = ['none', 'accepted', 'tentative', 'declined'];

interface Repetition {
  readonly pattern: SamplePattern;
  readonly ending: Ending;
  readonly today: PlainDate;
}

/** The appointment as a series; its first occurrence lies where the pattern has one, and it never overlaps itself. */
function repeated(
  random: Random,
  base: ErpAppointment,
  { pattern, ending, today }: Repetition,
): ErpAppointment {
  const first = firstDay(pattern, addDays(today, random.between(-365, 120)));
  const count = random.between(3, pattern.kind.startsWith('yearly') ? 6 : 30);
  const days = occurrenceDays(pattern, first, count);
  const slot = slotOf(random, base);
  const series = { ...base, when: slot.on(first), rrule: pattern.rule + endOf(ending, days) };
  const changed = ending === 'never' ? days.slice(0, 12) : days;
  return { ...series, exceptions: random.chance(0.6) ? exceptions(random, changed, slot) : [] };
}

function endOf(ending: Ending, days: readonly PlainDate[]): string {
  if (ending === 'never') return '';
  if (ending === 'afterCount') return `;COUNT=${String(days.length)}`;
  return `;UNTIL=${(days.at(-1) ?? '').replaceAll('-', '')}`;
}

/** Where in its day an occurrence lies. */
interface Slot {
  on(day: PlainDate): ErpWhen;
  /** Moved to another time of the same day; null where it fills the day. */
  movedOn(day: PlainDate): ErpWhen | null;
}

function slotOf(random: Random, { when, timeZone: zone }: ErpAppointment): Slot {
  if (when.kind === 'allDay') {
    return { on: (day) => ({ kind: 'allDay', firstDay: day, lastDay: day }), movedOn: () => null };
  }
  const start = random.between(7 * 4, 15 * 4) * 15;
  const minutes = random.oneOf([15, 30, 60, 90, 180]);
  return {
    on: (day) => timedAt(day, start, { zone, minutes }),
    movedOn: (day) => timedAt(day, start + 120, { zone, minutes: minutes + 15 }),
  };
}

/** Some occurrences deleted, some moved, some with a text of their own; now and then the very first one. */
function exceptions(
  random: Random,
  days: readonly PlainDate[],
  slot: Slot,
): ErpAppointment['exceptions'] {
  const number = Math.min(days.length - 1, random.between(1, 4));
  const chosen = random.shuffled(days).slice(0, number).sort();
  return chosen.map((originalDate) => {
    const deleted = random.chance(0.4);
    return {
      originalDate,
      deleted,
      fields: deleted ? {} : changedFields(random, slot.movedOn(originalDate)),
    };
  });
}

function changedFields(
  random: Random,
  moved: ErpWhen | null,
): ErpAppointment['exceptions'][number]['fields'] {
  const title = { title: `Neu: ${sampleTitle(random, null)}`.slice(0, 255).trimEnd() };
  const fields = [
    title,
    { location: 'Außer Haus' },
    { reminderMinutes: null },
    { showAs: 'tentative' as const, ...title },
    { body: 'Diesmal mit Gästen:\nFrühstück steht bereit.' },
  ];
  if (moved === null) return random.oneOf(fields);
  return random.chance(0.6) ? { when: moved } : { ...random.oneOf(fields), when: moved };
}
