import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseInstant } from '../../../mappings/values.js';
import { checkErp } from '../../../sync/erp/check.js';
import { CONTRACT, SUPPORT } from '../../../sync/erp/contract-columns.js';
import type { CheckRow } from '../../../sync/ports/erp.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

let server: ErpServer;
beforeAll(async () => {
  server = await startErpServer();
});
afterAll(async () => {
  await server.stop();
});

let erp: ErpDatabase;
beforeEach(async () => {
  erp = await server.open();
});
afterEach(async () => {
  await erp.close();
});

/** The clock of this machine, on which the test's server runs. */
const clock = { now: () => parseInstant(new Date().toISOString()) };

async function findings(): Promise<readonly CheckRow[]> {
  const rows = await checkErp(erp.db, clock);
  return rows.filter(({ ok }) => !ok);
}

describe('the check of the ERP (A13)', () => {
  it('finds nothing wrong with the reference tables, and leaves nothing behind', async () => {
    expect(await findings()).toEqual([]);
    expect(await erp.db('erp.appointments').select('id')).toEqual([]);
    expect(await erp.db('erp.keys').select('key')).toEqual([]);
    expect(await erp.db('erp.change_log').where({ kind: 'appointment' }).select('seq')).toEqual([]);
  });

  it('knows every column that the reference tables have, and no other', async () => {
    const { rows } = await erp.db.raw<{
      rows: readonly { readonly name: string; readonly columns: readonly string[] }[];
    }>(
      `select table_name as name, array_agg(column_name::text order by column_name::text) as columns
         from information_schema.columns where table_schema = 'erp' group by table_name`,
    );
    const found = Object.fromEntries(rows.map(({ name, columns }) => [name, columns]));
    const known = Object.entries(CONTRACT).map(([name, { columns, mayHave = {} }]) => [
      name,
      Object.keys({ ...columns, ...mayHave }).sort(),
    ]);
    expect(found).toMatchObject(Object.fromEntries(known) as object);
    expect(Object.keys(found).sort()).toEqual(
      [...Object.keys(CONTRACT), ...Object.keys(SUPPORT)].sort(),
    );
  });

  it.each([
    [
      'a column is missing',
      'alter table erp.employees drop column mailbox',
      'erp.employees',
      'mailbox',
    ],
    [
      'a column has another type',
      'alter table erp.priorities alter rank type bigint',
      'erp.priorities',
      'rank',
    ],
    ['a table is missing', 'drop table erp.absences', 'erp.absences', 'version'],
    [
      'the log trigger is off',
      'alter table erp.appointments disable trigger log_update',
      'triggers',
      'log_update',
    ],
    [
      'TRUNCATE goes unnoticed',
      'drop trigger log_truncate on erp.appointment_equipment',
      'triggers',
      'appointment_equipment',
    ],
    [
      'inserts are not logged',
      'drop trigger log_insert on erp.appointments',
      'round trip',
      'erp.appointments',
    ],
    [
      'deletes are not logged',
      'drop trigger log_delete on erp.appointments',
      'round trip',
      'DELETE',
    ],
    [
      'exceptions do not move the version',
      'drop trigger log_delete on erp.appointment_exceptions',
      'round trip',
      'Version',
    ],
    [
      'the ERP refuses every row',
      'alter table erp.appointments add constraint none check (false) not valid',
      'round trip',
      'none',
    ],
    [
      'the contract is of another version',
      'create or replace function erp.contract_version() returns integer language sql return 9',
      'contract',
      '9',
    ],
    ['the contract was never installed', 'drop schema erp cascade', 'contract', '–'],
    ['nobody works there', 'truncate erp.employees cascade', 'employees', '0'],
    [
      'a view cannot be written',
      'alter table erp.appointment_participants rename to p; create view erp.appointment_participants as select distinct * from erp.p',
      'writable',
      'INSERT erp.appointment_participants',
    ],
  ])('says so when %s', async (_what, damage, name, word) => {
    await erp.db.raw(damage);
    const row = (await findings()).find((one) => one.name === name);
    expect(row?.detail.de).toContain(word);
    expect(row?.remedy?.de).toBeTruthy();
    expect(row?.remedy?.en).toBeTruthy();
  });

  it('names each missing right, and the statement that grants it', async () => {
    const rows = await erp.db.transaction(async (trx) => {
      await trx.raw(`
        grant usage on schema erp to pg_signal_backend;
        grant select on all tables in schema erp to pg_signal_backend;
        set local role pg_signal_backend`);
      return checkErp(trx, clock);
    });
    const row = rows.find(({ name }) => name === 'rights');
    expect(row?.detail.en).toContain('DELETE erp.appointments');
    expect(row?.remedy?.en).toContain('grant delete on erp.appointments to pg_signal_backend;');
  });

  it('measures the clock', async () => {
    const slow = { now: () => parseInstant('2020-01-01T00:00:00Z') };
    const rows = await checkErp(erp.db, slow);
    expect(rows.find(({ name }) => name === 'clock')).toMatchObject({ ok: false });
  });
});
