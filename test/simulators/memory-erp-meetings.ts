import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { MeetingClaim, RecordFound, RecordJoin, RecordMeeting } from '../../sync/ports/erp.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import { employeesOf } from './memory-erp-rows.js';
import type { Row, State } from './memory-erp-state.js';

export function meetingOf({ meetings }: State, { birth }: Row): RecordMeeting | undefined {
  for (const [key, row] of meetings) {
    if (row.birth === birth)
      return { key, isOrganizers: row.isOrganizers, invited: [...row.invited].sort() };
  }
  return undefined;
}

export function findMeeting(state: State, key: string): RecordFound[] {
  const found = state.meetings.get(key);
  if (!found) return [];
  const { id, birth, version } = found;
  const exists = state.rows.get(id)?.birth === birth;
  return [{ key, id, birth, version, exists, invited: [...found.invited].sort() }];
}

/** True where another record stands for the meeting and is still there. */
export function isTaken(state: State, { key }: MeetingClaim, birth: string | null): boolean {
  return findMeeting(state, key).some((found) => found.exists && found.birth !== birth);
}

export function claimMeeting(
  state: State,
  { id, birth, version }: Row,
  { key, isOrganizer }: MeetingClaim,
  invited: readonly string[],
): void {
  const known = state.meetings.get(key);
  const before = known?.birth === birth ? known : null;
  state.meetings.set(key, {
    id,
    birth,
    version: before?.version ?? version,
    isOrganizers: isOrganizer || before?.isOrganizers === true,
    invited: [...new Set([...(before?.invited ?? []), ...invited])],
  });
}

/** The version of a claim follows our own writes to a record that nobody else has changed since. */
export function followVersion(state: State, before: Row, after: Row): void {
  for (const [key, meeting] of state.meetings) {
    const isClaim = meeting.id === before.id && meeting.birth === before.birth;
    if (isClaim && meeting.version === before.version)
      state.meetings.set(key, { ...meeting, version: after.version });
  }
}

/** Who comes to a meeting by a write of ours was invited to it by Exchange. */
export function rememberInvited(state: State, before: Row, after: Row): void {
  const meeting = meetingOf(state, before);
  if (meeting === undefined) return;
  const had = employeesOf(before.record);
  const added = employeesOf(after.record).filter((id) => !had.includes(id));
  claimMeeting(state, after, { key: meeting.key, isOrganizer: false }, added);
}

/** The record with one more employee in it, who may own it from now on. */
export function withJoined(
  record: ErpAppointment,
  { employeeId, asOwner }: Pick<RecordJoin, 'employeeId' | 'asOwner'>,
): ErpAppointment {
  if (asOwner) return ownedBy(record, employeeId);
  if (employeesOf(record).includes(employeeId)) return record;
  return { ...record, participants: [...record.participants, participant(employeeId)] };
}

/** The new owner is no participant any more, and the former one is. */
export function ownedBy(record: ErpAppointment, employeeId: string): ErpAppointment {
  if (record.ownerId === employeeId) return record;
  const others = record.participants.filter((one) => one.employeeId !== employeeId);
  return {
    ...record,
    ownerId: employeeId,
    participants: [...others, participant(record.ownerId)],
  };
}

function participant(employeeId: string): ErpAppointment['participants'][number] {
  return { employeeId, email: null, name: '', reply: 'none' };
}

export function meetingExists(): ConnectorFailure {
  return new ConnectorFailure('stale', 'Another appointment stands for this meeting already.', {
    code: 'meetingExists',
  });
}
