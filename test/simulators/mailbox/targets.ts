/** How a request names what it means (fact 50). */
export type ItemTarget =
  | { readonly kind: 'item'; readonly id: string; readonly changeKey: string | null }
  | {
      readonly kind: 'occurrence';
      readonly masterId: string;
      readonly index: number;
      readonly changeKey: string | null;
    }
  | { readonly kind: 'master'; readonly occurrenceId: string; readonly changeKey: string | null };

/** An item by its id, without a change key. */
export function itemTarget(id: string, changeKey: string | null = null): ItemTarget {
  return { kind: 'item', id, changeKey };
}
