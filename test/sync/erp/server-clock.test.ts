import { afterAll, beforeAll, expect, test } from 'vitest';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import { serverClock } from '../../../sync/erp/server-clock.js';
import { never } from '../../contracts/erp-bench.js';
import { VirtualClock } from '../../simulators/clock.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

let server: ErpServer;
let erp: ErpDatabase;
beforeAll(async () => {
  server = await startErpServer();
  erp = await server.open();
});
afterAll(async () => {
  await erp.close();
  await server.stop();
});

async function serverTime(): Promise<number> {
  const { rows } = await erp.db.raw<{ rows: readonly { readonly at: Date }[] }>(
    'select clock_timestamp() as at',
  );
  return rows[0]?.at.getTime() ?? 0;
}

test('how far the server’s clock is from ours is measured with the first look, and now and then', async () => {
  const hourBehind = new Date((await serverTime()) - 3_600_000).toISOString();
  const clock = new VirtualClock(`${hourBehind.slice(0, 19)}Z`);
  const measured = serverClock(erp.db, clock);
  const options = { writeTimeoutMs: 20_000, claimant: null, serverClock: measured };
  const port = appointmentsOfErp(erp.db, options);
  expect(port.clockOffsetMs?.()).toBeNull();
  await port.changesSince('E01', null, never);
  expect(Math.abs((port.clockOffsetMs?.() ?? 0) - 3_600_000)).toBeLessThan(60_000);

  const first = measured.offsetMs();
  clock.advance(60_000);
  await port.changesSince('E01', null, never);
  expect(measured.offsetMs()).toBe(first);
  clock.advance(600_000);
  await port.changesSince('E01', null, never);
  expect(Math.abs((measured.offsetMs() ?? 0) - 2_940_000)).toBeLessThan(60_000);
});
