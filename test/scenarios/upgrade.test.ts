import { expect, test } from 'vitest';
import type { Base, Link } from '../../sync/ports/store.js';
import { invite, itemOf, ourMails, recordOf, worldOf } from './meeting-world.js';
import { pairId } from './world.js';
import type { World } from './world.js';

const NEW_FIELDS = ['isMeeting', 'attendees', 'replies', 'sentAt'];

/** All links of Anna's as a version before attendees left them. */
function asBeforeTheUpgrade(world: World): void {
  const { links } = world.store.pair(pairId('anna'));
  for (const [id, link] of links) links.set(id, oldLink(link));
}

function oldLink(link: Link): Link {
  const without = (base: Base): Base =>
    Object.fromEntries(Object.entries(base).filter(([field]) => !NEW_FIELDS.includes(field)));
  const { erp, exchange } = link.bases;
  const bases = { erp: without(erp), exchange: without(exchange) };
  return { ...link, bases, form: 'appointment.1.old', recordVersion: '', itemVersion: '' };
}

async function anna(world: World): Promise<void> {
  world.clock.advance(60_000);
  await world.cycle('anna');
}

test('an upgrade that reads attendees carries nothing over: what nobody looked at has not moved', async () => {
  const world = worldOf({ meetings: 'full' });
  invite(world, 'anna');
  await anna(world);
  world.erp.person.edit(recordOf(world).id, { participants: [], isMeeting: false });
  await anna(world);
  asBeforeTheUpgrade(world);
  const versions = [recordOf(world).version, itemOf(world, 'anna').changeKey];
  world.store.pair(pairId('anna')).owed = [{ side: 'erp', id: recordOf(world).id }];
  await anna(world);
  await anna(world);
  expect([recordOf(world).version, itemOf(world, 'anna').changeKey]).toEqual(versions);
  const forms = [...world.store.pair(pairId('anna')).links.values()].map(({ form }) => form);
  expect(forms.every((form) => form.startsWith('appointment.2.'))).toBe(true);
  expect(world.store.pair(pairId('anna')).held.size).toBe(0);
});

test('after the upgrade an edit of an attendee list travels as ever', async () => {
  const world = worldOf({ meetings: 'full' });
  const id = invite(world, 'anna');
  await anna(world);
  asBeforeTheUpgrade(world);
  world.store.pair(pairId('anna')).owed = [{ side: 'erp', id: recordOf(world).id }];
  await anna(world);
  const { properties } = itemOf(world, 'anna');
  const OptionalAttendees = [{ EmailAddress: 'neu@kunde.example' }];
  const change = {
    action: 'set',
    property: 'OptionalAttendees',
    value: { OptionalAttendees },
  } as const;
  const context = { headerZone: null, send: 'SendToNone', cause: 'person', by: 'Anna' } as const;
  const target = { kind: 'item', id, changeKey: null } as const;
  world.outlook('anna').update(target, { changes: [change], conflict: 'AlwaysOverwrite' }, context);
  await anna(world);
  expect(recordOf(world).record.participants.length).toBe(
    (properties.RequiredAttendees?.length ?? 0) + 1,
  );
  expect(ourMails(world)).toEqual([]);
});
