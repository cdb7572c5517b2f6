import type {
  ExchangePort,
  FolderCursor,
  ItemBringBack,
  ItemChange,
  ItemChangePage,
  ItemCreate,
  ItemFound,
  ItemRef,
  ItemRemove,
  ItemSeen,
  ItemUpdate,
  Mailbox,
} from '../../../sync/ports/exchange.js';
import type { Answer } from '../../../sync/ports/failure.js';
import { answered, ConnectorFailure, failed } from '../../../sync/ports/failure.js';

export type Place = 'calendar' | 'deleted' | 'other';

/** An item as it lies in the mailbox. */
export interface Lying<I> {
  readonly id: string;
  readonly version: string;
  readonly mark: string | null;
  readonly place: Place;
  readonly item: I;
  readonly isPrivate?: boolean;
}

/**
 * The smallest mailbox for items of any kind, with the habits of Exchange that matter to the engine: ids change on move, copies
 * carry marks. A kind says what is its own.
 */
export abstract class TableExchange<I extends object, P extends object> implements ExchangePort<
  I,
  P
> {
  writes = 0;
  /** What we wrote, oldest first; marks alone do not count. */
  readonly patches: P[] = [];
  /** Understood, and refused for good. */
  refusesUpdates = false;
  refusesRemovals = false;
  refusals = 0;
  /** Changes per page of the feed. */
  pageSize = 3;
  private readonly items = new Map<string, Lying<I>>();
  private readonly log: string[] = [];
  private counter = 0;

  protected readonly refuses: (patch: P | null) => boolean = () => this.refusesUpdates;

  /** What a new item shows where nothing is said of it. */
  protected abstract blank(): I;

  add(item: I): string {
    return this.put({ mark: null, place: 'calendar', item });
  }

  edit(id: string, change: P): void {
    this.write(this.the(id), change, null);
  }

  turnPrivate(id: string): void {
    this.keep({ ...this.the(id), version: this.next('v'), isPrivate: true });
  }

  turnPublic(id: string): void {
    this.keep({ ...this.the(id), version: this.next('v'), isPrivate: false });
  }

  copy(id: string): string {
    const { mark, item } = this.the(id);
    return this.put({ mark, place: 'calendar', item });
  }

  /** A move is copy and delete: the item has another id afterwards. */
  move(id: string, place: Place): string {
    const { mark, item } = this.the(id);
    this.purge(id);
    return this.put({ mark, place, item });
  }

  /** Gone for good, as after retention. */
  purge(id: string): void {
    this.items.delete(id);
    this.log.push(id);
  }

  /** The mailbox was moved by a tool that takes no marks along. */
  loseMarks(): void {
    for (const [id, item] of this.items) this.items.set(id, { ...item, mark: null });
  }

  async folders(): Promise<readonly string[]> {
    return ['calendar'];
  }

  async changesSince(_mailbox: Mailbox, from: FolderCursor): Promise<ItemChangePage> {
    const start = from.cursor === null ? 0 : Number(from.cursor);
    const end = Math.min(start + this.pageSize, this.log.length);
    const changes = [...new Set(this.log.slice(start, end))].map((id) => this.changeOf(id));
    return { changes, cursor: String(end), isLast: end === this.log.length };
  }

  async read(_mailbox: Mailbox, ids: readonly string[]): Promise<readonly Answer<ItemSeen<I>>[]> {
    return ids.map((id) => {
      const found = this.items.get(id);
      if (!found) return failed(new ConnectorFailure('gone', 'no such item'));
      const { place: folderId, mark, item } = found;
      return answered({ ref: refOf(found), folderId, mark, item });
    });
  }

  async create(
    _mailbox: Mailbox,
    entries: readonly ItemCreate<P>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ mark, patch }) => {
      this.writes += 1;
      this.patches.push(patch);
      const item = this.patched(this.blank(), patch);
      return answered(refOf(this.the(this.put({ mark, place: 'calendar', item }))));
    });
  }

  async update(
    _mailbox: Mailbox,
    entries: readonly ItemUpdate<P>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ ref, patch, mark }) => {
      if (this.refuses(patch)) return this.refused('the server does not take it');
      const item = this.items.get(ref.id);
      if (!item) return failed(new ConnectorFailure('gone', 'no such item'));
      if (item.version !== ref.version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
      if (patch !== null) this.patches.push(patch);
      return answered(refOf(this.the(this.write(item, patch, mark))));
    });
  }

  async remove(
    _mailbox: Mailbox,
    entries: readonly ItemRemove[],
  ): Promise<readonly Answer<null>[]> {
    return entries.map(({ ref, mark }) => {
      if (this.refusesRemovals) return this.refused('the server does not delete it');
      const item = this.items.get(ref.id);
      if (!item) return answered(null);
      if (item.version !== ref.version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
      this.keep({ ...item, mark });
      this.move(ref.id, 'deleted');
      return answered(null);
    });
  }

  async bringBack(
    _mailbox: Mailbox,
    entries: readonly ItemBringBack[],
  ): Promise<readonly Answer<null>[]> {
    return entries.map(({ ref }) => {
      if (!this.items.has(ref.id)) return failed(new ConnectorFailure('gone', 'no such item'));
      this.writes += 1;
      this.move(ref.id, 'calendar');
      return answered(null);
    });
  }

  async findByKey(
    _mailbox: Mailbox,
    { keys }: { readonly keys: readonly string[] },
  ): Promise<readonly ItemFound[]> {
    const found: ItemFound[] = [];
    for (const item of this.items.values()) {
      const key = item.mark?.split('.')[0] ?? '';
      if (item.mark === null || !keys.includes(key)) continue;
      found.push({ key, mark: item.mark, ref: refOf(item), place: PLACES[item.place] });
    }
    return found;
  }

  protected lyingIn(place: Place): readonly Lying<I>[] {
    return [...this.items.values()].filter((item) => item.place === place);
  }

  /** What the server makes of an item that is written. */
  protected patched(item: I, patch: P | null): I {
    return { ...item, ...patch };
  }

  /** Also what is left of it by itself; answers with the id that an update names. */
  protected write(before: Lying<I>, patch: P | null, mark: string | null): string {
    const item = this.patched(before.item, patch);
    this.keep({ ...before, version: this.next('v'), mark: mark ?? before.mark, item });
    return before.id;
  }

  protected keep(item: Lying<I>): void {
    this.items.set(item.id, item);
    this.log.push(item.id);
  }

  protected the(id: string): Lying<I> {
    const item = this.items.get(id);
    if (!item) throw new Error(`no item ${id}`);
    return item;
  }

  protected next(letter: string): string {
    this.counter += 1;
    return `${letter}${String(this.counter)}`;
  }

  private refused(why: string): Answer<never> {
    this.refusals += 1;
    return failed(new ConnectorFailure('rejected', why));
  }

  private changeOf(id: string): ItemChange {
    const item = this.items.get(id);
    if (item?.place !== 'calendar') return { kind: 'vanished', id };
    return { kind: 'seen', ref: refOf(item), mark: item.mark, isPrivate: item.isPrivate ?? false };
  }

  private put(item: Pick<Lying<I>, 'mark' | 'place' | 'item'>): string {
    const id = this.next('I');
    this.keep({ id, version: this.next('v'), ...item });
    return id;
  }
}

const PLACES: Record<Place, ItemFound['place']> = {
  calendar: 'inFolder',
  deleted: 'deleted',
  other: 'elsewhere',
};

function refOf({ id, version }: Pick<Lying<unknown>, 'id' | 'version'>): ItemRef {
  return { id, version };
}
