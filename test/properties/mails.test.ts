import { expect, test } from 'vitest';
import type { ErpWhen } from '../../mappings/erp-record.js';
import { addDays, instantOf, parsePlainDate } from '../../mappings/values.js';
import type { EmailAddress } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import type { Watermarks } from '../../sync/ports/store.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import { Random } from '../simulators/random.js';
import {
  answer,
  change,
  CUSTOMER,
  itemsOf,
  ourMails,
  ROOM,
  worldOf,
} from '../scenarios/meeting-world.js';
import { pairId } from '../scenarios/world.js';
import type { Who, World } from '../scenarios/world.js';

const SEEDS = 40;
const STEPS = 10;

const CHOICES: readonly { readonly name: string; readonly options: Partial<PairOptions> }[] = [
  { name: 'nobody may be told', options: { meetings: 'full' } },
  { name: 'mail without real meetings', options: { sendMail: true } },
  {
    name: 'real meetings, mode full',
    options: { realMeetings: true, sendMail: true, meetings: 'full' },
  },
  { name: 'real meetings, mode protected', options: { realMeetings: true, sendMail: true } },
  { name: 'the same, enforced', options: { realMeetings: true, sendMail: true, enforce: true } },
  { name: 'rooms alone', options: { bookRooms: true, meetings: 'full' } },
];

/** Who may have been told of a meeting, by what people did to its record; counted per name, which is never changed. */
interface Justified {
  /** Times the record was given another time or place while it was still to come. */
  told: number;
  readonly added: Map<string, number>;
  removed: boolean;
}

type Act = (state: State) => void;

interface State {
  readonly world: World;
  readonly random: Random;
  readonly justified: Map<string, Justified>;
  /** Watermarks of Anna's as they were now and then. */
  readonly past: Watermarks[];
}

const PEOPLE: readonly EmailAddress[] = [CUSTOMER, ROOM, EVA];

const ACTS: readonly Act[] = [
  ({ world, random, justified }) => {
    const title = `Termin ${String(justified.size)}`;
    const invited = PEOPLE.filter(() => random.chance(0.5));
    const isMeeting = random.chance(0.8);
    const when = randomWhen(random);
    world.erp.person.create('E01', {
      title,
      when,
      isMeeting,
      participants: invited.map(participant),
    });
    const added = new Map(isToCome(world, when) ? invited.map((address) => [address, 1]) : []);
    justified.set(title, { told: 0, added, removed: false });
  },
  onRecord((state, { id, record }, justified) => {
    const { world, random } = state;
    const isTime = random.chance(0.5);
    const when = isTime ? randomWhen(random) : record.when;
    world.erp.person.edit(id, isTime ? { when } : { location: `Halle ${String(random.below(9))}` });
    if (isToCome(world, when)) justified.told += 1;
  }),
  onRecord(({ world, random }, { id }) => {
    world.erp.person.edit(id, { body: `Notiz ${String(random.below(99))}`, reminderMinutes: 5 });
  }),
  onRecord(({ world, random }, { id, record }, { added }) => {
    const address = random.oneOf(PEOPLE);
    const has = record.participants.some(
      (one) => one.email === address || (one.employeeId !== null && address === EVA),
    );
    if (has) return;
    world.erp.person.edit(id, { participants: [...record.participants, participant(address)] });
    added.set(address, (added.get(address) ?? 0) + 1);
  }),
  onRecord(({ world, random }, { id }, justified) => {
    if (random.chance(0.6)) return;
    world.erp.person.remove(id);
    justified.removed = true;
  }),
  ({ world, random }) => {
    const items = itemsOf(world, 'anna');
    if (items.length === 0) return;
    byPerson(() =>
      change(world.outlook('anna'), random.oneOf(items).id, {
        Location: `Raum ${String(random.below(9))}`,
      }),
    );
  },
  ({ world, random }) => {
    const items = itemsOf(world, 'eva');
    if (items.length === 0) return;
    const kind = random.oneOf(['Accept', 'Tentative', 'Decline'] as const);
    byPerson(() => answer(world, 'eva', random.oneOf(items).id, kind));
  },
  ({ world, past, random }) => {
    if (past.length > 0) world.store.pair(pairId('anna')).watermarks = random.oneOf(past);
  },
  ({ world, random }) => {
    if (random.chance(0.3)) world.forgetWatermarks('anna');
  },
];

test.each(CHOICES)(
  '$name: every mail is justified by one edit in the ERP, whatever dies and is repeated',
  async ({ options }) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = worldOf(options, { policy: { guard: { count: 1000, percent: 100 } } });
      const state: State = { world, random: new Random(seed), justified: new Map(), past: [] };
      await world.cycle('anna');
      for (let step = 0; step < STEPS; step += 1) await stepOf(state);
      await world.settle();
      expect(unjustified(state, options), `seed ${String(seed)}`).toEqual([]);
      const sent = ourMails(world).length;
      await world.settle();
      expect(ourMails(world).length, `seed ${String(seed)} is not quiet`).toBe(sent);
    }
  },
);

async function stepOf({ world, random, ...rest }: State): Promise<void> {
  random.oneOf(ACTS)({ world, random, ...rest });
  const plan = { at: random.between(1, 25), when: random.oneOf(['before', 'after'] as const) };
  const who: Who = random.chance(0.7) ? 'anna' : 'eva';
  await world.cycle(who, random.chance(0.4) ? plan : null);
  rest.past.push(world.store.pair(pairId('anna')).watermarks);
  if (random.chance(0.4)) world.clock.advance(random.between(1, 90) * 1000);
}

/** Mails of ours that nothing explains. */
function unjustified(
  { world, justified }: State,
  options: Partial<PairOptions>,
): readonly string[] {
  const mayTell = options.realMeetings === true && options.sendMail === true;
  const told = new Map<string, number>();
  return ourMails(world).flatMap(({ kind, to, subject, from }) =>
    to.flatMap((address) => {
      const known = justified.get(subject);
      const name = `${kind} ${subject} ${address}`;
      const isAllowed = mayTell || (options.bookRooms === true && address === ROOM);
      if (known === undefined || !isAllowed || from !== world.outlook('anna').address)
        return [name];
      if (kind === 'cancellation') return known.removed ? once(told, name, 1) : [name];
      return once(told, `${subject} ${address}`, known.told + (known.added.get(address) ?? 0));
    }),
  );
}

function once(told: Map<string, number>, name: string, most: number): readonly string[] {
  const count = (told.get(name) ?? 0) + 1;
  told.set(name, count);
  return count > most ? [`${name}, number ${String(count)} of ${String(most)}`] : [];
}

function onRecord(
  act: (state: State, row: World['erp']['rows'][number], justified: Justified) => void,
): Act {
  return (state) => {
    const { rows } = state.world.erp;
    if (rows.length === 0) return;
    const row = state.random.oneOf(rows);
    const known = state.justified.get(row.record.title);
    if (known !== undefined) act(state, row, known);
  };
}

function participant(address: EmailAddress) {
  if (address === EVA) {
    return { employeeId: 'E05', email: null, name: 'Eva', reply: 'none' } as const;
  }
  const person = { employeeId: null, email: address, name: '', reply: 'none' } as const;
  return address === ROOM ? { ...person, isRoom: true } : person;
}

/** Some are over. */
function randomWhen(random: Random): ErpWhen {
  const day = addDays(parsePlainDate('2026-02-25'), random.below(30));
  const start = Date.parse(`${day}T08:00:00Z`);
  return { kind: 'timed', startsAt: instantOf(start), endsAt: instantOf(start + 3_600_000) };
}

function isToCome(world: World, when: ErpWhen): boolean {
  return when.kind === 'timed' && when.endsAt > world.clock.now();
}

/** Exchange refused the person, as it would. */
function byPerson(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
}
