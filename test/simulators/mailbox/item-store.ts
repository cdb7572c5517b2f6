import type { NetChange } from './change-log.js';
import type { MailboxDump } from './dump.js';
import { dumpFolder, dumpItem, loadItem, plainFolderOf } from './dump.js';
import { ExtendedIndex } from './extended-index.js';
import { extendedKey } from './extended.js';
import { FolderTree } from './folders.js';
import type { Folder, FolderChange, FolderPlan } from './folders.js';
import type { MailboxHost } from './host.js';
import { mintChangeKey, mintId } from './ids.js';
import type { ExtendedPath, ItemKind } from './properties.js';
import { STANDARD_FOLDERS } from './standard-folders.js';
import { touchedBetween } from './merging.js';
import { placedItem, StoreEvents } from './store-events.js';
import type { ItemEvent, Placed } from './store-events.js';
import { renewKey } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import { formatSyncState, invalidSyncState, parseSyncState } from './sync-state.js';
import type { SyncState } from './sync-state.js';

/** One page of a folder's changes, the newest first. */
export interface SyncPage {
  readonly changes: readonly NetChange[];
  readonly syncState: string;
  readonly includesLastItemInRange: boolean;
}

/** What lies in one mailbox and what happened to it: ids, keys, folders and change feeds, but no calendar rules. */
export class ItemStore {
  readonly folders: FolderTree;
  /** For whoever tells clients what happens. */
  readonly events = new StoreEvents();
  private readonly guid: string;
  private readonly host: MailboxHost;
  private readonly items = new Map<number, StoredItem>();
  private readonly index = new ExtendedIndex();
  private counter = 0;
  private seq = 0;
  private keys = 0;
  private syncEpoch = 1;

  constructor(guid: string, host: MailboxHost) {
    this.guid = guid;
    this.host = host;
    this.folders = new FolderTree(guid);
    for (const { parent, ...plan } of STANDARD_FOLDERS) {
      const parentId = parent === null ? null : this.folders.named(parent).id;
      this.addFolder({ ...plan, parentId });
    }
  }

  addFolder(plan: FolderPlan): Folder {
    const folder = this.folders.add(plan, { counter: ++this.counter, seq: ++this.seq });
    this.events.raise({ what: 'folder', kind: 'created', now: folder, before: null });
    this.host.changed();
    return folder;
  }

  /**
   * A folder of people's changed: its key is renewed, and the hierarchy's feed tells of it. `movedFrom` is the
   * id of the parent it had until now, where that is another one.
   */
  touchFolder(folder: Folder, movedFrom: string | null): void {
    folder.changedSeq = ++this.seq;
    if (movedFrom !== null) folder.movedSeq = this.seq;
    folder.changeKey = mintChangeKey('Folder', ++this.keys);
    const before = movedFrom === null ? null : { ...folder, parentId: movedFrom };
    const kind = before ? 'moved' : 'modified';
    this.events.raise({ what: 'folder', kind, now: folder, before });
    this.host.changed();
  }

  /** Takes an empty folder away. */
  removeFolder(folder: Folder): void {
    this.folders.remove(folder, ++this.seq);
    this.events.raise({ what: 'folder', kind: 'deleted', now: folder, before: null });
    this.host.changed();
  }

  /** A number for an id, and a change key, of something beside the items (user configurations). */
  newIdentity(): { readonly counter: number; readonly changeKey: string } {
    const identity = {
      counter: ++this.counter,
      changeKey: mintChangeKey('Message', ++this.keys),
    };
    this.host.changed();
    return identity;
  }

  byCounter(counter: number): StoredItem | null {
    return this.items.get(counter) ?? null;
  }

  findByExtended(path: ExtendedPath, value: string): StoredItem[] {
    return [...this.index.find(extendedKey(path), value)];
  }

  add(
    folder: Folder,
    kind: ItemKind,
    { by, copyOf, ...content }: StoredContent & { by: string; copyOf?: StoredItem },
  ): StoredItem {
    const now = this.now();
    const counter = ++this.counter;
    const seq = ++this.seq;
    const item: StoredItem = {
      ...content,
      kind,
      id: mintId('item', this.guid, counter),
      counter,
      folderId: folder.id,
      changeKey: '',
      createdAt: now,
      modifiedAt: now,
      modifiedBy: by,
      enteredSeq: seq,
      changedSeq: seq,
      readsUntilBump: this.bumpDelay(),
    };
    renewKey(item, ++this.keys);
    this.put(item, folder);
    folder.log.changed(item, true);
    const before = copyOf ? placedItem(copyOf) : null;
    this.tell(before ? 'copied' : 'created', item, { before });
    return item;
  }

  /** Gives an item new content: a new key, and an entry in its folder's feed. */
  replace(item: StoredItem, content: StoredContent, by: string): void {
    const touched = touchedBetween(item, content);
    this.index.drop(item, item.extended);
    Object.assign(item, content);
    this.index.put(item, item.extended);
    item.modifiedAt = this.now();
    item.modifiedBy = by;
    item.readsUntilBump = this.bumpDelay();
    this.touch(item, touched);
  }

  /** A move is a copy and a delete: a new id, a Delete here and a Create there (facts 13, 25). */
  relocate(item: StoredItem, folder: Folder): void {
    const before = placedItem(item);
    this.detach(item);
    item.counter = ++this.counter;
    item.id = mintId('item', this.guid, item.counter);
    item.folderId = folder.id;
    item.enteredSeq = ++this.seq;
    item.changedSeq = item.enteredSeq;
    item.contentSeq = item.enteredSeq;
    if (!this.host.modes.moveKeepsChangeKey) renewKey(item, ++this.keys);
    this.put(item, folder);
    folder.log.changed(item, true);
    this.tell('moved', item, { before });
  }

  destroy(item: StoredItem): void {
    this.detach(item);
    this.tell('deleted', item);
  }

  /** Evidence A 14/16: some reads after a write the server changes the key by itself, content untouched. */
  noteRead(item: StoredItem): void {
    if (item.readsUntilBump === null) return;
    item.readsUntilBump--;
    if (item.readsUntilBump >= 0) return;
    item.readsUntilBump = null;
    this.touch(item, []);
  }

  /** Net changes of a folder since a state, the newest first (facts 17 to 24). */
  sync(folder: Folder, text: string | null, limit: number): SyncPage {
    const state = this.readState(folder.id, text);
    let range = state.high === state.low ? { ...state, high: this.seq, top: this.seq } : state;
    const page = folder.log.between(range, limit);
    while (page.next === null && range.top < this.seq && page.found.length < limit) {
      range = { ...range, low: range.top, high: this.seq, top: this.seq };
      const more = folder.log.between(range, limit - page.found.length);
      page.found.push(...more.found);
      page.next = more.next;
    }
    const isCaughtUp = page.next === null && range.top === this.seq;
    const pending = page.next ?? range.top;
    const low = page.next === null ? range.top : range.low;
    return {
      changes: page.found,
      syncState: formatSyncState(
        folder.id,
        isCaughtUp ? this.restingState() : { ...range, low, high: pending },
      ),
      includesLastItemInRange: isCaughtUp,
    };
  }

  /** What became of the folders below one since a state, and the state to go on with (fact 26). */
  syncHierarchy(scope: string, below: Folder, text: string | null): HierarchyPage {
    const name = `hierarchy:${scope}`;
    const { known } = this.readState(name, text);
    const changes = this.folders.changesBelow(below, known);
    return { changes, syncState: formatSyncState(name, this.restingState()) };
  }

  /** From now on no state handed out before is accepted. */
  invalidateSyncStates(): void {
    this.syncEpoch++;
    this.host.changed();
  }

  /** Everything as plain data. */
  dump(): MailboxDump {
    const { counter, seq, keys, syncEpoch } = this;
    const folders = this.folders.all().map(dumpFolder);
    return {
      counter,
      seq,
      keys,
      syncEpoch,
      folders,
      goneFolders: this.folders.tombstones(),
      items: [...this.items.values()].map(dumpItem),
    };
  }

  /**
   * Takes the place of what is here. `lostTail`: what came after the file was written is lost, so no id, key
   * or sync state from that time may come to mean something else.
   */
  load(dump: MailboxDump, lostTail: boolean): void {
    this.counter = dump.counter + (lostTail ? 1_000_000 : 0);
    this.keys = dump.keys + (lostTail ? 1_000_000 : 0);
    this.seq = dump.seq;
    this.syncEpoch = dump.syncEpoch + (lostTail ? 1 : 0);
    this.folders.replace(dump.folders.map(plainFolderOf), dump.goneFolders ?? []);
    this.items.clear();
    for (const item of dump.items.map(loadItem)) this.put(item, this.folders.get(item.folderId));
    for (const { id, tombstones } of dump.folders) {
      const folder = this.folders.get(id);
      folder.log.restore([...folder.items.values()], tombstones);
    }
  }

  private put(item: StoredItem, folder: Folder): void {
    this.items.set(item.counter, item);
    folder.items.set(item.id, item);
    this.index.put(item, item.extended);
  }

  private detach(item: StoredItem): void {
    const folder = this.folders.get(item.folderId);
    folder.items.delete(item.id);
    folder.log.gone(item.id, item.enteredSeq, ++this.seq);
    this.items.delete(item.counter);
    this.index.drop(item, item.extended);
    item.changedSeq = -1;
  }

  private touch(item: StoredItem, touched: readonly string[]): void {
    item.history = [...(item.history ?? []).slice(-7), { key: item.changeKey, touched }];
    const contentSeq = item.contentSeq ?? item.changedSeq;
    item.changedSeq = ++this.seq;
    const isReadFlag = touched.length === 1 && touched[0] === 'IsRead';
    item.contentSeq = isReadFlag ? contentSeq : item.changedSeq;
    renewKey(item, ++this.keys);
    this.folders.get(item.folderId).log.changed(item, false);
    this.tell('modified', item, { touched });
  }

  private tell(
    kind: ItemEvent['kind'],
    item: StoredItem,
    more: { readonly before?: Placed | null; readonly touched?: readonly string[] } = {},
  ): void {
    const { before = null, touched = [] } = more;
    const now = placedItem(item);
    this.events.raise({ what: 'item', kind, itemKind: item.kind, now, before, touched });
    this.host.changed();
  }

  private bumpDelay(): number | null {
    return this.host.modes.keysBump ? Math.floor(this.host.fraction() * 3) : null;
  }

  private readState(scope: string, text: string | null): SyncState {
    if (text === null || text === '') {
      return { epoch: this.syncEpoch, known: 0, low: 0, high: 0, top: 0 };
    }
    const state = parseSyncState(scope, text, this.syncEpoch);
    const isTooOld =
      this.host.modes.syncStateLoss > 0 && this.host.fraction() < this.host.modes.syncStateLoss;
    if (state.top > this.seq || isTooOld) throw invalidSyncState();
    return state;
  }

  private restingState(): SyncState {
    const { seq } = this;
    return { epoch: this.syncEpoch, known: seq, low: seq, high: seq, top: seq };
  }

  private now(): number {
    return Math.floor(this.host.nowMs() / 1000) * 1000;
  }
}

export interface HierarchyPage {
  readonly changes: readonly FolderChange[];
  readonly syncState: string;
}
