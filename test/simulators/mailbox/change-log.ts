import type { StoredItem } from './stored-item.js';

/**
 * What changed in one folder, by change number, so that a client's question costs what changed and not what
 * is there. Old entries stay until the log is twice as long as needed.
 */
export class ChangeLog {
  private entries: LogEntry[] = [];
  private superseded = 0;

  /** How many entries are kept, superseded ones included. */
  get size(): number {
    return this.entries.length;
  }

  /** The change number of the newest entry, 0 without any. */
  get lastSeq(): number {
    return this.entries.at(-1)?.seq ?? 0;
  }

  /** The item changed (or came); its `changedSeq` is already the new number and grows from call to call. */
  changed(item: StoredItem, isNew: boolean): void {
    this.entries.push({ seq: item.changedSeq, id: item.id, entered: item.enteredSeq, item });
    if (!isNew) this.noteSuperseded();
  }

  /** The item left the folder; `entered` is when it had come. */
  gone(id: string, entered: number, seq: number): void {
    this.entries.push({ seq, id, entered, item: null });
    this.noteSuperseded();
  }

  /**
   * Net changes with numbers above `low` and up to `high`, the newest first (fact 21), as far as `limit`.
   * `next` is the `high` to go on with, null when everything was handed out.
   */
  between(range: LogRange, limit: number): { found: NetChange[]; next: number | null } {
    const found: NetChange[] = [];
    for (let at = this.firstAbove(range.high) - 1; at >= 0; at--) {
      const entry = this.entries[at];
      if (!entry || entry.seq <= range.low) break;
      const change = netChange(entry, range);
      if (!change) continue;
      if (found.length === limit) return { found, next: entry.seq };
      found.push(change);
    }
    return { found, next: null };
  }

  /** What must be kept of items that are no longer there. */
  tombstones(): Tombstone[] {
    return this.entries.flatMap(({ item, id, entered, seq }) =>
      item ? [] : [{ id, entered, seq }],
    );
  }

  /** Rebuilds the log of a folder that was loaded from a file. */
  restore(items: readonly StoredItem[], tombstones: readonly Tombstone[]): void {
    const alive = items.map((item) => ({
      seq: item.changedSeq,
      id: item.id,
      entered: item.enteredSeq,
      item,
    }));
    const dead = tombstones.map((tombstone) => ({ ...tombstone, item: null }));
    this.entries = [...alive, ...dead].sort((left, right) => left.seq - right.seq);
    this.superseded = 0;
  }

  private noteSuperseded(): void {
    this.superseded++;
    if (this.superseded < 1000 || this.superseded < this.entries.length / 2) return;
    this.entries = this.entries.filter(isCurrent);
    this.superseded = 0;
  }

  private firstAbove(seq: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.seq ?? Infinity) <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface LogEntry {
  readonly seq: number;
  readonly id: string;
  readonly entered: number;
  /** null = it is gone. */
  readonly item: StoredItem | null;
}

export interface Tombstone {
  readonly id: string;
  readonly entered: number;
  readonly seq: number;
}

/** `known`: the client has heard of items that came up to this number. */
export interface LogRange {
  readonly known: number;
  readonly low: number;
  readonly high: number;
}

export type NetChange =
  | { readonly kind: 'Create' | 'Update' | 'ReadFlagChange'; readonly item: StoredItem }
  | { readonly kind: 'Delete'; readonly id: string };

/** An entry is the last word on its item only if nothing newer was logged for it. */
function isCurrent({ item, id, seq }: LogEntry): boolean {
  return item === null || (item.id === id && item.changedSeq === seq);
}

function netChange(entry: LogEntry, { known, low }: LogRange): NetChange | null {
  if (!isCurrent(entry)) return null;
  // Within a reading of several pages, what came after its start may have been handed out already.
  if (entry.item === null) {
    return entry.entered <= Math.max(known, low) ? { kind: 'Delete', id: entry.id } : null;
  }
  const { item } = entry;
  if (entry.entered > known) return { kind: 'Create', item };
  const isReadFlag = (item.contentSeq ?? item.changedSeq) <= low;
  return { kind: isReadFlag ? 'ReadFlagChange' : 'Update', item };
}
