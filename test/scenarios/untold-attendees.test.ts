import { expect, test } from 'vitest';
import { inErp, itemOf } from './hands.js';
import { CUSTOMER } from './meeting-world.js';
import { pairId, World } from './world.js';

test('"our database was lost, and whom Outlook is not told of is no difference that anybody must decide"', async () => {
  const world = new World();
  const guest = { employeeId: null, email: CUSTOMER, name: 'Einkauf', reply: 'none' } as const;
  const id = inErp(world, 'Wartung', { participants: [guest] });
  await world.settle();
  expect(itemOf(world).properties.RequiredAttendees).toBeUndefined();
  world.loseEverything('anna');
  const { writes } = world.erp;
  await world.settle();
  const { held, links } = world.store.pair(pairId('anna'));
  expect([held.size, links.size]).toEqual([0, 1]);
  expect(world.erp.writes).toBe(writes);
  expect(world.erp.rows.find((row) => row.id === id)?.record.participants).toMatchObject([guest]);
});
