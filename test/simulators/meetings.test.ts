import { expect, test } from 'vitest';
import { ANNA, edit, EVA, make, newOrganisation, nth, WRITING } from './mailbox-bench.js';
import type { ExchangeModes } from './mailbox/modes.js';
import type { Organisation } from './mailbox/organisation.js';
import type { ItemInput } from './mailbox/properties.js';
import { itemTarget } from './mailbox/targets.js';

const MEETING: ItemInput = {
  Subject: 'Abnahme',
  Start: '2026-03-02T09:00:00Z',
  End: '2026-03-02T10:00:00Z',
  RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: 'einkauf@kunde.example' }],
};
const SENDING = { context: { send: 'SendToAllAndSaveCopy' } } as const;

function ledger(organisation: Organisation): string[] {
  return organisation.mails.map(
    ({ kind, to }) => `${kind} ${to.map((address) => address.split('@')[0]).join(' ')}`,
  );
}

function evasCopies(organisation: Organisation): string[] {
  return [...organisation.mailbox(EVA).folder('calendar').items.values()].map(
    ({ properties }) => `${properties.Subject ?? ''} ${properties.MyResponseType ?? ''}`,
  );
}

test('SendToNone mails nobody, whatever is done', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, MEETING);
  edit(anna, id, { Subject: 'verschoben' });
  anna.remove(itemTarget(id), 'MoveToDeletedItems', WRITING);
  expect([ledger(organisation), evasCopies(organisation)]).toEqual([[], []]);
});

test('an appointment without attendees mails nobody even where sending is on', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, { ...MEETING, RequiredAttendees: [] }, SENDING);
  edit(anna, id, { Subject: 'allein' }, SENDING);
  anna.remove(itemTarget(id), 'MoveToDeletedItems', { ...WRITING, ...SENDING.context });
  expect(ledger(organisation)).toEqual([]);
});

test('invitation, update and cancellation go to everybody and to colleagues’ calendars', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id, properties } = make(anna, MEETING, SENDING);
  expect(properties.MeetingRequestWasSent).toBe(true);
  edit(anna, id, { Subject: 'später' }, SENDING);
  expect(evasCopies(organisation)).toEqual(['später NoResponseReceived']);
  anna.remove(itemTarget(id), 'MoveToDeletedItems', { ...WRITING, ...SENDING.context });
  expect(ledger(organisation)).toEqual([
    'invitation eva.mueller einkauf',
    'update eva.mueller einkauf',
    'cancellation eva.mueller einkauf',
  ]);
  expect(evasCopies(organisation)).toEqual(['Canceled: später NoResponseReceived']);
});

test('SendOnlyToChanged mails those who did not change as well', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, MEETING, SENDING);
  edit(
    anna,
    id,
    { RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: 'neu@kunde.example' }] },
    { context: { send: 'SendOnlyToChanged' } },
  );
  expect(ledger(organisation).slice(1)).toEqual([
    'invitation neu',
    'update eva.mueller',
    'cancellation einkauf',
  ]);
});

test('a meeting that was made quietly can be sent later', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id, properties } = make(anna, MEETING);
  expect(properties.MeetingRequestWasSent).toBe(false);
  expect(edit(anna, id, { Subject: 'nun doch' }, SENDING).properties.MeetingRequestWasSent).toBe(
    true,
  );
  expect(ledger(organisation)).toEqual(['invitation eva.mueller einkauf']);
});

test('an attendee’s edit mails nobody, their delete declines', () => {
  const organisation = newOrganisation();
  make(organisation.mailbox(ANNA), MEETING, SENDING);
  const eva = organisation.mailbox(EVA);
  const [copy] = eva.folder('calendar').items.values();
  edit(eva, copy?.id ?? '', { Categories: ['Intern'] }, SENDING);
  eva.remove(itemTarget(copy?.id ?? ''), 'MoveToDeletedItems', { ...WRITING, ...SENDING.context });
  expect(ledger(organisation).slice(1)).toEqual(['response anna.becker']);
});

test('an attendee keeps categories and reminder when an update arrives', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, { ...MEETING, Categories: ['Kundentermin'] }, SENDING);
  const eva = organisation.mailbox(EVA);
  const [copy] = eva.folder('calendar').items.values();
  edit(eva, copy?.id ?? '', { Categories: ['Intern'], ReminderMinutesBeforeStart: 60 });
  edit(anna, id, { Location: 'Halle 3' }, SENDING);
  expect(copy?.properties).toMatchObject({
    Categories: ['Intern'],
    ReminderMinutesBeforeStart: 60,
    Location: 'Halle 3',
  });
});

test('an update to one occurrence reaches the attendee’s series', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const Recurrence = {
    pattern: { kind: 'DailyRecurrence', Interval: 1 },
    range: { kind: 'NoEndRecurrence', StartDate: '2026-03-02' },
  } as const;
  const { id } = make(anna, { ...MEETING, Recurrence }, SENDING);
  edit(anna, nth(id, 3), { Subject: 'anders' }, SENDING);
  const eva = organisation.mailbox(EVA);
  const [copy] = eva.folder('calendar').items.values();
  expect([2, 3].map((index) => eva.get(nth(copy?.id ?? '', index)).properties.Subject)).toEqual([
    'Abnahme',
    'anders',
  ]);
});

const OWN_SET = {
  PropertySetId: '11111111-2222-3333-4444-555555555555',
  PropertyName: 'Mark',
  PropertyType: 'String',
};
const PUBLIC = {
  DistinguishedPropertySetId: 'PublicStrings',
  PropertyName: 'Mark',
  PropertyType: 'String',
};

// prettier-ignore
test.each<{ name: string; path: typeof OWN_SET | typeof PUBLIC; modes: Partial<ExchangeModes>; arrives: number }>([
  { name: 'of our own set stays at home', path: OWN_SET, modes: {}, arrives: 0 },
  { name: 'of our own set leaks where the mode says so', path: OWN_SET, modes: { marksLeak: true }, arrives: 1 },
  { name: 'of PublicStrings always travels', path: PUBLIC, modes: {}, arrives: 1 },
])('a property $name', ({ path, modes, arrives }) => {
  const organisation = newOrganisation(modes);
  make(organisation.mailbox(ANNA), MEETING, { ...SENDING, extended: [{ path, value: 'k1' }] });
  const [copy] = organisation.mailbox(EVA).folder('calendar').items.values();
  expect(copy?.extended.size).toBe(arrives);
});

test('a copied meeting looks like an attendee’s item', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, MEETING);
  const copy = anna.copy(itemTarget(id), anna.folder('calendar'), 'Anna Becker');
  expect(copy.properties).toMatchObject({
    Subject: 'Copy: Abnahme',
    MyResponseType: 'NoResponseReceived',
    MeetingRequestWasSent: false,
  });
});

test('taking a cancelled meeting out of the calendar mails nobody', () => {
  const organisation = newOrganisation();
  const anna = organisation.mailbox(ANNA);
  const { id } = make(anna, MEETING, SENDING);
  anna.remove(itemTarget(id), 'MoveToDeletedItems', { ...WRITING, ...SENDING.context });
  const eva = organisation.mailbox(EVA);
  const [copy] = eva.folder('calendar').items.values();
  eva.remove(itemTarget(copy?.id ?? ''), 'MoveToDeletedItems', { ...WRITING, ...SENDING.context });
  expect(ledger(organisation)).toEqual([
    'invitation eva.mueller einkauf',
    'cancellation eva.mueller einkauf',
  ]);
});
