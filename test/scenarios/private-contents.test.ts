import { describe, expect, test } from 'vitest';
import { EVA, edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { memoryExchange } from '../simulators/memory-exchange.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { itemSpan, span } from './hands.js';
import { pairId, World } from './world.js';
import type { WorldOptions } from './world.js';

const PUBLIC: ItemInput = {
  Subject: 'Gespräch',
  Location: 'Büro 3',
  ...itemSpan('2026-03-10T09:00:00Z'),
};

/** Anna's private things are left out; Eva's are not of interest. */
function privately(options: WorldOptions = {}): World {
  return new World({ ...options, policy: { leavePrivateOut: true, ...options.policy } });
}

function theItem(world: World): string {
  const [item] = [...world.outlook('anna').folder('calendar').items.values()];
  if (item === undefined) throw new Error('Anna has nothing');
  return item.id;
}

function set(world: World, input: ItemInput): void {
  edit(world.outlook('anna'), theItem(world), input, { context: { cause: 'person' } });
}

function theRecord(world: World) {
  const [row] = world.erp.rows;
  if (row === undefined) throw new Error('the ERP has nothing');
  return row;
}

async function fromOutlook(world: World, more: ItemInput = {}): Promise<World> {
  make(world.outlook('anna'), { ...PUBLIC, ...more }, { context: { cause: 'person' } });
  await world.settle();
  return world;
}

describe('colleagues whom the ERP has put into an appointment from Outlook that turns private', () => {
  const hers = (world: World) =>
    [...world.outlook('eva').folder('calendar').items.values()].map(
      ({ properties }) => properties.Subject,
    );

  async function withEva(more: ItemInput = {}): Promise<World> {
    const world = await fromOutlook(privately(), more);
    const { id, record } = theRecord(world);
    const eva = { employeeId: 'E05', email: EVA, name: 'Eva Müller', reply: 'none' as const };
    world.erp.person.edit(id, { participants: [...record.participants, eva] });
    await world.settle();
    expect(hers(world)).toEqual(['Gespräch']);
    return world;
  }

  test('go on to take part, and see no more than when it is', async () => {
    const world = await withEva();
    set(world, { Sensitivity: 'Private' });
    await world.settle();
    expect(hers(world)).toEqual(['Privat']);
    set(world, { Sensitivity: 'Normal' });
    await world.settle();
    expect(hers(world)).toEqual(['Gespräch']);
    expect(theRecord(world).record.participants).toMatchObject([{ employeeId: 'E05' }]);
  });

  test('go on to where it was a meeting; whom Outlook invited is not told of any more', async () => {
    const guest = { EmailAddress: 'gast@kunde.example', Name: 'Gast' };
    const world = await withEva({ RequiredAttendees: [guest] });
    expect(JSON.stringify(theRecord(world).record)).toContain('gast@kunde.example');
    set(world, { Sensitivity: 'Private' });
    await world.settle();
    expect(hers(world)).toEqual(['Privat']);
    expect(JSON.stringify(theRecord(world).record)).not.toContain('gast@kunde.example');
  });
});

/** Everything that we remember of Anna's pair. */
function memoryOf(world: World): string {
  const memory = Object.entries(world.store.pair(pairId('anna')));
  const plain = memory.map(([name, value]): readonly unknown[] =>
    value instanceof Map ? [name, [...(value as ReadonlyMap<string, unknown>)]] : [name, value],
  );
  return JSON.stringify(plain);
}

/** Two texts that a private item may have: what one of them does, the other one must do as well. */
const LIVES: readonly ItemInput[] = [
  { Subject: 'a', Location: '', Categories: [] },
  { Subject: 'unlesbar', Location: 'Praxis Dr. Öztürk', Categories: ['Gesperrt'] },
];

/** What the two lives leave; `tell` takes part in both. */
async function leftOfBoth(
  tell: (world: World, secret: ItemInput) => Promise<void>,
  options: WorldOptions = {},
): Promise<readonly string[]> {
  const left: string[] = [];
  for (const secret of LIVES) {
    const world = privately(options);
    await tell(world, secret);
    left.push(memoryOf(world) + JSON.stringify(world.erp.rows));
  }
  return left;
}

const NEVER = {
  policy: {
    options: { ...DEFAULT_OPTIONS, categories: { only: null, never: ['Gesperrt'] } },
  },
};

/** A server that names items without saying which are private, and cannot hand over the text of one of them. */
function tellingLittle(port: ReturnType<typeof memoryExchange>): ReturnType<typeof memoryExchange> {
  return {
    ...port,
    async changesSince(...args) {
      const page = await port.changesSince(...args);
      const changes = page.changes.map((change) =>
        change.kind === 'seen' ? { ...change, isPrivate: null } : change,
      );
      return { ...page, changes };
    },
    async read(...args) {
      const answers = await port.read(...args);
      return answers.map((answer) => {
        if (!answer.ok || answer.value.item.subject !== 'unlesbar') return answer;
        const item = { ...answer.value.item, bodyText: null };
        return { ...answer, value: { ...answer.value, item } };
      });
    },
  };
}

describe('a server that does not say which items are private', () => {
  const silently = (world: World): void => {
    world.disturbance = { process: () => (port) => port, exchange: tellingLittle };
  };

  test('makes no difference: neither categories nor what cannot be read decide about a private item', async () => {
    const [one, other] = await leftOfBoth(async (world, secret) => {
      silently(world);
      await fromOutlook(world);
      set(world, { ...secret, Sensitivity: 'Private' });
      await world.settle();
      expect(theRecord(world).record).toMatchObject({ title: 'Privat', location: '' });
    }, NEVER);
    expect(other).toBe(one);
  });

  test('nor do they of one that always was', async () => {
    const [one, other] = await leftOfBoth(async (world, secret) => {
      silently(world);
      await fromOutlook(world, { ...secret, Sensitivity: 'Private' });
      world.clock.advance(3_600_000);
      await world.settle();
      expect(world.erp.rows).toEqual([]);
    }, NEVER);
    expect(other).toBe(one);
  });
});

test('a private record that cannot be read is left out like one that can', async () => {
  const left: unknown[] = [];
  for (const rrule of [null, 'FREQ=SECONDLY']) {
    const world = privately();
    const when = span('2026-03-10T09:00:00Z');
    world.erp.person.create('E01', { title: 'Zahnarzt', isPrivate: true, when, rrule });
    await world.settle();
    const { links, parked, journal } = world.store.pair(pairId('anna'));
    left.push([[...links], [...parked], journal]);
  }
  expect(left[1]).toEqual(left[0]);
});

test('what a private record is about shows neither in the mailbox nor in what we remember', async () => {
  const left: string[] = [];
  for (const text of ['kurz', 'Kündigungsgespräch „Maier“ '.repeat(9)]) {
    const world = privately();
    const secret = { title: text, body: text, when: span('2026-03-10T09:00:00Z', text.length) };
    const hidden = world.erp.person.create('E01', { ...secret, isPrivate: true });
    const open = world.erp.person.create('E01', {
      title: 'Wartung',
      when: span('2026-03-11T09:00:00Z'),
    });
    await world.settle();
    world.erp.person.edit(hidden, { location: text });
    world.erp.person.edit(open, { ...secret, isPrivate: true });
    await world.settle();
    world.erp.person.edit(open, { location: text });
    world.erp.person.remove(hidden);
    await world.settle();
    left.push(memoryOf(world) + JSON.stringify(world.outlook('anna').store.dump()));
  }
  expect(left[0]).toContain('Wartung');
  expect(left[1]).toBe(left[0]);
});

test.each(Array.from({ length: 16 }, (_, call) => call + 1))(
  'what is in an item that turned private and was deleted while we died at call %i decides nothing',
  async (call) => {
    for (const when of ['before', 'after'] as const) {
      const [one, other] = await leftOfBoth(async (world, secret) => {
        await fromOutlook(world);
        world.erp.person.edit(theRecord(world).id, { location: 'Büro 4' });
        await world.cycle('anna', { at: call, when });
        // one of the two leaves what we may have written into it
        const isLeft = secret === LIVES[0];
        set(world, { ...(isLeft ? {} : secret), Sensitivity: 'Private' });
        const anna = world.outlook('anna');
        anna.remove(itemTarget(theItem(world)), 'MoveToDeletedItems', WRITING);
        await world.settle();
      });
      expect(other).toBe(one);
    }
  },
);
