import type { Knex } from 'knex';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { RecordJoin, RecordSeen } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { ConnectorFailure, answered, failed } from '../ports/failure.js';
import { erpFailure, isAboutConnection, meetingExists } from './failures.js';
import { claimMeetings, findMeetings, followVersions } from './meetings.js';
import { deleteParticipants, insertParticipants } from './participants.js';
import { readRecords } from './read-records.js';
import { followed, gone } from './update-records.js';

type Seen = RecordSeen<ErpAppointment>;

/** Adds employees to records whose meetings lie in their mailboxes, and says which meeting each record stands for. */
export async function joinRecords(
  trx: Knex.Transaction,
  entries: readonly RecordJoin[],
): Promise<readonly Answer<Seen>[]> {
  const ids = entries.map(({ id }) => id);
  const before = await readRecords(trx, ids);
  const taken = new Map(
    (
      await findMeetings(
        trx,
        entries.flatMap(({ meeting }) => meeting?.key ?? []),
      )
    ).map((found) => [found.key, found]),
  );
  const refused = entries.map((entry) => {
    const found = taken.get(entry.meeting?.key ?? '');
    if (found?.exists === true && found.birth !== entry.birth) return failed<Seen>(meetingExists());
    return refusal(entry, before.get(entry.id));
  });
  const fresh = entries.filter((_, at) => refused[at] === null);
  for (const entry of fresh) await takeOver(trx, entry, ownerOf(before.get(entry.id)));
  await addParticipants(trx, fresh, await readRecords(trx, ids));
  await trx.raw('set constraints all immediate');
  const after = await readRecords(trx, ids);
  await followVersions(
    trx,
    followed(
      fresh.flatMap(({ id }) => seenIn(before, id)),
      after,
    ),
  );
  await claimMeetings(
    trx,
    fresh.flatMap(({ id, birth, employeeId, meeting, asOwner }) => {
      if (meeting === undefined) return [];
      const version = versionOf(after.get(id));
      const claim = { ...meeting, isOrganizer: meeting.isOrganizer && asOwner };
      return [{ id, birth, version, meeting: claim, invited: [employeeId] }];
    }),
  );
  // what stands in the key table is part of what the record shows
  const shown = await readRecords(trx, ids);
  return entries.map((entry, at) => refused[at] ?? joined(entry, shown.get(entry.id)));
}

function seenIn(records: ReadonlyMap<string, Answer<Seen>>, id: string): readonly Seen[] {
  const seen = records.get(id);
  return seen?.ok === true ? [seen.value] : [];
}

function refusal(entry: RecordJoin, seen: Answer<Seen> | undefined): Answer<Seen> | null {
  if (seen === undefined) return failed(gone(entry.id));
  if (!seen.ok) return seen;
  return seen.value.birth === entry.birth ? null : failed(gone(entry.id));
}

function joined({ id, employeeId }: RecordJoin, seen: Answer<Seen> | undefined): Answer<Seen> {
  if (seen === undefined) return failed(gone(id));
  if (!seen.ok || seen.value.employees.includes(employeeId)) return seen;
  return failed(
    new ConnectorFailure('rejected', `The ERP took a participant of ${id} and does not show it.`, {
      code: 'notJoined',
    }),
  );
}

function ownerOf(seen: Answer<Seen> | undefined): string | null {
  return seen?.ok === true ? seen.value.record.ownerId : null;
}

function versionOf(seen: Answer<Seen> | undefined): string {
  return seen?.ok === true ? seen.value.version : '';
}

/** An ERP may refuse another owner, or let it pass without a word: then the employee is a participant like any other. */
async function takeOver(
  trx: Knex.Transaction,
  { id, employeeId, asOwner }: RecordJoin,
  ownerId: string | null,
): Promise<void> {
  if (!asOwner || ownerId === null || ownerId === employeeId) return;
  try {
    await trx.transaction((savepoint) =>
      changeOwner(savepoint, { id, from: ownerId, to: employeeId }),
    );
  } catch (error) {
    const failure = erpFailure(error);
    if (failure.kind !== 'rejected' || isAboutConnection(failure)) throw error;
  }
}

/** Hands a record over: the new owner is no participant any more, and the former one is. Throws where the ERP does not do it. */
export async function changeOwner(
  trx: Knex.Transaction,
  { id, from, to }: { readonly id: string; readonly from: string; readonly to: string },
): Promise<void> {
  await trx.raw('update erp.appointments set owner_id = :to where id = :id', { id, to });
  await deleteParticipants(trx, [{ appointment_id: id, employee_id: to, email: null }]);
  await insertParticipants(trx, [participant(id, from)]);
  const seen = (await readRecords(trx, [id])).get(id);
  if (ownerOf(seen) === to) return;
  throw new ConnectorFailure('rejected', `The ERP did not change the owner of ${id}.`, {
    code: 'ownerStays',
  });
}

async function addParticipants(
  trx: Knex.Transaction,
  entries: readonly RecordJoin[],
  now: ReadonlyMap<string, Answer<Seen>>,
): Promise<void> {
  const missing = entries.filter(({ id, employeeId }) => {
    const seen = now.get(id) ?? answered(null);
    return seen.ok && seen.value?.employees.includes(employeeId) === false;
  });
  await insertParticipants(
    trx,
    missing.map(({ id, employeeId }) => participant(id, employeeId)),
  );
}

function participant(id: string, employeeId: string): Parameters<typeof insertParticipants>[1][0] {
  return { appointment_id: id, employee_id: employeeId, email: null, name: null, reply: 'none' };
}
