import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA } from './mailbox-bench.js';
import { attributeOf, calendarItem, createItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const INBOX = '<t:DistinguishedFolderId Id="inbox"/>';
const ALL = '<t:BaseShape>AllProperties</t:BaseShape>';

const SIZE = '<t:ExtendedFieldURI PropertyTag="0x0E08" PropertyType="Integer"/>';
const OWN =
  '<t:ExtendedFieldURI PropertySetId="11111111-2222-3333-4444-555555555555" PropertyName="Own" PropertyType="String"/>';

function folderId(id: string): string {
  return `<t:FolderId Id="${id}"/>`;
}

function get(ids: string, shape = ALL): Promise<Answered> {
  return bench.ask(
    `<m:GetFolder><m:FolderShape>${shape}</m:FolderShape><m:FolderIds>${ids}</m:FolderIds></m:GetFolder>`,
  );
}

function create(folders: string, parent = INBOX): Promise<Answered> {
  return bench.ask(
    `<m:CreateFolder><m:ParentFolderId>${parent}</m:ParentFolderId><m:Folders>${folders}</m:Folders></m:CreateFolder>`,
  );
}

async function made(name: string, parent = INBOX): Promise<string> {
  const content = `<t:Folder><t:DisplayName>${name}</t:DisplayName></t:Folder>`;
  return attributeOf(await create(content, parent), 'FolderId', 'Id');
}

function find(inside: string, traversal = 'Deep', parent = INBOX): Promise<Answered> {
  return bench.ask(
    `<m:FindFolder Traversal="${traversal}"><m:FolderShape>${ALL}</m:FolderShape>${inside}` +
      `<m:ParentFolderIds>${parent}</m:ParentFolderIds></m:FindFolder>`,
  );
}

function update(id: string, steps: string): Promise<Answered> {
  return bench.ask(
    `<m:UpdateFolder><m:FolderChanges><t:FolderChange>${id}<t:Updates>${steps}</t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>`,
  );
}

function set(uri: string, content: string): string {
  return `<t:SetFolderField><t:FieldURI FieldURI="${uri}"/><t:Folder>${content}</t:Folder></t:SetFolderField>`;
}

function remove(id: string, type = 'HardDelete'): Promise<Answered> {
  return bench.ask(
    `<m:DeleteFolder DeleteType="${type}"><m:FolderIds>${id}</m:FolderIds></m:DeleteFolder>`,
  );
}

function move(verb: 'Move' | 'Copy', id: string, to: string): Promise<Answered> {
  return bench.ask(
    `<m:${verb}Folder><m:ToFolderId>${to}</m:ToFolderId><m:FolderIds>${id}</m:FolderIds></m:${verb}Folder>`,
  );
}

function sync(state: string): Promise<Answered> {
  const known = state === '' ? '' : `<m:SyncState>${state}</m:SyncState>`;
  return bench.ask(
    `<m:SyncFolderHierarchy><m:FolderShape>${ALL}</m:FolderShape>${known}</m:SyncFolderHierarchy>`,
  );
}

function names(answered: Answered): string[] {
  return answered.all('DisplayName').map(({ text }) => text);
}

describe('reading', () => {
  test('standard folders answer under the element of their class', async () => {
    const words = ['calendar', 'contacts', 'tasks', 'inbox', 'root', 'msgfolderroot'];
    const ids = words.map((word) => `<t:DistinguishedFolderId Id="${word}"/>`).join('');
    const answered = await get(ids);
    expect(answered.all('Folders').map(({ children }) => children[0]?.name)).toEqual([
      'CalendarFolder',
      'ContactsFolder',
      'TasksFolder',
      'Folder',
      'Folder',
      'Folder',
    ]);
    expect(answered.all('DistinguishedFolderId').map(({ text }) => text)).toEqual(words);
  });

  test('a batch of good and bad ids is answered one by one', async () => {
    const ids = `${INBOX}<t:DistinguishedFolderId Id="archiveroot"/><t:FolderId Id="kaputt"/>`;
    expect((await get(ids)).codes).toEqual([
      'NoError',
      'ErrorFolderNotFound',
      'ErrorInvalidIdMalformed',
    ]);
  });

  test('a name that the schema does not have is a schema error', async () => {
    expect((await get('<t:DistinguishedFolderId Id="posteingang"/>')).codes).toEqual([
      'ErrorSchemaValidation',
    ]);
  });

  test('the shape says what comes', async () => {
    const bare = await get(INBOX, '<t:BaseShape>IdOnly</t:BaseShape>');
    const named = await get(
      INBOX,
      `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="folder:DisplayName"/>${SIZE}</t:AdditionalProperties>`,
    );
    const partsOf = (answered: Answered): string[] =>
      answered.all('Folder')[0]?.children.map(({ name }) => name) ?? [];
    expect(partsOf(bare)).toEqual(['FolderId']);
    expect(partsOf(named)).toEqual(['FolderId', 'DisplayName', 'ExtendedProperty']);
  });

  test('counts follow what lies in the folder', async () => {
    await bench.ask(createItems(calendarItem()));
    const answered = await get('<t:DistinguishedFolderId Id="calendar"/>');
    expect(answered.all('TotalCount')[0]?.text).toBe('1');
  });
});

describe('finding', () => {
  test('shallow sees children, deep sees everything below', async () => {
    const outer = await made('Außen');
    await made('Innen', folderId(outer));
    expect(names(await find('', 'Shallow'))).toEqual(['Außen']);
    expect(names(await find('', 'Deep'))).toEqual(['Außen', 'Innen']);
  });

  test('pages follow each other without a gap', async () => {
    for (const name of ['A', 'B', 'C']) await made(name);
    const page = (offset: number): string =>
      `<m:IndexedPageFolderView MaxEntriesReturned="2" Offset="${offset}" BasePoint="Beginning"/>`;
    const [first, second] = [await find(page(0)), await find(page(2))];
    expect([names(first), names(second)]).toEqual([['A', 'B'], ['C']]);
    expect(attributeOf(first, 'RootFolder', 'IncludesLastItemInRange')).toBe('false');
    expect(attributeOf(second, 'RootFolder', 'IncludesLastItemInRange')).toBe('true');
  });

  // prettier-ignore
  test.each([
    { name: 'a name as it is', test: '<t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Berta"/></t:FieldURIOrConstant></t:IsEqualTo>', found: ['Berta'] },
    { name: 'a beginning, capitals counted', test: '<t:Contains ContainmentMode="Prefixed" ContainmentComparison="Exact"><t:FieldURI FieldURI="folder:DisplayName"/><t:Constant Value="be"/></t:Contains>', found: [] },
    { name: 'a beginning, capitals or not', test: '<t:Contains ContainmentMode="Prefixed" ContainmentComparison="IgnoreCase"><t:FieldURI FieldURI="folder:DisplayName"/><t:Constant Value="be"/></t:Contains>', found: ['Berta'] },
    { name: 'two at once', test: '<t:And><t:Exists><t:FieldURI FieldURI="folder:DisplayName"/></t:Exists><t:Not><t:IsEqualTo><t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURIOrConstant><t:Constant Value="Berta"/></t:FieldURIOrConstant></t:IsEqualTo></t:Not></t:And>', found: ['Anton'] },
    { name: 'a number', test: '<t:IsGreaterThan><t:FieldURI FieldURI="folder:TotalCount"/><t:FieldURIOrConstant><t:Constant Value="0"/></t:FieldURIOrConstant></t:IsGreaterThan>', found: [] },
  ])('a restriction finds $name', async ({ test: restriction, found }) => {
    for (const name of ['Anton', 'Berta']) await made(name);
    expect(names(await find(`<m:Restriction>${restriction}</m:Restriction>`))).toEqual(found);
  });
});

describe('changing', () => {
  test('a name lives once beside its siblings', async () => {
    await made('Einmal');
    const again = await create('<t:Folder><t:DisplayName>Einmal</t:DisplayName></t:Folder>');
    expect(again.codes).toEqual(['ErrorFolderExists']);
  });

  test('a folder takes a new name, an own property and permissions', async () => {
    const id = folderId(await made('Alt'));
    const own = `<t:SetFolderField>${OWN}<t:Folder><t:ExtendedProperty>${OWN}<t:Value>x</t:Value></t:ExtendedProperty></t:Folder></t:SetFolderField>`;
    const permission =
      '<t:PermissionSet><t:Permissions><t:Permission><t:UserId><t:DistinguishedUser>Default</t:DistinguishedUser></t:UserId>' +
      '<t:PermissionLevel>Reviewer</t:PermissionLevel></t:Permission></t:Permissions></t:PermissionSet>';
    const updated = await update(
      id,
      set('folder:DisplayName', '<t:DisplayName>Neu</t:DisplayName>') +
        own +
        set('folder:PermissionSet', permission),
    );
    const after = await get(
      id,
      `${ALL}<t:AdditionalProperties><t:FieldURI FieldURI="folder:PermissionSet"/>${OWN}</t:AdditionalProperties>`,
    );
    expect(updated.codes).toEqual(['NoError']);
    expect([
      names(after),
      after.all('Value')[0]?.text,
      after.all('PermissionLevel')[0]?.text,
    ]).toEqual([['Neu'], 'x', 'Reviewer']);
  });

  // prettier-ignore
  test.each([
    { name: 'another class', id: null, step: set('folder:FolderClass', '<t:FolderClass>IPF.Task</t:FolderClass>'), code: 'ErrorObjectTypeChanged' },
    { name: 'another name for the inbox', id: INBOX, step: set('folder:DisplayName', '<t:DisplayName>x</t:DisplayName>'), code: 'ErrorFolderSavePropertyError' },
    { name: 'a count', id: null, step: set('folder:TotalCount', '<t:TotalCount>3</t:TotalCount>'), code: 'ErrorInvalidPropertySet' },
    { name: 'one thing under the name of another', id: null, step: set('folder:DisplayName', '<t:FolderClass>x</t:FolderClass>'), code: 'ErrorUpdatePropertyMismatch' },
    { name: 'no name', id: null, step: '<t:DeleteFolderField><t:FieldURI FieldURI="folder:DisplayName"/></t:DeleteFolderField>', code: 'ErrorInvalidPropertyDelete' },
  ])('a folder does not get $name', async ({ id, step, code }) => {
    const target = id ?? folderId(await made('Ordner'));
    expect((await update(target, step)).codes).toEqual([code]);
  });

  test('moving keeps the id and renews the key; into itself is refused', async () => {
    const [outer, inner] = [await made('Außen'), await made('Innen')];
    const before = attributeOf(await get(folderId(inner)), 'FolderId', 'ChangeKey');
    const moved = await move('Move', folderId(inner), folderId(outer));
    expect(attributeOf(moved, 'FolderId', 'Id')).toBe(inner);
    expect(attributeOf(moved, 'FolderId', 'ChangeKey')).not.toBe(before);
    expect((await move('Move', folderId(outer), folderId(inner))).codes).toEqual([
      'ErrorMoveCopyFailed',
    ]);
    expect((await move('Move', INBOX, folderId(outer))).codes).toEqual([
      'ErrorMoveDistinguishedFolder',
    ]);
  });

  test('a copy takes items and subfolders along', async () => {
    const source = await made('Quelle');
    await made('Innen', folderId(source));
    await made('Ziel');
    const copied = await move('Copy', folderId(source), '<t:DistinguishedFolderId Id="drafts"/>');
    const id = attributeOf(copied, 'FolderId', 'Id');
    expect(id).not.toBe(source);
    expect(names(await find('', 'Deep', folderId(id)))).toEqual(['Innen']);
  });

  test('deleting takes everything below along; to Deleted Items it only moves', async () => {
    const [first, second] = [await made('Erster'), await made('Zweiter')];
    const inner = await made('Innen', folderId(first));
    await remove(folderId(first));
    await remove(folderId(second), 'MoveToDeletedItems');
    expect((await get(folderId(inner))).codes).toEqual(['ErrorFolderNotFound']);
    expect(names(await find('', 'Deep', '<t:DistinguishedFolderId Id="deleteditems"/>'))).toEqual([
      'Zweiter',
    ]);
    expect((await remove(INBOX)).codes).toEqual(['ErrorDeleteDistinguishedFolder']);
  });

  test('emptying leaves subfolders unless told otherwise, and never empties a calendar', async () => {
    const outer = await made('Außen');
    await made('Innen', folderId(outer));
    const empty = (id: string, deep: boolean): Promise<Answered> =>
      bench.ask(
        `<m:EmptyFolder DeleteType="HardDelete" DeleteSubFolders="${String(deep)}"><m:FolderIds>${id}</m:FolderIds></m:EmptyFolder>`,
      );
    await empty(folderId(outer), false);
    expect(names(await find(''))).toEqual(['Außen', 'Innen']);
    await empty(folderId(outer), true);
    expect(names(await find(''))).toEqual(['Außen']);
    expect((await empty('<t:DistinguishedFolderId Id="calendar"/>', false)).codes).toEqual([
      'ErrorCannotEmptyFolder',
    ]);
  });
});

describe('the feed of folders', () => {
  test('tells what is new, changed and gone since the last time', async () => {
    const [stays, goes] = [await made('Bleibt'), await made('Geht')];
    const first = await sync('');
    await update(
      folderId(stays),
      set('folder:DisplayName', '<t:DisplayName>Heißt anders</t:DisplayName>'),
    );
    await remove(folderId(goes));
    const fresh = await made('Neu');
    const second = await sync(first.all('SyncState')[0]?.text ?? '');
    const told = second.all('Changes')[0]?.children.map(({ name, children: [one] }) => {
      const id = one?.name === 'FolderId' ? one : one?.children[0];
      return [name, id?.attributes['Id']];
    });
    expect(told).toEqual([
      ['Update', stays],
      ['Create', fresh],
      ['Delete', goes],
    ]);
    const third = await sync(second.all('SyncState')[0]?.text ?? '');
    expect(third.all('Changes')[0]?.children).toEqual([]);
  });

  test('what came and went in between is not told', async () => {
    const first = await sync('');
    await remove(folderId(await made('Kurz')));
    const second = await sync(first.all('SyncState')[0]?.text ?? '');
    expect(second.all('Changes')[0]?.children).toEqual([]);
  });
});

test('folders, their properties and what was deleted survive the state file', async () => {
  const { store } = bench.exchange.organisation.mailbox(ANNA);
  const id = await made('Bleibt');
  const state = (await sync('')).all('SyncState')[0]?.text ?? '';
  await remove(folderId(await made('Geht')));
  await update(folderId(id), set('folder:DisplayName', '<t:DisplayName>Umbenannt</t:DisplayName>'));
  store.load(JSON.parse(JSON.stringify(store.dump())) as ReturnType<typeof store.dump>, false);
  const after = await sync(state);
  expect(after.all('Changes')[0]?.children.map(({ name }) => name)).toEqual(['Update']);
  expect(names(await get(folderId(id)))).toEqual(['Umbenannt']);
});
