import type { Link } from '../ports/store.js';
import type { Ledger } from './ledger.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { DecisionOf, Step } from './step.js';

/**
 * Says once of whoever was taken out of a meeting in the ERP whether they are off Exchange's list: without real meetings
 * nothing changes there, and where those who stay would lose something it does not either. Whoever goes is not told by
 * Exchange, unless everybody was told of the same write.
 */
export function noteTakenOff<S extends Shapes>(
  { kind }: PairWork<S>,
  link: Link,
  { exchange }: Pick<Step<S>, 'exchange'>,
  { item, merged }: Pick<DecisionOf<S, 'merge'>, 'item' | 'merged'>,
  ledger: Pick<Ledger, 'lookedPast'>,
): void {
  const { meetings } = kind;
  if (meetings === undefined || !kind.itemFacts(item.seen.item).isOrganizer) return;
  const prefix = `${meetings.attendees}/`;
  const before = item.shown.canonical[meetings.attendees];
  const after = kind.canonical(merged.forExchange)[meetings.attendees];
  if (typeof before !== 'object' || typeof after !== 'object') return;
  const write = exchange?.kind === 'update' ? exchange.entry : null;
  const gone = merged.toExchange
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .filter((address) => address in before && !(address in after));
  const paths = (isOff: boolean): readonly string[] =>
    gone
      .filter((one) => meetings.takesOff(write?.patch ?? null, item.seen.item, one) === isOff)
      .map((one) => prefix + one);
  const stay = paths(false);
  const off = write?.tell === 'everybody' ? [] : paths(true);
  if (stay.length > 0) ledger.lookedPast(link, 'erp', stay, 'staysInvited');
  if (off.length > 0) ledger.lookedPast(link, 'erp', off, 'takenOffUntold');
}
