import { afterEach, beforeEach, expect, test } from 'vitest';
import { ANNA, EVA } from './mailbox-bench.js';
import { CALENDAR, getFolder, getItems, startSoapBench, syncItems } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const plant = (rule: object): Promise<unknown> => bench.control('POST', '/faults', rule);
const settings = (some: object): Promise<unknown> => bench.control('POST', '/settings', some);

async function statusAs(as: string): Promise<number> {
  return (await bench.ask(getFolder(CALENDAR), { as })).status;
}

async function report(): Promise<unknown> {
  return (await bench.control('GET', '/throttle')).json;
}

// prettier-ignore
test.each([
  { name: 'a fault', rule: { kind: 'busy', backOffMilliseconds: 60_000 } },
  { name: 'a code inside another', rule: { kind: 'busy', form: 'inner', backOffMilliseconds: 60_000 } },
  { name: 'a code of each entry', rule: { kind: 'busy', form: 'message', backOffMilliseconds: 60_000 } },
  { name: 'too many connections', rule: { kind: 'busy', form: 'connections', backOffMilliseconds: 60_000 } },
  { name: 'Retry-After', rule: { kind: '503', retryAfterSeconds: 60 } },
])('a wait named by $name is not over before its end', async ({ rule }) => {
  await plant(rule);
  const { clock } = bench.exchange.organisation;
  await statusAs(ANNA);
  clock.shift(59_999);
  expect(await statusAs(ANNA)).toBe(200);
  expect(await statusAs(EVA)).toBe(200);
  clock.shift(1);
  expect(await statusAs(ANNA)).toBe(200);
  expect(await report()).toMatchObject([
    { budget: ANNA, tooEarly: 1, waitMs: 0 },
    { budget: EVA, tooEarly: 0 },
  ]);
});

test.each([
  { rule: { kind: 'busy', form: 'faultWithoutHint' } },
  { rule: { kind: 'busy', form: 'timeout' } },
  { rule: { kind: '503' } },
])('where no wait is named, none is counted: $rule', async ({ rule }) => {
  await plant(rule);
  await statusAs(ANNA);
  await statusAs(ANNA);
  expect(await report()).toMatchObject([{ budget: ANNA, tooEarly: 0, waitMs: 0 }]);
});

test('who comes too early waits longer, where that is switched on', async () => {
  await settings({ tooEarly: 'refused' });
  await plant({ kind: 'busy', backOffMilliseconds: 10_000 });
  const { clock } = bench.exchange.organisation;
  await statusAs(ANNA);
  clock.shift(4000);
  const early = await bench.ask(getFolder(CALENDAR));
  expect([early.status, early.codes, early.all('Value')[0]?.text]).toEqual([
    500,
    ['ErrorServerBusy'],
    '12000',
  ]);
  clock.shift(11_999);
  expect(await statusAs(ANNA)).toBe(500);
  clock.shift(60_000);
  expect(await statusAs(ANNA)).toBe(200);
  expect(await report()).toMatchObject([{ tooEarly: 2 }]);
  await bench.control('POST', '/reset');
  expect(await report()).toMatchObject([{ tooEarly: 0, waitMs: 0 }]);
});

test('requests at the same time are limited, and the most of them is shown', async () => {
  await settings({ latencyMs: 50, requestsAtOnce: 2, syncCallsAtOnce: 1 });
  const folders = await Promise.all([1, 2, 3].map(() => bench.ask(getFolder(CALENDAR))));
  expect(folders.flatMap(({ codes }) => codes).sort()).toEqual([
    'ErrorExceededConnectionCount',
    'NoError',
    'NoError',
  ]);
  const synced = await Promise.all([1, 2].map(() => bench.ask(syncItems())));
  expect(synced.flatMap(({ codes }) => codes).sort()).toEqual(['ErrorServerBusy', 'NoError']);
  expect((await bench.ask(syncItems())).codes).toEqual(['NoError']);
  expect(await report()).toMatchObject([{ mostAtOnce: 2, mostSyncCallsAtOnce: 1 }]);
});

test('a batch is not done beyond its limit', async () => {
  await settings({ entriesPerBatch: 2 });
  const { codes } = await bench.ask(getItems('<t:ItemId Id="x"/>'.repeat(3)));
  expect(codes).toEqual([
    'ErrorInvalidIdMalformed',
    'ErrorInvalidIdMalformed',
    'ErrorBatchProcessingStopped',
  ]);
});

// prettier-ignore
test.each([
  { name: 'the right one', headers: { 'X-AnchorMailbox': ANNA }, status: 200 },
  { name: 'none', headers: {}, status: 500 },
  { name: 'another', headers: { 'X-AnchorMailbox': EVA }, status: 500 },
  { name: 'another of the group', headers: { 'X-AnchorMailbox': EVA, 'X-PreferServerAffinity': 'true' }, status: 200 },
])('where anchors matter, $name: $status', async ({ headers, status }) => {
  await settings({ anchorMailbox: 'refused' });
  expect((await bench.ask(getFolder(CALENDAR), { headers })).status).toBe(status);
});

// prettier-ignore
test.each([
  { keepAliveMs: 0 }, { streamChunks: 'halved' }, { tooEarly: true }, { colour: 'red' }, { changesPerPage: 513 }, { latencyMs: '5' },
])('%o makes no sense', async (some) => {
  const before = bench.exchange.state.settings;
  const { status, json } = await bench.control('POST', '/settings', some);
  expect([status, json]).toMatchObject([400, { error: 'BadRequest' }]);
  expect(bench.exchange.state.settings).toBe(before);
});

test('settings change one by one, and the rest stay', async () => {
  await settings({ latencyMs: 1 });
  const { json } = await bench.control('POST', '/settings', { slowMs: 2 });
  expect(json).toMatchObject({ latencyMs: 1, slowMs: 2, keepAliveMs: 45_000 });
});

// prettier-ignore
test.each([
  { body: { shiftMs: 90_000 }, now: '2026-03-02T08:01:30Z' },
  { body: { now: '2026-03-29T01:59:59+01:00' }, now: '2026-03-29T00:59:59Z' },
  { body: { now: '2020-01-01T00:00:00Z' }, now: '2020-01-01T00:00:00Z' },
])('the clock is moved: $body', async ({ body, now }) => {
  expect((await bench.control('POST', '/clock', body)).json).toEqual({ now });
  expect((await bench.control('GET', '/clock')).json).toEqual({ now });
});

test.each([{}, { now: 'morgen' }, { shiftMs: 1, now: '2026-03-02T08:00:00Z' }])(
  'the clock cannot be moved by %o',
  async (body) => {
    expect((await bench.control('POST', '/clock', body)).status).toBe(400);
  },
);
