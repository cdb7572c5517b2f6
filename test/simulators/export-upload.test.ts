import { afterEach, beforeEach, expect, test } from 'vitest';
import { field, itemId, setting, update } from './item-requests.js';
import { ANNA } from './mailbox-bench.js';
import { attributeOf, calendarItem, createItems, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;
beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const SERIES =
  '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence>' +
  '<t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
const QUIET = 'SendMeetingCancellations="SendToNone"';

/** A series whose second occurrence is deleted and whose third has a subject of its own. */
async function series(): Promise<string> {
  const made = await bench.ask(createItems(calendarItem('<t:Subject>Runde</t:Subject>', SERIES)));
  const id = attributeOf(made, 'ItemId', 'Id');
  const nth = (index: number): string =>
    `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${String(index)}"/>`;
  await bench.ask(remove(nth(2)));
  const subject = setting(field('item:Subject'), 'CalendarItem', '<t:Subject>anders</t:Subject>');
  await bench.ask(update(nth(3), subject));
  return id;
}

const remove = (id: string): string =>
  `<m:DeleteItem DeleteType="MoveToDeletedItems" ${QUIET}><m:ItemIds>${id}</m:ItemIds></m:DeleteItem>`;
const exported = (id: string): string =>
  `<m:ExportItems><m:ItemIds>${itemId(id)}</m:ItemIds></m:ExportItems>`;

function upload(action: string, data: string, id = ''): string {
  const folderId = bench.exchange.organisation.mailbox(ANNA).folder('calendar').id;
  return (
    `<m:UploadItems><m:Items><t:Item CreateAction="${action}"><t:ParentFolderId Id="${folderId}"/>` +
    `${id === '' ? '' : itemId(id)}<t:Data>${data}</t:Data></t:Item></m:Items></m:UploadItems>`
  );
}

function exceptions(read: Answered): [number, number] {
  return [read.all('DeletedOccurrence').length, read.all('Occurrence').length];
}

async function streamOf(id: string): Promise<string> {
  return (await bench.ask(exported(id))).all('Data')[0]?.text ?? '';
}

test('Update puts a series back with its exceptions, under its id and a new key', async () => {
  const id = await series();
  const data = await streamOf(id);
  const later = '<t:Start>2026-03-02T15:00:00</t:Start>';
  const end = '<t:End>2026-03-02T16:00:00</t:End>';
  const moved =
    setting(field('calendar:Start'), 'CalendarItem', later) +
    setting(field('calendar:End'), 'CalendarItem', end);
  const changed = await bench.ask(update(itemId(id), moved));
  expect(exceptions(await bench.ask(getItems(itemId(id))))).toEqual([0, 0]);
  const back = await bench.ask(upload('Update', data, id));
  expect([back.codes, attributeOf(back, 'ItemId', 'Id')]).toEqual([['NoError'], id]);
  expect(attributeOf(back, 'ItemId', 'ChangeKey')).not.toBe(
    attributeOf(changed, 'ItemId', 'ChangeKey'),
  );
  const read = await bench.ask(getItems(itemId(id)));
  expect(exceptions(read)).toEqual([1, 1]);
  expect(read.all('Start')[0]?.text).toBe('2026-03-02T08:00:00Z');
});

test('CreateNew makes a second one with the same UID', async () => {
  const id = await series();
  const made = await bench.ask(upload('CreateNew', await streamOf(id)));
  const copy = attributeOf(made, 'ItemId', 'Id');
  expect(copy).not.toBe(id);
  const read = await bench.ask(getItems(itemId(id) + itemId(copy)));
  const [first, second] = read.all('UID');
  expect(first?.text).toBe(second?.text);
});

test('Update of what left its folder is refused, UpdateOrCreate makes it anew', async () => {
  const id = await series();
  const data = await streamOf(id);
  await bench.ask(remove(itemId(id)));
  expect((await bench.ask(upload('Update', data, id))).codes).toEqual(['ErrorItemNotFound']);
  const made = await bench.ask(upload('UpdateOrCreate', data, id));
  expect(made.codes).toEqual(['NoError']);
  const read = await bench.ask(getItems(itemId(attributeOf(made, 'ItemId', 'Id'))));
  expect(exceptions(read)).toEqual([1, 1]);
});

test('what is no stream, and a single occurrence, are refused', async () => {
  const id = await series();
  expect((await bench.ask(upload('CreateNew', 'AAAA'))).codes).toEqual(['ErrorCorruptData']);
  const first = `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="1"/>`;
  const occurrence = attributeOf(await bench.ask(getItems(first)), 'ItemId', 'Id');
  expect((await bench.ask(exported(occurrence))).codes).toEqual(['ErrorInvalidOperation']);
});
