import type { RecordChanges } from '../../../sync/ports/erp.js';
import { chore, dueAgain } from './chore-kind.js';
import type { Chore, ChoreRow } from './chore-kind.js';
import { TableErp } from './table-erp.js';
import type { Row } from './table-erp.js';

/** How an ERP goes on with what was ticked off. */
export interface ErpHabits {
  /** With a job of its own, and not in the transaction that ticks it off. */
  readonly isLate: boolean;
  /** Whether a row says which one it follows. */
  readonly tellsOrigin: boolean;
}

/**
 * An ERP that keeps ten characters of a title, and makes the next row by itself when one that comes again is ticked off,
 * whoever ticks it.
 */
export class ChoreErp extends TableErp<ChoreRow, Partial<Chore>> {
  private readonly succeeded = new Set<string>();
  private readonly late: (() => void)[] = [];
  private readonly habits: ErpHabits;

  constructor(habits: ErpHabits) {
    super();
    this.habits = habits;
  }

  get chores(): readonly (Row<ChoreRow> & { readonly chore: ChoreRow })[] {
    return [...this.rows.values()].map((row) => ({ ...row, chore: row.record }));
  }

  override add(one: Chore): string {
    return super.add({ ...one, cameFrom: null });
  }

  override edit(id: string, change: Partial<Chore>): void {
    const before = this.rows.get(id);
    super.edit(id, change);
    const after = this.rows.get(id);
    const isTicked = before?.record.doneOn === '' && after?.record.doneOn !== '';
    if (after && isTicked && !this.succeeded.has(after.birth)) this.succeed(after);
  }

  get isExpecting(): boolean {
    return this.late.length > 0;
  }

  /** The job that makes the next rows. */
  giveBirth(): void {
    for (const make of this.late.splice(0)) make();
  }

  /** No order is promised: what was born may be named before what it came from. */
  override async changesSince(employeeId: string, from: string | null): Promise<RecordChanges> {
    const told = await super.changesSince(employeeId, from);
    return told.isComplete ? told : { ...told, changes: [...told.changes].reverse() };
  }

  protected override blank(): ChoreRow {
    return { ...chore(), cameFrom: null };
  }

  protected override holds(one: ChoreRow): ChoreRow {
    return { ...one, title: one.title.slice(0, 10) };
  }

  private succeed({ id, birth, record: done }: Row<ChoreRow>): void {
    const due = dueAgain(done);
    if (due === null) return;
    this.succeeded.add(birth);
    const cameFrom = this.habits.tellsOrigin ? id : null;
    const make = (): void => void this.insert({ ...done, due, doneOn: '', cameFrom });
    if (this.habits.isLate) this.late.push(make);
    else make();
  }
}
