import { describe, expect, test } from 'vitest';
import type { CrashPlan } from '../simulators/crash.js';
import { card, NARROW } from '../sync/engine/card-kind.js';
import type { Card, CardPatch } from '../sync/engine/card-kind.js';
import { CardWorld } from '../sync/engine/card-world.js';
import type { CardHabits } from '../sync/engine/card-world.js';
import { EDITS, LONG_NAME, NARROW_EDITS, ODD_EDITS } from './card-edits.js';
import type { Edit } from './card-edits.js';

/**
 * Contacts with more numbers than Exchange has places for. A card is the smallest thing that has them, numbers that each side
 * writes in its own way, and a photo. These stories prove that the engine keeps what does not fit, says so, and carries nothing
 * that nobody changed. They say nothing of the fields of real contacts, nor of what servers do with them: those come with the
 * kind `contact`. Nor do they move anything up: a place that becomes free is filled when a person puts something there.
 */

const HABITS: readonly CardHabits[] = [
  { isNarrow: false, rewrites: false },
  { isNarrow: false, rewrites: true },
  { isNarrow: true, rewrites: false },
  { isNarrow: true, rewrites: true },
];

const BEYOND = ['phones/business 3 notSynced', 'mails/4 notSynced'];

/** One customer that both sides have, as far as they can. */
async function agreed(habits: CardHabits, different: Partial<Card> = {}): Promise<CardWorld> {
  const world = new CardWorld(habits);
  world.erp.add(card(different));
  await world.settle();
  return world;
}

/** What was written to each side since. */
function writtenSince({ erp, exchange }: CardWorld): () => {
  readonly erp: readonly CardPatch[];
  readonly exchange: readonly CardPatch[];
} {
  const [inErp, inExchange] = [erp.patches.length, exchange.patches.length];
  return () => ({ erp: erp.patches.slice(inErp), exchange: exchange.patches.slice(inExchange) });
}

interface Telling {
  readonly world: CardWorld;
  readonly written: ReturnType<ReturnType<typeof writtenSince>>;
  readonly how: string;
}

/** Undisturbed, then with a death before and after each call of the first cycle; afterwards cycles write and tell nothing. */
async function everyTelling(
  begin: () => Promise<CardWorld>,
  story: (world: CardWorld) => void,
  end: (telling: Telling) => void,
): Promise<void> {
  for (const when of ['after', 'before'] as const) {
    for (let at = 0, isDead = true; isDead; at += 1) {
      const plan: CrashPlan | null = at === 0 ? null : { at, when };
      const world = await begin();
      const written = writtenSince(world);
      story(world);
      const { report } = await world.sync(plan);
      await world.settle();
      end({
        world,
        written: written(),
        how: plan === null ? 'undisturbed' : `${when} ${String(at)}`,
      });
      await quiet(world);
      isDead = plan === null || report === null;
    }
  }
}

async function quiet(world: CardWorld): Promise<void> {
  const { writes, told } = world;
  await world.settle();
  expect(world.writes).toBe(writes);
  expect(world.told).toEqual(told);
  expect([...world.memory.intents.values(), ...world.memory.parked.values()]).toEqual([]);
}

/** Without what a server writes in its own way. */
function places({ phones = {}, mails = {} }: Partial<Card> = {}): readonly string[] {
  return [...Object.keys(phones), ...Object.keys(mails)];
}

describe.each(HABITS)('53: %o', (habits) => {
  test('53: "three phones and four e-mails: Outlook shows what it has places for, and I am told of the rest"', async () => {
    await everyTelling(
      async () => new CardWorld(habits),
      (world) => {
        world.erp.add(card());
      },
      ({ world, written, how }) => {
        const { erp, exchange } = world.both;
        expect(erp, how).toEqual(card());
        expect(places(exchange), how).toEqual(['business 1', 'business 2', '1', '2', '3']);
        expect(exchange?.photo, how).toBe(card().photo);
        expect(world.told, how).toEqual(BEYOND);
        expect([written.erp, written.exchange.length], how).toEqual([[], 1]);
      },
    );
  });

  test('53: "I meet him at the fair and type him into Outlook: the ERP has all of it, once"', async () => {
    const met = card({ phones: { 'home 2': '+49 (22) 177' }, mails: { 1: 'jg@muster.example' } });
    await everyTelling(
      async () => new CardWorld(habits),
      (world) => {
        world.exchange.add(met);
      },
      ({ world, written, how }) => {
        expect(world.both, how).toEqual({ erp: met, exchange: met });
        expect([written.erp.length, written.exchange, world.told], how).toEqual([1, [], []]);
      },
    );
  });

  test('53: "+49 (0)30 / 123-45 stays as each of us writes it, and goes neither to nor fro"', async () => {
    const world = await agreed(habits);
    const written = writtenSince(world);
    const { writes } = world;
    for (const ours of ['030/12345', '+49 (0)30 / 123-45', '0049 30 12345']) {
      world.editInErp({ phones: { 'business 1': ours } });
      await world.sync();
      for (const theirs of ['+49 30 123 45', '(030) 12345']) {
        world.editInOutlook({ phones: { 'business 1': theirs } });
        await world.settle();
        expect(world.both.erp?.phones['business 1']).toBe(ours);
        const shown = world.both.exchange?.phones['business 1'];
        expect(shown).toBe(habits.rewrites ? '+49 (30) 12345' : theirs);
      }
    }
    for (let cycle = 0; cycle < 20; cycle += 1) await world.sync();
    expect([world.writes, written()]).toEqual([writes, { erp: [], exchange: [] }]);
  });
});

function tell(habits: CardHabits, edit: Edit): Promise<void> {
  const { erp = {}, outlook = {}, toErp, toExchange } = edit;
  let before: CardWorld['both'] = { erp: undefined, exchange: undefined };
  let toldBefore: readonly string[] = [];
  return everyTelling(
    async () => {
      const world = await agreed(habits, edit.begins);
      before = world.both;
      toldBefore = world.told;
      return world;
    },
    (world) => {
      if (edit.erp !== undefined) world.editInErp(erp);
      if (edit.outlook !== undefined) world.editInOutlook(outlook);
    },
    ({ world, written, how }) => {
      const expected = new CardWorld(habits);
      expected.erp.add(before.erp ?? card());
      expected.exchange.add(before.exchange ?? card());
      const brought = toErp === undefined ? undefined : expected.exchange.saved(toErp);
      for (const change of [erp, brought ?? {}]) expected.editInErp(change);
      for (const change of [outlook, toExchange ?? {}]) expected.editInOutlook(change);
      expect(world.both, how).toEqual(expected.both);
      const [ofErp, ofExchange] = [brought, toExchange].map((one) =>
        one === undefined ? [] : [one],
      );
      expect(written, how).toEqual({ erp: ofErp, exchange: ofExchange });
      expect(world.told.slice(toldBefore.length), how).toEqual(edit.told ?? []);
    },
  );
}

const named = (edits: readonly Edit[]) => edits.map((edit) => [edit.name, edit] as const);

describe.each(HABITS)('53: with a card on both sides (%o)', (habits) => {
  test.each(named(EDITS))('53: "%s"', async (_name, edit) => {
    await tell(habits, edit);
  });

  test.each(named(ODD_EDITS))('53: "%s"', async (_name, edit) => {
    await tell(habits, edit);
  });
});

describe.each(HABITS.filter(({ isNarrow }) => isNarrow))(
  '53: an ERP with short texts (%o)',
  (habits) => {
    test.each(named(NARROW_EDITS))('53: "%s"', async (_name, edit) => {
      await tell(habits, edit);
    });

    test('53: "the ERP has cut his name, and what I change in Outlook never brings the short one back"', async () => {
      const world = await agreed(habits);
      world.editInOutlook({ name: LONG_NAME });
      await world.settle();
      const written = writtenSince(world);
      world.editInOutlook({ town: 'Aachen', phones: { 'business 2': '0241 1' } });
      await world.settle();
      world.editInErp({ town: 'Bonn', mails: { 4: 'vier@y.example' } });
      await world.settle();
      const toErp = world.exchange.saved({ town: 'Aachen', phones: { 'business 2': '0241 1' } });
      expect(written()).toEqual({ erp: [toErp], exchange: [{ town: 'Bonn' }] });
      const names = [world.both.erp?.name, world.both.exchange?.name];
      expect(names).toEqual([LONG_NAME.slice(0, NARROW), LONG_NAME]);
      await quiet(world);
    });
  },
);
