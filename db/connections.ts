import type { Knex } from 'knex';
import type { Direction } from '../mappings/field-rules.js';
import type { Chance } from '../sync/ports/clock.js';
import type { KindName } from '../sync/ports/store.js';
import { writeAudit } from './audit.js';
import {
  CONNECTION_COLUMNS,
  connectionFromRow,
  contextOf,
  rowFromChanges,
} from './connection-rows.js';
import type {
  Connection,
  ConnectionChanges,
  ConnectionRow,
  ConnectionSecrets,
  NewConnection,
  SecretName,
} from './connection-rows.js';
import { changesScope, withChoices } from './pair-options.js';
import type { ChoiceChanges } from './pair-options.js';
import { codeOf, databaseProblem } from './problem.js';
import type { Secrets } from './secrets.js';
import { startOver } from './start-over.js';
import { constraintOf, reportingFailures } from './store-failure.js';
import { wake } from './wake.js';

/** Names count like ids, upper and lower case alike. `who` is for the audit: a person, or the rule that decided. */
export interface Connections {
  /** Fails as `rejected`, with a sentence, where the name is taken. */
  add(settings: NewConnection, who: string): Promise<Connection>;
  /** In the order of their names. */
  list(): Promise<readonly Connection[]>;
  /** Fails as `rejected`, with a sentence, where there is none. */
  get(idOrName: string): Promise<Connection>;
  /** Changes what is named, and wakes the connection's pairs. */
  update(idOrName: string, changes: ConnectionChanges, who: string): Promise<Connection>;
  /** Which way a kind travels where a pair does not say otherwise. */
  setDirection(
    idOrName: string,
    way: { readonly kind: KindName; readonly direction: Direction },
    who: string,
  ): Promise<void>;
  /** The ways that were set so; a kind that is not named travels both ways. */
  directionsOf(idOrName: string): Promise<Readonly<Partial<Record<KindName, Direction>>>>;
  /** Changes options that count where an employee or pair has none of its own. */
  choose(idOrName: string, choices: ChoiceChanges, who: string): Promise<Connection>;
  secretsOf(idOrName: string): Promise<ConnectionSecrets>;
}

/** The connections of this installation. Every change leaves an audit row in its transaction. */
export function connections(
  knex: Knex,
  { secrets, chance }: { readonly secrets: Secrets; readonly chance: Chance },
): Connections {
  return {
    add: (settings, who) =>
      inTransaction(knex, settings, async (db) => {
        const id = `c${chance.key().slice(0, 12)}`;
        const after = rowFromChanges(id, settings, secrets);
        await db('abgleich.connections').insert({ id, ...after, ...foldedName(settings) });
        await writeAudit(db, { who, subject: subjectOf(id), change: 'added', before: null, after });
        return connectionFromRow(await rowOf(db, id));
      }),

    async list() {
      const rows = await reportingFailures(async () => await rowsOf(knex).orderBy('folded_name'));
      return rows.map(connectionFromRow);
    },

    get: (idOrName) =>
      reportingFailures(async () => connectionFromRow(await rowOf(knex, idOrName))),

    update: (idOrName, changes, who) =>
      inTransaction(knex, changes, async (db) => {
        const before = await rowOf(db, idOrName);
        const { id } = before;
        const after = rowFromChanges(id, changes, secrets);
        const entry = { who, subject: subjectOf(id), change: 'changed', before, after };
        if (await writeAudit(db, entry)) {
          await db('abgleich.connections')
            .where({ id })
            .update({ ...after, ...foldedName(changes) });
          await wake(db, { connectionId: id });
        }
        return connectionFromRow(await rowOf(db, id));
      }),

    setDirection: (idOrName, { kind, direction }, who) =>
      inTransaction(knex, {}, async (db) => {
        const { id } = await rowOf(db, idOrName);
        const where = { connection_id: id, kind };
        const before = await db<{ direction: Direction }>('abgleich.directions')
          .where(where)
          .first('direction');
        const subject = `${subjectOf(id)}:${kind}`;
        const entry = {
          who,
          subject,
          change: 'changed',
          before: before ?? {},
          after: { direction },
        };
        if (!(await writeAudit(db, entry))) return;
        await db('abgleich.directions')
          .insert({ ...where, direction })
          .onConflict(['connection_id', 'kind'])
          .merge();
        const followers = await pairsOf(db, id, { kind, direction: null });
        await startOver(db, followers, { isOtherMailbox: false });
        await wake(db, { connectionId: id });
      }),

    directionsOf: (idOrName) =>
      reportingFailures(async () => {
        const { id } = await rowOf(knex, idOrName);
        const rows = await knex<DirectionRow>('abgleich.directions')
          .where({ connection_id: id })
          .select('kind', 'direction');
        return Object.fromEntries(rows.map(({ kind, direction }) => [kind, direction]));
      }),

    choose: (idOrName, choices, who) =>
      inTransaction(knex, {}, async (db) => {
        const before = await rowOf(db, idOrName);
        const { id } = before;
        const options = Object.fromEntries(Object.entries(withChoices(before.options, choices)));
        const after = { options };
        const entry = { who, subject: subjectOf(id), change: 'changed', before, after };
        if (await writeAudit(db, entry)) {
          await db('abgleich.connections').where({ id }).update(after);
          if (changesScope(choices)) {
            await startOver(db, await pairsOf(db, id), { isOtherMailbox: false });
          }
          await wake(db, { connectionId: id });
        }
        return connectionFromRow(await rowOf(db, id));
      }),

    secretsOf: (idOrName) =>
      reportingFailures(async () => {
        const row = await rowOf(knex, idOrName);
        const open = (sealed: string | null, name: SecretName): string | null =>
          sealed === null ? null : secrets.unseal(sealed, contextOf(row.id, name));
        return {
          secret: open(row.secret, 'secret'),
          proxySecret: open(row.proxy_secret, 'proxySecret'),
        };
      }),
  };
}

interface DirectionRow {
  readonly connection_id: string;
  readonly kind: KindName;
  readonly direction: Direction;
}

async function pairsOf(db: Knex, connectionId: string, which: object = {}): Promise<string[]> {
  const theirs = db('abgleich.employees').where({ connection_id: connectionId }).select('id');
  return db('abgleich.pairs').whereIn('employee_id', theirs).where(which).pluck<string[]>('id');
}

function subjectOf(id: string): string {
  return `connection:${id}`;
}

async function inTransaction<T>(
  knex: Knex,
  changes: ConnectionChanges,
  work: (db: Knex) => Promise<T>,
): Promise<T> {
  refuseUnusable(changes);
  return reportingFailures(() =>
    knex.transaction(work).catch((error: unknown) => {
      throw refusalOf(error, changes);
    }),
  );
}

function refuseUnusable({ name, url }: ConnectionChanges): void {
  if (name?.trim() === '') {
    throw databaseProblem('rejected', {
      de: 'Eine Verbindung braucht einen Namen.',
      en: 'A connection needs a name.',
    });
  }
  if (url === undefined || /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return;
  throw databaseProblem('rejected', {
    de: `„${url}“ ist keine Adresse. Gebraucht wird eine wie https://mail.firma.de/ews/exchange.asmx.`,
    en: `"${url}" is not an address. One like https://mail.company.com/ews/exchange.asmx is needed.`,
  });
}

/** What the table refuses, as a sentence. https://www.postgresql.org/docs/current/errcodes-appendix.html */
function refusalOf(error: unknown, { name = '' }: ConnectionChanges): unknown {
  const constraint = constraintOf(error);
  if (constraint === 'connections_name') {
    return databaseProblem(
      'rejected',
      {
        de: `Es gibt schon eine Verbindung „${name}“. Wählen Sie einen anderen Namen, oder ändern Sie die vorhandene.`,
        en: `There is a connection "${name}" already. Choose another name, or change the one that exists.`,
      },
      error,
    );
  }
  if (codeOf(error) !== '23514') return error;
  const setting = constraint.replace(/^connections_|_check$/g, '');
  return databaseProblem(
    'rejected',
    {
      de: `Der Wert für „${setting}“ ist nicht erlaubt.`,
      en: `The value for "${setting}" is not allowed.`,
    },
    error,
  );
}

function rowsOf(db: Knex) {
  return db<ConnectionRow>('abgleich.connections').select<ConnectionRow[]>(...CONNECTION_COLUMNS);
}

async function rowOf(db: Knex, idOrName: string): Promise<ConnectionRow> {
  const [byId] = await rowsOf(db).where({ id: idOrName });
  const row = byId ?? (await rowsOf(db).whereRaw('folded_name = ?', [folded(idOrName)]))[0];
  if (row !== undefined) return row;
  throw databaseProblem('rejected', {
    de: `Es gibt keine Verbindung „${idOrName}“. „connections list“ zeigt alle.`,
    en: `There is no connection "${idOrName}". "connections list" shows all of them.`,
  });
}

/** Not `lower()`: whether that knows umlauts depends on how somebody else set the server up. */
function folded(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}

function foldedName({ name }: ConnectionChanges): { readonly folded_name?: string } {
  return name === undefined ? {} : { folded_name: folded(name) };
}
