import type { Clock } from '../sync/ports/clock.js';

/** The same question, asked again only when the answer is older than `ms`; a failure is not remembered. */
export function rememberFor<T>(
  ms: number,
  ask: (signal: AbortSignal) => Promise<T>,
  clock: Pick<Clock, 'monotonicMs'>,
): (signal: AbortSignal) => Promise<T> {
  let answer: { readonly value: T; readonly atMs: number } | null = null;
  return async (signal) => {
    const now = clock.monotonicMs();
    if (answer === null || now - answer.atMs >= ms) {
      answer = { value: await ask(signal), atMs: now };
    }
    return answer.value;
  };
}
