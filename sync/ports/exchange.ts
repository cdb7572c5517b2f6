import type { EmailAddress, Instant } from '../../mappings/values.js';
import type { Answer } from './failure.js';

/** A mailbox that the service account works in by impersonation. */
export interface Mailbox {
  readonly address: EmailAddress;
  /** What `address` is: a mail address unless it says `upn`, the name by which the owner signs in (feature A8). */
  readonly namedBy?: 'upn' | undefined;
}

/** One item in one state. `version` says "another state", never "newer" (EWS: ChangeKey). */
export interface ItemRef {
  readonly id: string;
  readonly version: string;
}

/** A folder of a pair. `cursor` continues its change feed; null = from the beginning. */
export interface FolderCursor {
  readonly folderId: string;
  readonly cursor: string | null;
}

/** What a feed says about one item. It carries no content but the mark and whether the item is private. */
export type ItemChange =
  | {
      readonly kind: 'seen';
      readonly ref: ItemRef;
      readonly mark: string | null;
      /** null where the protocol did not say; then it must be read before anything of it is kept. */
      readonly isPrivate: boolean | null;
    }
  /** Not in this folder any more; whether it was deleted is a question of its own (rule 5). */
  | { readonly kind: 'vanished'; readonly id: string };

export interface ItemChangePage {
  readonly changes: readonly ItemChange[];
  readonly cursor: string;
  readonly isLast: boolean;
}

/** An item as it was read, in the words of its kind. */
export interface ItemSeen<Item> {
  readonly ref: ItemRef;
  readonly folderId: string | null;
  readonly mark: string | null;
  readonly item: Item;
}

/**
 * Whom Exchange tells of a write, once and from this mailbox; left out = nobody. `only`: these alone, who have just come
 * onto the list, since no update can be sent to some of the attendees (evidence B 10c).
 */
export type Telling = 'everybody' | { readonly only: readonly EmailAddress[] };

export interface ItemCreate<Patch> {
  readonly folderId: string;
  readonly mark: string;
  readonly patch: Patch;
  readonly tell?: 'everybody';
}

export interface ItemUpdate<Patch> {
  readonly ref: ItemRef;
  /** null = only the mark is written. */
  readonly patch: Patch | null;
  /** null = the mark stays as it is. */
  readonly mark: string | null;
  readonly tell?: Telling;
  /**
   * Original starts, as the pattern has them after this write, of the occurrences whose attendees are told what the patch makes
   * of them: of nothing else, and of no other occurrence. One that the patch leaves as it is tells nobody.
   */
  readonly tellOf?: readonly Instant[];
}

export interface ItemRemove {
  readonly ref: ItemRef;
  readonly mark: string;
  /** The attendees that the meeting is called off. */
  readonly tell?: 'everybody';
}

/** An item among the deleted ones that shall lie in a folder again. */
export interface ItemBringBack {
  readonly ref: ItemRef;
  readonly folderId: string;
}

/** Where an item with a key was found: in the folder asked for, in a deleted-items folder, or in any other. */
export interface ItemFound {
  readonly key: string;
  readonly mark: string;
  readonly ref: ItemRef;
  readonly place: 'inFolder' | 'deleted' | 'elsewhere';
}

/**
 * What the engine asks of Exchange for one kind, whichever protocol answers.
 *
 * Promises, checked for every implementation by test/contracts/exchange-port.ts:
 *  - Batches answer per entry and in order; a call throws `ConnectorFailure` only where nothing is known about any entry.
 *  - `changesSince` may repeat a change; it never skips one. A cursor that cannot be continued fails as `cursorExpired`.
 *  - `read` shows for a series the exceptions with their own fields; an item that is not there fails as `gone`.
 *  - No write sends a mail unless it says whom to tell; then each of those gets one, and nobody else. What fails may have
 *    been told all the same: only its caller can see to it that it is not told twice.
 *  - `create` never searches; the mark is on the item from its first moment.
 *  - `update` on an outdated `ref.version` fails as `stale` and writes nothing; it keeps every field
 *    that the patch does not name, and brings about the exceptions the patch lists, also those that a changed pattern wipes.
 *  - `update` that ticks off what comes again may answer with the item that was born of it (protocol fact 74).
 *  - `remove` of an outdated version fails as `stale` and removes nothing; of an item that is gone it succeeds;
 *    what it removes lies in Deleted Items afterwards.
 *  - `bringBack` moves a removed item back as it is, mark included; it may have another id afterwards. It sends no mail; one
 *    that is not there any more fails as `gone`.
 *  - `findByKey` finds an item by its mark wherever it lies in the mailbox, and what was deleted also where a copy with the
 *    same mark lies in the folder.
 *  - Every call ends within the write time-out it was built with, or fails as `unreachable`; a write that failed so may
 *    still take effect until twice that time has passed.
 */
export interface ExchangePort<Item, Patch> {
  /** How far the server's clock was seen to be ahead of ours; null = not measured. Left out: it has our clock (rule 16). */
  clockOffsetMs?(): number | null;
  /** The folders of this kind that a new pair starts with, the default one first. */
  folders(mailbox: Mailbox, signal: AbortSignal): Promise<readonly string[]>;
  changesSince(mailbox: Mailbox, from: FolderCursor, signal: AbortSignal): Promise<ItemChangePage>;
  read(
    mailbox: Mailbox,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly Answer<ItemSeen<Item>>[]>;
  create(
    mailbox: Mailbox,
    entries: readonly ItemCreate<Patch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<ItemRef>[]>;
  update(
    mailbox: Mailbox,
    entries: readonly ItemUpdate<Patch>[],
    signal: AbortSignal,
  ): Promise<readonly Answer<ItemRef>[]>;
  remove(
    mailbox: Mailbox,
    entries: readonly ItemRemove[],
    signal: AbortSignal,
  ): Promise<readonly Answer<null>[]>;
  bringBack(
    mailbox: Mailbox,
    entries: readonly ItemBringBack[],
    signal: AbortSignal,
  ): Promise<readonly Answer<null>[]>;
  findByKey(
    mailbox: Mailbox,
    search: { readonly folderId: string; readonly keys: readonly string[] },
    signal: AbortSignal,
  ): Promise<readonly ItemFound[]>;
}
