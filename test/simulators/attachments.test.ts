import { afterEach, beforeEach, expect, test } from 'vitest';
import { createIn, itemId } from './item-requests.js';
import { ANNA, EVA } from './mailbox-bench.js';
import { attributeOf, calendarItem, createItems, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;
beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const CONTENT = Buffer.from('Größe: 3 €').toString('base64');
const file = (name: string, more = ''): string =>
  `<t:FileAttachment><t:Name>${name}</t:Name>${more}<t:Content>${CONTENT}</t:Content></t:FileAttachment>`;

const attach = (parent: string, inside: string): string =>
  `<m:CreateAttachment><m:ParentItemId Id="${parent}"/><m:Attachments>${inside}</m:Attachments></m:CreateAttachment>`;
const read = (id: string): string =>
  `<m:GetAttachment><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:GetAttachment>`;
const detach = (id: string): string =>
  `<m:DeleteAttachment><m:AttachmentIds><t:AttachmentId Id="${id}"/></m:AttachmentIds></m:DeleteAttachment>`;

async function appointment(): Promise<string> {
  return attributeOf(await bench.ask(createItems(calendarItem())), 'ItemId', 'Id');
}

const idOf = (answered: Answered): string => attributeOf(answered, 'AttachmentId', 'Id');
const names = (answered: Answered): string[] => answered.all('Name').map(({ text }) => text);

test('a file is attached, read and taken away; each changes the key of its item', async () => {
  const id = await appointment();
  const before = attributeOf(await bench.ask(getItems(itemId(id))), 'ItemId', 'ChangeKey');
  const added = await bench.ask(attach(id, file('plan.pdf') + file('liste.txt')));
  expect(added.codes).toEqual(['NoError', 'NoError']);
  const shown = await bench.ask(getItems(itemId(id)));
  expect([names(shown).slice(0, 2), shown.all('HasAttachments')[0]?.text]).toEqual([
    ['plan.pdf', 'liste.txt'],
    'true',
  ]);
  const rootKey = added.all('AttachmentId')[1]?.attributes['RootItemChangeKey'];
  expect(rootKey).toBe(attributeOf(shown, 'ItemId', 'ChangeKey'));
  expect(rootKey).not.toBe(before);
  const content = await bench.ask(read(idOf(added)));
  expect(content.all('Content')[0]?.text).toBe(CONTENT);
  const gone = await bench.ask(detach(idOf(added)));
  expect([gone.codes, attributeOf(gone, 'RootItemId', 'RootItemId')]).toEqual([['NoError'], id]);
  expect((await bench.ask(read(idOf(added)))).codes).toEqual(['ErrorInvalidAttachmentId']);
});

test('an inline picture does not count as an attachment', async () => {
  const id = await appointment();
  await bench.ask(attach(id, file('logo.png', '<t:IsInline>true</t:IsInline>')));
  const shown = await bench.ask(getItems(itemId(id)));
  expect([names(shown)[0], shown.all('HasAttachments')[0]?.text]).toEqual(['logo.png', 'false']);
});

test('an item inside an item inside an item is read at every depth', async () => {
  const inner = `<t:Message><t:Subject>innen</t:Subject><t:Attachments>${file('tief.txt')}</t:Attachments></t:Message>`;
  const middle = `<t:Task><t:Subject>Mitte</t:Subject><t:Attachments><t:ItemAttachment><t:Name>i</t:Name>${inner}</t:ItemAttachment></t:Attachments></t:Task>`;
  const outer = `<t:Message><t:Subject>außen</t:Subject><t:Attachments><t:ItemAttachment><t:Name>m</t:Name>${middle}</t:ItemAttachment></t:Attachments></t:Message>`;
  const made = await bench.ask(createIn('drafts', outer));
  const task = await bench.ask(read(idOf(made)));
  expect(task.all('Subject').map(({ text }) => text)).toEqual(['Mitte']);
  const second = task.all('AttachmentId')[1]?.attributes['Id'] ?? '';
  const mail = await bench.ask(read(second));
  expect(mail.all('Subject').map(({ text }) => text)).toEqual(['innen']);
  const third = mail.all('AttachmentId')[1]?.attributes['Id'] ?? '';
  expect((await bench.ask(read(third))).all('Content')[0]?.text).toBe(CONTENT);
  expect((await bench.ask(detach(third))).codes).toEqual(['NoError']);
  expect((await bench.ask(read(second))).all('AttachmentId').length).toBe(1);
});

test('an attachment of one occurrence makes it an exception and leaves the others alone', async () => {
  const series =
    '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence>' +
    '<t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
  const made = await bench.ask(createItems(calendarItem('', series)));
  const master = attributeOf(made, 'ItemId', 'Id');
  const nth = (index: number): string =>
    `<t:OccurrenceItemId RecurringMasterId="${master}" InstanceIndex="${String(index)}"/>`;
  const second = attributeOf(await bench.ask(getItems(nth(2))), 'ItemId', 'Id');
  expect((await bench.ask(attach(second, file('nur-heute.txt')))).codes).toEqual(['NoError']);
  const all = await bench.ask(getItems(nth(1) + nth(2) + nth(3)));
  const flags = all.all('HasAttachments').map(({ text }) => text);
  expect([flags, all.all('CalendarItemType').map(({ text }) => text)]).toEqual([
    ['false', 'true', 'false'],
    ['Occurrence', 'Exception', 'Occurrence'],
  ]);
});

test('ids that are none, and other people’s attachments, are refused', async () => {
  const id = await appointment();
  const added = await bench.ask(attach(id, file('plan.pdf')));
  expect((await bench.ask(read('AAMk='))).codes).toEqual(['ErrorInvalidIdMalformed']);
  expect((await bench.ask(read(idOf(added)), { as: EVA })).codes).toEqual(['ErrorAccessDenied']);
  expect((await bench.ask(read(idOf(added)), { as: ANNA })).codes).toEqual(['NoError']);
});
