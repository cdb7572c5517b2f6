import { expect, test } from 'vitest';
import {
  readSyncFolderItems,
  writeSyncFolderItems,
} from '../../../../../sync/exchange/ews/operations/sync-folder-items.js';
import { xmlReader, type XmlNode } from '../../../../../sync/exchange/ews/xml-reader.js';

function message(content: string): XmlNode {
  const reader = xmlReader();
  reader.write(`<SyncFolderItemsResponseMessage>${content}</SyncFolderItemsResponseMessage>`);
  return reader.end();
}

const FROM = { folderId: 'F', syncState: 'before' };
const STATE = '<SyncState>after</SyncState>';
const LAST = '<IncludesLastItemInRange>true</IncludesLastItemInRange>';
const ID = '<ItemId Id="A" ChangeKey="K"/>';

test('the first request has no state, the next one has what came last', () => {
  expect(writeSyncFolderItems({ folderId: 'F', syncState: null })).not.toContain('SyncState');
  expect(writeSyncFolderItems(FROM)).toContain('<m:SyncState>before</m:SyncState>');
});

test('creates and updates are seen, deletes have vanished, newest first as they came', () => {
  const changes =
    `<Update><CalendarItem><Sensitivity>Private</Sensitivity>${ID}</CalendarItem></Update>` +
    '<Delete><ItemId Id="B" ChangeKey="K"/></Delete>' +
    '<Create><CalendarItem><ItemId Id="C" ChangeKey="L"/></CalendarItem></Create>';
  const page = readSyncFolderItems(message(`${STATE}${LAST}<Changes>${changes}</Changes>`), FROM);
  expect(page).toEqual({
    cursor: 'after',
    isLast: true,
    changes: [
      { kind: 'seen', ref: { id: 'A', version: 'K' }, mark: null, isPrivate: true },
      { kind: 'vanished', id: 'B' },
      { kind: 'seen', ref: { id: 'C', version: 'L' }, mark: null, isPrivate: null },
    ],
  });
});

test.each([
  { what: 'a message in the calendar', change: `<Create><Message>${ID}</Message></Create>` },
  { what: 'a read flag', change: `<ReadFlagChange>${ID}<IsRead>true</IsRead></ReadFlagChange>` },
])('$what is nothing of ours', ({ change }) => {
  const page = readSyncFolderItems(message(`${STATE}${LAST}<Changes>${change}</Changes>`), FROM);
  expect(page.changes).toEqual([]);
});

test.each([
  { what: 'says it is not the last', content: STATE, isLast: false },
  { what: 'does not say whether it is the last', content: STATE + '<Changes/>', isLast: false },
  {
    what: 'only repeats the state it was asked from',
    content: '<SyncState>before</SyncState>',
    isLast: true,
  },
])('a page that $what', ({ content, isLast }) => {
  expect(readSyncFolderItems(message(content), FROM).isLast).toBe(isLast);
});

test('a page without a state is refused, since going on without one would begin anew', () => {
  expect(() => readSyncFolderItems(message(LAST), FROM)).toThrow(/sync state/);
});
