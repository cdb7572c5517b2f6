import { REACTION } from '../../sync/ports/failure.js';
import type { ConnectorFailure, FailureKind } from '../../sync/ports/failure.js';
import type { Side } from '../../sync/ports/store.js';

/** Whom a failure concerns beside the pair that met it. */
export type Concerned = 'pair' | 'connection' | 'erp';

/** How long a pair waits after a failed cycle. */
export interface Wait {
  readonly firstMs: number;
  readonly lastMs: number;
}

/**
 * How long the first and the longest wait is; each failure in a row doubles it.
 *
 * A server that is busy wants to be left alone (protocol fact 91: 30 s where it gives no hint); one that cannot be
 * reached may be back in a moment. Where a person must act we look again now and then.
 */
const WAITS: Record<FailureKind, Wait> = {
  busy: { firstMs: 30_000, lastMs: 600_000 },
  unreachable: { firstMs: 2_000, lastMs: 600_000 },
  forbidden: { firstMs: 600_000, lastMs: 600_000 },
  stale: { firstMs: 1_000, lastMs: 600_000 },
  gone: { firstMs: 1_000, lastMs: 600_000 },
  cursorExpired: { firstMs: 1_000, lastMs: 600_000 },
  rejected: { firstMs: 30_000, lastMs: 600_000 },
};

/** After a mistake of ours: it will not go away by itself, and must not load the servers. */
export const AFTER_BUG: Wait = { firstMs: 30_000, lastMs: 600_000 };

/** The waits after a failure of this kind. */
export function waitAfter(kind: FailureKind): Wait {
  return WAITS[kind];
}

/** The wait after `failures` failures in a row before this one; a server's own hint is never undercut. */
export function waitMs({ firstMs, lastMs }: Wait, failures: number, hintMs: number | null): number {
  const doubled = Math.min(firstMs * 2 ** Math.min(failures, 20), lastMs);
  return Math.max(doubled, hintMs ?? 0);
}

/**
 * Whether other pairs of the connection, or all pairs, would meet the same failure.
 *
 *   side       about the way there or the sign-in   about this mailbox (an Exchange code) or a record
 *   Exchange   connection                           pair
 *   ERP        erp                                  pair
 */
export function concernedBy(failure: ConnectorFailure, side: Side | null): Concerned {
  const isOfServer = SERVER_WIDE.has(REACTION[failure.kind]);
  if (side === null || !isOfServer) return 'pair';
  if (side === 'erp') return 'erp';
  const { kind, code } = failure;
  const isOfMailbox =
    kind === 'busy' || code === 'EwsBlocked' || code?.startsWith('Error') === true;
  return isOfMailbox && !ABOUT_ACCOUNT.has(code ?? '') ? 'pair' : 'connection';
}

const SERVER_WIDE: ReadonlySet<string> = new Set(['backOff', 'pausePair']);

/** Codes of Exchange that speak of the service account rather than of one mailbox. */
const ABOUT_ACCOUNT: ReadonlySet<string> = new Set([
  'ErrorImpersonationDenied',
  'ErrorPasswordExpired',
  'ErrorPasswordChangeRequired',
  'ErrorInvalidServerVersion',
  'ErrorIncorrectSchemaVersion',
]);

/** A refused sign-in, at Exchange or at the proxy: every further attempt brings the account nearer to being locked. */
export function isSignInRefused(failure: ConnectorFailure): boolean {
  return failure.kind === 'forbidden' && SIGN_IN_REFUSED.has(failure.code ?? '');
}

const SIGN_IN_REFUSED: ReadonlySet<string> = new Set(['HTTP401', 'ProxyHTTP407']);
