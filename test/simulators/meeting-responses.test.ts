import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIn, field, findIn, getNamed, itemId } from './item-requests.js';
import { ANNA, EVA } from './mailbox-bench.js';
import { attributeOf, calendarItem, createItems, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;
beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const SEND = 'MessageDisposition="SendAndSaveCopy"';
const texts = (answered: Answered, name: string): string[] =>
  answered.all(name).map(({ text }) => text);

/** Anna invites Eva and a customer; answers the id of Anna's item. */
async function meeting(): Promise<string> {
  const person = (address: string): string =>
    `<t:Attendee><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:Attendee>`;
  const people = `<t:RequiredAttendees>${person(EVA)}${person('einkauf@kunde.example')}</t:RequiredAttendees>`;
  const item = calendarItem('<t:Subject>Abnahme</t:Subject>', people);
  const made = await bench.ask(createItems(item, 'SendMeetingInvitations="SendOnlyToAll"'));
  return attributeOf(made, 'ItemId', 'Id');
}

async function firstIn(name: string, as: string): Promise<string> {
  return attributeOf(await bench.ask(findIn(name), { as }), 'ItemId', 'Id');
}

const answer = (name: string, id: string): string =>
  `<t:${name}><t:ReferenceItemId Id="${id}"/></t:${name}>`;

function mails(): string[] {
  return bench.exchange.organisation.mails.map(
    ({ kind, from, to }) => `${kind} ${from} ${to.join(' ')}`,
  );
}

test('an invitation lies in the inbox and points to the item in the calendar', async () => {
  await meeting();
  const inCalendar = await firstIn('calendar', EVA);
  const request = await firstIn('inbox', EVA);
  const read = await bench.ask(getItems(itemId(request)), { as: EVA });
  expect(read.all('MeetingRequest').length).toBe(1);
  expect(attributeOf(read, 'AssociatedCalendarItemId', 'Id')).toBe(inCalendar);
  expect(texts(read, 'MeetingRequestType')).toEqual(['NewMeetingRequest']);
});

// prettier-ignore
test.each([
  ['AcceptItem', 'Accept', 'Busy'],
  ['TentativelyAcceptItem', 'Tentative', 'Tentative'],
])('%s by the request shows in both calendars and mails the organiser alone', async (name, response, shownAs) => {
  const id = await meeting();
  const request = await firstIn('inbox', EVA);
  const answered = await bench.ask(createIn('', answer(name, request), SEND), { as: EVA });
  expect(answered.codes).toEqual(['NoError']);
  const own = await bench.ask(getItems(itemId(await firstIn('calendar', EVA))), { as: EVA });
  expect([texts(own, 'MyResponseType'), texts(own, 'LegacyFreeBusyStatus')]).toEqual([[response], [shownAs]]);
  const annas = await bench.ask(getNamed(itemId(id), field('calendar:RequiredAttendees')));
  expect(texts(annas, 'ResponseType')).toEqual([response, 'Unknown']);
  expect(annas.all('LastResponseTime').length).toBe(1);
  expect(mails().slice(1)).toEqual([`response ${EVA} ${ANNA}`]);
  const reply = await bench.ask(getItems(itemId(await firstIn('inbox', ANNA))));
  expect([reply.all('MeetingResponse').length, texts(reply, 'ResponseType')[0]]).toEqual([1, response]);
  expect((await bench.ask(findIn('inbox'), { as: EVA })).all('MeetingRequest').length).toBe(0);
});

test('declining takes the meeting off the own calendar', async () => {
  const id = await meeting();
  const request = await firstIn('inbox', EVA);
  await bench.ask(createIn('', answer('DeclineItem', request), SEND), { as: EVA });
  expect(await firstIn('calendar', EVA)).toBe('');
  const annas = await bench.ask(getNamed(itemId(id), field('calendar:RequiredAttendees')));
  expect(texts(annas, 'ResponseType')[0]).toBe('Decline');
});

test('an answer that is only saved mails nobody', async () => {
  await meeting();
  const request = await firstIn('inbox', EVA);
  const quietly = createIn('', answer('AcceptItem', request), 'MessageDisposition="SaveOnly"');
  await bench.ask(quietly, { as: EVA });
  expect(mails().length).toBe(1);
});

test('a cancellation reaches both, and the attendee can take the meeting away', async () => {
  const id = await meeting();
  const cancel = createIn('', answer('CancelCalendarItem', id), SEND);
  expect((await bench.ask(cancel)).codes).toEqual(['NoError']);
  expect((await bench.ask(cancel)).codes).toEqual(['ErrorItemNotFound']);
  expect(mails().at(-1)).toBe(`cancellation ${ANNA} ${EVA} einkauf@kunde.example`);
  const inbox = await bench.ask(findIn('inbox'), { as: EVA });
  const cancellation = attributeOf(
    {
      ...inbox,
      all: (name) =>
        inbox
          .all('MeetingCancellation')
          .flatMap(({ children }) => children.filter((one) => one.name === name)),
    },
    'ItemId',
    'Id',
  );
  const removed = createIn('', answer('RemoveItem', cancellation), 'MessageDisposition="SaveOnly"');
  expect((await bench.ask(removed, { as: EVA })).codes).toEqual(['NoError']);
  expect(await firstIn('calendar', EVA)).toBe('');
});

test('the organiser cannot accept, the attendee cannot cancel, and a response names its item', async () => {
  const id = await meeting();
  const accept = await bench.ask(createIn('', answer('AcceptItem', id), SEND));
  expect(accept.codes).toEqual(['ErrorCalendarIsOrganizerForAccept']);
  const copy = await firstIn('calendar', EVA);
  const cancel = await bench.ask(createIn('', answer('CancelCalendarItem', copy), SEND), {
    as: EVA,
  });
  expect(cancel.codes).toEqual(['ErrorCalendarIsNotOrganizer']);
  const nameless = await bench.ask(createIn('', '<t:AcceptItem/>', SEND));
  expect(nameless.codes).toEqual(['ErrorMissingInformationReferenceItemId']);
});
