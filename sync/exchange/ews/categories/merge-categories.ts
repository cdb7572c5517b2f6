import type { Category, MergedCategory, WantedCategory } from '../../../ports/categories.js';
import { answered, ConnectorFailure, failed } from '../../../ports/failure.js';
import type { Answer, Sentence } from '../../../ports/failure.js';
import type { CategoryDocument, CategoryEdit, CategoryEntry } from './category-document.js';
import { editDocument } from './category-document.js';
import { colourNumber, colourOf } from './category-colours.js';
import { nameFault, sameNameKey } from './category-names.js';
import { NAME_TWICE } from './category-sentences.js';

/** What a merge needs from outside. */
export interface MergeContext {
  /** UTC with `Z`. */
  readonly now: string;
  /** A fresh id in the form of the list. */
  readonly newId: () => string;
}

/** The document after a merge; `text` is the old one where nothing changes. */
export interface Merge {
  readonly text: string;
  readonly answers: readonly Answer<MergedCategory>[];
}

/** The entries of a document in our words. */
export function categoriesOf({ entries }: CategoryDocument): readonly Category[] {
  return entries.map(({ attributes }) => ({
    name: attributes['name'] ?? '',
    colour: colourOf(attributes['color'] ?? ''),
    id: attributes['guid'] ?? null,
  }));
}

/**
 * Puts the wanted entries into a list.
 *
 *                      entry with that name      no such name
 *   entry with the id  the one with the name     renamed
 *   no such id         that entry                added
 *
 * The entry that is found gets the wanted colour. An entry is never renamed onto a name that another one has: the list
 * would hold it twice, and the colour of items would depend on chance.
 */
export function mergeCategories(
  document: CategoryDocument,
  wanted: readonly WantedCategory[],
  context: MergeContext,
): Merge {
  const edits: CategoryEdit[] = [];
  const added: Record<string, string>[] = [];
  const faults = faultsOf(wanted);
  const found = assign(
    document,
    wanted.filter((_one, at) => faults[at] === null),
  );
  const answers = wanted.map((one, at): Answer<MergedCategory> => {
    const fault = faults[at] ?? null;
    if (fault !== null) return failed(refusal(one.name, fault));
    const entry = found.get(one);
    if (entry === undefined) {
      const attributes = newEntry(one, document, context);
      added.push(attributes);
      return answered({ id: attributes['guid'] ?? '', outcome: 'added' });
    }
    const set = changesOf(entry, one, context);
    const id = set['guid'] ?? entry.attributes['guid'] ?? '';
    if (Object.keys(set).length === 0) return answered({ id, outcome: 'unchanged' });
    edits.push({ entry, set });
    return answered({ id, outcome: 'changed' });
  });
  const isSame = edits.length === 0 && added.length === 0;
  const change = { edits, added, savedAt: context.now };
  return { text: isSame ? document.text : editDocument(document, change), answers };
}

function faultsOf(wanted: readonly WantedCategory[]): readonly (Sentence | null)[] {
  const seen = new Set<string>();
  return wanted.map(({ name }) => {
    const key = sameNameKey(name);
    const fault = nameFault(name) ?? (seen.has(key) ? NAME_TWICE : null);
    seen.add(key);
    return fault;
  });
}

/** Which entry is meant by which wanted one: all names first, then ids among the entries that are left. */
function assign(
  { entries }: CategoryDocument,
  wanted: readonly WantedCategory[],
): ReadonlyMap<WantedCategory, CategoryEntry> {
  const found = new Map<WantedCategory, CategoryEntry>();
  const free = new Set(entries);
  const take = (one: WantedCategory, isMeant: (entry: CategoryEntry) => boolean): void => {
    const entry = found.has(one) ? undefined : [...free].find(isMeant);
    if (entry === undefined) return;
    found.set(one, entry);
    free.delete(entry);
  };
  for (const one of wanted) {
    const key = sameNameKey(one.name);
    take(one, ({ attributes }) => sameNameKey(attributes['name'] ?? '') === key);
  }
  for (const one of wanted) {
    const id = one.id === null ? null : idKey(one.id);
    take(one, ({ attributes }) => idKey(attributes['guid'] ?? '') === id);
  }
  return found;
}

/** Braces and case mean nothing in an id. */
function idKey(id: string): string {
  return id.replace(/[{}\s]/g, '').toLowerCase();
}

function changesOf(
  { attributes }: CategoryEntry,
  { name, colour }: WantedCategory,
  { now, newId }: MergeContext,
): Record<string, string> {
  const isRenamed = sameNameKey(attributes['name'] ?? '') !== sameNameKey(name);
  const isRecoloured = colourOf(attributes['color'] ?? '') !== colour;
  return {
    ...(isRenamed ? { name: name.trim() } : {}),
    ...(isRecoloured ? { color: colourNumber(colour) } : {}),
    ...(attributes['guid'] === undefined ? { guid: newId() } : {}),
    // Who merges two copies of a list takes the entry that was touched last (MS-OXOCFG 3.1.4.2.3).
    ...(isRenamed || isRecoloured ? { lastTimeUsed: now } : {}),
  };
}

/** An id of before comes back with its entry, unless another entry has it by now. */
function newEntry(
  { name, colour, id }: WantedCategory,
  { entries }: CategoryDocument,
  { now, newId }: MergeContext,
): Record<string, string> {
  const isTaken =
    id === null || entries.some(({ attributes }) => idKey(attributes['guid'] ?? '') === idKey(id));
  return {
    name: name.trim(),
    color: colourNumber(colour),
    keyboardShortcut: '0',
    usageCount: '0',
    lastTimeUsed: now,
    guid: isTaken ? newId() : id,
    renameOnFirstUse: '0',
  };
}

function refusal(name: string, sentence: Sentence): ConnectorFailure {
  return new ConnectorFailure('rejected', `${sentence.en} (${JSON.stringify(name)})`, {
    code: 'CategoryNameRefused',
    sentence,
  });
}
