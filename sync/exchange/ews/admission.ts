import type { Clock } from '../../ports/clock.js';
import type { Mailbox } from '../../ports/exchange.js';
import type { ConnectorFailure } from '../../ports/failure.js';
import { openBudgets } from './budgets.js';
import { turns, type Turns } from './turns.js';

/** Who may send a request, and when. */
export interface Admission {
  /**
   * Waits for a turn of the mailbox and of the server, and answers with what ends both. Throws `busy` where the budget of either is
   * spent, also when that turned out while waiting; rejects with the reason of the signal.
   */
  enter(mailbox: Mailbox, signal: AbortSignal): Promise<() => void>;
  /** The same for a request that is not counted, and so waits for nobody. */
  refuseSpent(mailbox: Mailbox): void;
  note(mailbox: Mailbox, failure: ConnectorFailure): void;
}

export interface AdmissionLimits {
  /** Requests open at the server at once. */
  readonly connections: number;
  /** Of these, for one mailbox: more would wait for each other in Exchange, and let other mailboxes wait here. */
  readonly perMailbox: number;
}

export function admission(clock: Clock, limits: AdmissionLimits): Admission {
  const budgets = openBudgets(clock);
  const ofServer = turns(limits.connections);
  const ofMailboxes = new Map<string, Turns>();

  async function takeOfMailbox(key: string, signal: AbortSignal): Promise<() => void> {
    const own = ofMailboxes.get(key) ?? turns(limits.perMailbox);
    ofMailboxes.set(key, own);
    const end = await own.take(signal);
    return () => {
      end();
      if (own.isIdle()) ofMailboxes.delete(key); // else every mailbox ever seen would be kept
    };
  }

  return {
    ...budgets,
    async enter(mailbox, signal) {
      budgets.refuseSpent(mailbox);
      const endOfMailbox = await takeOfMailbox(mailbox.address.toLowerCase(), signal);
      try {
        const endOfServer = await ofServer.take(signal);
        const end = (): void => {
          endOfServer();
          endOfMailbox();
        };
        return refusedOr(end, () => budgets.refuseSpent(mailbox));
      } catch (error) {
        endOfMailbox();
        throw error;
      }
    },
  };
}

function refusedOr(end: () => void, refuseSpent: () => void): () => void {
  try {
    refuseSpent();
    return end;
  } catch (error) {
    end();
    throw error;
  }
}
