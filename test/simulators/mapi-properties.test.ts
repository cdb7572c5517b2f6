import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  attributeOf,
  calendarItem,
  CALENDAR,
  createItems,
  getItems,
  startSoapBench,
} from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const SUBJECT = '<t:ExtendedFieldURI PropertyTag="0x37" PropertyType="String"/>';
const RECURRING =
  '<t:ExtendedFieldURI DistinguishedPropertySetId="Appointment" PropertyId="33315" PropertyType="Boolean"/>';
const KEYWORDS =
  '<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="Keywords" PropertyType="StringArray"/>';

async function made(before = ''): Promise<string> {
  return attributeOf(await bench.ask(createItems(calendarItem(before))), 'ItemId', 'Id');
}

function read(id: string, paths: string): Promise<Answered> {
  const shape = `<t:BaseShape>AllProperties</t:BaseShape><t:AdditionalProperties>${paths}</t:AdditionalProperties>`;
  return bench.ask(getItems(`<t:ItemId Id="${id}"/>`, shape));
}

function update(id: string, step: string): Promise<Answered> {
  return bench.ask(
    '<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges>' +
      `<t:ItemChange><t:ItemId Id="${id}"/><t:Updates>${step}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`,
  );
}

test('what an item has reads under its MAPI number as well', async () => {
  const id = await made(
    '<t:Subject>Besuch</t:Subject><t:Categories><t:String>A</t:String><t:String>B</t:String></t:Categories>',
  );
  const answered = await read(id, SUBJECT + RECURRING + KEYWORDS);
  expect(answered.all('ExtendedProperty').map(({ children }) => children[1])).toMatchObject([
    { text: 'Besuch' },
    { text: 'false' },
    { name: 'Values', children: [{ text: 'A' }, { text: 'B' }] },
  ]);
});

test('it is found by that number', async () => {
  await made();
  const restriction = `<m:Restriction><t:IsEqualTo>${RECURRING}<t:FieldURIOrConstant><t:Constant Value="false"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>`;
  const answered = await bench.ask(
    `<m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>${restriction}<m:ParentFolderIds>${CALENDAR}</m:ParentFolderIds></m:FindItem>`,
  );
  expect(answered.all('ItemId')).toHaveLength(1);
});

test('what is set or taken away under the number changes the item itself', async () => {
  const id = await made(
    '<t:Subject>Alt</t:Subject><t:Categories><t:String>A</t:String></t:Categories>',
  );
  const item = `<t:Item><t:ExtendedProperty>${SUBJECT}<t:Value>Neu</t:Value></t:ExtendedProperty></t:Item>`;
  await update(
    id,
    `<t:SetItemField>${SUBJECT}${item}</t:SetItemField><t:DeleteItemField>${KEYWORDS}</t:DeleteItemField>`,
  );
  const answered = await read(id, SUBJECT);
  expect(answered.all('Subject')[0]?.text).toBe('Neu');
  expect(answered.all('ExtendedProperty')[0]?.children[1]?.text).toBe('Neu');
  expect(answered.all('Categories')).toEqual([]);
});
