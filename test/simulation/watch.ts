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
  if (!name.endsWith('.remove')) return found;
  for (const entry of entries) {
    const tag = removedTag(watch, name, entry);
    if (tag === null || watch.oracle.things.get(tag)?.deletes !== 0) continue;
    found.push({ rule: '9 delete safety', detail: `${name} ${tag} of ${watch.person.name}` });
  }
  return found;
}

function hasPatch(entry: unknown): boolean {
  return (entry as { readonly patch: unknown }).patch !== null;
}

/** The tag of what a remove takes away; null where it is our own twin, or not there. */
function removedTag({ firm, person }: Watch, name: string, entry: unknown): string | null {
  if (name === 'erp.remove') {
    const { id } = entry as { readonly id: string };
    return firm.erp.rows.find((row) => row.id === id)?.record.location ?? null;
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
