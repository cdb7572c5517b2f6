import { ExchangeError } from './failure.js';

/**
 * How far a client has read a folder. `known`: items that came up to this number are known to the client;
 * changes up to `low` were handed out; those from `low` to `high` are being handed out from the newest down
 * (`high` sinks from page to page; `top` remembers where it began). At rest all are equal.
 */
export interface SyncState {
  readonly epoch: number;
  readonly known: number;
  readonly low: number;
  readonly high: number;
  readonly top: number;
}

/** An opaque text that only fits its own folder (fact 19). */
export function formatSyncState(scope: string, state: SyncState): string {
  const numbers = [state.epoch, state.known, state.low, state.high, state.top];
  const text = `H4sIAAA|${checkOf(scope)}|${numbers.join('|')}|end-of-state`;
  return Buffer.from(text, 'latin1').toString('base64');
}

/** Throws ErrorInvalidSyncStateData for anything but a state of this scope and epoch. */
export function parseSyncState(scope: string, text: string, epoch: number): SyncState {
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  const [head, check, ...rest] = decoded.split('|');
  const numbers = rest.slice(0, 5).map(Number);
  const [stateEpoch, known, low, high, top] = numbers;
  const isOurs = head === 'H4sIAAA' && check === checkOf(scope) && rest[5] === 'end-of-state';
  const areNumbers = numbers.length === 5 && numbers.every(Number.isSafeInteger);
  if (!isOurs || !areNumbers || stateEpoch !== epoch) throw invalidSyncState();
  return { epoch, known: known ?? 0, low: low ?? 0, high: high ?? 0, top: top ?? 0 };
}

export function invalidSyncState(): ExchangeError {
  return new ExchangeError('ErrorInvalidSyncStateData', 'The sync state data is not valid.');
}

function checkOf(scope: string): string {
  let hash = 7;
  for (let at = 0; at < scope.length; at++)
    hash = (Math.imul(hash, 31) + scope.charCodeAt(at)) >>> 0;
  return hash.toString(36);
}
