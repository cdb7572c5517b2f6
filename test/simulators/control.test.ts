import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, EVA } from './mailbox-bench.js';
import { startSoapBench, syncItems } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const NINE = { Start: '2026-03-02T09:00:00Z', End: '2026-03-02T10:00:00Z' };
const DAILY = {
  pattern: { kind: 'DailyRecurrence', Interval: 1 },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-02', NumberOfOccurrences: 4 },
};

interface Shown {
  readonly id: string;
  readonly Subject: string;
  readonly Start: string;
  readonly CalendarItemType: string;
  readonly ModifiedOccurrences?: readonly Shown[];
  readonly DeletedOccurrences?: readonly string[];
}

async function edit(request: object): Promise<{ id: string; error?: string }> {
  const { json } = await bench.control('POST', '/items', { mailbox: ANNA, ...request });
  return json as { id: string; error?: string };
}

async function items(query = ''): Promise<Shown[]> {
  return (await bench.control('GET', `/items?mailbox=${ANNA}${query}`)).json as Shown[];
}

test('a person creates, edits, deletes and restores', async () => {
  const { id } = await edit({ do: 'create', item: { ...NINE, Subject: 'Termin' } });
  await edit({ do: 'update', id, item: { Subject: 'verschoben', ...NINE }, delete: ['Location'] });
  expect(await items()).toMatchObject([
    { id, Subject: 'verschoben', Start: NINE.Start, CalendarItemType: 'Single' },
  ]);
  const trashed = await edit({ do: 'delete', id });
  expect([
    (await items()).length,
    (await items('&folder=deleteditems')).map((one) => one.id),
  ]).toEqual([0, [trashed.id]]);
  const restored = await edit({ do: 'restore', id: trashed.id });
  expect((await items()).map((one) => one.id)).toEqual([restored.id]);
});

test('a person changes and deletes occurrences by their original start or number', async () => {
  const { id } = await edit({
    do: 'create',
    item: { ...NINE, Subject: 'Serie', Recurrence: DAILY },
  });
  await edit({
    do: 'updateOccurrence',
    id,
    originalStart: '2026-03-03T09:00:00Z',
    item: { Subject: 'anders' },
  });
  await edit({ do: 'deleteOccurrence', id, index: 3 });
  const [series] = await items();
  expect(series?.ModifiedOccurrences).toMatchObject([
    { Subject: 'anders', OriginalStart: '2026-03-03T09:00:00Z' },
  ]);
  expect(series?.DeletedOccurrences).toEqual(['2026-03-04T09:00:00Z']);
});

test('a span shows every occurrence in it', async () => {
  await edit({ do: 'create', item: { ...NINE, Subject: 'Serie', Recurrence: DAILY } });
  const shown = await items('&from=2026-03-03T00:00:00Z&to=2026-03-05T00:00:00Z');
  expect(shown.map(({ Start }) => Start)).toEqual(['2026-03-03T09:00:00Z', '2026-03-04T09:00:00Z']);
});

test('a copy, a move into a folder of one’s own, and a delete for good', async () => {
  const { id } = await edit({ do: 'create', item: { ...NINE, Subject: 'Termin' } });
  await edit({ do: 'copy', id });
  await bench.control('POST', '/folders', { mailbox: ANNA, displayName: 'Werkstatt' });
  await edit({ do: 'move', id, folder: 'Werkstatt' });
  await edit({ do: 'hardDelete', subject: 'Termin' });
  const { json } = await bench.control('GET', `/folders?mailbox=${ANNA}`);
  const full = (json as { displayName: string; items: number }[]).filter((one) => one.items > 0);
  expect(full.map(({ displayName }) => displayName)).toEqual(['Werkstatt']);
});

test('people’s invitations are in the ledger under their own cause, and reach colleagues', async () => {
  const RequiredAttendees = [EVA, { Name: 'Kunde', EmailAddress: 'einkauf@kunde.example' }];
  await edit({ do: 'create', item: { ...NINE, Subject: 'Abnahme', RequiredAttendees } });
  const { json } = await bench.control('GET', '/mails');
  expect(json).toMatchObject([
    { kind: 'invitation', from: ANNA, to: [EVA, 'einkauf@kunde.example'], cause: 'person' },
  ]);
  const theirs = (await bench.control('GET', `/items?mailbox=${EVA}`)).json;
  expect(theirs).toMatchObject([{ Subject: 'Abnahme', MyResponseType: 'NoResponseReceived' }]);
});

// prettier-ignore
test.each([
  { name: 'an unknown action', request: { do: 'explode' }, error: 'BadRequest' },
  { name: 'an item that is not there', request: { do: 'delete', subject: 'nie' }, error: 'ErrorItemNotFound' },
  { name: 'a mailbox that is not there', request: { mailbox: 'x@y.example', do: 'create' }, error: 'ErrorNonExistentMailbox' },
  { name: 'a property that is none', request: { do: 'create', item: { Titel: 'x' } }, error: 'BadRequest' },
  { name: 'a value of the wrong type', request: { do: 'create', item: { Subject: 5 } }, error: 'BadRequest' },
  { name: 'what Exchange refuses', request: { do: 'create', item: { Start: NINE.End, End: NINE.Start } }, error: 'ErrorCalendarEndDateIsEarlierThanStartDate' },
])('$name is refused with a reason', async ({ request, error }) => {
  expect((await edit(request)).error).toBe(error);
});

test('requests are counted per operation until the reset', async () => {
  await bench.ask(syncItems());
  await bench.ask(syncItems());
  await bench.ask(syncItems(), { password: 'falsch' });
  expect((await bench.control('GET', '/requests')).json).toEqual({
    total: 3,
    byOperation: { SyncFolderItems: 2, 401: 1 },
  });
  await bench.control('POST', '/reset');
  expect((await bench.control('GET', '/requests')).json).toEqual({ total: 0, byOperation: {} });
});

test('modes are switched, unknown ones refused', async () => {
  expect((await bench.control('POST', '/modes', { rangeChange: 'wipeAll' })).json).toMatchObject({
    rangeChange: 'wipeAll',
  });
  expect((await bench.control('POST', '/modes', { wetter: 'schön' })).status).toBe(400);
});

test('sync states are invalidated for one mailbox', async () => {
  const state = (await bench.ask(syncItems())).all('SyncState')[0]?.text ?? '';
  await bench.control('POST', '/sync-states/invalidate', { mailbox: EVA });
  expect((await bench.ask(syncItems(state))).codes).toEqual(['NoError']);
  await bench.control('POST', '/sync-states/invalidate', { mailbox: ANNA });
  expect((await bench.ask(syncItems(state))).codes).toEqual(['ErrorInvalidSyncStateData']);
});

test('an unknown path lists the known ones', async () => {
  const { status, json } = await bench.control('GET', '/wetter');
  expect([status, (json as { message: string }).message.includes('GET /control/mails')]).toEqual([
    404,
    true,
  ]);
});
