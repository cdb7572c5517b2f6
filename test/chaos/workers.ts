import type { Random } from '../simulators/random.js';
import { startChild } from '../demo/child.js';
import type { Child } from '../demo/child.js';
import type { CleanUp } from '../demo/clean-up.js';

/** Worker processes that share all mailboxes. */
export interface Workers {
  /** Whether all of them run, or are about to; false when one ended by itself. */
  readonly areAlive: boolean;
  /** Kills one that runs without warning; another one starts in its place, which nobody waits for. */
  killOne(random: Random): Promise<void>;
  /** Until all of them run. */
  areComplete(): Promise<void>;
}

/** Starts so many workers of one installation. */
export async function startWorkers(
  count: number,
  { env, log }: { readonly env: NodeJS.ProcessEnv; readonly log: (text: string) => void },
  cleanUp: CleanUp,
): Promise<Workers> {
  const start = async (): Promise<Child> =>
    await startChild('server/main.js', { args: ['serve', '--stop-on-stdin-end'], env, log });
  const running = new Set(await Promise.all(Array.from({ length: count }, start)));
  const starting = new Set<Promise<void>>();
  cleanUp.add(async () => {
    await Promise.allSettled(starting);
    await Promise.all([...running].map(async (child) => await child.stop()));
  });
  const replace = async (): Promise<void> => {
    running.add(await startPatiently(start));
  };
  return {
    get areAlive() {
      return [...running].every(({ isAlive }) => isAlive);
    },
    async killOne(random) {
      while (running.size === 0) await Promise.race(starting);
      const victim = random.oneOf([...running]);
      running.delete(victim);
      await victim.kill();
      const successor = replace();
      starting.add(successor);
      // one that cannot be started stays: whoever waits for all of them hears of it
      void successor.then(
        () => starting.delete(successor),
        () => undefined,
      );
    },
    async areComplete() {
      await Promise.all(starting);
    },
  };
}

/** A worker whose databases are out of reach while it starts says so and ends; whatever runs it starts it again. */
async function startPatiently(start: () => Promise<Child>): Promise<Child> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start();
    } catch (error) {
      if (attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

const MOST_ATTEMPTS = 10;
