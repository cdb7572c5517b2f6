import { extendedKey } from '../simulators/mailbox/extended.js';
import { MARK_PATH } from '../simulators/memory-exchange.js';
import type { Violation } from './check.js';
import type { Firm, Person } from './firm.js';
import type { Oracle } from './oracle.js';
import { itemsOf } from './sight.js';

interface Watch {
  readonly firm: Firm;
  readonly oracle: Oracle;
  readonly person: Person;
}

/** What must hold of each write before it takes effect: its direction, and that somebody deleted what is removed. */
export function watchWrites(
  watch: Watch,
  name: string,
  entries: readonly unknown[],
): readonly Violation[] {
  if (entries.length === 0) return [];
  const { direction } = watch.person.setup;
  const isContent = name !== 'exchange.update' || entries.some((one) => hasPatch(one));
  const isWrongWay =
    (direction === 'toExchange' && name.startsWith('erp.')) ||
    (direction === 'toErp' && name.startsWith('exchange.') && isContent);
  const found: Violation[] = [];
  if (isWrongWay) found.push({ rule: '12 direction', detail: `${name} of ${watch.person.name}` });
  found.push(...protectedFromExchange(watch, name, entries));
  if (!name.endsWith('.remove')) return found;
  for (const entry of entries) {
    const tag = removedTag(watch, name, entry);
    if (tag === null || watch.oracle.things.get(tag)?.deletes !== 0) continue;
    found.push({ rule: '9 delete safety', detail: `${name} ${tag} of ${watch.person.name}` });
  }
  return found;
}

/** A meeting that is protected is the ERP's: of what Exchange knows it takes who takes part, and how they answered. */
function protectedFromExchange(
  { firm, person }: Watch,
  name: string,
  entries: readonly unknown[],
): readonly Violation[] {
  if (firm.setup.meetings !== 'protected' || !name.startsWith('erp.')) return [];
  return entries.flatMap((entry) => {
    const { id, patch = {} } = entry as { readonly id?: string; readonly patch?: object };
    const row = firm.erp.rows.find((one) => one.id === id);
    if (row?.record.isMeeting !== true) return [];
    const changed = Object.keys(patch).filter((field) => field !== 'participants');
    if (name !== 'erp.remove' && changed.length === 0) return [];
    const detail = `${name} ${row.record.location} of ${person.name}: ${changed.join(', ')}`;
    return [{ rule: '12 protected meeting', detail }];
  });
}

function hasPatch(entry: unknown): boolean {
  return (entry as { readonly patch: unknown }).patch !== null;
}

/** The tag of what a remove takes away; null where it is our own twin, not there, or refused because it has changed. */
function removedTag({ firm, person }: Watch, name: string, entry: unknown): string | null {
  if (name === 'erp.remove') {
    const { id, version } = entry as { readonly id: string; readonly version: string };
    const row = firm.erp.rows.find((one) => one.id === id && one.version === version);
    return row?.record.location ?? null;
  }
  const { ref } = entry as { readonly ref: { readonly id: string } };
  const items = itemsOf(firm, person);
  const item = items.find((one) => one.id === ref.id);
  if (item === undefined) return null;
  const tag = item.properties.Location ?? '';
  const markOf = (one: typeof item): unknown => one.extended.get(extendedKey(MARK_PATH))?.value;
  const isTwin = items.some(
    (one) => one !== item && one.properties.Location === tag && markOf(one) !== undefined,
  );
  return isTwin ? null : tag;
}
