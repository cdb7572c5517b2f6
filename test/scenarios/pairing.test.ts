import { describe, expect, test } from 'vitest';
import { instantOf, parseInstant, parsePlainDate } from '../../mappings/values.js';
import type { LinkEnd } from '../../sync/ports/store.js';
import { edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { migrated } from './migrated-mailbox.js';
import { pairId, World } from './world.js';

const DAY = 86_400_000;
const FIRST = Date.parse('2026-03-03T08:00:00Z');

/** One appointment an hour, ten a day. */
function inErp(world: World, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => {
    const start = FIRST + Math.floor(at / 10) * DAY + (at % 10) * 3_600_000;
    return world.erp.person.create('E01', {
      title: `Besprechung Müller ${String(at % 50)}`,
      location: at % 3 === 0 ? 'Raum 2' : '',
      when: { kind: 'timed', startsAt: instantOf(start), endsAt: instantOf(start + 1_800_000) },
      rrule:
        at % 40 === 7 ? 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR,SA,SU;WKST=MO;COUNT=5' : null,
    });
  });
}

const links = (world: World) =>
  [...world.store.pair(pairId('anna')).links.values()].filter(({ ended }) => ended === null);
const held = (world: World) => [...world.store.pair(pairId('anna')).held.values()];
const items = (world: World) => [...world.outlook('anna').folder('calendar').items.values()];
const keys = (world: World): ReadonlyMap<string, string> =>
  new Map(links(world).map(({ recordId, key }) => [recordId, key]));

/** Both sides hold the same, and nobody remembers that: as after another tool. */
async function withoutUs(count: number): Promise<World> {
  const world = new World({ policy: { stockFrom: parsePlainDate('2026-01-01') } });
  inErp(world, count);
  await world.settle();
  world.loseEverything('anna');
  world.connector = migrated(memoryExchange(world.organisation), { keepsMarks: false });
  return world;
}

describe('we start with calendars that another tool has kept the same', () => {
  test('a thousand appointments are paired one to one; nothing is made, changed or mailed', async () => {
    const world = await withoutUs(1_000);
    const writes = world.erp.writes;
    const notes = await world.resync('anna');
    expect(notes.paired).toHaveLength(1_000);
    expect(notes.paired.every(({ by }) => by === 'content')).toBe(true);
    expect(notes.unpaired).toEqual([]);
    await world.settle();
    expect(world.erp.writes).toBe(writes);
    expect(items(world)).toHaveLength(1_000);
    expect(links(world)).toHaveLength(1_000);
    expect(held(world)).toEqual([]);
    expect(world.mails).toBe(0);
  }, 60_000);

  test('an ordinary first cycle does the same, and marks the items', async () => {
    const world = await withoutUs(30);
    const report = await world.cycle('anna');
    expect(report).toMatchObject({
      created: { erp: 0, exchange: 0 },
      updated: { erp: 0, exchange: 0 },
    });
    await world.settle();
    expect(items(world)).toHaveLength(30);
    world.loseEverything('anna');
    const notes = await world.resync('anna');
    expect(notes.paired.every(({ by }) => by === 'key')).toBe(true);
    expect(notes.paired).toHaveLength(30);
  });

  test('two identical appointments stay two', async () => {
    const world = new World({ policy: { stockFrom: parsePlainDate('2026-01-01') } });
    const when = {
      kind: 'timed' as const,
      startsAt: parseInstant('2026-03-05T08:00:00Z'),
      endsAt: parseInstant('2026-03-05T09:00:00Z'),
    };
    for (let copy = 0; copy < 2; copy += 1)
      world.erp.person.create('E01', { title: 'Jour fixe', when });
    await world.settle();
    world.loseEverything('anna');
    world.connector = migrated(memoryExchange(world.organisation), { keepsMarks: false });
    await world.settle();
    expect(world.erp.rows).toHaveLength(2);
    expect(items(world)).toHaveLength(2);
    expect(links(world)).toHaveLength(2);
  });

  test('one that differs is the same appointment, and an administrator decides about it', async () => {
    const world = await withoutUs(5);
    const [item] = items(world);
    edit(world.outlook('anna'), item?.id ?? '', {
      Body: { BodyType: 'Text', Value: 'Bitte Pläne mitbringen' },
    });
    const writes = world.erp.writes;
    await world.settle();
    expect(world.erp.writes).toBe(writes);
    expect(items(world)).toHaveLength(5);
    expect(links(world)).toHaveLength(5);
    expect(held(world)).toMatchObject([{ reason: 'pairedDiffering' }]);
  });

  test('private items that are left out take no part, and leave no trace', async () => {
    const world = new World({
      policy: { leavePrivateOut: true, stockFrom: parsePlainDate('2026-01-01') },
    });
    const when = {
      kind: 'timed' as const,
      startsAt: parseInstant('2026-03-05T08:00:00Z'),
      endsAt: parseInstant('2026-03-05T09:00:00Z'),
    };
    const id = world.erp.person.create('E01', { title: 'Zahnarzt', when });
    make(world.outlook('anna'), {
      Subject: 'Zahnarzt',
      Start: when.startsAt,
      End: when.endsAt,
      Sensitivity: 'Private',
    });
    await world.settle();
    expect(world.erp.rows.map((row) => row.id)).toEqual([id]);
    expect(items(world)).toHaveLength(2); // ours beside the private one
    const memory = world.store.pair(pairId('anna'));
    const hidden =
      items(world).find(({ properties }) => properties.Sensitivity === 'Private')?.id ?? '';
    expect(
      JSON.stringify([...memory.links.values(), ...memory.parked.values(), memory.journal]),
    ).not.toContain(hidden);
  });
});

describe('our database is lost, or was restored from last week', () => {
  test('everything is found again by its key, whoever made it', async () => {
    const world = new World();
    inErp(world, 12);
    make(world.outlook('anna'), {
      Subject: 'aus Outlook',
      Start: '2026-03-05T08:00:00Z',
      End: '2026-03-05T09:00:00Z',
    });
    await world.settle();
    const before = keys(world);
    const writes = world.erp.writes;
    world.loseEverything('anna');
    const notes = await world.resync('anna');
    expect(notes.paired.filter(({ by }) => by === 'key')).toHaveLength(13);
    await world.settle();
    expect(keys(world)).toEqual(before);
    expect(world.erp.writes).toBe(writes);
    expect(items(world)).toHaveLength(13);
    expect(world.mails).toBe(0);
  });

  test('what came since the backup is linked again, and what was deleted since stays deleted', async () => {
    const world = new World();
    inErp(world, 5);
    await world.settle();
    const backup = structuredClone(world.store.pair(pairId('anna')));
    const [first = '', second = ''] = inErp(world, 3);
    make(world.outlook('anna'), {
      Subject: 'seither',
      Start: '2026-03-06T08:00:00Z',
      End: '2026-03-06T09:00:00Z',
    });
    await world.settle();
    world.erp.person.remove(first);
    const gone = links(world).find(({ recordId }) => recordId === second);
    await world.settle();
    world.outlook('anna').remove(itemTarget(gone?.itemId ?? ''), 'MoveToDeletedItems', WRITING);
    await world.settle();
    const before = {
      records: world.erp.rows.length,
      items: items(world).length,
      keys: keys(world),
    };
    const memory = world.store.pair(pairId('anna'));
    memory.links.clear();
    for (const [id, link] of backup.links) memory.links.set(id, link);
    memory.watermarks = backup.watermarks;
    const writes = world.erp.writes;
    await world.settle();
    await world.resync('anna');
    await world.settle();
    expect(world.erp.rows).toHaveLength(before.records);
    expect(items(world)).toHaveLength(before.items);
    expect(keys(world)).toEqual(before.keys);
    expect(world.erp.writes).toBe(writes);
  });

  test('dying in the middle of it doubles nothing', async () => {
    for (let at = 1; at <= 25; at += 1) {
      const world = new World();
      inErp(world, 4);
      await world.settle();
      world.loseEverything('anna');
      const writes = world.erp.writes;
      await world.resync('anna', { at, when: at % 2 === 0 ? 'after' : 'before' });
      await world.settle();
      expect(world.erp.writes, `died at ${String(at)}`).toBe(writes);
      expect(items(world), `died at ${String(at)}`).toHaveLength(4);
      expect(links(world), `died at ${String(at)}`).toHaveLength(4);
    }
  });
});

describe('the mailbox was moved to another server, and all ids are new', () => {
  for (const keepsMarks of [true, false]) {
    test(`the links stay, ${keepsMarks ? 'by their marks' : 'by the UIDs where the marks were left behind'}`, async () => {
      const world = new World();
      inErp(world, 20);
      await world.settle();
      const before = keys(world);
      const writes = world.erp.writes;
      world.connector = migrated(memoryExchange(world.organisation), { keepsMarks });
      await world.settle();
      expect(keys(world)).toEqual(before);
      expect(links(world).every(({ itemId }) => itemId.startsWith('neu-'))).toBe(true);
      expect(world.erp.writes).toBe(writes);
      expect(items(world)).toHaveLength(20);
      expect(held(world)).toEqual([]);
      const [row] = world.erp.rows;
      world.erp.person.edit(row?.id ?? '', { title: 'danach geändert' });
      await world.settle();
      expect(items(world).map(({ properties }) => properties.Subject)).toContain('danach geändert');
    });
  }
});

describe('an employee was taken out of an appointment', () => {
  test('a resync before the next cycle does not forget it: the item goes', async () => {
    const world = new World();
    const when = {
      kind: 'timed' as const,
      startsAt: parseInstant('2026-03-05T08:00:00Z'),
      endsAt: parseInstant('2026-03-05T09:00:00Z'),
    };
    const participants = [{ employeeId: 'E01', email: null, name: 'Anna', reply: 'none' as const }];
    const id = world.erp.person.create('E05', { title: 'Abnahme', when, participants });
    await world.settle();
    expect(items(world)).toHaveLength(1);
    world.erp.person.edit(id, { participants: [] });
    await world.resync('anna');
    await world.settle();
    expect(items(world)).toHaveLength(0);
    expect(held(world)).toEqual([]);
  });
});

describe('the sync state became invalid', () => {
  test('nothing is doubled, and what was deleted meanwhile is recognised', async () => {
    const world = new World();
    inErp(world, 6);
    await world.settle();
    const [gone, changed] = links(world);
    world.outlook('anna').remove(itemTarget(gone?.itemId ?? ''), 'MoveToDeletedItems', WRITING);
    world.outlook('anna').store.invalidateSyncStates();
    world.erp.forgetLog();
    world.erp.person.edit(changed?.recordId ?? '', { location: 'Halle 4' });
    await world.settle();
    expect(world.erp.rows).toHaveLength(5);
    expect(items(world)).toHaveLength(5);
    expect(items(world).map(({ properties }) => properties.Location)).toContain('Halle 4');
  });
});

describe('what was kept on purpose does not come back', () => {
  const LATER: Record<string, (world: World) => Promise<void> | void> = {
    'an edit of what is left': (world) => {
      for (const row of world.erp.rows) world.erp.person.edit(row.id, { title: 'später geändert' });
      for (const { id } of items(world))
        edit(world.outlook('anna'), id, { Subject: 'später geändert' });
    },
    'a resync': async (world) => {
      await world.resync('anna');
    },
    'sync states that became invalid': (world) => {
      world.outlook('anna').store.invalidateSyncStates();
      world.erp.forgetLog();
    },
    'watermarks that were lost': (world) => world.forgetWatermarks('anna'),
    'a setting that is changed and changed back': async (world) => {
      const { policy } = world;
      world.policy = {
        ...policy,
        deleteInErp: true,
        deleteInExchange: true,
        leavePrivateOut: false,
      };
      await world.settle();
      world.policy = policy;
    },
    'a form of fingerprints that changed': async (world) => {
      world.policy = { ...world.policy, language: world.policy.language === 'de' ? 'en' : 'de' };
      await world.resync('anna');
    },
  };

  const removeItem = (world: World): void => {
    const [item] = items(world);
    world.outlook('anna').remove(itemTarget(item?.id ?? ''), 'MoveToDeletedItems', WRITING);
  };
  const removeRecord = (world: World): void => {
    for (const { id } of world.erp.rows) world.erp.person.remove(id);
  };

  /** How each comes about, and where only more than this leads to it, what else it came about like. */
  const ENDS: Record<LinkEnd, readonly [(world: World) => void, LinkEnd?]> = {
    deletedEverywhere: [
      (world) => {
        world.policy = { ...world.policy, deleteInExchange: true };
        removeRecord(world);
      },
    ],
    recordDeletedItemKept: [removeRecord],
    recordDeletedAgain: [removeRecord, 'recordDeletedItemKept'],
    putBack: [removeRecord, 'recordDeletedItemKept'],
    itemDeletedRecordKept: [removeItem],
    itemDeletedAgain: [removeItem, 'itemDeletedRecordKept'],
    takenBack: [removeItem, 'itemDeletedRecordKept'],
    recordLeftScope: [
      (world) => {
        for (const { id } of world.erp.rows) world.erp.person.setInScope(id, false);
      },
    ],
    itemLeftScope: [
      (world) => {
        const [item] = items(world);
        const elsewhere = world.outlook('anna').folder('drafts');
        world.outlook('anna').move(itemTarget(item?.id ?? ''), elsewhere);
      },
    ],
    itemBecamePrivate: [
      (world) => {
        const [item] = items(world);
        edit(world.outlook('anna'), item?.id ?? '', { Sensitivity: 'Private' });
      },
    ],
  };

  for (const [end, [bringAbout, like = end]] of Object.entries(ENDS)) {
    for (const [what, later] of Object.entries(LATER)) {
      test(`${end}, by ${what}`, async () => {
        const world = new World({
          policy: { deleteInErp: false, deleteInExchange: false, leavePrivateOut: true },
        });
        inErp(world, 1);
        await world.settle();
        bringAbout(world);
        await world.settle();
        const memory = world.store.pair(pairId('anna')).links;
        const ends = () => [...memory.values()].map(({ ended }) => ended);
        expect(ends()).toEqual([like]);
        for (const [id, link] of memory) memory.set(id, { ...link, ended: end as LinkEnd });
        const before = [world.erp.rows.length, items(world).length];
        await later(world);
        await world.settle();
        expect([world.erp.rows.length, items(world).length]).toEqual(before);
        expect(ends()).toEqual([end]);
      });
    }
  }
});
