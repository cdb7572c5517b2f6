import type { Side } from '../../ports/store.js';

/** By what a record and an item were found to be one thing. */
export type PairedBy = 'key' | 'uid' | 'content';

/** What a pairing found, for whoever asked for it. Ids only. */
export interface PairingNotes {
  readonly paired: { readonly by: PairedBy; readonly recordId: string; readonly itemId: string }[];
  /** Linked, not the same, and neither side will be changed: an administrator decides, or nobody moved it since. */
  readonly differing: {
    readonly recordId: string;
    readonly itemId: string;
    /** One of `Reason`; null = neither was changed since both last agreed. */
    readonly reason: string | null;
  }[];
  readonly unpaired: { readonly side: Side; readonly id: string; readonly reason: string }[];
}

export function emptyNotes(): PairingNotes {
  return { paired: [], differing: [], unpaired: [] };
}
