import type { Clock } from '../../ports/clock.js';
import { ConnectorFailure } from '../../ports/failure.js';

/** A token that was just issued, and for how long the authority says it is good. */
export interface FreshToken {
  readonly text: string;
  readonly lifetimeMs: number;
}

/** The token of one application. Whoever asks while one is being requested waits for the same one. */
export interface TokenCache {
  /** A token that is good now. Throws `ConnectorFailure` where none can be had. */
  current(): Promise<string>;
  /** A newer one than `refused`; null where a newer one would be refused as well. Throws `ConnectorFailure`. */
  newerThan(refused: string): Promise<string | null>;
  /** `text` was good enough for Exchange. */
  accept(text: string): void;
  /** `text` may lack a right that was granted since: unless it is quite new, the next call asks for another. */
  doubt(text: string): void;
}

/**
 * Keeps what `request` brings until a little before its end. From five minutes before that it is renewed in the background, while
 * requests go on with the old one, so that an authority that is away for a moment stops nobody.
 */
export function tokenCache(request: () => Promise<FreshToken>, clock: Clock): TokenCache {
  let held: Held | null = null;
  let asking: Promise<Held> | null = null;
  let throttled: Throttled | null = null;

  async function ask(): Promise<Held> {
    const askedMs = clock.monotonicMs();
    if (throttled !== null && askedMs < throttled.untilMs) throw stillThrottled(throttled, askedMs);
    try {
      held = heldFrom(await request(), askedMs);
      return held;
    } catch (error) {
      throttled = throttledBy(error, clock.monotonicMs());
      throw error;
    }
  }

  function renew(): Promise<Held> {
    asking ??= ask().finally(() => (asking = null));
    return asking;
  }

  return {
    async current() {
      const now = clock.monotonicMs();
      if (held === null || now >= held.endsMs) return (await renew()).text;
      if (now >= held.renewMs) {
        held.renewMs = now + BETWEEN_RENEWALS_MS;
        renew().catch(() => undefined); // whoever asks after the old one's end is told
      }
      return held.text;
    },
    async newerThan(refused) {
      if (held?.text === refused) {
        if (!held.isAccepted && isYoung(held, clock)) return null;
        held = null;
      }
      const { text } = held ?? (await renew());
      return text === refused ? null : text;
    },
    accept(text) {
      if (held?.text === text) held.isAccepted = true;
    },
    doubt(text) {
      if (held?.text === text && !isYoung(held, clock)) held = null;
    },
  };
}

interface Held {
  readonly text: string;
  readonly askedMs: number;
  readonly endsMs: number;
  renewMs: number;
  isAccepted: boolean;
}

interface Throttled {
  readonly failure: ConnectorFailure;
  readonly untilMs: number;
}

const MINUTE_MS = 60_000;
const BETWEEN_RENEWALS_MS = 30_000;

/** Ends early: the last requests with it take their time, and the clock of the authority is not ours. */
function heldFrom({ text, lifetimeMs }: FreshToken, askedMs: number): Held {
  const endsMs = askedMs + lifetimeMs - Math.min(MINUTE_MS, lifetimeMs / 10);
  const renewMs = askedMs + lifetimeMs - Math.min(5 * MINUTE_MS, lifetimeMs / 2);
  return { text, askedMs, endsMs, renewMs, isAccepted: false };
}

/** A refused token is replaced once a minute at most, lest a missing right brings a storm of requests upon the authority. */
function isYoung({ askedMs }: Held, clock: Clock): boolean {
  return clock.monotonicMs() - askedMs < MINUTE_MS;
}

/** All mailboxes of the connection need the same token, so the wait that one of them was told is for all. */
function throttledBy(error: unknown, now: number): Throttled | null {
  if (!(error instanceof ConnectorFailure) || error.retryAfterMs === null) return null;
  return { failure: error, untilMs: now + error.retryAfterMs };
}

function stillThrottled({ failure, untilMs }: Throttled, now: number): ConnectorFailure {
  return new ConnectorFailure(failure.kind, failure.message, {
    code: failure.code ?? undefined,
    sentence: failure.sentence ?? undefined,
    retryAfterMs: untilMs - now,
  });
}
