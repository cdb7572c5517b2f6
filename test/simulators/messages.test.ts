import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createIn,
  deleting,
  field,
  findIn,
  folder,
  getNamed,
  itemId,
  message,
  setting,
  update,
} from './item-requests.js';
import { ANNA, EVA } from './mailbox-bench.js';
import { attributeOf, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;
beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const SEND = 'MessageDisposition="SendAndSaveCopy"';

async function draft(subject = 'Angebot', more = ''): Promise<{ id: string; key: string }> {
  const made = await bench.ask(createIn('drafts', message(subject, EVA, more)));
  expect(made.codes).toEqual(['NoError']);
  return { id: attributeOf(made, 'ItemId', 'Id'), key: attributeOf(made, 'ItemId', 'ChangeKey') };
}

async function subjectsIn(name: string, as: string): Promise<string[]> {
  const found = await bench.ask(findIn(name), { as });
  return found.all('Subject').map(({ text }) => text);
}

function texts(answered: Answered, name: string): string[] {
  return answered.all(name).map(({ text }) => text);
}

function mails(): string[] {
  return bench.exchange.organisation.mails.map(({ kind, to }) => `${kind} ${to.join(' ')}`);
}

test('a draft keeps its recipients and mails nobody', async () => {
  const { id } = await draft();
  const read = await bench.ask(getItems(itemId(id)));
  expect([texts(read, 'IsDraft'), texts(read, 'EmailAddress')]).toEqual([
    ['true'],
    [EVA, ANNA], // and the one it comes from
  ]);
  expect(mails()).toEqual([]);
});

test('a sent message is in the ledger, in the colleague’s inbox and as a copy, and shows no id', async () => {
  const sent = await bench.ask(createIn('', message('Liefertermin Größe 3', EVA), SEND));
  expect([sent.codes, sent.all('ItemId').length]).toEqual([['NoError'], 0]);
  expect(mails()).toEqual([`message ${EVA}`]);
  expect(await subjectsIn('inbox', EVA)).toEqual(['Liefertermin Größe 3']);
  expect(await subjectsIn('sentitems', ANNA)).toEqual(['Liefertermin Größe 3']);
});

test('SendOnly keeps no copy, and an address outside gets the ledger row only', async () => {
  const outside = message('Rechnung', 'einkauf@kunde.example');
  await bench.ask(createIn('', outside, 'MessageDisposition="SendOnly"'));
  expect(mails()).toEqual(['message einkauf@kunde.example']);
  expect(await subjectsIn('sentitems', ANNA)).toEqual([]);
});

test('SendItem needs the current key and takes the draft out of its folder', async () => {
  const { id, key } = await draft();
  const send = (which: string): string =>
    `<m:SendItem SaveItemToFolder="true"><m:ItemIds>${which}</m:ItemIds></m:SendItem>`;
  expect((await bench.ask(send(itemId(id)))).codes).toEqual(['ErrorChangeKeyRequired']);
  expect((await bench.ask(send(itemId(id, key)))).codes).toEqual(['NoError']);
  expect(await subjectsIn('drafts', ANNA)).toEqual([]);
  expect(await subjectsIn('sentitems', ANNA)).toEqual(['Angebot']);
  expect((await bench.ask(send(itemId(id, key)))).codes).toEqual(['ErrorItemNotFound']);
});

test('a message without recipients is not sent', async () => {
  const bare = '<t:Message><t:Subject>leer</t:Subject></t:Message>';
  expect((await bench.ask(createIn('', bare, SEND))).codes).toEqual(['ErrorInvalidRecipients']);
  expect(mails()).toEqual([]);
});

test('creating or changing a message needs a disposition', async () => {
  const made = await bench.ask(createIn('drafts', message('x', EVA), ''));
  expect(made.codes).toEqual(['ErrorMessageDispositionRequired']);
  const { id } = await draft();
  const bare = 'ConflictResolution="AlwaysOverwrite"';
  const changed = await bench.ask(update(itemId(id), deleting(field('item:Body')), bare));
  expect(changed.codes).toEqual(['ErrorMessageDispositionRequired']);
});

test('recipients of a sent message cannot be changed', async () => {
  await bench.ask(createIn('', message('Angebot', EVA), SEND));
  const found = await bench.ask(findIn('sentitems'));
  const id = attributeOf(found, 'ItemId', 'Id');
  const cleared = await bench.ask(update(itemId(id), deleting(field('message:ToRecipients'))));
  expect(cleared.codes).toEqual(['ErrorInvalidPropertyDelete']);
});

test('a received message has headers, its receiver and no blind copies', async () => {
  const blind = message('vertraulich', EVA).replace(
    '</t:ToRecipients>',
    `</t:ToRecipients><t:BccRecipients><t:Mailbox><t:EmailAddress>${ANNA}</t:EmailAddress></t:Mailbox></t:BccRecipients>`,
  );
  await bench.ask(createIn('', blind, SEND));
  const id = attributeOf(await bench.ask(findIn('inbox'), { as: EVA }), 'ItemId', 'Id');
  const paths = ['message:BccRecipients', 'message:ReceivedBy', 'item:InternetMessageHeaders'];
  const read = await bench.ask(getNamed(itemId(id), paths.map(field).join('')), { as: EVA });
  expect([read.all('BccRecipients').length, texts(read, 'EmailAddress')]).toEqual([0, [EVA]]);
  const subject = read
    .all('InternetMessageHeader')
    .find(({ attributes }) => attributes['HeaderName'] === 'Subject');
  expect(subject?.text).toBe('vertraulich');
});

test('only the read mark changed: the feed says ReadFlagChange, with anything else it says Update', async () => {
  const { id } = await draft();
  const sync = (state: string): string =>
    '<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>' +
    `<m:SyncFolderId>${folder('drafts')}</m:SyncFolderId>${state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`}` +
    '<m:MaxChangesReturned>100</m:MaxChangesReturned></m:SyncFolderItems>';
  const state = texts(await bench.ask(sync('')), 'SyncState')[0] ?? '';
  const read = setting(field('message:IsRead'), 'Message', '<t:IsRead>true</t:IsRead>');
  await bench.ask(update(itemId(id), read));
  const flagged = await bench.ask(sync(state));
  expect([flagged.all('ReadFlagChange').length, texts(flagged, 'IsRead')]).toEqual([1, ['true']]);
  const subject = setting(field('item:Subject'), 'Message', '<t:Subject>neu</t:Subject>');
  await bench.ask(update(itemId(id), subject));
  const both = await bench.ask(sync(state));
  expect([both.all('Update').length, both.all('ReadFlagChange').length]).toEqual([1, 0]);
});

test('an answer goes back to the sender, quotes the message and keeps the conversation', async () => {
  await bench.ask(createIn('', message('Termin', EVA), SEND));
  const id = attributeOf(await bench.ask(findIn('inbox'), { as: EVA }), 'ItemId', 'Id');
  const reply =
    `<t:ReplyToItem><t:ReferenceItemId Id="${id}"/>` +
    '<t:NewBodyContent BodyType="Text">Passt.</t:NewBodyContent></t:ReplyToItem>';
  expect((await bench.ask(createIn('', reply, SEND), { as: EVA })).codes).toEqual(['NoError']);
  expect(mails().at(-1)).toBe(`message ${ANNA}`);
  const answerId = attributeOf(await bench.ask(findIn('inbox')), 'ItemId', 'Id');
  const paths = ['item:Subject', 'item:TextBody', 'message:ConversationTopic'].map(field).join('');
  const read = await bench.ask(getNamed(itemId(answerId), paths));
  expect(texts(read, 'Subject')).toEqual(['RE: Termin']);
  expect(texts(read, 'TextBody')[0]).toMatch(/^Passt\.[^]*Guten Tag/);
  expect(texts(read, 'ConversationTopic')).toEqual(['Termin']);
});

test('MarkAllItemsAsRead marks what is unread', async () => {
  await bench.ask(createIn('', message('eins', EVA) + message('zwei', EVA), SEND));
  const mark =
    '<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>true</m:SuppressReadReceipts>' +
    `<m:FolderIds>${folder('inbox')}</m:FolderIds></m:MarkAllItemsAsRead>`;
  expect((await bench.ask(mark, { as: EVA })).codes).toEqual(['NoError']);
  const found = await bench.ask(findIn('inbox'), { as: EVA });
  expect(texts(found, 'IsRead')).toEqual(['true', 'true']);
});

test('MarkAsJunk moves a received message to junk mail and back', async () => {
  await bench.ask(createIn('', message('Gewinn', EVA), SEND));
  const junk = async (from: string, isJunk: boolean): Promise<readonly string[]> => {
    const id = attributeOf(await bench.ask(findIn(from), { as: EVA }), 'ItemId', 'Id');
    const request = `<m:MarkAsJunk IsJunk="${String(isJunk)}" MoveItem="true"><m:ItemIds>${itemId(id)}</m:ItemIds></m:MarkAsJunk>`;
    return (await bench.ask(request, { as: EVA })).codes;
  };
  expect(await junk('inbox', true)).toEqual(['NoError']);
  expect(await subjectsIn('junkemail', EVA)).toEqual(['Gewinn']);
  expect(await junk('junkemail', false)).toEqual(['NoError']);
  expect(await subjectsIn('inbox', EVA)).toEqual(['Gewinn']);
});
