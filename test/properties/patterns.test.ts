import { expect, test } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { addDays, instantOf, parsePlainDate } from '../../mappings/values.js';
import type { PlainDate } from '../../mappings/values.js';
import { change, inErp, itemOf, recordOf } from '../scenarios/hands.js';
import { timesOf } from '../scenarios/versions.js';
import type { Times } from '../scenarios/versions.js';
import { World } from '../scenarios/world.js';
import type { DayOfWeek, ItemInput, Recurrence } from '../simulators/mailbox/properties.js';
import { BERLIN } from '../simulators/mailbox-bench.js';
import { Random } from '../simulators/random.js';

/** Both sides change one appointment and its pattern, by chance: what comes of it is what somebody has entered. */

const SEEDS = 400;

interface Shape {
  readonly day: PlainDate;
  /** null: whole days. */
  readonly hour: number | null;
  /** null: it takes place once. */
  readonly pattern: {
    readonly kind: 'daily' | 'weekly';
    readonly interval: number;
    readonly times: number;
  } | null;
}

const NAMES: readonly DayOfWeek[] = [
  ...(['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const),
];
const SHORT = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;

const MONDAY = parsePlainDate('2026-03-02');

function anyPattern(random: Random): Shape['pattern'] {
  const kind = random.oneOf(['daily', 'weekly'] as const);
  return { kind, interval: random.between(1, 3), times: random.between(2, 8) };
}

function anyShape(random: Random): Shape {
  return {
    day: MONDAY,
    hour: random.chance(0.8) ? random.between(8, 16) : null,
    pattern: random.chance(0.7) ? anyPattern(random) : null,
  };
}

/** One of the days, the time of day, the pattern, or several of them. */
function edited(random: Random, shape: Shape): Shape {
  const day = random.chance(0.5) ? addDays(shape.day, random.between(0, 15)) : shape.day;
  const hour = random.chance(0.4) ? random.oneOf([null, 9, 13, 17]) : shape.hour;
  const pattern = random.chance(0.5) ? anyPattern(random) : shape.pattern;
  return { day, hour, pattern };
}

function weekday(day: PlainDate): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay();
}

function asRecord({ day, hour, pattern }: Shape): ErpAppointmentPatch {
  const at = (clock: number): number => Date.parse(`${day}T00:00:00+01:00`) + clock * 3_600_000;
  const byDay = `;BYDAY=${SHORT[weekday(day)] ?? ''}`;
  return {
    when:
      hour === null
        ? { kind: 'allDay', firstDay: day, lastDay: day }
        : { kind: 'timed', startsAt: instantOf(at(hour)), endsAt: instantOf(at(hour + 1)) },
    rrule:
      pattern === null
        ? null
        : `FREQ=${pattern.kind.toUpperCase()};INTERVAL=${String(pattern.interval)}` +
          `${pattern.kind === 'weekly' ? byDay : ''};WKST=MO;COUNT=${String(pattern.times)}`,
  };
}

/** Its second occurrence does not take place, or is called something else. */
function exceptions(random: Random, { day, pattern }: Shape): ErpAppointmentPatch {
  if (pattern === null || random.chance(0.4)) return {};
  const originalDate = addDays(day, pattern.interval * (pattern.kind === 'weekly' ? 7 : 1));
  const isDeleted = random.chance(0.5);
  const fields = isDeleted ? {} : { title: 'Sonderrunde' };
  return { exceptions: [{ originalDate, deleted: isDeleted, fields }] };
}

function asItem({ day, hour, pattern }: Shape): ItemInput {
  const midnight = Date.parse(`${day}T00:00:00+01:00`);
  const [from, until] = hour === null ? [0, 24] : [hour, hour + 1];
  return {
    IsAllDayEvent: hour === null,
    Start: instantOf(midnight + from * 3_600_000),
    End: instantOf(midnight + until * 3_600_000),
    ...{ StartTimeZone: BERLIN, EndTimeZone: BERLIN },
    ...(pattern !== null && { Recurrence: recurrence(day, pattern) }),
  };
}

function recurrence(
  day: PlainDate,
  { kind, interval: Interval, times }: NonNullable<Shape['pattern']>,
): Recurrence {
  const name = NAMES[weekday(day)] ?? 'Monday';
  return {
    pattern:
      kind === 'daily'
        ? { kind: 'DailyRecurrence', Interval }
        : { kind: 'WeeklyRecurrence', Interval, DaysOfWeek: [name], FirstDayOfWeek: 'Monday' },
    range: { kind: 'NumberedRecurrence', StartDate: day, NumberOfOccurrences: times },
  };
}

function dayOf({ when }: Times): string {
  return when.slice(0, 10);
}

/** Whether it is what one of the two entered; where they begin on one day, the time of one and the pattern of one. */
function isEntered(now: Times, { erp, exchange }: Record<'erp' | 'exchange', Times>): boolean {
  const of = ({ when, series }: Times): string => JSON.stringify([when, series]);
  if (of(now) === of(erp) || of(now) === of(exchange)) return true;
  return (
    dayOf(erp) === dayOf(exchange) &&
    [erp.when, exchange.when].includes(now.when) &&
    [erp.series, exchange.series].includes(now.series)
  );
}

test('patterns that both sides changed: both show the same in the end, and it is what somebody has entered', async () => {
  let contested = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const random = new Random(seed);
    const conflict = random.oneOf(['erp', 'exchange', 'newest'] as const);
    const world = new World({ policy: { conflict } });
    const shape = anyShape(random);
    const id = inErp(world, 'Runde', { ...asRecord(shape), ...exceptions(random, shape) });
    await world.settle();
    const inTheErp = edited(random, shape);
    const dropped = { exceptions: [], ...exceptions(random, inTheErp) };
    const isOtherPattern = inTheErp.day !== shape.day || inTheErp.pattern !== shape.pattern;
    world.erp.person.edit(id, { ...asRecord(inTheErp), ...(isOtherPattern && dropped) });
    if (random.chance(0.5)) world.clock.advance(600_000);
    change(world, itemOf(world).id, asItem(edited(random, shape)));
    const entered = await timesOf(world);
    const [at, when] = [random.between(1, 14), random.oneOf(['before', 'after'] as const)];
    if (random.chance(0.5)) await world.cycle('anna', { at, when });
    await world.settle();
    const { erp, exchange } = await timesOf(world);
    const name = `seed ${String(seed)}: ${JSON.stringify({ entered, erp, exchange })}`;
    expect(exchange, name).toEqual(erp);
    expect(isEntered(erp, entered), name).toBe(true);
    const version = recordOf(world).version;
    await world.settle();
    expect(recordOf(world).version, name).toBe(version);
    contested += Number(dayOf(entered.erp) !== dayOf(entered.exchange));
  }
  expect(contested).toBeGreaterThan(SEEDS / 3);
}, 60_000);
