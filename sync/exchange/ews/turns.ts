/** Lets so many in at once; the others wait in the order in which they came. */
export interface Turns {
  /** Waits for a turn and answers with what ends it. Rejects with the reason of the signal, also while waiting. */
  take(signal: AbortSignal): Promise<() => void>;
  /** Whether nobody has a turn or waits for one. */
  isIdle(): boolean;
}

export function turns(atOnce: number): Turns {
  const waiting = new Set<() => void>();
  let taken = 0;

  const end = (): void => {
    const [next] = waiting;
    if (next === undefined) taken -= 1;
    else next();
  };

  /** What ends a turn, once: ended twice it would let in one too many. */
  const ending = (): (() => void) => {
    let isOver = false;
    return () => {
      if (!isOver) end();
      isOver = true;
    };
  };

  const queue = (signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const begin = (): void => {
        waiting.delete(begin);
        signal.removeEventListener('abort', giveUp);
        resolve(ending());
      };
      const giveUp = (): void => {
        waiting.delete(begin);
        reject(signal.reason);
      };
      waiting.add(begin);
      signal.addEventListener('abort', giveUp, { once: true });
    });

  return {
    async take(signal) {
      signal.throwIfAborted();
      if (taken >= atOnce) return queue(signal);
      taken += 1;
      return ending();
    },
    isIdle: () => taken === 0,
  };
}
