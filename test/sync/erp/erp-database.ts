import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { knex } from 'knex';
import type { Knex } from 'knex';
import { projectFile } from '../../../db/project-files.js';
import { openScratchServer } from '../../db/scratch-server.js';

/** A server for the tests of one file, with a template of an ERP that has staff and lists but no appointment. */
export interface ErpServer {
  /** A new ERP database of its own, with employees E01 to E03 and a few lists. */
  open(): Promise<ErpDatabase>;
  /** One that fulfils the contract and holds nothing at all. */
  openEmpty(): Promise<ErpDatabase>;
  stop(): Promise<void>;
}

export interface ErpDatabase {
  readonly name: string;
  readonly db: Knex;
  /** Another handle to the same database, as another worker would have it. */
  connect(): Knex;
  /** Keeps a copy of the whole database; `restore` puts it back under the same name. */
  backUp(): Promise<void>;
  restore(): Promise<void>;
  /** Takes out everything but staff and lists, and the trigger `normalise`; faster than another database. */
  wipe(): Promise<void>;
  close(): Promise<void>;
}

/** The server of test/db/scratch-server.ts, with the two templates that the databases are copied from. */
export async function startErpServer(): Promise<ErpServer> {
  const scratch = await openScratchServer();
  const url = scratch.adminUrl;
  const admin = handle(url);
  const [empty, template] = [databaseName(), databaseName()];
  await admin.raw(`create database ${empty}`);
  await runSql(withDatabase(url, empty), [fileText('contract.sql'), fileText('reference.sql')]);
  await admin.raw(`create database ${template} template ${empty}`);
  await runSql(withDatabase(url, template), [LISTS]);
  return {
    open: async () => openDatabase(url, admin, template),
    openEmpty: async () => openDatabase(url, admin, empty),
    stop: async () => {
      await admin.raw(`drop database if exists ${template} with (force)`);
      await admin.raw(`drop database if exists ${empty} with (force)`);
      await admin.destroy();
      await scratch.close();
    },
  };
}

async function openDatabase(url: string, admin: Knex, template: string): Promise<ErpDatabase> {
  const name = databaseName();
  const copy = databaseName();
  await admin.raw(`create database ${name} template ${template}`);
  const handles: Knex[] = [];
  const connect = (): Knex => {
    const made = handle(withDatabase(url, name));
    handles.push(made);
    return made;
  };
  const recreate = async (target: string, source: string): Promise<void> => {
    await admin.raw(`drop database if exists ${target} with (force)`);
    await admin.raw(`create database ${target} template ${source}`);
  };
  return {
    name,
    db: connect(),
    connect,
    backUp: async () => {
      await admin.raw(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = ? and pid <> pg_backend_pid()',
        [name],
      );
      await recreate(copy, name);
    },
    restore: async () => recreate(name, copy),
    wipe: async () => {
      await handles[0]?.raw(WIPE);
    },
    close: async () => {
      await Promise.all(handles.map((one) => one.destroy()));
      await admin.raw(`drop database if exists ${copy} with (force)`);
      await admin.raw(`drop database if exists ${name} with (force)`);
    },
  };
}

function databaseName(): string {
  return `abgleich_test_${randomUUID().replaceAll('-', '')}`;
}

function handle(url: string): Knex {
  return knex({ client: 'pg', connection: url, pool: { min: 0, max: 4 }, log: SILENT });
}

/** `restore` ends connections on purpose, and knex prints that. */
const SILENT = { warn: () => undefined, error: () => undefined };

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}

function fileText(name: string): string {
  return readFileSync(projectFile(`db/erp/${name}`), 'utf8');
}

async function runSql(url: string, scripts: readonly string[]): Promise<void> {
  const db = handle(url);
  for (const script of scripts) await db.raw(script);
  await db.destroy();
}

/** The log comes last: emptying the others is written into it. */
const WIPE = `
  drop function if exists erp.normalise cascade;
  truncate erp.appointments, erp.appointment_participants, erp.appointment_equipment, erp.appointment_exceptions, erp.absences;
  truncate erp.tombstones, erp.keys, erp.writes, erp.fences, erp.holder, erp.change_log`;

const LISTS = `
  insert into erp.clients (id, name) values ('C1', 'Muster Maschinenbau GmbH');
  insert into erp.employees (id, given_name, surname, email, client_id) values
    ('E01', 'Anna', 'Becker', 'anna.becker@muster-maschinenbau.example', 'C1'),
    ('E02', 'Bernd', 'Vogel', 'bernd.vogel@muster-maschinenbau.example', 'C1'),
    ('E03', 'Claudia', 'König', 'claudia.koenig@muster-maschinenbau.example', 'C1');
  insert into erp.priorities (id, name, importance, rank, is_default) values
    ('P1', 'sehr hoch', 'high', 1, false), ('P2', 'hoch', 'high', 2, true);
  insert into erp.activity_types (id, number, name, is_default) values ('A1', 1, 'Besprechung', true);
  insert into erp.companies (id, name) values ('F1', 'Gießerei Süd AG');
  insert into erp.contacts (id, company_id, given_name, surname) values ('K1', 'F1', 'Gerda', 'Gast');
  insert into erp.projects (id, name, company_id) values ('J1', 'Prüfstand', 'F1');`;
