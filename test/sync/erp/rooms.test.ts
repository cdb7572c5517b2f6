import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseInstant } from '../../../mappings/values.js';
import { appointmentsOfErp } from '../../../sync/erp/adapter.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';
import { personAt } from './erp-person.js';

let server: ErpServer;
let database: ErpDatabase;
beforeAll(async () => {
  server = await startErpServer();
  database = await server.open();
});
afterAll(async () => {
  await database.close();
  await server.stop();
});

async function roomsOf(id: string): Promise<readonly (boolean | undefined)[]> {
  const port = appointmentsOfErp(database.db, { writeTimeoutMs: 20_000, claimant: null });
  const [answer] = await port.read('E01', [id], new AbortController().signal);
  if (answer?.ok !== true) throw new Error('not read');
  return answer.value.record.participants.map(({ isRoom }) => isRoom);
}

test('a room is told from a person, and an ERP without that column has people only', async () => {
  const { db } = database;
  const when = {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-10T09:00:00Z'),
    endsAt: parseInstant('2026-03-10T10:00:00Z'),
  };
  const id = await personAt(db).create('E01', { title: 'Abnahme', when });
  await db.raw(
    `insert into erp.appointment_participants (appointment_id, email, name, is_room)
     values (:id, 'einkauf@kunde.example', 'Einkauf', null), (:id, 'raum1@firma.example', 'Raum 1', true)`,
    { id },
  );
  expect(await roomsOf(id)).toEqual([undefined, true]);
  await db.raw('alter table erp.appointment_participants drop column is_room');
  expect(await roomsOf(id)).toEqual([undefined, undefined]);
});
