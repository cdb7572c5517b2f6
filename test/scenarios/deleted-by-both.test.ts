import { expect, test } from 'vitest';
import { EVA } from '../simulators/mailbox-bench.js';
import { cancelMeeting } from '../simulators/mailbox/responses.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import {
  CUSTOMER,
  invite,
  itemOf,
  itemsOf,
  ourMails,
  recordOf,
  remove,
  saidOf,
  worldOf,
} from './meeting-world.js';

test.each(['protected', 'full'] as const)(
  '"we both threw the meeting away, and neither brought it back to the other" (%s)',
  async (meetings) => {
    for (const order of [
      ['anna', 'eva'],
      ['eva', 'anna'],
    ] as const) {
      const world = worldOf({ meetings });
      await world.settle();
      invite(world, 'anna', {
        RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
      });
      await world.settle();
      expect(recordOf(world).employees).toEqual(['E01', 'E05']);
      for (const who of order) remove(world.outlook(who), itemOf(world, who).id);
      world.order = order;
      await world.settle();
      const left = meetings === 'full' ? 0 : 1;
      expect(itemsOf(world, 'anna').length, order.join()).toBe(0);
      expect(world.erp.rows.length, order.join()).toBe(left);
      expect(ourMails(world)).toEqual([]);
    }
  },
);

test('"my colleague called it off, and what we had written about it in the ERP is still there"', async () => {
  const world = worldOf({ meetings: 'full' });
  await world.settle();
  world.switchedOff.add('anna');
  const id = invite(world, 'anna', { RequiredAttendees: [{ EmailAddress: EVA }] });
  await world.settle();
  expect(recordOf(world).record.ownerId).toBe('E05');
  world.erp.person.edit(recordOf(world).id, { title: 'Abnahme, Protokoll liegt bei' });
  const how = { host: world.organisation, cause: 'person', by: 'Anna', isSent: true } as const;
  cancelMeeting(world.outlook('anna'), itemTarget(id), how);
  await world.settle();
  await world.settle();
  expect(recordOf(world).record.title).toBe('Abnahme, Protokoll liegt bei');
  expect(saidOf(world, 'eva', 'itemDeletedRecordKept').length).toBe(1);
});
