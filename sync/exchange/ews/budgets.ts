import type { Clock } from '../../ports/clock.js';
import type { Mailbox } from '../../ports/exchange.js';
import { ConnectorFailure } from '../../ports/failure.js';

/** What Exchange lets us do: a budget per mailbox, and one for the server as a whole (protocol facts 91, 92). */
export interface Budgets {
  /** Throws `busy`, with the time that is left, where a budget is spent: a request too early prolongs the block. */
  refuseSpent(mailbox: Mailbox): void;
  /** A failure that says a budget is spent closes it, for the time that it names. */
  note(mailbox: Mailbox, failure: ConnectorFailure): void;
}

/** All open. In memory, for all callers that share them. */
export function openBudgets(clock: Clock): Budgets {
  const closed = new Map<string, Closed>();

  const refuse = (key: string): void => {
    const found = closed.get(key);
    if (found === undefined) return;
    const leftMs = found.untilMs - clock.monotonicMs();
    if (leftMs <= 0) closed.delete(key);
    else throw stillClosed(found.failure, leftMs);
  };

  return {
    refuseSpent(mailbox) {
      refuse(SERVER);
      refuse(keyOf(mailbox));
    },
    note(mailbox, failure) {
      if (failure.kind !== 'busy' || isOurs.has(failure)) return;
      const isOfServer = SERVER_WIDE.has(failure.code ?? '');
      const waitMs = failure.retryAfterMs ?? (isOfServer ? UNTOLD_MS : 0);
      const untilMs = clock.monotonicMs() + waitMs;
      const key = isOfServer ? SERVER : keyOf(mailbox);
      if (untilMs > (closed.get(key)?.untilMs ?? 0)) closed.set(key, { failure, untilMs });
    },
  };
}

interface Closed {
  readonly failure: ConnectorFailure;
  readonly untilMs: number;
}

/** No mailbox has this name. */
const SERVER = '';

/** What speaks of the server or the account rather than of one mailbox: it comes from the web server, or says so by name. */
const SERVER_WIDE: ReadonlySet<string> = new Set([
  'HTTP429',
  'HTTP503',
  'ErrorExceededConnectionCount',
]);

/** Where the server as a whole names no time: as long as a pair waits after its first busy answer. */
const UNTOLD_MS = 30_000;

/** Exchange takes an address in upper or lower case for the same. */
function keyOf({ address }: Mailbox): string {
  return address.toLowerCase();
}

function stillClosed(failure: ConnectorFailure, leftMs: number): ConnectorFailure {
  const left = new ConnectorFailure('busy', failure.message, {
    code: failure.code ?? undefined,
    sentence: failure.sentence ?? undefined,
    retryAfterMs: Math.ceil(leftMs),
  });
  isOurs.add(left);
  return left;
}

/** Failures that only repeat what is known; noted again they would start the wait anew. */
const isOurs = new WeakSet<ConnectorFailure>();
