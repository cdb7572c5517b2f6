import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../db/connect.js';
import { checkKeyMark } from '../../db/key-mark.js';
import { forgetOld } from '../../db/retention.js';
import { failsAs } from './fails-as.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';

let server: StoreServer;
let database: Database;

beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});

afterAll(async () => {
  await server.close();
});

const count = async (table: string): Promise<number> => {
  const [row] = await database.knex(table).count<{ count: number }[]>({ count: '*' });
  return row?.count ?? -1;
};

const RETENTION = { journalDays: 365, destructionDays: 7, imageDays: 30 };

describe('forgetting what is old', () => {
  test('takes journal, lost values and counts whose time has come, in as many batches as it needs', async () => {
    const { knex } = database;
    await knex.raw(`
      insert into abgleich.journal (at, pair_id, event, side, fields, detail)
      select now() - interval '366 days', 'p', 'updated', 'erp', '{}', '' from generate_series(1, 12000)`);
    await knex.raw(`
      insert into abgleich.journal (at, pair_id, event, side, fields, detail)
      select now() - interval '364 days', 'p', 'updated', 'erp', '{}', '' from generate_series(1, 10)`);
    await knex.raw(`
      insert into abgleich.lost_values (at, expires_at, pair_id, link_id, field, winner, value)
      select now(), now() + n * interval '1 day', 'p', 'l', 'subject', 'erp', 'sealed' from unnest(array[-1, 1]) as n`);
    await knex.raw(`
      insert into abgleich.writes (at, pair_id, write_id, link_id, side, what, fields, before, after, form)
      select now() - n * interval '1 day', 'p', 'w', 'l', 'erp', 'update', '{}', 'sealed', '', ''
        from unnest(array[29, 31, 366]) as n`);
    const gone = await forgetOld(knex, RETENTION);
    expect(gone).toBe(12_003);
    const writes = await knex('abgleich.writes').orderBy('id').pluck<(string | null)[]>('before');
    expect(writes).toEqual(['sealed', null]);
    expect(await count('abgleich.journal')).toBe(10);
    expect(await count('abgleich.lost_values')).toBe(1);
  });

  test('a second time finds nothing', async () => {
    expect(await forgetOld(database.knex, RETENTION)).toBe(0);
  });
});

describe('the mark of the fingerprint key', () => {
  test('is remembered the first time, and another one is refused from then on', async () => {
    await checkKeyMark(database.knex, 'first', 'keys');
    await checkKeyMark(database.knex, 'first', 'keys');
    await expect(checkKeyMark(database.knex, 'other', 'keys')).rejects.toSatisfy(
      failsAs('forbidden'),
    );
  });
});
