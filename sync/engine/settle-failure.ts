import { REACTION } from '../ports/failure.js';
import type { Answer, ConnectorFailure } from '../ports/failure.js';
import type { Side } from '../ports/store.js';
import type { Ledger } from './ledger.js';
import type { Shapes } from './pair-work.js';
import type { Step } from './step.js';

/** What a failed write leads to; the table REACTION says which. `from` is what would be parked: where the change came from. */
export function fail<S extends Shapes>(
  answer: Answer<unknown> | null,
  step: Step<S>,
  from: { readonly side: Side; readonly id: string; readonly isCreate: boolean },
  ledger: Ledger,
): void {
  if (answer === null || answer.ok) return owe(step, ledger);
  react(answer.failure, step, from, ledger);
}

function react<S extends Shapes>(
  failure: ConnectorFailure,
  step: Step<S>,
  from: { readonly side: Side; readonly id: string; readonly isCreate: boolean },
  ledger: Ledger,
): void {
  switch (REACTION[failure.kind]) {
    case 'backOff':
      ledger.backOff(failure.retryAfterMs);
      return owe(step, ledger);
    case 'reread':
    case 'resync':
      return owe(step, ledger);
    case 'pausePair':
    case 'parkRecord':
      // a refused create did not happen; a refused change may have been made in part, and what it led to is ours
      if (from.isCreate) ledger.close(step.linkId, step);
      else ledger.closeRepeated(step);
      return ledger.refused(from.side, from.id, failure);
  }
}

/** The next cycle looks at both sides again (rule 17). */
export function owe<S extends Shapes>({ action, intents }: Step<S>, ledger: Ledger): void {
  const { unit, record, item } = action.observed;
  const isPromised = intents.some(({ what }) => what === 'remove'); // then the intent is the proof
  if (record.kind === 'removed' && !isPromised) ledger.unfinishedRemoval();
  if (unit.recordId !== null) ledger.owe('erp', unit.recordId);
  const itemId = item.kind === 'there' ? item.seen.ref.id : unit.itemId;
  if (itemId !== null) ledger.owe('exchange', itemId);
}
