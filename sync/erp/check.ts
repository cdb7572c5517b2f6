import type { Knex } from 'knex';
import type { Clock } from '../ports/clock.js';
import type { CheckRow } from '../ports/erp.js';
import { checkRights, checkRelations, checkTriggers } from './check-catalog.js';
import { checkNotification } from './check-notification.js';
import { checkRoundTrip } from './check-round-trip.js';
import { bad, good } from './check-row.js';
import { CONTRACT_VERSION } from './contract-columns.js';

/**
 * Looks whether the ERP fulfils the contract (feature A13), from the server to a record that is made, changed and
 * deleted in a transaction that is rolled back. What cannot be tried because something
 * before it is missing is left out: it would only say so again.
 */
export async function checkErp(db: Knex, clock: Pick<Clock, 'now'>): Promise<readonly CheckRow[]> {
  const server = await checkServer(db);
  const version = await checkVersion(db);
  if (!version.ok) return [server, version];
  const relations = await checkRelations(db);
  const rights = await checkRights(db);
  const rows = [server, version, ...relations, ...rights, ...(await checkTriggers(db))];
  const isUsable = [...relations, ...rights].every(({ ok }) => ok);
  return [
    ...rows,
    await checkNotification(db),
    await checkClock(db, clock),
    await checkHolder(db),
    ...(isUsable ? [await checkRoundTrip(db), await checkStaff(db)] : []),
  ];
}

const OLDEST_SERVER = 140_000; // 14, as server_version_num writes it

async function checkServer(db: Knex): Promise<CheckRow> {
  const { rows } = await db.raw<{ rows: readonly ServerRow[] }>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::integer as number,
            current_setting('server_encoding') as encoding, current_database() as name`,
  );
  const { version = '?', number = 0, encoding = '?', name = '?' } = rows[0] ?? {};
  const seen = `PostgreSQL ${version}, ${encoding}, ${name}`;
  if (number >= OLDEST_SERVER && encoding === 'UTF8') {
    return good('server', { de: seen, en: seen });
  }
  return bad(
    'server',
    { de: seen, en: seen },
    {
      de: 'Nötig ist PostgreSQL 14 oder neuer mit der Kodierung UTF8.',
      en: 'PostgreSQL 14 or newer with the encoding UTF8 is needed.',
    },
  );
}

interface ServerRow {
  readonly version: string;
  readonly number: number;
  readonly encoding: string;
  readonly name: string;
}

async function checkVersion(db: Knex): Promise<CheckRow> {
  const { rows } = await db.raw<{ rows: readonly { readonly there: boolean }[] }>(
    "select to_regprocedure('erp.contract_version()') is not null as there",
  );
  const found = rows[0]?.there === true ? await contractVersion(db) : null;
  if (found === CONTRACT_VERSION) {
    return good('contract', {
      de: `Vertrag in Version ${String(found)}`,
      en: `contract in version ${String(found)}`,
    });
  }
  const seen = found === null ? '–' : String(found);
  return bad(
    'contract',
    {
      de: `Vertrag in Version ${seen}, nötig ist ${String(CONTRACT_VERSION)}.`,
      en: `contract in version ${seen}, needed is ${String(CONTRACT_VERSION)}.`,
    },
    {
      de: '`abgleich erp contract` ausgeben und in der ERP-Datenbank ausführen.',
      en: 'Print `abgleich erp contract` and run it in the ERP database.',
    },
  );
}

async function contractVersion(db: Knex): Promise<number | null> {
  const { rows } = await db.raw<{ rows: readonly { readonly version: number }[] }>(
    'select erp.contract_version() as version',
  );
  return rows[0]?.version ?? null;
}

const TOLERATED_SECONDS = 60;

async function checkClock(db: Knex, clock: Pick<Clock, 'now'>): Promise<CheckRow> {
  const { rows } = await db.raw<{ rows: readonly { readonly seconds: number }[] }>(
    'select round(extract(epoch from clock_timestamp() - :now::timestamptz))::integer as seconds',
    { now: clock.now() },
  );
  const seconds = rows[0]?.seconds ?? 0;
  const detail = {
    de: `Uhr des ERP-Servers: ${String(seconds)} s Abweichung`,
    en: `clock of the ERP server: off by ${String(seconds)} s`,
  };
  if (Math.abs(seconds) <= TOLERATED_SECONDS) return good('clock', detail);
  return bad('clock', detail, {
    de: 'Bitte beide Rechner nach der Zeit eines Zeitservers (NTP) stellen.',
    en: 'Please set both machines by a time server (NTP).',
  });
}

async function checkHolder(db: Knex): Promise<CheckRow> {
  if (!(await hasHome(db))) return bad('holder', WITHOUT_HOME, RUN_CONTRACT);
  const { rows } = await db.raw<{
    rows: readonly { readonly name: string; readonly seen: string }[];
  }>(
    `select name, to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI') as seen from erp.holder`,
  );
  const [holder] = rows;
  if (!holder) return good('holder', { de: 'noch keine Installation', en: 'no installation yet' });
  return good('holder', {
    de: `Installation ${holder.name}, zuletzt ${holder.seen} UTC`,
    en: `installation ${holder.name}, last seen ${holder.seen} UTC`,
  });
}

/** The column came after the table; a contract that was set up before does not have it. */
async function hasHome(db: Knex): Promise<boolean> {
  const { rows } = await db.raw<{ rows: readonly unknown[] }>(
    `select from pg_catalog.pg_attribute
      where attrelid = to_regclass('erp.holder') and attname = 'home' and not attisdropped`,
  );
  return rows.length > 0;
}

const WITHOUT_HOME = {
  de: 'erp.holder hat keine Spalte home: eine Kopie dieser Installation wäre nicht zu erkennen',
  en: 'erp.holder has no column home: a copy of this installation could not be told from it',
};

const RUN_CONTRACT = {
  de: 'Die Datei von „abgleich erp contract“ noch einmal in der Datenbank des ERP ausführen; sie ergänzt nur, was fehlt.',
  en: 'Run the file of "abgleich erp contract" in the ERP database once more; it only adds what is missing.',
};

async function checkStaff(db: Knex): Promise<CheckRow> {
  const { rows } = await db.raw<{ rows: readonly StaffRow[] }>(
    `select count(*)::integer as total,
            count(*) filter (where coalesce(mailbox, email, '') = '' and status <> 'left')::integer as unreachable,
            count(*) filter (where client_id is null and status <> 'left')::integer as homeless
       from erp.employees`,
  );
  const { total = 0, unreachable = 0, homeless = 0 } = rows[0] ?? {};
  const detail = {
    de: `${String(total)} Mitarbeiter, ${String(unreachable)} ohne E-Mail-Adresse, ${String(homeless)} ohne Mandant`,
    en: `${String(total)} employees, ${String(unreachable)} without e-mail address, ${String(homeless)} without client`,
  };
  if (total > 0) return good('employees', detail);
  return bad('employees', detail, {
    de: 'erp.employees zeigt niemanden. Stimmt die Sicht, und darf der Benutzer die Zeilen sehen?',
    en: 'erp.employees shows nobody. Is the view right, and may the user see its rows?',
  });
}

interface StaffRow {
  readonly total: number;
  readonly unreachable: number;
  readonly homeless: number;
}
