import type { Action } from './decision.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';

/**
 * A tick never travels like another field: both sides would make more of it, and nobody would have promised that (rule 19).
 * Whatever else was planned for something that comes again, finished in the ERP and not in Exchange, waits for the next cycle,
 * which carries the tick over first; what an administrator has let happen does, without the tick.
 */
export function withoutTicks<S extends Shapes>(
  { kind, foresees }: PairWork<S>,
  actions: readonly Action<S>[],
  ledger: Pick<Ledger, 'owe'>,
): readonly Action<S>[] {
  const { successions: hook } = kind;
  if (hook === undefined || foresees === true) return actions;
  return actions.map((action): Action<S> => {
    const { decision } = action;
    if (decision.kind !== 'merge') return action;
    const { record, item, merged } = decision;
    const [inErp, inExchange] = [hook.stageOf(record.shown.value), hook.stageOf(item.shown.value)];
    const isTick = inErp.isFinished && inErp.comesAgain && inExchange.comesAgain;
    const brings = merged.toExchange.some((field) => hook.finished.includes(field));
    if (!isTick || inExchange.isFinished || !brings) return action;
    ledger.owe('erp', record.seen.id);
    if (action.standing === 'free') return { ...action, decision: { kind: 'wait' } };
    const toExchange = merged.toExchange.filter((field) => !hook.finished.includes(field));
    const forExchange = hook.finishedLike(merged.forExchange, item.shown.value);
    return { ...action, decision: { ...decision, merged: { ...merged, toExchange, forExchange } } };
  });
}
