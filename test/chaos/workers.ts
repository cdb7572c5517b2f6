import type { Random } from '../simulators/random.js';
import { startChild } from '../demo/child.js';
import type { Child } from '../demo/child.js';
import type { CleanUp } from '../demo/clean-up.js';

/** Worker processes that share all mailboxes. */
export interface Workers {
  /** Whether all of them run; false when one ended by itself. */
  readonly areAlive: boolean;
  /** Kills one without warning, and starts another in its place. */
  killOne(random: Random): Promise<void>;
}

/** Starts so many workers of one installation. */
export async function startWorkers(
  count: number,
  { env, log }: { readonly env: NodeJS.ProcessEnv; readonly log: (text: string) => void },
  cleanUp: CleanUp,
): Promise<Workers> {
  const start = async (): Promise<Child> =>
    await startChild('server/main.js', { args: ['serve', '--stop-on-stdin-end'], env, log });
  const running = await Promise.all(Array.from({ length: count }, start));
  const state = { starting: Promise.resolve(), isStarting: false };
  cleanUp.add(async () => {
    await state.starting.catch(() => undefined); // whoever asked for it hears of it
    await Promise.all(running.map(async (child) => await child.stop()));
  });
  const replace = async (at: number): Promise<void> => {
    await running[at]?.kill();
    running[at] = await startPatiently(start);
  };
  return {
    get areAlive() {
      return state.isStarting || running.every(({ isAlive }) => isAlive);
    },
    async killOne(random) {
      state.isStarting = true;
      state.starting = replace(random.below(count));
      await state.starting;
      state.isStarting = false;
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
