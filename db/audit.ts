import type { Knex } from 'knex';
import { instantOf } from '../mappings/values.js';
import type { Instant } from '../mappings/values.js';
import { jsonText } from './json-text.js';

/** One change of a setting. Only columns that changed are named; a secret appears as `***`. */
export interface AuditLine {
  readonly id: number;
  readonly at: Instant;
  readonly who: string;
  /** As `connection:c4f0a`, `employee:17`, `pair:p81Zq`, `installation`. */
  readonly subject: string;
  readonly change: string;
  readonly before: AuditValues | null;
  readonly after: AuditValues | null;
}

export type AuditValues = Readonly<Record<string, unknown>>;

/** Remembers who changed what; nothing where both rows show the same. `before` is null for what is new. */
export async function writeAudit(
  db: Knex,
  entry: {
    readonly who: string;
    readonly subject: string;
    readonly change: string;
    readonly before: object | null;
    readonly after: object;
  },
): Promise<boolean> {
  const { who, subject, change } = entry;
  const before = new Map(Object.entries(entry.before ?? {}));
  const changed = Object.entries(entry.after).filter(
    ([column, value]) => JSON.stringify(before.get(column)) !== JSON.stringify(value),
  );
  if (changed.length === 0) return false;
  const columns = changed.map(([column]) => column);
  await db('abgleich.audit').insert({
    who,
    subject,
    change,
    before: entry.before === null ? null : jsonText(shown(columns, entry.before)),
    after: jsonText(shown(columns, entry.after)),
  });
  return true;
}

/** Newest first, at most `limit`. */
export async function readAudit(
  db: Knex,
  filter: { readonly subject?: string; readonly limit: number },
): Promise<readonly AuditLine[]> {
  const query = db<AuditRow>('abgleich.audit')
    .select('id', 'at', 'who', 'subject', 'change', 'before', 'after')
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.subject !== undefined) query.where({ subject: filter.subject });
  return (await query).map((row) => ({ ...row, at: instantOf(row.at.getTime()) }));
}

type AuditRow = Omit<AuditLine, 'at'> & { readonly at: Date };

const SECRETS: ReadonlySet<string> = new Set(['secret', 'proxy_secret']);

function shown(columns: readonly string[], row: object): AuditValues {
  const values = new Map<string, unknown>(Object.entries(row));
  return Object.fromEntries(
    columns.map((column) => {
      const value = values.get(column) ?? null;
      return [column, SECRETS.has(column) && value !== null ? '***' : value];
    }),
  );
}
