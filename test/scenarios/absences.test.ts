import { expect, test } from 'vitest';
import { parsePlainDate } from '../../mappings/values.js';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { pairId, World } from './world.js';

const DAYS = {
  firstDay: parsePlainDate('2026-03-09'),
  lastDay: parsePlainDate('2026-03-11'),
  halfDay: 'none',
} as const;

async function away(absence: typeof DAYS | object = {}): Promise<{ world: World; id: string }> {
  const world = new World();
  const id = world.erp.person.create('E01', {
    title: 'Reha nach OP',
    body: 'Diagnose',
    absence: { ...DAYS, ...absence },
  });
  await world.settle();
  return { world, id };
}

const items = (world: World) => [...world.outlook('anna').folder('calendar').items.values()];
const shown = (world: World) =>
  items(world).map(
    ({ properties: { Subject, Start, End, IsAllDayEvent, LegacyFreeBusyStatus } }) => [
      Subject,
      iso(Start),
      iso(End),
      IsAllDayEvent,
      LegacyFreeBusyStatus,
    ],
  );
const iso = (at: number | string | undefined) =>
  new Date(at ?? 0).toISOString().replace('.000', '');
const NEUTRAL = ['Abwesend', '2026-03-08T23:00:00Z', '2026-03-11T23:00:00Z', true, 'OOF'];

test('an approved absence is in the mailbox with a neutral text, and why is nowhere', async () => {
  const { world } = await away();
  expect(shown(world)).toEqual([NEUTRAL]);
  const ours = JSON.stringify(world.store.pair(pairId('anna')));
  expect(JSON.stringify(items(world)) + ours).not.toMatch(/Reha|Diagnose/);
});

test('half a day is half a day', async () => {
  const { world } = await away({ lastDay: DAYS.firstDay, halfDay: 'afternoon' });
  expect(shown(world)).toEqual([
    ['Abwesend', '2026-03-09T11:00:00Z', '2026-03-09T16:00:00Z', false, 'OOF'],
  ]);
});

test('what a person changes of it in Outlook is put back and never reaches the ERP', async () => {
  const { world } = await away();
  const before = world.erp.writes;
  edit(world.outlook('anna'), items(world)[0]?.id ?? '', {
    Subject: 'Urlaub!',
    LegacyFreeBusyStatus: 'Free',
  });
  await world.settle();
  expect(shown(world)).toEqual([NEUTRAL]);
  expect(world.erp.writes).toBe(before);
});

test('deleted in Outlook it is made again, three times; withdrawn in the ERP it goes', async () => {
  const { world, id } = await away();
  for (let times = 0; times < 3; times += 1) {
    const [item] = items(world);
    world.outlook('anna').remove(itemTarget(item?.id ?? ''), 'MoveToDeletedItems', WRITING);
    await world.settle();
    expect(shown(world)).toEqual([NEUTRAL]);
  }
  expect(world.erp.rows).toHaveLength(1);
  world.erp.person.remove(id);
  await world.settle();
  expect(items(world)).toEqual([]);
});
