import type { Knex } from 'knex';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { RecordRemove, RecordSeen } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, answered, failed } from '../ports/failure.js';
import { changeOwner } from './join-records.js';
import { deleteParticipants } from './participants.js';
import { readRecords } from './read-records.js';
import { stale } from './update-records.js';

type Seen = RecordSeen<ErpAppointment>;

/**
 * Deletes records, or takes one employee out of them (rule 9). What is gone already is a success. Throws where the ERP
 * took the DELETE and still shows the record; the batch is then repeated in halves until only that one fails.
 */
export async function removeRecords(
  trx: Knex.Transaction,
  entries: readonly RecordRemove[],
): Promise<readonly Answer<null>[]> {
  const before = await readRecords(
    trx,
    entries.map(({ id }) => id),
  );
  const answers = entries.map((entry) => answerFor(entry, before.get(entry.id)));
  const todo = entries.filter((entry, at) => answers[at]?.ok === true && before.has(entry.id));
  await deleteRecords(
    trx,
    todo.filter(({ what }) => what === 'record').map(({ id }) => id),
  );
  await handOver(trx, todo, before);
  await takeOut(trx, todo);
  await trx.raw('set constraints all immediate');
  await assertRemoved(trx, todo);
  return answers;
}

function answerFor(entry: RecordRemove, seen: Answer<Seen> | undefined): Answer<null> {
  if (seen === undefined) return answered(null);
  if (!seen.ok) return seen;
  if (seen.value.version !== entry.version) return failed(stale(entry.id));
  if (entry.what === 'record' || entry.what.employeeId !== seen.value.record.ownerId) {
    return answered(null);
  }
  const { heirId } = entry.what;
  const mayLeave = heirId !== undefined && seen.value.employees.includes(heirId);
  return mayLeave ? answered(null) : failed(ownerStays(entry.id));
}

function ownerStays(id: string): ConnectorFailure {
  return new ConnectorFailure('rejected', `Appointment ${id} cannot lose its owner.`, {
    code: 'ownerStays',
  });
}

async function deleteRecords(trx: Knex.Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await trx.raw('delete from erp.appointments where id = any (:ids)', { ids });
}

/** An owner who leaves is a participant first, and then taken out like any other. */
async function handOver(
  trx: Knex.Transaction,
  entries: readonly RecordRemove[],
  before: ReadonlyMap<string, Answer<Seen>>,
): Promise<void> {
  for (const { id, what } of entries) {
    const seen = before.get(id);
    if (what === 'record' || what.heirId === undefined || seen?.ok !== true) continue;
    if (seen.value.record.ownerId !== what.employeeId) continue;
    await changeOwner(trx, { id, from: what.employeeId, to: what.heirId });
  }
}

async function takeOut(trx: Knex.Transaction, entries: readonly RecordRemove[]): Promise<void> {
  const rows = entries.flatMap(({ id, what }) =>
    what === 'record' ? [] : [{ appointment_id: id, employee_id: what.employeeId, email: null }],
  );
  await deleteParticipants(trx, rows);
}

/** An ERP may keep the row and show it as out of scope; a row that is still in scope was not deleted. */
async function assertRemoved(
  trx: Knex.Transaction,
  entries: readonly RecordRemove[],
): Promise<void> {
  const after = await readRecords(
    trx,
    entries.map(({ id }) => id),
  );
  for (const { id, what } of entries) {
    const seen = after.get(id);
    if (seen?.ok !== true || !seen.value.isInScope) continue;
    if (what === 'record' || seen.value.employees.includes(what.employeeId)) throw notRemoved(id);
  }
}

function notRemoved(id: string): ConnectorFailure {
  return new ConnectorFailure(
    'rejected',
    `The ERP took the deletion of ${id} and still shows it.`,
    {
      code: 'notRemoved',
      sentence: {
        de: `Das ERP hat das Löschen von ${id} angenommen und zeigt den Termin weiterhin. Bitte den INSTEAD-OF-Trigger von erp.appointments prüfen.`,
        en: `The ERP took the deletion of ${id} and still shows the appointment. Please check the INSTEAD OF trigger of erp.appointments.`,
      },
    },
  );
}
