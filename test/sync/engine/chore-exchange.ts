import { chore as blank, dueAgain } from './chore-kind.js';
import type { Chore } from './chore-kind.js';
import { TableExchange } from './table-exchange.js';
import type { Lying } from './table-exchange.js';

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

/** A mailbox of chores: what is ticked off goes on, and leaves a finished copy. */
export class ChoreExchange extends TableExchange<Chore, Partial<Chore>> {
  /** Understood, and refused for good. */
  refusesTicks = false;
  private readonly late: (() => void)[] = [];
  private readonly habits: ExchangeHabits;

  protected override readonly refuses = (patch: Partial<Chore> | null): boolean =>
    this.refusesTicks && patch?.doneOn !== undefined;

  constructor(habits: ExchangeHabits) {
    super();
    this.habits = habits;
  }

  /** What a person sees in the calendar. */
  get chores(): readonly (Lying<Chore> & { readonly chore: Chore })[] {
    return this.lyingIn('calendar').map((one) => ({ ...one, chore: one.item }));
  }

  override edit(id: string, change: Partial<Chore>): void {
    this.goOn(this.the(id), change, { mark: null, isLate: this.habits.isLate });
  }

  /** Outlook has uploaded the rest. */
  giveBirth(): void {
    for (const make of this.late.splice(0)) make();
  }

  protected override blank(): Chore {
    return blank();
  }

  protected override write(
    item: Lying<Chore>,
    patch: Partial<Chore> | null,
    mark: string | null,
  ): string {
    return this.goOn(item, patch ?? {}, { mark, isLate: false });
  }

  /** Answers with the id that an update answers with. */
  private goOn(
    { item: before, ...lying }: Lying<Chore>,
    change: Partial<Chore>,
    { mark, isLate }: { readonly mark: string | null; readonly isLate: boolean },
  ): string {
    const changed = { ...before, ...change };
    const due = dueAgain(changed);
    const isTicked = before.doneOn === '' && changed.doneOn !== '' && due !== null;
    const version = this.next('v');
    const item = isTicked ? { ...changed, due, doneOn: '' } : changed;
    this.keep({ ...lying, version, mark: mark ?? lying.mark, item });
    if (!isTicked) return lying.id;
    const left = { ...changed, repeat: '', reminder: 'off' };
    const copied = this.habits.copiesMark ? lying.mark : null;
    const born = {
      id: this.next('I'),
      version,
      mark: copied,
      place: 'calendar',
      item: left,
    } as const;
    const make = (): void => this.keep(born);
    if (isLate) this.late.push(make);
    else make();
    return this.habits.namesBorn && !isLate ? born.id : lying.id;
  }
}
