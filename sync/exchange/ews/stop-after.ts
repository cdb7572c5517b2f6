import type { Clock } from '../../ports/clock.js';

/** Why a call was stopped by us: `signal.reason` of `stopAfter`. */
export type StopReason = 'TimedOut' | 'CalledOff';

/** A signal that fires after a time or with `calledOff`, whichever comes first; `end` lets go of both. */
export function stopAfter(
  clock: Clock,
  timeoutMs: number,
  calledOff: AbortSignal,
): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const timer = new AbortController();
  const onCalledOff = (): void => stop.abort('CalledOff' satisfies StopReason);
  if (calledOff.aborted) onCalledOff();
  calledOff.addEventListener('abort', onCalledOff);
  clock.sleep(timeoutMs, timer.signal).then(
    () => stop.abort('TimedOut' satisfies StopReason),
    () => undefined, // the call ended first
  );
  return {
    signal: stop.signal,
    end() {
      calledOff.removeEventListener('abort', onCalledOff);
      timer.abort('ended');
    },
  };
}

/**
 * Waits for a request, no longer than the signal lets it. undici itself does not look at the signal while it connects; the request
 * is dropped all the same, before a byte of it is sent.
 */
export function orStopped<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort);
    void result.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
