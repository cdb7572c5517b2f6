import { describe, expect, test } from 'vitest';
import type { CrashPlan } from '../../../simulators/crash.js';
import { parsePlainDate } from '../../../../mappings/values.js';
import { chore } from '../chore-kind.js';
import { ChoreWorld } from '../chore-world.js';
import type { Habits } from '../chore-world.js';

const DONE_ON = '2026-03-02';
const DONE_AND_OPEN = ['Abfall|Hof|2026-03-02|done', 'Abfall|Hof|2026-03-09|open'];

/** One chore that both sides have. */
async function agreed(habits: Partial<Habits> = {}): Promise<ChoreWorld> {
  const world = new ChoreWorld(habits);
  world.erp.add(chore());
  await world.settle();
  return world;
}

/** Whatever an ERP and an Exchange may do by themselves. */
const HABITS: readonly Habits[] = [0, 1, 2, 3].flatMap((erp) =>
  [0, 1, 2, 3, 4, 5, 6, 7].map((exchange) => ({
    erp: { isLate: (erp & 1) > 0, tellsOrigin: (erp & 2) > 0 },
    exchange: {
      copiesMark: (exchange & 1) > 0,
      namesBorn: (exchange & 2) > 0,
      isLate: (exchange & 4) > 0,
    },
  })),
);

type Hand = (world: ChoreWorld) => void;

const inErp: Hand = ({ erp }) => {
  const open = erp.chores.find(({ chore: { doneOn } }) => doneOn === '');
  if (open) erp.edit(open.id, { doneOn: DONE_ON });
};
const inExchange: Hand = ({ exchange }) => {
  const open = exchange.chores.find(({ chore: { doneOn } }) => doneOn === '');
  if (open) exchange.edit(open.id, { doneOn: DONE_ON });
};
const inBoth: Hand = (world) => {
  inErp(world);
  inExchange(world);
};

/** Births that come late come after a cycle, or two. */
async function settleLate(world: ChoreWorld): Promise<void> {
  await world.sync();
  world.exchange.giveBirth();
  await world.sync();
  world.erp.giveBirth();
  await world.settle();
  await expectQuiet(world);
}

async function expectQuiet(world: ChoreWorld): Promise<void> {
  const { writes } = world;
  world.erp.giveBirth();
  await world.settle();
  expect(world.writes).toBe(writes);
  expect([...world.memory.held.values()]).toEqual([]);
}

/** The ones that differ most: everything told and at once, nothing told and late, and what an EWS server is known to do. */
const EXTREMES: readonly Habits[] = [0, 3].flatMap((erp) =>
  [0, 3, 4, 6].flatMap((exchange) => {
    const [late, told] = [{ isLate: erp > 0 }, { tellsOrigin: erp === 0 }];
    const marks = { copiesMark: exchange === 3, namesBorn: (exchange & 2) > 0 };
    return [{ erp: { ...late, ...told }, exchange: { ...marks, isLate: exchange > 3 } }];
  }),
);

describe.each([
  ['in the ERP', inErp],
  ['in Outlook', inExchange],
  ['on both sides at once', inBoth],
] as const)('ticked off %s', (_where, tick) => {
  test.each(HABITS)('leaves one done and one open on each side: %o', async (habits) => {
    const world = await agreed(habits);
    tick(world);
    await settleLate(world);
    expect(world.seen).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
    expect(world.memory.intents.size).toBe(0);
  });

  test.each(EXTREMES)('dies at any call, and it is the same: %o', async (habits) => {
    for (const when of ['before', 'after'] as const) {
      for (let at = 1; at <= 40; at += 1) {
        const world = await agreed(habits);
        tick(world);
        const { calls } = await world.sync({ at, when });
        await settleLate(world);
        const name = `${when} call ${String(at)}`;
        expect(world.seen, name).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
        if (calls < at) break;
      }
    }
  });

  test('dies twice, at any two calls, and it is the same', async () => {
    for (let first = 1; first <= 24; first += 1) {
      for (let second = 1; second <= 24; second += 3) {
        const plans: readonly CrashPlan[] = [
          { at: first, when: 'after' },
          { at: second, when: 'after' },
        ];
        const world = await agreed();
        tick(world);
        for (const plan of plans) await world.sync(plan);
        await settleLate(world);
        const name = `calls ${String(first)} and ${String(second)}`;
        expect(world.seen, name).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
      }
    }
  });

  test('twice in a row, before anybody looked: two are done, and one is open', async () => {
    for (const habits of HABITS) {
      const world = await agreed(habits);
      tick(world);
      world.erp.giveBirth();
      tick(world);
      await settleLate(world);
      for (let late = 0; late < 3; late += 1) {
        world.erp.giveBirth();
        await world.settle();
      }
      const lines = ['Abfall|Hof|2026-03-02|done', 'Abfall|Hof|2026-03-09|done'];
      const expected = [...lines, 'Abfall|Hof|2026-03-16|open'];
      expect(world.seen, JSON.stringify(habits)).toEqual({ erp: expected, exchange: expected });
    }
  });

  test('is one promise, committed before anything is ticked', async () => {
    const world = await agreed();
    tick(world);
    const promised: unknown[] = [];
    const promise = world.store.promise.bind(world.store);
    world.store.promise = async (lease, intents) => {
      promised.push(...intents.map(({ births }) => births !== undefined));
      await promise(lease, intents);
    };
    await settleLate(world);
    expect(promised.filter(Boolean)).toEqual([true]);
  });
});

describe('what was born', () => {
  test('and is deleted in Outlook before we saw it, is not made again', async () => {
    for (const copiesMark of [true, false]) {
      const world = await agreed({ exchange: { copiesMark } });
      inBoth(world);
      const born = world.exchange.chores.find(({ chore: { doneOn } }) => doneOn !== '');
      world.exchange.move(born?.id ?? '', 'deleted');
      await settleLate(world);
      world.clock.advance(30 * 24 * 3_600_000);
      await settleLate(world);
      expect(world.seen.exchange).toEqual(['Abfall|Hof|2026-03-09|open']);
      expect(world.seen.erp).toContain('Abfall|Hof|2026-03-09|open');
      expect(world.memory.intents.size).toBe(0);
    }
  });

  test('and is deleted in the ERP before we saw it, is not made again; Outlook goes on alone', async () => {
    const world = await agreed();
    inErp(world);
    world.erp.delete(world.erp.chores.find(({ chore: { doneOn } }) => doneOn === '')?.id ?? '');
    await settleLate(world);
    world.clock.advance(30 * 24 * 3_600_000);
    await settleLate(world);
    expect(world.seen).toEqual({ erp: ['Abfall|Hof|2026-03-02|done'], exchange: DONE_AND_OPEN });
    expect(world.memory.intents.size).toBe(0);
  });

  test('and is deleted later, is deleted on the other side', async () => {
    const world = await agreed();
    inErp(world);
    await settleLate(world);
    const done = world.exchange.chores.find(({ chore: { doneOn } }) => doneOn !== '');
    world.exchange.move(done?.id ?? '', 'deleted');
    await settleLate(world);
    expect(world.seen).toEqual({ erp: DONE_AND_OPEN.slice(1), exchange: DONE_AND_OPEN.slice(1) });
    world.erp.delete(world.erp.chores[0]?.id ?? '');
    await settleLate(world);
    expect(world.seen).toEqual({ erp: [], exchange: [] });
  });

  test('and is edited before we saw it, keeps the edit on both sides, and its brother stays as it is', async () => {
    for (const tick of [inErp, inExchange, inBoth]) {
      const world = await agreed();
      tick(world);
      await world.sync();
      for (const { id, chore: of } of world.exchange.chores)
        if (of.doneOn !== '') world.exchange.edit(id, { title: 'Altpapier', room: 'Keller' });
      for (const { id, chore: of } of world.erp.chores)
        if (of.doneOn === '') world.erp.edit(id, { room: 'Garten' });
      await settleLate(world);
      expect(world.seen.exchange).toEqual(world.seen.erp);
      expect(world.seen.erp.join()).toContain('|2026-03-09|open');
      expect(world.seen.erp.length).toBe(2);
      const rooms = world.erp.chores.map(({ chore: { room } }) => room);
      expect(rooms).toContain('Garten');
    }
  });

  test('is opened again by a person: that travels, and nothing more is born of it', async () => {
    const world = await agreed();
    inExchange(world);
    await settleLate(world);
    const done = world.exchange.chores.find(({ chore: { doneOn } }) => doneOn !== '');
    world.exchange.edit(done?.id ?? '', { doneOn: '' });
    await settleLate(world);
    const both = ['Abfall|Hof|2026-03-02|open', 'Abfall|Hof|2026-03-09|open'];
    expect(world.seen).toEqual({ erp: both, exchange: both });
  });

  test('is found again by the marks where our database is lost: nothing is doubled', async () => {
    for (const tick of [inErp, inExchange, inBoth]) {
      const world = await agreed();
      tick(world);
      await settleLate(world);
      world.loseEverything();
      await world.settle();
      expect(world.seen).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
    }
  });
});

test('an item that is put off in Outlook is put off in the ERP, and not ticked off', async () => {
  const world = await agreed();
  const due = parsePlainDate('2026-03-05');
  world.exchange.edit(world.exchange.chores[0]?.id ?? '', { due });
  await settleLate(world);
  expect(world.seen.erp).toEqual(['Abfall|Hof|2026-03-05|open']);
  expect(world.seen.exchange).toEqual(world.seen.erp);
});

test('the last one of a series is ticked off like anything else', async () => {
  for (const tick of [inErp, inExchange, inBoth]) {
    const world = new ChoreWorld();
    world.erp.add(chore({ repeat: 'weekly until 2026-03-08' }));
    await world.settle();
    tick(world);
    await settleLate(world);
    const done = ['Abfall|Hof|2026-03-02|done'];
    expect(world.seen).toEqual({ erp: done, exchange: done });
  }
});

test('a tick that Exchange refuses is set aside, what the ERP goes on with waits, and later both go through', async () => {
  const world = await agreed();
  inErp(world);
  world.exchange.refusesTicks = true;
  await world.settle();
  expect(world.seen.exchange).toEqual(['Abfall|Hof|2026-03-02|open']);
  expect(world.exchange.refusals).toBeLessThan(4);
  expect([...world.memory.parked.values()].map(({ side }) => side)).toEqual(['erp']);
  world.exchange.refusesTicks = false;
  world.clock.advance(24 * 3_600_000);
  await settleLate(world);
  expect(world.seen).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
  expect([...world.memory.parked.values()]).toEqual([]);
});

test('what an administrator lets happen after an upgrade is no tick: it is promised first, as ever', async () => {
  for (const namesBorn of [true, false]) {
    const world = await agreed({ exchange: { namesBorn } });
    const { links } = world.memory;
    for (const link of links.values()) {
      const old = { doneOn: 'old' };
      const erp = { ...link.bases.erp, ...old };
      const exchange = { ...link.bases.exchange, ...old };
      links.set(link.id, { ...link, form: 'chore.0', bases: { erp, exchange } });
    }
    inErp(world);
    await world.sync();
    expect([...world.memory.held.values()].map(({ reason }) => reason)).toEqual(['formChanged']);
    world.store.decide('pair1', 'approved');
    await settleLate(world);
    expect(world.seen).toEqual({ erp: DONE_AND_OPEN, exchange: DONE_AND_OPEN });
  }
});

/** One chore whose room was changed on both sides: the ERP has won. */
async function contested(habits: Partial<Habits>): Promise<ChoreWorld> {
  const world = await agreed(habits);
  world.exchange.edit(world.exchange.chores[0]?.id ?? '', { room: 'Keller' });
  world.erp.edit(world.erp.chores[0]?.id ?? '', { room: 'Garten' });
  await world.settle();
  return world;
}

test('a write is to be taken back while somebody ticks it off: it is carried over once, and the write is theirs now', async () => {
  for (const tick of [inErp, inExchange, inBoth]) {
    for (const habits of EXTREMES) {
      const world = await agreed(habits);
      world.erp.edit(world.erp.chores[0]?.id ?? '', { room: 'Garten' });
      await world.settle();
      const [written] = world.memory.writes.filter(({ write }) => write.what === 'update');
      if (written === undefined) throw new Error('nothing was written');
      const { linkId, write } = written;
      world.store.wish('pair1', linkId, { kind: 'undo', writes: [write] });
      tick(world);
      await settleLate(world);
      const lines = ['Abfall|Garten|2026-03-02|done', 'Abfall|Garten|2026-03-09|open'];
      const name = JSON.stringify(habits);
      expect(world.seen, name).toEqual({ erp: lines, exchange: lines });
      const answers = [...world.memory.wishes.values()].map(({ refusal }) => refusal);
      expect(answers, name).toEqual(['changedSince']);
    }
  }
});

/** Ticked off while an administrator wants a lost value back. Answers whether the first cycle died. */
async function wishedAndTicked(
  tick: Hand,
  habits: Partial<Habits>,
  plan: CrashPlan | null,
): Promise<boolean> {
  const world = await contested(habits);
  const [lost] = world.memory.lostValues;
  if (lost === undefined) throw new Error('nothing was lost');
  world.store.wish('pair1', lost.linkId, { kind: 'restore', lost });
  tick(world);
  const isDead = plan !== null && (await world.sync(plan)).report === null;
  await settleLate(world);
  const name = JSON.stringify([habits, plan]);
  expect(world.seen.exchange, name).toEqual(world.seen.erp);
  const stages = world.seen.erp.map((line) => line.split('|').slice(2).join(' '));
  expect(stages.sort(), name).toEqual(['2026-03-02 done', '2026-03-09 open']);
  expect(world.seen.erp.join(), name).toContain('Keller');
  const answers = [...world.memory.wishes.values()].map(({ refusal }) => refusal);
  expect(answers, name).toEqual([null]);
  return isDead;
}

test('a lost value is to come back while somebody ticks it off: neither waits for the other', async () => {
  for (const tick of [inErp, inExchange, inBoth]) {
    for (const habits of EXTREMES) await wishedAndTicked(tick, habits, null);
    for (let at = 1, isDead = true; isDead; at += 1)
      isDead = await wishedAndTicked(tick, {}, { at, when: 'after' });
  }
});

test('a copy that a person makes of what was ticked off is a thing of its own, and not what is waited for', async () => {
  const world = await agreed({ exchange: { isLate: true } });
  inBoth(world);
  world.exchange.copy(world.exchange.chores[0]?.id ?? '');
  await world.settle();
  const open = 'Abfall|Hof|2026-03-09|open';
  expect(world.seen.erp).toEqual([...DONE_AND_OPEN, open]);
  await settleLate(world);
  expect(world.seen).toEqual({ erp: [...DONE_AND_OPEN, open], exchange: [...DONE_AND_OPEN, open] });
});

test('what is left of the first of two is deleted at once in Outlook: it goes in the ERP, and no other one', async () => {
  const world = await agreed();
  inExchange(world);
  const left = world.exchange.chores.find(({ chore: { doneOn } }) => doneOn !== '');
  world.exchange.move(left?.id ?? '', 'deleted');
  inExchange(world);
  await settleLate(world);
  const lines = ['Abfall|Hof|2026-03-09|done', 'Abfall|Hof|2026-03-16|open'];
  expect(world.seen).toEqual({ erp: lines, exchange: lines });
});

test('what was left of one is not taken for what was left of another with the same title', async () => {
  for (const [off, done] of [
    ['Hof', 'Garten'],
    ['Garten', 'Hof'],
  ]) {
    const world = await agreed();
    world.erp.add(chore({ room: 'Garten' }));
    await world.settle();
    const of = (wanted: string | undefined) =>
      world.exchange.chores.find(({ chore: { room } }) => room === wanted)?.id ?? '';
    const before = new Map(world.erp.chores.map(({ id, chore: { room } }) => [id, room]));
    world.exchange.edit(of(off), { due: parsePlainDate('2026-03-09') });
    world.exchange.edit(of(done), { doneOn: DONE_ON });
    await settleLate(world);
    // a record is more than what is synced of it: none may become the other one
    const after = new Map(world.erp.chores.map(({ id, chore: { room } }) => [id, room]));
    for (const [id, room] of before) expect(after.get(id)).toBe(room);
    const lines = [`${String(done)}|2026-03-02|done`, `${String(done)}|2026-03-09|open`];
    const expected = [...lines, `${String(off)}|2026-03-09|open`].map((line) => `Abfall|${line}`);
    expect(world.seen).toEqual({ erp: expected.sort(), exchange: expected.sort() });
  }
});

test('of two that are alike one is ticked off and the other put off: each is what became of it', async () => {
  for (const copiesMark of [true, false]) {
    const world = await agreed({ exchange: { copiesMark } });
    world.erp.add(chore());
    await world.settle();
    const [one, other] = world.exchange.chores;
    world.exchange.edit(one?.id ?? '', { doneOn: DONE_ON });
    world.exchange.edit(other?.id ?? '', { due: parsePlainDate('2026-03-09') });
    await settleLate(world);
    const lines = [...DONE_AND_OPEN, 'Abfall|Hof|2026-03-09|open'];
    expect(world.seen).toEqual({ erp: lines, exchange: lines });
  }
});

test('where nothing may travel to Exchange, nothing is ticked there', async () => {
  const world = await agreed();
  world.policy = { ...world.policy, direction: 'toErp' };
  inErp(world);
  await settleLate(world);
  expect(world.seen.exchange).toEqual(['Abfall|Hof|2026-03-02|open']);
});

test('a preview tells of the tick, and of nothing that is made', async () => {
  for (const [tick, side] of [
    [inErp, 'exchange'],
    [inExchange, 'erp'],
  ] as const) {
    const world = await agreed();
    tick(world);
    const told = (await world.preview()).filter(({ what }) => what !== 'unknown');
    expect(told).toMatchObject([{ what: 'update', side, fields: ['doneOn'] }]);
  }
  const world = await agreed();
  inBoth(world);
  expect((await world.preview()).filter(({ what }) => what !== 'unknown')).toEqual([]);
});
