import type { ErpAppointment, ErpParticipant } from '../../mappings/erp-record.js';
import type { EmailAddress } from '../../mappings/values.js';

type Staff = Readonly<Record<string, EmailAddress>>;

/** The participants as the ERP keeps them: staff by their ids, each once, nobody who is the owner. */
export function withStaff(record: ErpAppointment, staff: Staff): ErpAppointment {
  const byAddress = new Map(Object.entries(staff).map(([id, address]) => [fold(address), id]));
  const rows = new Map<string, ErpParticipant>();
  for (const one of record.participants) {
    const id =
      one.employeeId ?? (one.email === null ? undefined : byAddress.get(fold(one.email))) ?? null;
    if (id === record.ownerId) continue;
    const { name, reply, isRoom } = one;
    const room = isRoom === true && { isRoom };
    rows.set(
      id ?? `@${fold(one.email ?? '')}`,
      id === null
        ? { employeeId: null, email: one.email, name, reply, ...room }
        : { employeeId: id, email: null, name, reply },
    );
  }
  const kept = { ...record, participants: [...rows.values()] };
  Reflect.deleteProperty(kept, 'ownerEmail'); // only shown
  return kept;
}

/** The record as it is shown: the mailboxes of staff are theirs to know, not the appointment's. */
export function withMailboxes(record: ErpAppointment, staff: Staff): ErpAppointment {
  const ownerEmail = staff[record.ownerId];
  return {
    ...record,
    ...(ownerEmail !== undefined && { ownerEmail }),
    participants: record.participants.map((one) =>
      one.employeeId === null ? one : { ...one, email: staff[one.employeeId] ?? null },
    ),
  };
}

function fold(address: string): string {
  return address.trim().toLowerCase();
}
