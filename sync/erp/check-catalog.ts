import type { Knex } from 'knex';
import type { CheckRow } from '../ports/erp.js';
import { bad, good } from './check-row.js';
import type { ContractType } from './contract-columns.js';
import { CONTRACT, SUPPORT } from './contract-columns.js';

/** One line per relation of the contract: is it there, with every column, each of its type? */
export async function checkRelations(db: Knex): Promise<readonly CheckRow[]> {
  const { rows } = await db.raw<{ rows: readonly ColumnRow[] }>(COLUMNS);
  const found = new Map(rows.map((row) => [`${row.relation}.${row.column}`, row.type]));
  return Object.entries(CONTRACT).map(([relation, { columns }]) => {
    const name = `erp.${relation}`;
    const wrong = Object.entries(columns).flatMap(([column, type]) =>
      problemOf(column, type, found.get(`${relation}.${column}`)),
    );
    if (wrong.length === 0)
      return good(name, { de: 'alle Spalten vorhanden', en: 'all columns there' });
    return bad(
      name,
      { de: wrong.map(({ de }) => de).join(', '), en: wrong.map(({ en }) => en).join(', ') },
      {
        de: `Tabelle oder Sicht ${name} ergänzen; \`abgleich erp contract\` beschreibt jede Spalte.`,
        en: `Complete the table or view ${name}; \`abgleich erp contract\` describes each column.`,
      },
    );
  });
}

interface ColumnRow {
  readonly relation: string;
  readonly column: string;
  readonly type: string;
}

const COLUMNS = `
  select c.relname as relation, a.attname as column,
         case when t.typcategory = 'S' then 'text'
              when t.typname in ('int2', 'int4') then 'integer'
              when t.typname = 'bool' then 'boolean'
              else t.typname
         end as type
    from pg_catalog.pg_attribute as a
    join pg_catalog.pg_class as c on c.oid = a.attrelid
    join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
    join pg_catalog.pg_type as t on t.oid = a.atttypid
   where n.nspname = 'erp' and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped`;

function problemOf(
  column: string,
  wanted: ContractType,
  found: string | undefined,
): readonly { readonly de: string; readonly en: string }[] {
  if (found === undefined) return [{ de: `${column} fehlt`, en: `${column} is missing` }];
  if (found === wanted) return [];
  return [
    {
      de: `${column} ist ${found} statt ${wanted}`,
      en: `${column} is ${found} instead of ${wanted}`,
    },
  ];
}

/** One line: what the user of this connection may not do, over all relations, and what cannot be written through. */
export async function checkRights(db: Knex): Promise<readonly CheckRow[]> {
  const wanted = [
    ...Object.entries(CONTRACT).map(([relation, { needs }]) => ({ relation, needs })),
    ...Object.entries(SUPPORT).map(([relation, needs]) => ({ relation, needs })),
  ].flatMap(({ relation, needs }) => needs.map((privilege) => ({ relation, privilege })));
  const { rows } = await db.raw<{ rows: readonly MissingRow[] }>(MISSING, {
    wanted: JSON.stringify(wanted),
  });
  const denied = rows.filter(({ granted }) => !granted);
  const unwritable = rows.filter(({ granted }) => granted);
  return [rightsRow(denied), writableRow(unwritable)];
}

interface MissingRow {
  readonly what: string;
  /** True where the right is there, and the view has no way to write it. */
  readonly granted: boolean;
  readonly who: string;
}

/** Bits of pg_relation_is_updatable: 4 UPDATE, 8 INSERT, 16 DELETE; it sees INSTEAD OF triggers. */
const MISSING = `
  with wanted as (
    select v.relation, v.privilege, to_regclass('erp.' || v.relation) as relid
      from json_to_recordset(:wanted) as v(relation text, privilege text)
  ), judged as (
    select w.privilege || ' erp.' || w.relation as what,
           has_table_privilege(w.relid, w.privilege) as granted,
           w.privilege = 'SELECT'
             or pg_relation_is_updatable(w.relid, true)
                & case w.privilege when 'UPDATE' then 4 when 'INSERT' then 8 else 16 end <> 0 as writable
      from wanted as w where w.relid is not null
  )
  select what, granted, current_user::text as who from judged where not (granted and writable) order by what`;

function rightsRow(denied: readonly MissingRow[]): CheckRow {
  if (denied.length === 0)
    return good('rights', { de: 'alle Rechte vorhanden', en: 'all rights there' });
  const list = denied.map(({ what }) => what).join(', ');
  const who = denied[0]?.who ?? '';
  return bad(
    'rights',
    { de: `Dem Benutzer ${who} fehlen: ${list}`, en: `The user ${who} lacks: ${list}` },
    {
      de: `Rechte vergeben: ${denied.map(grantOf).join(' ')}`,
      en: `Grant them: ${denied.map(grantOf).join(' ')}`,
    },
  );
}

function grantOf({ what, who }: MissingRow): string {
  const [privilege = '', relation = ''] = what.split(' ');
  return `grant ${privilege.toLowerCase()} on ${relation} to ${who};`;
}

function writableRow(unwritable: readonly MissingRow[]): CheckRow {
  if (unwritable.length === 0) {
    return good('writable', {
      de: 'alles beschreibbar, was geschrieben wird',
      en: 'all that is written can be',
    });
  }
  const list = unwritable.map(({ what }) => what).join(', ');
  return bad(
    'writable',
    { de: `Nicht beschreibbar: ${list}`, en: `Cannot be written: ${list}` },
    {
      de: 'Die Sichten brauchen dafür INSTEAD-OF-Trigger.',
      en: 'The views need INSTEAD OF triggers for that.',
    },
  );
}

/**
 * Triggers by name exist on the reference tables only; on views, the round trip shows whether changes are logged.
 * What can be said of both: a trigger that is switched off, and a table that can be emptied without a log row.
 */
export async function checkTriggers(db: Knex): Promise<readonly CheckRow[]> {
  const { rows } = await db.raw<{ rows: readonly TriggerRow[] }>(TRIGGERS, {
    relations: Object.keys(CONTRACT),
  });
  if (rows.length === 0) {
    return [good('triggers', { de: 'alle Trigger eingeschaltet', en: 'all triggers enabled' })];
  }
  return rows.map(({ relation, disabled }) =>
    disabled === null
      ? bad(
          'triggers',
          {
            de: `erp.${relation} lässt sich leeren (TRUNCATE), ohne dass es jemand merkt.`,
            en: `erp.${relation} can be emptied (TRUNCATE) without anybody noticing.`,
          },
          {
            de: `Trigger anlegen: create trigger log_truncate after truncate on erp.${relation} for each statement execute function … (er ruft erp.log_everything() auf).`,
            en: `Make a trigger: create trigger log_truncate after truncate on erp.${relation} for each statement execute function … (it calls erp.log_everything()).`,
          },
        )
      : bad(
          'triggers',
          {
            de: `Der Trigger ${disabled} auf erp.${relation} ist ausgeschaltet.`,
            en: `The trigger ${disabled} on erp.${relation} is switched off.`,
          },
          {
            de: `Einschalten mit: alter table erp.${relation} enable trigger ${disabled}; select erp.log_everything();`,
            en: `Switch it on with: alter table erp.${relation} enable trigger ${disabled}; select erp.log_everything();`,
          },
        ),
  );
}

interface TriggerRow {
  readonly relation: string;
  /** Name of a trigger that is off; null = there is none for TRUNCATE. */
  readonly disabled: string | null;
}

/** Bit 32 of tgtype says TRUNCATE. 'O' and 'A' fire in an ordinary session. */
const TRIGGERS = `
  with relations as (
    select c.oid, c.relname, c.relkind
      from pg_catalog.pg_class as c
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
     where n.nspname = 'erp' and c.relname = any (:relations)
  )
  select r.relname as relation, t.tgname as disabled
    from relations as r
    join pg_catalog.pg_trigger as t on t.tgrelid = r.oid
   where not t.tgisinternal and t.tgenabled not in ('O', 'A')
  union all
  select r.relname, null
    from relations as r
   where r.relkind in ('r', 'p')
     and (r.relname like 'appointment%' or r.relname = 'absences')
     and not exists (select from pg_catalog.pg_trigger as t where t.tgrelid = r.oid and t.tgtype & 32 <> 0)
   order by 1, 2`;
