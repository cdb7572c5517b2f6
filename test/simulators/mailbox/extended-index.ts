import type { ExtendedProperty } from './properties.js';
import type { StoredItem } from './stored-item.js';

/**
 * Finds items by the value of an extended property without looking at all items; masters and singles only. Texts
 * compare without case, as a search in Exchange does: keys that differ in case alone are both found.
 */
export class ExtendedIndex {
  private readonly byKey = new Map<string, Map<string, Set<StoredItem>>>();

  find(key: string, value: string): ReadonlySet<StoredItem> {
    return this.byKey.get(key)?.get(value.toLowerCase()) ?? NOTHING;
  }

  put(item: StoredItem, extended: ReadonlyMap<string, ExtendedProperty>): void {
    for (const [key, { value }] of extended) {
      if (typeof value === 'string') this.bucket(key, value.toLowerCase()).add(item);
    }
  }

  drop(item: StoredItem, extended: ReadonlyMap<string, ExtendedProperty>): void {
    for (const [key, { value }] of extended) {
      if (typeof value === 'string') this.byKey.get(key)?.get(value.toLowerCase())?.delete(item);
    }
  }

  private bucket(key: string, value: string): Set<StoredItem> {
    const values = this.byKey.get(key) ?? new Map<string, Set<StoredItem>>();
    this.byKey.set(key, values);
    const items = values.get(value) ?? new Set<StoredItem>();
    values.set(value, items);
    return items;
  }
}

const NOTHING: ReadonlySet<StoredItem> = new Set();
