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
import type { Note } from './note-kind.js';

type Place = 'calendar' | 'deleted' | 'other';

interface Item {
  readonly id: string;
  readonly version: string;
  readonly mark: string | null;
  readonly place: Place;
  readonly note: Note;
  readonly isPrivate?: boolean;
}

/** A mailbox of notes with the habits of Exchange that matter to the engine: ids change on move, copies carry marks. */
export class NoteExchange implements ExchangePort<Note, Partial<Note>> {
  writes = 0;
  /** Understood, and refused for good. */
  refusesUpdates = false;
  refusesRemovals = false;
  refusals = 0;
  /** Changes per page of the feed. */
  pageSize = 3;
  private readonly items = new Map<string, Item>();
  private readonly log: string[] = [];
  private counter = 0;

  /** What a person sees in the calendar. */
  get notes(): readonly Item[] {
    return [...this.items.values()].filter((item) => item.place === 'calendar');
  }

  /** What a person sees in Deleted Items. */
  get deleted(): readonly Item[] {
    return [...this.items.values()].filter((item) => item.place === 'deleted');
  }

  add(note: Note): string {
    return this.put({ mark: null, place: 'calendar', note });
  }

  edit(id: string, change: Partial<Note>): void {
    const item = this.the(id);
    this.keep({ ...item, version: this.next('v'), note: { ...item.note, ...change } });
  }

  turnPrivate(id: string): void {
    this.keep({ ...this.the(id), version: this.next('v'), isPrivate: true });
  }

  turnPublic(id: string): void {
    this.keep({ ...this.the(id), version: this.next('v'), isPrivate: false });
  }

  copy(id: string): string {
    const { mark, note } = this.the(id);
    return this.put({ mark, place: 'calendar', note });
  }

  /** A move is copy and delete: the item has another id afterwards. */
  move(id: string, place: Place): string {
    const { mark, note } = this.the(id);
    this.items.delete(id);
    this.log.push(id);
    return this.put({ mark, place, note });
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

  async read(
    _mailbox: Mailbox,
    ids: readonly string[],
  ): Promise<readonly Answer<ItemSeen<Note>>[]> {
    return ids.map((id) => {
      const item = this.items.get(id);
      if (!item) return failed(new ConnectorFailure('gone', 'no such item'));
      return answered({ ref: refOf(item), folderId: item.place, mark: item.mark, item: item.note });
    });
  }

  async create(
    _mailbox: Mailbox,
    entries: readonly ItemCreate<Partial<Note>>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ mark, patch }) => {
      this.writes += 1;
      const note: Note = { title: '', room: '', days: {}, about: '', ...patch };
      return answered(refOf(this.the(this.put({ mark, place: 'calendar', note }))));
    });
  }

  async update(
    _mailbox: Mailbox,
    entries: readonly ItemUpdate<Partial<Note>>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ ref, patch, mark }) => {
      if (this.refusesUpdates) {
        this.refusals += 1;
        return failed(new ConnectorFailure('rejected', 'the server does not take it'));
      }
      const item = this.items.get(ref.id);
      if (!item) return failed(new ConnectorFailure('gone', 'no such item'));
      if (item.version !== ref.version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
      const version = this.next('v');
      this.keep({ ...item, version, mark: mark ?? item.mark, note: { ...item.note, ...patch } });
      return answered({ id: ref.id, version });
    });
  }

  async remove(
    _mailbox: Mailbox,
    entries: readonly ItemRemove[],
  ): Promise<readonly Answer<null>[]> {
    return entries.map(({ ref, mark }) => {
      if (this.refusesRemovals) {
        this.refusals += 1;
        return failed(new ConnectorFailure('rejected', 'the server does not delete it'));
      }
      const item = this.items.get(ref.id);
      if (item && item.version !== ref.version)
        return failed(new ConnectorFailure('stale', 'changed'));
      if (item) {
        this.writes += 1;
        this.keep({ ...item, mark });
        this.move(ref.id, 'deleted');
      }
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

  private changeOf(id: string): ItemChange {
    const item = this.items.get(id);
    if (item?.place !== 'calendar') return { kind: 'vanished', id };
    return { kind: 'seen', ref: refOf(item), mark: item.mark, isPrivate: item.isPrivate ?? false };
  }

  private put(item: Pick<Item, 'mark' | 'place' | 'note'>): string {
    const id = this.next('I');
    this.keep({ id, version: this.next('v'), ...item });
    return id;
  }

  private keep(item: Item): void {
    this.items.set(item.id, item);
    this.log.push(item.id);
  }

  private the(id: string): Item {
    const item = this.items.get(id);
    if (!item) throw new Error(`no item ${id}`);
    return item;
  }

  private next(letter: string): string {
    this.counter += 1;
    return `${letter}${String(this.counter)}`;
  }
}

const PLACES: Record<Place, ItemFound['place']> = {
  calendar: 'inFolder',
  deleted: 'deleted',
  other: 'elsewhere',
};

function refOf({ id, version }: Item): ItemRef {
  return { id, version };
}
