import { expect, test } from 'vitest';
import { ANNA, BERLIN, edit, EVA, make, newOrganisation, nth, WRITING } from './mailbox-bench.js';
import type { Organisation } from './mailbox/organisation.js';
import { inviteToOccurrence } from './mailbox/one-occurrence.js';
import type { ItemInput } from './mailbox/properties.js';
import { answerMeeting } from './mailbox/responses.js';
import { deletedOccurrences, modifiedOccurrences } from './mailbox/series.js';
import { contentOf } from './mailbox/stored-item.js';
import type { StoredItem } from './mailbox/stored-item.js';
import { itemTarget } from './mailbox/targets.js';

/** A mail about one occurrence changes that one alone (MS-OXOCAL 3.1.4.7.4, 3.1.4.9.2). */

const CUSTOMER = 'einkauf@kunde.example';

const WEEKLY: ItemInput = {
  Subject: 'Runde',
  Start: '2026-03-02T09:00:00Z',
  End: '2026-03-02T10:00:00Z',
  StartTimeZone: BERLIN,
  EndTimeZone: BERLIN,
  RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }],
  Recurrence: {
    pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday'] },
    range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 6 },
  },
};

const SENDING = { context: { send: 'SendToAllAndSaveCopy' } } as const;

function invited(): { readonly organisation: Organisation; readonly id: string } {
  const organisation = newOrganisation();
  const { id } = make(organisation.mailbox(ANNA), WEEKLY, SENDING);
  return { organisation, id };
}

function copyOf(organisation: Organisation): StoredItem {
  const [item, ...others] = [...organisation.mailbox(EVA).folder('calendar').items.values()];
  if (item === undefined || others.length > 0) throw new Error('not one item');
  return item;
}

/** Every occurrence of Eva's copy that is not as the series has it. */
function shown(item: StoredItem): readonly string[] {
  return [
    ...deletedOccurrences(item).map(({ index }) => `${index} deleted`),
    ...modifiedOccurrences(item).map(({ index, start, exception }) => {
      const own = exception?.kind === 'changed' ? exception.properties : {};
      const state = own.IsCancelled === true ? 'cancelled' : 'takes place';
      return `${index} ${state} ${new Date(start).toISOString().slice(0, 16)} ${own.Subject ?? ''}`;
    }),
  ];
}

function sent(organisation: Organisation): readonly string[] {
  return organisation.mails.slice(1).map(({ kind, to }) => `${kind} ${to.join(' ')}`);
}

function cancel({ organisation, id }: ReturnType<typeof invited>, index: number): void {
  const context = { ...WRITING, ...SENDING.context };
  organisation.mailbox(ANNA).remove(nth(id, index), 'MoveToDeletedItems', context);
}

const TUESDAY = { Start: '2026-03-10T12:00:00Z', End: '2026-03-10T13:00:00Z' };

test('one that is called off is cancelled in the attendee’s copy, and the series goes on', () => {
  const scene = invited();
  cancel(scene, 2);
  const copy = copyOf(scene.organisation);
  expect([copy.properties.Subject, copy.properties.IsCancelled]).toEqual(['Runde', false]);
  expect(shown(copy)).toEqual(['2 cancelled 2026-03-09T09:00 Canceled: Runde']);
  expect(sent(scene.organisation)).toEqual([`cancellation ${EVA} ${CUSTOMER}`]);
});

test('one that the attendee had deleted is not made again to be cancelled', () => {
  const scene = invited();
  const eva = scene.organisation.mailbox(EVA);
  eva.remove(nth(copyOf(scene.organisation).id, 2), 'MoveToDeletedItems', WRITING);
  cancel(scene, 2);
  expect(shown(copyOf(scene.organisation))).toEqual(['2 deleted']);
});

test('one that is moved is moved in the attendee’s copy, also where it was deleted there', () => {
  const scene = invited();
  const eva = scene.organisation.mailbox(EVA);
  const copy = copyOf(scene.organisation);
  eva.remove(nth(copy.id, 2), 'MoveToDeletedItems', WRITING);
  edit(eva, nth(copy.id, 3), { Subject: 'von Eva' });
  edit(scene.organisation.mailbox(ANNA), nth(scene.id, 2), TUESDAY, SENDING);
  expect(shown(copyOf(scene.organisation))).toEqual([
    '2 takes place 2026-03-10T12:00 Runde',
    '3 takes place 2026-03-16T09:00 von Eva',
  ]);
  expect(sent(scene.organisation)).toEqual([`update ${EVA} ${CUSTOMER}`]);
});

test('one that was called off and takes place again is no longer shown as free', () => {
  const scene = invited();
  const anna = scene.organisation.mailbox(ANNA);
  cancel(scene, 2);
  const { stored } = anna.get(itemTarget(scene.id));
  anna.store.replace(
    stored,
    { ...contentOf(stored), exceptions: new Map<number, never>() },
    'Anna',
  );
  edit(anna, nth(scene.id, 2), TUESDAY, SENDING);
  const copy = copyOf(scene.organisation);
  expect(shown(copy)).toEqual(['2 takes place 2026-03-10T12:00 Runde']);
  const { properties } = scene.organisation.mailbox(EVA).get(nth(copy.id, 2));
  expect(properties.LegacyFreeBusyStatus).toBe('Tentative');
});

test('who was invited to that one alone has it cancelled, and nobody gets the series', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(
    anna,
    { ...WEEKLY, RequiredAttendees: [{ EmailAddress: CUSTOMER }] },
    SENDING,
  );
  inviteToOccurrence(anna, nth(id, 2), { host: organisation, to: [EVA], cause: 'person' });
  edit(anna, nth(id, 2), { OptionalAttendees: [{ EmailAddress: EVA }] });
  cancel({ organisation, id }, 2);
  const { properties } = copyOf(organisation);
  expect([properties.Subject, properties.IsCancelled]).toEqual(['Canceled: Runde', true]);
  expect(properties.Recurrence).toBeUndefined();
});

test('an answer to one occurrence is no answer to the series', () => {
  const { organisation, id } = invited();
  const eva = organisation.mailbox(EVA);
  const how = { host: organisation, cause: 'person', by: 'Eva', isSent: true } as const;
  answerMeeting(eva, nth(copyOf(organisation).id, 2), { ...how, answer: 'Decline' });
  const { RequiredAttendees } = organisation.mailbox(ANNA).get(itemTarget(id)).properties;
  expect(RequiredAttendees?.map(({ ResponseType }) => ResponseType ?? 'Unknown')).toEqual([
    'Unknown',
    'Unknown',
  ]);
  expect(sent(organisation)).toEqual([`response ${ANNA}`]);
});
