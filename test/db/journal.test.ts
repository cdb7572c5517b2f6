import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Database } from '../../db/connect.js';
import { journal } from '../../db/journal.js';
import type { JournalFilter } from '../../db/journal.js';
import { pairs } from '../../db/pairs.js';
import { parseInstant } from '../../mappings/values.js';
import type { JournalEntry } from '../../sync/ports/store.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { newConnection, newPair } from './store-world.js';

let server: StoreServer;
let database: Database;
let anna: { readonly pair: string; readonly employee: string };
let bernd: typeof anna;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
  [anna, bernd] = [await newPerson(), await newPerson()];
  await journal(database.knex).add(anna.pair, [
    entry('1', { event: 'created', recordId: 'R1', itemId: 'AbC=' }),
    entry('2', { event: 'updated', recordId: 'R1' }),
    entry('3', { event: 'parked', recordId: 'R2' }),
  ]);
  const ofBernd = [
    entry('4', { event: 'updated', recordId: 'R1', itemId: 'aBc=', writeId: 'w4' }),
    entry('5', { event: 'removed', recordId: null, itemId: 'AbC=' }),
  ];
  await journal(database.knex).add(bernd.pair, ofBernd, 7);
  await journal(database.knex).add(anna.pair, [entry('6', { event: 'updated', recordId: 'R2' })]);
});
afterAll(async () => await server.close());

describe('the journal shows the newest first', () => {
  const ROWS: readonly {
    readonly name: string;
    readonly filter: () => Omit<JournalFilter, 'limit'>;
    readonly shows: string;
  }[] = [
    { name: 'of everybody', filter: () => ({}), shows: '654321' },
    { name: 'of one employee', filter: () => ({ employeeId: anna.employee }), shows: '6321' },
    { name: 'of one pair', filter: () => ({ pairId: bernd.pair }), shows: '54' },
    { name: 'of one record, in all mailboxes', filter: () => ({ recordId: 'R1' }), shows: '421' },
    {
      name: 'of one item, by upper and lower case',
      filter: () => ({ itemId: 'AbC=' }),
      shows: '51',
    },
    { name: 'of one event', filter: () => ({ event: 'updated' as const }), shows: '642' },
    {
      name: 'of one employee, record and event',
      filter: () => ({ employeeId: anna.employee, recordId: 'R1', event: 'updated' as const }),
      shows: '2',
    },
    { name: 'of nobody', filter: () => ({ employeeId: 'E404' }), shows: '' },
  ];
  for (const { name, filter, shows } of ROWS) {
    test(name, async () => {
      const lines = await journal(database.knex).read({ ...filter(), limit: 100 });
      assert.equal(lines.map(({ detail }) => detail).join(''), shows);
    });
  }

  test('page by page, without a gap and without an end that repeats', async () => {
    const pages: string[] = [];
    for (let before: number | undefined; ;) {
      const page = await journal(database.knex).read({ before, limit: 4 });
      pages.push(page.map(({ detail }) => detail).join(''));
      if (page.length < 4) break;
      before = page.at(-1)?.id;
    }
    assert.deepEqual(pages, ['6543', '21']);
  });

  test('with whose they are, as they were written', async () => {
    const [line] = await journal(database.knex).read({ itemId: 'aBc=', limit: 1 });
    assert.ok(line);
    const { id, ...rest } = line;
    assert.ok(id > 0);
    assert.deepEqual(rest, {
      ...entry('4', { event: 'updated', recordId: 'R1', itemId: 'aBc=', writeId: 'w4' }),
      cycle: 7,
      pairId: bernd.pair,
      employeeId: bernd.employee,
      kind: 'appointment',
    });
  });

  test('at least one line and at most a thousand', async () => {
    const manyLines = Array.from({ length: 1_005 }, () => entry('x', {}));
    const { pair } = await newPerson();
    await journal(database.knex).add(pair, manyLines);
    assert.equal((await journal(database.knex).read({ pairId: pair, limit: 5_000 })).length, 1_000);
    assert.equal((await journal(database.knex).read({ pairId: pair, limit: 0 })).length, 1);
  });
});

async function newPerson(): Promise<typeof anna> {
  const pair = await newPair(database.knex, await newConnection(database.knex));
  return { pair, employee: (await pairs(database.knex).get(pair))?.employeeId ?? '' };
}

function entry(detail: string, more: Partial<JournalEntry>): JournalEntry {
  return {
    at: parseInstant('2026-03-02T12:00:00Z'),
    event: 'updated',
    side: 'exchange',
    recordId: null,
    itemId: null,
    fields: ['subject'],
    losses: [{ field: 'subject', reason: 'textTooLong', detail: 'gekürzt' }],
    detail,
    ...more,
  };
}
