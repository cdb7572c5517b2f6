import { element, type Xml } from './xml-writer.js';

/**
 * How a request names an item: by its own id, or an occurrence by its master and its place in the pattern, counted from 1
 * with deleted ones included (protocol fact 50). `changeKey` null where the request only reads.
 */
export type ItemAddress =
  | { readonly kind: 'item'; readonly id: string; readonly changeKey: string | null }
  | { readonly kind: 'occurrence'; readonly masterId: string; readonly index: number };

/** An item by its id alone. */
export function itemAt(id: string): ItemAddress {
  return { kind: 'item', id, changeKey: null };
}

export function writeAddress(address: ItemAddress): Xml {
  if (address.kind === 'occurrence') {
    const { masterId, index } = address;
    return element('t:OccurrenceItemId', {
      RecurringMasterId: masterId,
      InstanceIndex: String(index),
    });
  }
  const { id, changeKey } = address;
  return element('t:ItemId', changeKey === null ? { Id: id } : { Id: id, ChangeKey: changeKey });
}
