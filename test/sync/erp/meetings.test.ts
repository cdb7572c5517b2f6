import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ErpAppointment, ErpAppointmentPatch } from '../../../mappings/erp-record.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import type { ErpPort, RecordSeen } from '../../../sync/ports/erp.js';
import type { Answer } from '../../../sync/ports/failure.js';
import { entryOf, never } from '../../contracts/erp-bench.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';

type Port = ErpPort<ErpAppointment, ErpAppointmentPatch>;
type Answers = readonly Answer<RecordSeen<ErpAppointment>>[];

let server: ErpServer;
let erp: ErpDatabase;
let workers: readonly Port[];
beforeAll(async () => {
  server = await startErpServer();
  erp = await server.open();
  workers = [erp.connect(), erp.connect(), erp.connect()].map((db) =>
    appointmentsOfErp(db, { writeTimeoutMs: 20_000, claimant: null }),
  );
});
beforeEach(async () => {
  await erp.wipe();
});
afterAll(async () => {
  await erp.close();
  await server.stop();
});

const OWNERS = ['E01', 'E02', 'E03'];

/** Each worker brings these meetings, and two appointments of its own, in one call. */
async function bringAtOnce(keys: readonly string[]): Promise<readonly Answers[]> {
  return Promise.all(
    workers.map((port, at) => {
      const ownerId = OWNERS[at] ?? '';
      const entries = [
        { ...entryOf(`Eigener ${ownerId}`), ownerId },
        ...keys.map((key) => ({
          ...entryOf(`Besprechung ${key}`),
          ...{ ownerId, meeting: { key, isOrganizer: false } },
        })),
        { ...entryOf(`Noch einer ${ownerId}`), ownerId },
      ];
      return port.create({ pairId: `pair-${ownerId}`, fence: 1 }, entries, never);
    }),
  );
}

async function titles(): Promise<readonly string[]> {
  const { rows } = await erp.db.raw<{ rows: readonly { readonly title: string }[] }>(
    'select title from erp.appointments order by title',
  );
  return rows.map(({ title }) => title);
}

test('three workers that bring the same meetings at the same time make one record of each', async () => {
  for (let round = 0; round < 8; round += 1) {
    await erp.wipe();
    const keys = [`uid-${String(round)}-a`, `uid-${String(round)}-b`];
    const answers = await bringAtOnce(keys);
    const failures = answers.flat().flatMap((one) => (one.ok ? [] : [one.failure.kind]));
    // whoever lost plans again, whatever the database called it
    expect(new Set(failures)).toEqual(new Set(['stale']));
    const shared = (await titles()).filter((title) => title.startsWith('Besprechung'));
    expect(shared).toEqual(keys.map((key) => `Besprechung ${key}`));
  }
});

test('and who came too late joins it, all at the same time', async () => {
  const [made] = (await bringAtOnce(['uid']))
    .flat()
    .flatMap((one) => (one.ok && one.value.record.title.startsWith('Bespr') ? [one.value] : []));
  const { id = '', birth = '' } = made ?? {};
  const join = async (port: Port, employeeId: string): Promise<void> => {
    const meeting = { key: 'uid', isOrganizer: false };
    const entry = { id, birth, employeeId, meeting, asOwner: false };
    for (;;) {
      const lease = { pairId: `pair-${employeeId}`, fence: 1 };
      const [answer] = await port.join(lease, [entry], never);
      if (answer?.ok === true) return;
      expect(answer?.failure.kind).toBe('stale');
    }
  };
  await Promise.all(workers.map((port, at) => join(port, OWNERS[at] ?? '')));
  const [seen] = (await workers[0]?.read('E01', [id], never)) ?? [];
  expect(seen?.ok === true && [...seen.value.employees].sort()).toEqual(OWNERS);
});
