import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

function named(tag: string, name: string, folder = 'calendar'): string {
  return `<${tag} Name="${name}"><t:DistinguishedFolderId Id="${folder}"/></${tag}>`;
}

function get(name: string, properties = 'All', folder = 'calendar'): Promise<Answered> {
  return bench.ask(
    `<m:GetUserConfiguration>${named('m:UserConfigurationName', name, folder)}` +
      `<m:UserConfigurationProperties>${properties}</m:UserConfigurationProperties></m:GetUserConfiguration>`,
  );
}

function write(verb: 'Create' | 'Update', name: string, content: string): Promise<Answered> {
  return bench.ask(
    `<m:${verb}UserConfiguration><m:UserConfiguration>${named('t:UserConfigurationName', name)}${content}` +
      `</m:UserConfiguration></m:${verb}UserConfiguration>`,
  );
}

function remove(name: string): Promise<Answered> {
  return bench.ask(
    `<m:DeleteUserConfiguration>${named('m:UserConfigurationName', name)}</m:DeleteUserConfiguration>`,
  );
}

const XML = '<t:XmlData>PGE+PC9hPg==</t:XmlData>';
const ENTRY =
  '<t:Dictionary><t:DictionaryEntry><t:DictionaryKey><t:Type>String</t:Type><t:Value>Größe</t:Value></t:DictionaryKey>' +
  '<t:DictionaryValue><t:Type>Boolean</t:Type><t:Value>1</t:Value></t:DictionaryValue></t:DictionaryEntry></t:Dictionary>';

test('a configuration keeps its three parts, and answers the ones asked for', async () => {
  await write('Create', 'CategoryList', `${ENTRY}${XML}<t:BinaryData>AAE=</t:BinaryData>`);
  const all = await get('categorylist');
  expect(all.all('Value').map(({ text }) => text)).toEqual(['Größe', 'true']);
  expect([all.all('XmlData')[0]?.text, all.all('BinaryData')[0]?.text]).toEqual([
    'PGE+PC9hPg==',
    'AAE=',
  ]);
  const some = await get('CategoryList', 'Id XmlData');
  expect(some.all('UserConfiguration')[0]?.children.map(({ name }) => name)).toEqual([
    'UserConfigurationName',
    'ItemId',
    'XmlData',
  ]);
});

test('an update replaces what it names, leaves the rest, and needs no change key', async () => {
  await write('Create', 'CategoryList', `${ENTRY}${XML}`);
  await write('Update', 'CategoryList', '<t:XmlData>PGIvPg==</t:XmlData>');
  const after = await get('CategoryList');
  expect(after.all('XmlData')[0]?.text).toBe('PGIvPg==');
  expect(after.all('DictionaryEntry')).toHaveLength(1);
});

test('it lives in one folder, once, until it is deleted', async () => {
  expect((await get('CategoryList')).codes).toEqual(['ErrorItemNotFound']);
  expect((await write('Update', 'CategoryList', XML)).codes).toEqual(['ErrorItemNotFound']);
  expect((await write('Create', 'CategoryList', XML)).codes).toEqual(['NoError']);
  expect((await write('Create', 'CategoryList', XML)).codes).toEqual(['ErrorItemSave']);
  expect((await get('CategoryList', 'All', 'inbox')).codes).toEqual(['ErrorItemNotFound']);
  expect((await remove('CategoryList')).codes).toEqual(['NoError']);
  expect((await remove('CategoryList')).codes).toEqual(['ErrorItemNotFound']);
});

test('what is no base64 is a schema error', async () => {
  const answered = await write('Create', 'CategoryList', '<t:XmlData>&lt;a/&gt;</t:XmlData>');
  expect(answered.codes).toEqual(['ErrorSchemaValidation']);
});
