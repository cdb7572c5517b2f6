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
import { chore as blank, dueAgain } from './chore-kind.js';
import type { Chore } from './chore-kind.js';

type Place = 'calendar' | 'deleted' | 'other';

interface Item {
  readonly id: string;
  readonly version: string;
  readonly mark: string | null;
  readonly place: Place;
  readonly chore: Chore;
}

/**
 * How Exchange goes on with what was ticked off (protocol fact 74). That the id which was ticked goes on, and a finished
 * one-off is born, is documented for EWS; the rest is open, or a client's own affair.
 */
export interface ExchangeHabits {
  /** The copy carries the mark of what it was copied from. */
  readonly copiesMark: boolean;
  /** An update answers with the id of what was born, as documented, or with the one that was asked for. */
  readonly namesBorn: boolean;
  /** Outlook uploads the finished copy later than what goes on. */
  readonly isLate: boolean;
}

/** A mailbox of chores with the habits of Exchange that matter here: what is ticked off goes on, and leaves a finished copy. */
export class ChoreExchange implements ExchangePort<Chore, Partial<Chore>> {
  writes = 0;
  /** Understood, and refused for good. */
  refusesTicks = false;
  refusals = 0;
  private readonly items = new Map<string, Item>();
  private readonly log: string[] = [];
  private readonly late: (() => void)[] = [];
  private readonly habits: ExchangeHabits;
  private counter = 0;

  constructor(habits: ExchangeHabits) {
    this.habits = habits;
  }

  /** What a person sees in the calendar. */
  get chores(): readonly Item[] {
    return [...this.items.values()].filter((item) => item.place === 'calendar');
  }

  /** What a person sees in Deleted Items. */
  get deleted(): readonly Item[] {
    return [...this.items.values()].filter((item) => item.place === 'deleted');
  }

  add(chore: Chore): string {
    return this.put({ mark: null, place: 'calendar', chore });
  }

  edit(id: string, change: Partial<Chore>): void {
    this.change(this.the(id), change, { mark: null, isLate: this.habits.isLate });
  }

  /** Outlook has uploaded the rest. */
  giveBirth(): void {
    for (const make of this.late.splice(0)) make();
  }

  copy(id: string): string {
    const { mark, chore } = this.the(id);
    return this.put({ mark, place: 'calendar', chore });
  }

  /** A move is copy and delete: the item has another id afterwards. */
  move(id: string, place: Place): string {
    const { mark, chore } = this.the(id);
    this.items.delete(id);
    this.log.push(id);
    return this.put({ mark, place, chore });
  }

  async folders(): Promise<readonly string[]> {
    return ['calendar'];
  }

  async changesSince(_mailbox: Mailbox, from: FolderCursor): Promise<ItemChangePage> {
    const start = from.cursor === null ? 0 : Number(from.cursor);
    const end = Math.min(start + 3, this.log.length);
    const changes = [...new Set(this.log.slice(start, end))].map((id) => this.changeOf(id));
    return { changes, cursor: String(end), isLast: end === this.log.length };
  }

  async read(
    _mailbox: Mailbox,
    ids: readonly string[],
  ): Promise<readonly Answer<ItemSeen<Chore>>[]> {
    return ids.map((id) => {
      const item = this.items.get(id);
      if (!item) return failed(new ConnectorFailure('gone', 'no such item'));
      return answered({
        ref: refOf(item),
        folderId: item.place,
        mark: item.mark,
        item: item.chore,
      });
    });
  }

  async create(
    _mailbox: Mailbox,
    entries: readonly ItemCreate<Partial<Chore>>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ mark, patch }) => {
      this.writes += 1;
      const chore = { ...blank(), ...patch };
      return answered(refOf(this.the(this.put({ mark, place: 'calendar', chore }))));
    });
  }

  async update(
    _mailbox: Mailbox,
    entries: readonly ItemUpdate<Partial<Chore>>[],
  ): Promise<readonly Answer<ItemRef>[]> {
    return entries.map(({ ref, patch, mark }) => {
      if (this.refusesTicks && patch?.doneOn !== undefined) {
        this.refusals += 1;
        return failed(new ConnectorFailure('rejected', 'the server does not take it'));
      }
      const item = this.items.get(ref.id);
      if (!item) return failed(new ConnectorFailure('gone', 'no such item'));
      if (item.version !== ref.version) return failed(new ConnectorFailure('stale', 'changed'));
      this.writes += 1;
      const named = this.change(item, patch ?? {}, { mark, isLate: false });
      return answered(refOf(this.the(named)));
    });
  }

  async remove(
    _mailbox: Mailbox,
    entries: readonly ItemRemove[],
  ): Promise<readonly Answer<null>[]> {
    return entries.map(({ ref, mark }) => {
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

  /** Answers with the id that an update answers with. */
  private change(
    item: Item,
    change: Partial<Chore>,
    { mark, isLate }: { readonly mark: string | null; readonly isLate: boolean },
  ): string {
    const changed = { ...item.chore, ...change };
    const due = dueAgain(changed);
    const isTicked = item.chore.doneOn === '' && changed.doneOn !== '' && due !== null;
    const version = this.next('v');
    const goesOn = isTicked ? { ...changed, due, doneOn: '' } : changed;
    this.keep({ ...item, version, mark: mark ?? item.mark, chore: goesOn });
    if (!isTicked) return item.id;
    const born = this.next('I');
    const left = { ...changed, repeat: '', reminder: 'off' };
    const copied = this.habits.copiesMark ? item.mark : null;
    const make = (): void =>
      this.keep({ id: born, version, mark: copied, place: 'calendar', chore: left });
    if (isLate) this.late.push(make);
    else make();
    return this.habits.namesBorn && this.items.has(born) ? born : item.id;
  }

  private changeOf(id: string): ItemChange {
    const item = this.items.get(id);
    if (item?.place !== 'calendar') return { kind: 'vanished', id };
    return { kind: 'seen', ref: refOf(item), mark: item.mark, isPrivate: false };
  }

  private put(item: Pick<Item, 'mark' | 'place' | 'chore'>): string {
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
