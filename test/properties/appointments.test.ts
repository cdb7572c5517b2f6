import { describe, expect, test } from 'vitest';
import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import { withoutOccurrence } from '../../mappings/appointment/absence.js';
import type { Appointment } from '../../mappings/appointment/appointment.js';
import type { ErpAppointment, ErpException, ErpWhen } from '../../mappings/erp-record.js';
import type { TranslationContext } from '../../mappings/kind.js';
import { occurrencesOf } from '../../mappings/occurrences.js';
import { firstDayOf } from '../../mappings/recurrence.js';
import { addDays, instantOf, parsePlainDate, parseZone } from '../../mappings/values.js';
import type { PlainDate } from '../../mappings/values.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import type { Recurrence } from '../simulators/mailbox/properties.js';
import { isMaster, liveOccurrences } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { Random } from '../simulators/random.js';
import { pairId, World } from '../scenarios/world.js';
import type { Who } from '../scenarios/world.js';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';

const SEEDS = 60;
const STEPS = 8;

const MODES: readonly { readonly name: string; readonly modes: Partial<ExchangeModes> }[] = [
  { name: 'as we believe Exchange to be', modes: {} },
  {
    name: 'with exceptions wiped by any change of the series',
    modes: { rangeChange: 'wipeAll', sameRecurrence: 'wipe' },
  },
  {
    name: 'with deletions kept',
    modes: { rangeChange: 'keepDeletions', exceptions: 'materialised' },
  },
  { name: 'with change keys that change by themselves', modes: { keysBump: true } },
];

const WHO: readonly Who[] = ['anna', 'eva'];
const EMPLOYEE: Record<Who, string> = { anna: 'E01', eva: 'E05' };

const RULES = [
  'FREQ=DAILY;INTERVAL=2;COUNT=12',
  'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TH;WKST=MO;UNTIL=20260630',
  'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=SU',
  'FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=6',
  'FREQ=MONTHLY;INTERVAL=1;BYDAY=TU;BYSETPOS=3;COUNT=5',
  'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10;COUNT=3',
] as const;

function randomWhen(random: Random, isAllDay: boolean): ErpWhen {
  const day = addDays(parsePlainDate('2026-03-02'), random.below(120));
  if (isAllDay) return { kind: 'allDay', firstDay: day, lastDay: addDays(day, random.below(3)) };
  const start = Date.parse(`${day}T06:00:00Z`) + random.below(36) * 900_000;
  return {
    kind: 'timed',
    startsAt: instantOf(start),
    endsAt: instantOf(start + random.between(1, 8) * 900_000),
  };
}

type Edit = (world: World, random: Random, name: string) => void;

const createInErp: Edit = (world, random, name) => {
  const who = random.oneOf(WHO);
  const isSeries = random.chance(0.4);
  const shared = random.chance(0.3);
  const other = who === 'anna' ? 'eva' : 'anna';
  world.erp.person.create(EMPLOYEE[who], {
    title: name,
    body: random.chance(0.5) ? `Text zu ${name}\nzweite Zeile` : '',
    when: randomWhen(random, !isSeries && random.chance(0.2)),
    rrule: isSeries ? random.oneOf(RULES) : null,
    timeZone: parseZone(random.oneOf(['Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])),
    priorityId: random.oneOf([null, 'P1', 'P2', 'P3', 'P4']),
    participants: shared
      ? [{ employeeId: EMPLOYEE[other], email: null, name: 'Kollegin', reply: 'none' }]
      : [],
  });
};

const editErp =
  (
    change: (random: Random, name: string, record: ErpAppointment) => Partial<ErpAppointment>,
  ): Edit =>
  (world, random, name) => {
    if (world.erp.rows.length === 0) return;
    const row = random.oneOf(world.erp.rows);
    world.erp.person.edit(row.id, change(random, name, row.record));
  };

const editOutlook =
  (
    change: (world: World, item: StoredItem, random: Random, name: string, who: Who) => void,
  ): Edit =>
  (world, random, name) => {
    const who = random.oneOf(WHO);
    const items = [...world.outlook(who).folder('calendar').items.values()];
    if (items.length === 0) return;
    try {
      change(world, random.oneOf(items), random, name, who);
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error; // Exchange refused the person, as it would
    }
  };

function occurrenceOf(world: World, item: StoredItem, random: Random, who: Who): string | null {
  if (!isMaster(item)) return null;
  const some = [];
  for (const occurrence of liveOccurrences(item, 1)) {
    some.push(occurrence);
    if (some.length === 6) break;
  }
  if (some.length === 0) return null;
  return occurrenceId(item, random.oneOf(some).day, world.outlook(who));
}

function newException(
  record: ErpAppointment,
  random: Random,
  name: string,
): readonly ErpException[] {
  if (record.rrule === null) return record.exceptions;
  const value = APPOINTMENT.fromErp(record, CONTEXT);
  const days = firstDays(value);
  if (days.length === 0) return record.exceptions;
  const originalDate = random.oneOf(days);
  const others = record.exceptions.filter((one) => one.originalDate !== originalDate);
  const deleted = random.chance(0.4);
  const exception: ErpException = {
    originalDate,
    deleted,
    fields: deleted ? {} : { title: `${name} anders` },
  };
  return [...others, exception];
}

/** The first few original days of a series; a series that is all deleted is nobody's wish. */
function firstDays(value: Appointment): readonly PlainDate[] {
  if (value.series === null) return [];
  return occurrencesOf(value.series, firstDayOf(value.when)).dates(null, 5).slice(1);
}

const EDITS: readonly Edit[] = [
  createInErp,
  createInErp,
  (world, random, name) => {
    const start = Date.parse('2026-03-03T07:00:00Z') + random.below(100) * 86_400_000;
    make(world.outlook(random.oneOf(WHO)), {
      Subject: name,
      Start: new Date(start).toISOString(),
      End: new Date(start + 3_600_000).toISOString(),
      StartTimeZone: 'W. Europe Standard Time',
      EndTimeZone: 'W. Europe Standard Time',
      Body: { BodyType: 'HTML', Value: `<p>Grüße</p><p>${name}</p>` },
      ...(random.chance(0.4) ? { Recurrence: weekly(start, random) } : {}),
    });
  },
  editErp((_random, name) => ({ title: name })),
  editErp((_random, name) => ({ location: name })),
  editErp((_random, name) => ({ body: `neu: ${name}` })),
  editErp((random, _name, record) =>
    record.rrule === null ? { when: randomWhen(random, false) } : {},
  ),
  editErp((random, name, record) => ({ exceptions: newException(record, random, name) })),
  editErp((random, _name, record) => (record.rrule === null ? {} : { rrule: random.oneOf(RULES) })),
  editOutlook((world, item, _random, name, who) => {
    edit(world.outlook(who), item.id, { Subject: name });
  }),
  editOutlook((world, item, _random, name, who) => {
    edit(world.outlook(who), item.id, { Location: name });
  }),
  editOutlook((world, item, random, name, who) => {
    const target = occurrenceOf(world, item, random, who);
    if (target !== null) edit(world.outlook(who), target, { Subject: `${name} einzeln` });
  }),
  editOutlook((world, item, random, _name, who) => {
    const target = occurrenceOf(world, item, random, who);
    if (target !== null)
      world.outlook(who).remove(itemTarget(target), 'MoveToDeletedItems', WRITING);
  }),
  editOutlook((world, item, random, _name, who) => {
    if (isMaster(item)) return;
    const start = Date.parse('2026-04-01T07:00:00Z') + random.below(60) * 86_400_000;
    edit(world.outlook(who), item.id, {
      Start: new Date(start).toISOString(),
      End: new Date(start + 1_800_000).toISOString(),
    });
  }),
  editOutlook((world, item, _random, _name, who) => {
    world.outlook(who).remove(itemTarget(item.id), 'MoveToDeletedItems', WRITING);
  }),
  (world, random) => {
    if (world.erp.rows.length > 0 && random.chance(0.5)) {
      world.erp.person.remove(random.oneOf(world.erp.rows).id);
    }
  },
];

function weekly(start: number, random: Random): Recurrence {
  const day = (
    ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const
  )[new Date(start).getUTCDay()];
  return {
    pattern: {
      kind: 'WeeklyRecurrence',
      Interval: random.between(1, 2),
      DaysOfWeek: [day ?? 'Monday'],
    },
    range: {
      kind: 'NumberedRecurrence',
      StartDate: new Date(start).toISOString().slice(0, 10),
      NumberOfOccurrences: 8,
    },
  };
}

const CONTEXT: TranslationContext = {
  content: DEFAULT_CONTENT,
  zone: parseZone('Europe/Berlin'),
  language: 'de',
  employeeId: 'E01',
  priorities: [
    { id: 'P1', name: 'niedrig', importance: 'low', isDefault: true },
    { id: 'P2', name: 'normal', importance: 'normal', isDefault: true },
    { id: 'P3', name: 'hoch', importance: 'high', isDefault: true },
    { id: 'P4', name: 'sehr hoch', importance: 'high', isDefault: false },
  ],
};

/** Both sides of one person, as sorted texts of what they show; what only one side can hold is projected away. */
async function bothSides(
  world: World,
  who: Who,
): Promise<{ readonly erp: string[]; readonly outlook: string[] }> {
  const context = { ...CONTEXT, employeeId: EMPLOYEE[who] };
  const text = (value: Appointment): string => {
    const held = APPOINTMENT.asExchangeHolds(APPOINTMENT.asErpHolds(value, context), context);
    return JSON.stringify(APPOINTMENT.canonical({ ...held, about: '' }));
  };
  const mailbox = world.outlook(who);
  const ids = [...mailbox.folder('calendar').items.values()].map((item) => item.id);
  const answers = await memoryExchange(world.organisation).read(
    world.pair(who).mailbox,
    ids,
    new AbortController().signal,
  );
  const items = new Map<string, Appointment>();
  for (const answer of answers) {
    if (!answer.ok) throw answer.failure;
    const { ref, item } = answer.value;
    items.set(ref.id, APPOINTMENT.fromExchange(item, context));
  }
  const outlook = [...items.values()].map(text);
  const erp = world.erp.rows
    .filter((row) => row.employees.includes(EMPLOYEE[who]))
    .map((row) => {
      const value = APPOINTMENT.fromErp(row.record, context);
      if (row.record.ownerId === EMPLOYEE[who]) return text(value);
      // a guest's own deletion of an occurrence is hers alone (rule 9)
      const link = [...world.store.pair(pairId(who)).links.values()].find(
        ({ recordId, ended }) => recordId === row.id && ended === null,
      );
      const skipped = (items.get(link?.itemId ?? '')?.exceptions ?? [])
        .filter(({ change }) => change.kind === 'deleted')
        .map(({ originalDate }) => originalDate);
      return text(skipped.reduce(withoutOccurrence, value));
    });
  return { erp: erp.sort(), outlook: outlook.sort() };
}

for (const { name, modes } of MODES) {
  describe(`appointments of two people, Exchange ${name}`, () => {
    test('after any edits and any crashes both sides show the same, no mail went out, and it is quiet', async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const world = new World({ modes, policy: { guard: { count: 1000, percent: 100 } } });
        const random = new Random(seed);
        for (let step = 0; step < STEPS; step += 1) {
          for (let edits = random.between(1, 3); edits > 0; edits -= 1) {
            random.oneOf(EDITS)(world, random, `n${String(step)}.${String(edits)}`);
          }
          const plan = {
            at: random.between(1, 30),
            when: random.oneOf(['before', 'after'] as const),
          };
          await world.cycle(random.oneOf(WHO), random.chance(0.5) ? plan : null);
          if (random.chance(0.3)) world.clock.advance(random.between(1, 90) * 1000);
        }
        await world.settle();
        for (const who of WHO) {
          const { erp, outlook } = await bothSides(world, who);
          expect(outlook, `seed ${String(seed)} ${who}`).toEqual(erp);
        }
        expect(world.mails, `seed ${String(seed)}`).toBe(0);
        const before = world.erp.writes;
        await world.settle();
        expect(world.erp.writes, `seed ${String(seed)} is not quiet`).toBe(before);
      }
    });
  });
}
