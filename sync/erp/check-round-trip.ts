import type { Knex } from 'knex';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { parseInstant, parsePlainDate, parseZone } from '../../mappings/values.js';
import type { CheckRow } from '../ports/erp.js';
import type { Answer } from '../ports/failure.js';
import { bad, good } from './check-row.js';
import { createRecords } from './create-records.js';
import { erpFailure } from './failures.js';
import { removeRecords } from './remove-records.js';
import { updateRecords } from './update-records.js';

/**
 * Makes an appointment with an exception, changes it and deletes it, all by the statements of a real sync, and looks
 * whether the versions move and the change log tells. The transaction is rolled back: nothing stays but a few numbers
 * of sequences.
 */
export async function checkRoundTrip(db: Knex): Promise<CheckRow> {
  const problem = await inUndoneTransaction(db, tryOut);
  if (problem === null) {
    return good('round trip', {
      de: 'Anlegen, Ändern und Löschen gehen und stehen im Änderungsprotokoll',
      en: 'making, changing and deleting work and are in the change log',
    });
  }
  return bad('round trip', problem, {
    de: 'Trigger der Tabellen und Sichten prüfen; `abgleich erp contract` sagt, was jeder Datensatz und das Protokoll zeigen müssen.',
    en: 'Check the triggers of tables and views; `abgleich erp contract` says what each record and the log must show.',
  });
}

type Problem = CheckRow['detail'] | null;

class Undo extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super('undo');
    this.problem = problem;
  }
}

async function inUndoneTransaction(
  db: Knex,
  work: (trx: Knex.Transaction) => Promise<Problem>,
): Promise<Problem> {
  try {
    return await db.transaction(async (trx) => {
      throw new Undo(await work(trx));
    });
  } catch (error) {
    if (error instanceof Undo) return error.problem;
    const { message, sentence } = erpFailure(error);
    if (sentence !== null) return sentence;
    return { de: `Die Datenbank meldet: ${message}`, en: `The database says: ${message}` };
  }
}

async function tryOut(trx: Knex.Transaction): Promise<Problem> {
  const ownerId = await anyEmployee(trx);
  if (ownerId === null) return { de: 'Es gibt keinen Mitarbeiter.', en: 'There is no employee.' };
  const key = 'abgleich erp check';
  const made = valueOf(await createRecords(trx, [{ key, attempt: 1, ownerId, patch: TRIAL }]));
  if (!(await isLogged(trx, made.id, 'changed'))) return notLogged('INSERT');
  const entry = {
    id: made.id,
    writeId: `${key} 2`,
    version: made.version,
    patch: { exceptions: [] },
  };
  const changed = valueOf(await updateRecords(trx, [entry]));
  if (changed.version === made.version) {
    return {
      de: 'Die Version bleibt, obwohl sich eine Ausnahme der Serie geändert hat.',
      en: 'The version stays although an exception of the series has changed.',
    };
  }
  valueOf(await removeRecords(trx, [{ id: made.id, version: changed.version, what: 'record' }]));
  return (await isLogged(trx, made.id, 'deleted')) ? null : notLogged('DELETE');
}

const TRIAL: ErpAppointmentPatch = {
  title: 'Abgleich: Prüfung',
  when: {
    kind: 'timed',
    startsAt: parseInstant('2000-01-03T09:00:00Z'),
    endsAt: parseInstant('2000-01-03T09:30:00Z'),
  },
  timeZone: parseZone('Europe/Berlin'),
  rrule: 'FREQ=DAILY;INTERVAL=1;COUNT=3',
  exceptions: [{ originalDate: parsePlainDate('2000-01-04'), deleted: true, fields: {} }],
};

function valueOf<T>([answer]: readonly Answer<T>[]): T {
  if (answer?.ok !== true) throw answer?.failure ?? new Error('no answer');
  return answer.value;
}

function notLogged(statement: string): Problem {
  return {
    de: `${statement} steht nicht im Änderungsprotokoll.`,
    en: `${statement} is not in the change log.`,
  };
}

async function anyEmployee(trx: Knex.Transaction): Promise<string | null> {
  const { rows } = await trx.raw<{ rows: readonly { readonly id: string }[] }>(
    "select id from erp.employees where status <> 'left' order by id limit 1",
  );
  return rows[0]?.id ?? null;
}

async function isLogged(trx: Knex.Transaction, id: string, operation: string): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: readonly { readonly logged: boolean }[] }>(
    `select exists (select from erp.change_log
                     where xid = pg_current_xact_id() and kind = 'appointment' and record_id = :id
                       and operation = :operation) as logged`,
    { id, operation },
  );
  return rows[0]?.logged === true;
}
