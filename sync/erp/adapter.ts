import type { Knex } from 'knex';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { ErpPort, RecordFound } from '../ports/erp.js';
import { failed } from '../ports/failure.js';
import { changesSince } from './changes.js';
import { createRecords } from './create-records.js';
import { joinRecords } from './join-records.js';
import { findMeetings } from './meetings.js';
import { readRecords } from './read-records.js';
import { removeRecords } from './remove-records.js';
import { translated } from './translated.js';
import { gone, updateRecords } from './update-records.js';
import type { WriteOptions } from './write-batch.js';
import { checkFence, writeBatch } from './write-batch.js';

/**
 * Appointments of an ERP that fulfils the contract (db/erp/contract.sql), on a handle to its database.
 * The same behaviour in memory, for engine tests: test/simulators/memory-erp.ts.
 */
export function appointmentsOfErp(
  db: Knex,
  options: WriteOptions,
): ErpPort<ErpAppointment, ErpAppointmentPatch> {
  const { serverClock } = options;
  return {
    ...(serverClock && { clockOffsetMs: () => serverClock.offsetMs() }),

    changesSince: (employeeId, position, signal) =>
      translated(signal, async () => {
        await serverClock?.refresh();
        return changesSince(db, employeeId, position);
      }),

    read: (employeeId, ids, signal) =>
      translated(signal, async () => {
        const records = await readRecords(db, ids);
        return ids.map((id) => {
          const seen = records.get(id);
          if (seen === undefined) return failed(gone(id));
          return seen.ok && !seen.value.employees.includes(employeeId) ? failed(gone(id)) : seen;
        });
      }),

    create: (lease, entries, signal) =>
      writeBatch(db, options, { lease, entries, signal, work: createRecords }),

    update: (lease, entries, signal) =>
      writeBatch(db, options, { lease, entries, signal, work: updateRecords }),

    remove: (lease, entries, signal) =>
      writeBatch(db, options, { lease, entries, signal, work: removeRecords }),

    join: (lease, entries, signal) =>
      writeBatch(db, options, { lease, entries, signal, work: joinRecords }),

    findMeetings: (keys, signal) => translated(signal, () => findMeetings(db, keys)),

    findByKey: (lease, keys, signal) =>
      translated(signal, async () => {
        await checkFence(db, lease, options.claimant);
        return findKeys(db, keys);
      }),
  };
}

/** Runs after the fence was raised and committed: a write of an earlier holder is either in here or will never be. */
async function findKeys(db: Knex, keys: readonly string[]): Promise<readonly RecordFound[]> {
  if (keys.length === 0) return [];
  const { rows } = await db.raw<{ rows: readonly RecordFound[] }>(FIND_KEYS, { keys });
  return rows;
}

const FIND_KEYS = `
  select k.key, k.record_id as id, k.birth, k.version, a.id is not null as exists
    from (select key, record_id, birth, version from erp.keys where key = any (:keys)
          union all
          select write_id, record_id, birth, version from erp.writes where write_id = any (:keys)) as k
    left join erp.appointments as a on a.id = k.record_id and a.birth = k.birth`;
