import type { Clock } from '../../sync/ports/clock.js';
import { waitMs } from './back-off.js';
import type { Wait } from './back-off.js';

/**
 * A gate per connection, and one for the ERP: closed while the server is away, so that not every pair finds that out
 * by itself. In memory: a worker that starts anew may try once.
 */
export interface Gates {
  /** How many milliseconds until the gate opens; 0 = it is open. */
  closedForMs(gate: string): number;
  failed(gate: string, failure: GateFailure): void;
  /** A cycle went through. */
  passed(gate: string): void;
}

export interface GateFailure {
  readonly pairId: string;
  readonly wait: Wait;
  /** Closes the gate for one pair's failure; otherwise two pairs must have failed, since one may have a mailbox that hangs. */
  readonly isCertain: boolean;
}

interface Gate {
  readonly failedPairs: Set<string>;
  /** How often in a row it was closed. */
  closings: number;
  opensAtMs: number;
}

/** All gates open. */
export function openGates(clock: Clock): Gates {
  const gates = new Map<string, Gate>();
  const closedForMs = (name: string): number =>
    Math.max(0, (gates.get(name)?.opensAtMs ?? 0) - clock.monotonicMs());
  return {
    closedForMs,
    failed(name, { pairId, wait, isCertain }) {
      if (closedForMs(name) > 0) return; // a straggler of the wave that closed it
      const gate = gates.get(name) ?? { failedPairs: new Set(), closings: 0, opensAtMs: 0 };
      gates.set(name, gate);
      gate.failedPairs.add(pairId);
      if (!isCertain && gate.failedPairs.size < 2) return;
      gate.opensAtMs = clock.monotonicMs() + waitMs(wait, gate.closings, null);
      gate.closings += 1;
    },
    passed: (name) => gates.delete(name),
  };
}
