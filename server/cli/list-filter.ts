import type { Abgleich } from '../wire.js';
import { findSynced } from './find-employee.js';
import type { Input } from './input.js';
import type { Session } from './verb.js';

const DEFAULT_LIMIT = 100;

/** The options by which every list of what happened is narrowed. */
export const LIST_OPTIONS = {
  employee: {
    value: 'ADDRESS|ID',
    help: { de: 'nur dieser Mitarbeiter.', en: 'only this employee.' },
  },
  record: {
    value: 'ID',
    help: { de: 'nur dieser Datensatz des ERP.', en: 'only this record of the ERP.' },
  },
  limit: {
    value: 'N',
    help: {
      de: 'höchstens so viele Zeilen (100; bis 1000).',
      en: 'at most so many lines (100; up to 1000).',
    },
  },
} as const;

/** For lists that can be leafed through. */
export const BEFORE_OPTION = {
  value: 'NUMBER',
  help: {
    de: 'nur ältere als die Zeile mit dieser Nummer, zum Blättern.',
    en: 'only lines older than the one of this number, for paging.',
  },
} as const;

interface ListFilter {
  readonly employeeId: string | undefined;
  readonly recordId: string | undefined;
  readonly limit: number;
  /** Undefined also where the list cannot be leafed through. */
  readonly before: number | undefined;
}

/** What was typed of them, the names of everybody who is synced, and what answers. An employee whom nobody knows is an `InputError`. */
export async function openList(
  input: Input,
  session: Session,
): Promise<{
  readonly abgleich: Abgleich;
  readonly filter: ListFilter;
  readonly nameOf: ReadonlyMap<string, string>;
}> {
  const recordId = input.text('record') ?? undefined;
  const before = input.whole('before', { min: 1, max: 999_999_999 }) ?? undefined;
  const limit = input.whole('limit', { min: 1, max: 1_000 }) ?? DEFAULT_LIMIT;
  const abgleich = await session.open();
  const typed = input.text('employee');
  const synced = await abgleich.employees.list();
  const employeeId = typed === null ? undefined : findSynced(synced, typed).id;
  const nameOf = new Map(synced.map(({ id, name }) => [id, name]));
  return { abgleich, filter: { employeeId, recordId, limit, before }, nameOf };
}
