import { extendedKey } from '../simulators/mailbox/extended.js';
import { MARK_PATH } from '../simulators/memory-exchange.js';
import type { Violation } from './violation.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';
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
  if (name === 'erp.create') for (const entry of entries) noteMaker(watch, entry as ErpWrite);
  found.push(...protectedFromExchange(watch, name, entries));
  if (!name.endsWith('.remove')) return found;
  for (const entry of entries) {
    const tag = removedTag(watch, name, entry);
    if (tag === null || watch.oracle.things.get(tag)?.deletes !== 0) continue;
    found.push({ rule: '9 delete safety', detail: `${name} ${tag} of ${watch.person.name}` });
  }
  return found;
}

interface ErpWrite {
  readonly id?: string;
  readonly patch?: Readonly<Record<string, unknown>>;
}

/** A meeting that is protected is the ERP's: of what Exchange knows it takes who takes part, and how they answered. */
function protectedFromExchange(
  watch: Watch,
  name: string,
  entries: readonly unknown[],
): readonly Violation[] {
  const { firm, person } = watch;
  if (firm.setup.meetings !== 'protected' || !name.startsWith('erp.')) return [];
  return entries.flatMap((entry) => {
    const { id, patch = {} } = entry as ErpWrite;
    const row = firm.erp.rows.find((one) => one.id === id);
    if (row?.record.isMeeting !== true) return [];
    const changed = Object.keys(patch).filter((field) => field !== 'participants');
    if (name !== 'erp.remove' && changed.length === 0) return [];
    if (name === 'erp.update' && isTakeOver(watch, row.record.location, changed)) return [];
    const detail = `${name} ${row.record.location} of ${person.name}: ${changed.join(', ')}`;
    return [{ rule: '12 protected meeting', detail }];
  });
}

function noteMaker({ oracle, person }: Watch, { patch = {} }: ErpWrite): void {
  const { location } = patch;
  const thing = typeof location === 'string' ? oracle.things.get(location) : undefined;
  if (thing?.isMeeting === true && thing.story.host !== person.name) thing.story.isOfCopy = true;
}

/** What a copy of it had made is the organiser's once their mailbox is read, but for what the ERP's people have changed since. */
function isTakeOver({ oracle, person }: Watch, tag: string, changed: readonly string[]): boolean {
  const story = oracle.things.get(tag)?.story;
  if (story?.isOfCopy !== true || story.host !== person.name) return false;
  const edited = [...story.lastEdits.keys()].filter((path) => path.startsWith('erp '));
  return !changed.some((name) =>
    edited.some((path) => path.startsWith(`erp ${FIELD_OF[name] ?? name}`)),
  );
}

const FIELD_OF: Readonly<Record<string, string>> = {
  title: 'subject',
  rrule: 'series',
  reminderMinutes: 'reminder',
  priorityId: 'importance',
};

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
