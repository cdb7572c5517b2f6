import { parseInstant } from '../../mappings/values.js';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import { isMaster, liveOccurrences } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import type { Random } from '../simulators/random.js';
import { ALL, COLLEAGUES, pairIdOf } from './shared-world.js';
import type { Colleague, SharedWorld } from './shared-world.js';

/** One edit of one shared appointment, by whoever makes it: the same in every world that begins alike. */
export interface SharedEdit {
  /** Which appointment, in the order of their making. */
  readonly at: number;
  readonly by: Colleague | 'erp';
  readonly what:
    'subject' | 'location' | 'start' | 'delete' | 'deleteOccurrence' | 'editOccurrence';
  readonly text: string;
  readonly hour: number;
}

export interface SharedPlan {
  readonly appointments: readonly {
    readonly owner: Colleague;
    readonly guests: readonly Colleague[];
    readonly isSeries: boolean;
  }[];
  readonly edits: readonly SharedEdit[];
}

export function randomPlan(random: Random): SharedPlan {
  const appointments = Array.from({ length: random.between(1, 3) }, () => {
    const [owner = 'anna', ...others] = shuffled(ALL, random);
    return { owner, guests: others.slice(0, random.between(1, 3)), isSeries: random.chance(0.4) };
  });
  const edits = Array.from({ length: random.between(2, 7) }, (_, index): SharedEdit => {
    const at = random.below(appointments.length);
    const { owner = 'anna', guests = [] } = appointments[at] ?? {};
    const by = random.oneOf(['erp', owner, ...guests] as const);
    return {
      ...{ at, by, text: `${by} ${String(index)}`, hour: random.between(6, 18) },
      what: random.oneOf(by === 'erp' || by === owner ? EVERYBODYS : GUESTS),
    };
  });
  return { appointments, edits };
}

/** An owner's deletion is everybody's, and against an edit of the same moment it is no question of order: the edit wins. */
const EVERYBODYS = ['subject', 'location', 'start', 'subject', 'editOccurrence'] as const;
const GUESTS = [...EVERYBODYS, 'delete', 'deleteOccurrence'] as const;

export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const left = [...list];
  const mixed: T[] = [];
  while (left.length > 0) mixed.push(...left.splice(random.below(left.length), 1));
  return mixed;
}

/** Makes the appointments in the ERP and brings them to everybody. */
export async function begin(world: SharedWorld, { appointments }: SharedPlan): Promise<string[]> {
  const ids = appointments.map(({ owner, guests, isSeries }, at) =>
    world.erp.person.create(COLLEAGUES[owner].employeeId, {
      title: `Termin ${String(at)}`,
      when: whenAt(9),
      rrule: isSeries ? 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO;COUNT=6' : null,
      participants: guests.map((guest) => ({
        employeeId: COLLEAGUES[guest].employeeId,
        email: null,
        name: guest,
        reply: 'none',
      })),
    }),
  );
  await world.settle();
  return ids;
}

function whenAt(hour: number): {
  readonly kind: 'timed';
  readonly startsAt: ReturnType<typeof parseInstant>;
  readonly endsAt: ReturnType<typeof parseInstant>;
} {
  const time = (at: number): string => `2026-03-03T${String(at).padStart(2, '0')}:00:00Z`;
  return {
    kind: 'timed',
    startsAt: parseInstant(time(hour)),
    endsAt: parseInstant(time(hour + 1)),
  };
}

/** Makes one edit; where the one who wants it does not have the appointment any more, nothing. */
export function make(world: SharedWorld, ids: readonly string[], one: SharedEdit): void {
  const id = ids[one.at] ?? '';
  if (one.by === 'erp') return editErp(world, id, one);
  const item = itemOf(world, one.by, id);
  if (item === null) return;
  try {
    editOutlook(world, one.by, item, one);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
}

function editErp(world: SharedWorld, id: string, { what, text, hour }: SharedEdit): void {
  if (!world.erp.rows.some((row) => row.id === id)) return;
  if (what === 'subject') world.erp.person.edit(id, { title: text });
  if (what === 'location') world.erp.person.edit(id, { location: text });
  if (what === 'start') world.erp.person.edit(id, { when: whenAt(hour) });
}

function editOutlook(
  world: SharedWorld,
  who: Colleague,
  item: StoredItem,
  { what, text, hour }: SharedEdit,
): void {
  const mailbox = world.outlook(who);
  const occurrence = isMaster(item) ? [...liveOccurrences(item, 1)][2] : undefined;
  const target = occurrence && itemTarget(occurrenceId(item, occurrence.day, mailbox));
  switch (what) {
    case 'subject':
      return void edit(mailbox, item.id, { Subject: text });
    case 'location':
      return void edit(mailbox, item.id, { Location: text });
    case 'start': {
      const { startsAt: Start, endsAt: End } = whenAt(hour);
      if (!isMaster(item)) edit(mailbox, item.id, { Start, End });
      return;
    }
    case 'delete':
      return mailbox.remove(itemTarget(item.id), 'MoveToDeletedItems', WRITING);
    case 'editOccurrence':
      return target && void edit(mailbox, target, { Subject: text });
    case 'deleteOccurrence':
      return target && mailbox.remove(target, 'MoveToDeletedItems', WRITING);
  }
}

/** The item that a person has of a record. */
export function itemOf(world: SharedWorld, who: Colleague, recordId: string): StoredItem | null {
  const { links } = world.store.pair(pairIdOf(who));
  const link = [...links.values()].find((one) => one.recordId === recordId && one.ended === null);
  return (
    world
      .outlook(who)
      .folder('calendar')
      .items.get(link?.itemId ?? '') ?? null
  );
}
