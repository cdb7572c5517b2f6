import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../mappings/values.js';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { edit } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { meddle } from './hands.js';
import { itemOf, itemsOf, recordOf, remove, saidOf } from './meeting-world.js';
import { pairId, World } from './world.js';
import type { WorldOptions } from './world.js';

/** Anna's appointment in the ERP, in which Eva takes part: each has a plain copy. Eva has deleted hers. */
async function deletedByEva(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  world.erp.person.create('E01', {
    title: 'Wartung',
    when: {
      kind: 'timed',
      startsAt: parseInstant('2026-03-10T08:00:00Z'),
      endsAt: parseInstant('2026-03-10T09:00:00Z'),
    },
    participants: [{ employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' }],
  });
  await world.settle();
  remove(world.outlook('eva'), itemOf(world, 'eva').id);
  await world.settle();
  expect(recordOf(world).employees).toEqual(['E01']);
  return world;
}

function restore(world: World): void {
  const eva = world.outlook('eva');
  const [item] = eva.folder('deleteditems').items.values();
  if (!item) throw new Error('nothing deleted');
  eva.move(itemTarget(item.id), eva.folder('calendar'));
}

const BUSY = failed<never>(new ConnectorFailure('busy', 'busy'));

const liveLinks = (world: World): number =>
  [...world.store.pair(pairId('eva')).links.values()].filter(({ ended }) => ended === null).length;

describe('a guest who restores the copy that she had deleted', () => {
  test('takes part again in the same record, and nothing is doubled', async () => {
    const world = await deletedByEva();
    restore(world);
    await world.settle();
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(recordOf(world).record.ownerId).toBe('E01');
    expect([itemsOf(world, 'anna').length, itemsOf(world, 'eva').length]).toEqual([1, 1]);
    expect(liveLinks(world)).toBe(1);
    const { writes } = world.erp;
    await world.settle();
    expect(world.erp.writes).toBe(writes);
    expect(world.mails).toBe(0);
  });

  test('gets what was changed meanwhile, and what she changes travels again', async () => {
    const world = await deletedByEva();
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await world.settle();
    restore(world);
    await world.settle();
    expect(itemOf(world, 'eva').properties.Location).toBe('Halle 3');
    edit(world.outlook('eva'), itemOf(world, 'eva').id, { Subject: 'Wartung 2' });
    await world.settle();
    expect(recordOf(world).record.title).toBe('Wartung 2');
    remove(world.outlook('eva'), itemOf(world, 'eva').id);
    await world.settle();
    expect(recordOf(world).employees).toEqual(['E01']);
  });

  test('wherever we die, she takes part once', async () => {
    for (let at = 1; at <= 14; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await deletedByEva();
        restore(world);
        await world.cycle('eva', { at, when });
        await world.settle();
        expect(recordOf(world).employees, `${when} call ${String(at)}`).toEqual(['E01', 'E05']);
        expect([itemsOf(world, 'eva').length, liveLinks(world)]).toEqual([1, 1]);
      }
    }
  });

  test('makes it anew where the record is gone for everybody', async () => {
    const world = await deletedByEva();
    world.erp.person.remove(recordOf(world).id);
    await world.settle();
    restore(world);
    await world.settle();
    expect([recordOf(world).record.ownerId, recordOf(world).employees]).toEqual(['E05', ['E05']]);
    expect(itemsOf(world, 'anna')).toEqual([]);
  });

  test('makes no second record while the ERP does not say whether she takes part', async () => {
    const world = await deletedByEva();
    restore(world);
    const join = world.erp.join.bind(world.erp);
    world.erp.join = async (lease, entries, signal) => {
      world.erp.join = join;
      return (await join(lease, [], signal)).concat(entries.map(() => BUSY));
    };
    await world.settle();
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(itemsOf(world, 'eva').length).toBe(1);
  });

  test('keeps it to herself where nothing of hers travels to the ERP', async () => {
    const world = await deletedByEva();
    world.policy = { ...world.policy, direction: 'toExchange' };
    restore(world);
    await world.settle();
    expect(recordOf(world).employees).toEqual(['E01']);
    expect(saidOf(world, 'eva', 'itemDeletedRecordKept')).toEqual([]);
  });
});

describe('a guest who has a copy of her own of what she is taken out of', () => {
  test('stays out of it, and her copy is an appointment of hers, also where Exchange did not take its mark at first', async () => {
    const world = new World();
    const id = world.erp.person.create('E01', {
      title: 'Wartung',
      when: {
        kind: 'timed',
        startsAt: parseInstant('2026-03-10T08:00:00Z'),
        endsAt: parseInstant('2026-03-10T09:00:00Z'),
      },
      participants: [{ employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' }],
    });
    await world.settle();
    const eva = world.outlook('eva');
    const item = itemOf(world, 'eva');
    const copy = eva.copy(itemTarget(item.id), eva.folder('calendar'), 'Eva');
    edit(eva, copy.id, { Subject: 'Meine Notiz' });
    world.erp.person.edit(id, { participants: [] });
    let isFirst = true;
    meddle(world, (port) => ({
      update: async (mailbox, entries, signal) => {
        if (!isFirst || entries.some(({ patch }) => patch !== null))
          return port.update(mailbox, entries, signal);
        isFirst = false;
        return entries.map(() => failed(new ConnectorFailure('stale', 'changed')));
      },
    }));
    await world.settle();
    const shown = world.erp.rows.map(({ record, employees }) => [record.title, employees]);
    expect(shown).toEqual([
      ['Wartung', ['E01']],
      ['Meine Notiz', ['E05']],
    ]);
    expect(itemsOf(world, 'eva').map(({ properties }) => properties.Subject)).toEqual([
      'Meine Notiz',
    ]);
    expect(itemOf(world, 'anna').properties.Subject).toBe('Wartung');
  });
});
