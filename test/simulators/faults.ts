import { ExchangeError } from './mailbox/failure.js';

/**
 * Planted faults. A rule waits for requests that fit it, lets the first `nth - 1` pass, and then strikes
 * `times` times.
 */
export interface FaultRule {
  readonly kind: FaultKind;
  /** `CreateItem`, …; absent = every operation. */
  readonly operation?: string;
  /** The impersonated address; absent = every mailbox. */
  readonly mailbox?: string;
  /** From which fitting request on; 1 unless given. */
  readonly nth?: number;
  /** How often; 1 unless given; null = until taken away. */
  readonly times?: number | null;
  /** busy: the wait the server names. */
  readonly backOffMilliseconds?: number;
  /** busy: which of the ways a server says so (fact 90); `fault` unless given. */
  readonly form?: BusyForm;
  /** itemError: the ResponseCode. */
  readonly code?: string;
  /** 503: how many seconds Retry-After names; absent = no such header. */
  readonly retryAfterSeconds?: number;
  /**
   * itemError, staleKey, invalidSyncState: which entry of the batch, from 0; absent = every entry. dropMidBatch: how
   * many entries are done before the connection is cut; 1 unless given.
   */
  readonly entry?: number;
  /** late: after how many milliseconds the request takes effect; hang: after how many it is answered. */
  readonly delayMs?: number;
}

export const FAULT_KINDS = [
  'busy', // told to wait
  '503', // the same by HTTP status, with Retry-After or without
  '401', // the password is not accepted any more
  'dropBefore', // the connection is cut, nothing was done
  'dropAfter', // it was done, the answer is lost
  'dropMidBatch', // some entries were done, some not, no answer
  'dropMidAnswer', // it was done, the answer breaks off
  'hang', // never answered (or late, by delayMs); nothing was done
  'late', // the connection is cut at once, and the request takes effect later
  'staleKey', // entries answer ErrorIrresolvableConflict, nothing was done
  'conflictAfterWrite', // evidence B 35: answers ErrorIrresolvableConflict although it was done
  'invalidSyncState', // ErrorInvalidSyncStateData
  'denied', // ErrorImpersonateUserDenied
  'itemError', // entries answer `code`, nothing was done
  'garbage', // a proxy's HTML page with status 200
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/**
 * `fault`: HTTP 500 with the hint; `faultWithoutHint`; `inner`: HTTP 200, the busy code wrapped in another one;
 * `message`: HTTP 200, the busy code of each entry. The rest are codes of their own, with HTTP 500, and a hint only
 * where `backOffMilliseconds` is given: too many connections, subscriptions or finds, and a batch that took too long.
 */
export const BUSY_FORMS = [
  'fault',
  'faultWithoutHint',
  'inner',
  'message',
  'connections',
  'subscriptions',
  'finds',
  'timeout',
] as const;
export type BusyForm = (typeof BUSY_FORMS)[number];

/** The rules in force, each with its count. */
export class FaultPlan {
  private rules: { readonly rule: FaultRule; seen: number; struck: number }[] = [];

  add(rule: FaultRule): void {
    this.rules.push({ rule, seen: 0, struck: 0 });
  }

  clear(): void {
    this.rules = [];
  }

  /** The rules with how often each has struck. */
  list(): (FaultRule & { readonly struck: number })[] {
    return this.rules.map(({ rule, struck }) => ({ ...rule, struck }));
  }

  /** The rule that strikes this request, if any; it is counted. */
  strike(operation: string, mailbox: string | null): FaultRule | null {
    for (const entry of this.rules) {
      const { rule } = entry;
      if (rule.operation !== undefined && rule.operation !== operation) continue;
      if (rule.mailbox !== undefined && rule.mailbox.toLowerCase() !== mailbox?.toLowerCase())
        continue;
      entry.seen++;
      const times = rule.times === undefined ? 1 : (rule.times ?? Infinity);
      if (entry.seen < (rule.nth ?? 1) || entry.struck >= times) continue;
      entry.struck++;
      return rule;
    }
    return null;
  }
}

/** What a rule plants into the answers of single entries, before anything is done for them. */
export function plantedError(rule: FaultRule | null, entry: number): ExchangeError | null {
  if (!rule || (rule.entry !== undefined && rule.entry !== entry)) return null;
  switch (rule.kind) {
    case 'staleKey':
      return conflict();
    case 'invalidSyncState':
      return new ExchangeError('ErrorInvalidSyncStateData', 'The sync state data is not valid.');
    case 'itemError':
      return new ExchangeError(rule.code ?? 'ErrorInternalServerError', 'A planted error.');
    default:
      return null;
  }
}

/** The answer to a change key that is not the current one. */
export function conflict(): ExchangeError {
  return new ExchangeError(
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request ' +
      'does not match the current change key for the item.',
  );
}
