import { expect, test } from 'vitest';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { inErp, itemOf, itemsOf, recordOf, subjects } from './hands.js';
import { pairId, World } from './world.js';

/** A person copies an appointment, and deletes the one it was copied of, while nobody looks (rules 5 and 14). */

const eva = { employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' } as const;
const anna = { ...eva, employeeId: 'E01', name: 'Anna Becker' } as const;

function copied(world: World, subject: string): string {
  const anna = world.outlook('anna');
  const original = itemOf(world).id;
  const { stored } = anna.copy(itemTarget(original), anna.folder('calendar'), 'Anna');
  edit(anna, stored.id, { Subject: subject });
  return original;
}

function buried(world: World, id: string): void {
  world
    .outlook('anna')
    .remove(itemTarget(id), 'MoveToDeletedItems', { ...WRITING, cause: 'person' });
}

test('"I copied it and threw the old one away: the old one is gone, and the copy is a new one"', async () => {
  const world = new World();
  const id = inErp(world, 'Wartung');
  await world.settle();
  buried(world, copied(world, 'Wartung Halle 2'));
  await world.settle();
  expect(subjects(world)).toEqual(['Wartung Halle 2']);
  expect(recordOf(world).record.title).toBe('Wartung Halle 2');
  expect(recordOf(world).id).not.toBe(id);
  const ends = [...world.store.pair(pairId('anna')).links.values()].map(({ ended }) => ended);
  expect(ends.sort()).toEqual(['deletedEverywhere', null]);
});

test('"I threw away my copy of a colleague\'s, and what I make of it stays mine"', async () => {
  const world = new World();
  const id = inErp(world, 'Messe', { ownerId: 'E05', participants: [anna] });
  await world.settle();
  buried(world, copied(world, 'Messe, privat notiert'));
  await world.settle();
  const shared = world.erp.rows.find((row) => row.id === id);
  expect(shared?.employees).toEqual(['E05']);
  expect(shared?.record.title).toBe('Messe');
  expect(world.erp.rows.map(({ record }) => record.title).sort()).toEqual([
    'Messe',
    'Messe, privat notiert',
  ]);
});

test('dying anywhere between changes nothing', async () => {
  for (let at = 1; at <= 40; at += 1) {
    const world = new World();
    inErp(world, 'Wartung');
    await world.settle();
    buried(world, copied(world, 'Wartung Halle 2'));
    world.clock.advance(60_000);
    await world.cycle('anna', { at, when: 'after' });
    await world.settle();
    expect(subjects(world), String(at)).toEqual(['Wartung Halle 2']);
    expect(recordOf(world).record.title, String(at)).toBe('Wartung Halle 2');
  }
});

test('a copy that was thrown away before does not pass for the original that is moved later', async () => {
  const world = new World();
  const id = inErp(world, 'Wartung', { participants: [eva] });
  await world.settle();
  const anna = world.outlook('anna');
  const original = itemOf(world).id;
  const { stored } = anna.copy(itemTarget(original), anna.folder('calendar'), 'Anna');
  buried(world, stored.id);
  const away = anna.move(itemTarget(original), anna.folder('drafts'));
  anna.move(itemTarget(away.stored.id), anna.folder('calendar'));
  await world.settle();
  expect(itemsOf(world).length).toBe(1);
  expect(recordOf(world)).toMatchObject({ id, employees: ['E01', 'E05'] });
});
