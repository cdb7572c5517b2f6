import type { Knex } from 'knex';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { ErpPort, RecordChange, RecordSeen } from '../ports/erp.js';
import { answered, ConnectorFailure, failed } from '../ports/failure.js';
import type { Answer } from '../ports/failure.js';
import { absencesSince, allAbsences, isAbsence, readAbsences } from './read-absences.js';
import { translated } from './translated.js';
import { gone } from './update-records.js';

type Port = ErpPort<ErpAppointment, ErpAppointmentPatch>;

/**
 * The port with the approved absences of an employee among the records, under ids of their own (feature C7). Requested,
 * rejected and withdrawn ones are not there. Nothing is ever written to them. Where they are not wanted any more they
 * have left the scope: what is in the mailbox stays. What kind of absence it is is not even read.
 */
export function withAbsences(port: Port, db: Knex, isWanted: boolean): Port {
  return {
    ...port,
    async changesSince(employeeId, position, signal) {
      const since = parse(position);
      const records = await port.changesSince(employeeId, since.position, signal);
      // their statement comes later, so it sees all that the next position covers; what it sees twice does no harm
      const absences = await translated(signal, () =>
        absencesFor(db, employeeId, { ...since, isWanted, isComplete: records.isComplete }),
      );
      const next = isWanted ? MARK + records.position : records.position;
      return { ...records, position: next, changes: [...records.changes, ...absences] };
    },
    async read(employeeId, ids, signal) {
      const names = ids.filter(isAbsence);
      if (names.length === 0) return port.read(employeeId, ids, signal);
      const others = ids.filter((id) => !isAbsence(id));
      const records = others.length === 0 ? [] : await port.read(employeeId, others, signal);
      const absences = await translated(signal, () => readAbsences(db, employeeId, names));
      const byId = new Map<string, Answer<RecordSeen<ErpAppointment>>>();
      others.forEach((id, at) => byId.set(id, records[at] ?? failed(gone(id))));
      for (const seen of absences) {
        byId.set(seen.id, answered({ ...seen, isInScope: seen.isInScope && isWanted }));
      }
      return ids.map((id) => byId.get(id) ?? failed(gone(id)));
    },
    update: (lease, entries, signal) =>
      refusing(
        entries,
        ({ id }) => id,
        (allowed) => port.update(lease, allowed, signal),
      ),
    remove: (lease, entries, signal) =>
      refusing(
        entries,
        ({ id }) => id,
        (allowed) => port.remove(lease, allowed, signal),
      ),
  };
}

/** The position of a reader to whom absences were shown begins with this. */
const MARK = 'absences ';

interface Since {
  readonly position: string | null;
  readonly hadThem: boolean;
}

function parse(position: string | null): Since {
  if (position?.startsWith(MARK) !== true) return { position, hadThem: false };
  return { position: position.slice(MARK.length), hadThem: true };
}

function absencesFor(
  db: Knex,
  employeeId: string,
  {
    position,
    hadThem,
    isWanted,
    isComplete,
  }: Since & { readonly isWanted: boolean; readonly isComplete: boolean },
): Promise<readonly RecordChange[]> {
  if (!isWanted && !hadThem) return Promise.resolve([]);
  const goesOn = isWanted && hadThem && !isComplete && position !== null;
  return goesOn ? absencesSince(db, employeeId, position) : allAbsences(db, employeeId);
}

/** Answers per entry and in order; an absence is refused, and takes no other entry with it. */
async function refusing<Entry, T>(
  entries: readonly Entry[],
  idOf: (entry: Entry) => string,
  write: (allowed: readonly Entry[]) => Promise<readonly Answer<T>[]>,
): Promise<readonly Answer<T>[]> {
  const allowed = entries.filter((entry) => !isAbsence(idOf(entry)));
  if (allowed.length === entries.length) return write(entries);
  const answers = allowed.length === 0 ? [] : await write(allowed);
  const byEntry = new Map(allowed.map((entry, at) => [entry, answers[at]]));
  return entries.map((entry) => byEntry.get(entry) ?? failed(REFUSED));
}

const REFUSED = new ConnectorFailure('rejected', 'absences are never written', {
  code: 'absence',
  sentence: {
    de: 'Abwesenheiten werden im ERP nie geändert.',
    en: 'Absences are never changed in the ERP.',
  },
});
