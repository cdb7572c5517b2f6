import { wallTimeOf } from '../../mappings/wall-clock.js';
import type { PairingNotes } from '../../sync/engine/pairing/pairing-notes.js';
import { emptyNotes } from '../../sync/engine/pairing/pairing-notes.js';
import type { Clock } from '../../sync/ports/clock.js';
import type { Pair } from '../../sync/ports/pair.js';

/** What remembers when a pair compared everything. */
export interface AuditBook {
  isDue(pairId: string): Promise<boolean>;
  done(pairId: string): Promise<void>;
}

/** The hours, on the mailbox's clock, in which reading everything disturbs nobody. */
const NIGHT = { from: 1, before: 5 } as const;

/**
 * Whether the next cycle of a pair shall compare everything, as it does once a week at night: where triggers were switched off, or
 * a program wrote past them, both sides differ and no feed says so (scenario 22). null = not now.
 */
export async function auditFor(
  { id, policy: { zone } }: Pair,
  book: AuditBook,
  clock: Clock,
): Promise<PairingNotes | null> {
  const hour = Math.floor(wallTimeOf(clock.now(), zone).seconds / 3600);
  if (hour < NIGHT.from || hour >= NIGHT.before) return null;
  return (await book.isDue(id)) ? emptyNotes() : null;
}
