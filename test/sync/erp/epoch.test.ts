import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { checkErp } from '../../../sync/erp/check.js';
import { epochOfErp } from '../../../sync/erp/epoch.js';
import { parseInstant } from '../../../mappings/values.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

let server: ErpServer;
let erp: ErpDatabase;
const never = new AbortController().signal;

beforeAll(async () => {
  server = await startErpServer();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  erp = await server.open();
});
afterEach(async () => {
  await erp.close();
});

it('the token of the ERP is none at first, and then what was written last', async () => {
  const epoch = epochOfErp(erp.db);
  await erp.db.raw('update erp.change_log_state set epoch_acknowledged = null');
  expect(await epoch.read(never)).toBe('');
  await epoch.write('1.a', never);
  await epoch.write('1.a', never);
  expect(await epoch.read(never)).toBe('1.a');
});

it('the highest fencing numbers are told by pair', async () => {
  await erp.db.raw(`insert into erp.fences values ('p1', 7), ('p2', 1234567)`);
  expect(await epochOfErp(erp.db).fences(never)).toEqual(
    expect.arrayContaining([
      { pairId: 'p1', fence: 7 },
      { pairId: 'p2', fence: 1_234_567 },
    ]),
  );
});

it('a contract that was set up before copies could be told is found, and mended by running it again', async () => {
  await erp.db.raw('alter table erp.holder drop column home');
  const clock = { now: () => parseInstant('2026-03-02T08:00:00Z') };
  const before = (await checkErp(erp.db, clock)).find(({ name }) => name === 'holder');
  expect(before).toMatchObject({
    ok: false,
    detail: { de: expect.stringContaining('home') as string },
  });
  await erp.db.raw('alter table erp.holder add column if not exists home text');
  const after = (await checkErp(erp.db, clock)).find(({ name }) => name === 'holder');
  expect(after?.ok).toBe(true);
});
