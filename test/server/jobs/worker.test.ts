import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Claim } from '../../../server/jobs/pair-queue.js';
import { startWorker } from '../../../server/jobs/worker.js';
import type { Worker } from '../../../server/jobs/worker.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog } from '../quiet-log.js';
import { nextTurn, until } from '../turn.js';

/** A cycle that runs until the test lets it end, or until it is called off. */
interface Running {
  readonly pairId: string;
  readonly stop: AbortSignal;
  end(): void;
}

let clock: VirtualClock;
let due: string[];
let looks: number[];
let running: Running[];
let failLook: boolean;
let worker: Worker;

beforeEach(() => {
  clock = new VirtualClock();
  due = [];
  looks = [];
  running = [];
  failLook = false;
});

afterEach(async () => {
  for (const one of [...running]) one.end();
  await worker.stop(0);
});

const start = (size: number): void => {
  worker = startWorker({
    queue: {
      async claimDue(limit): Promise<readonly Claim[]> {
        looks.push(limit);
        if (failLook) throw new Error('no database');
        return due.splice(0, limit).map((pairId) => ({ pairId, fence: 1, failures: 0 }));
      },
    },
    run: ({ pairId }, stop) =>
      new Promise<void>((resolve) => {
        const end = (): void => {
          running = running.filter((one) => one.pairId !== pairId);
          resolve();
        };
        running.push({ pairId, stop, end });
        stop.addEventListener('abort', end);
      }),
    size,
    clock,
    log: keptLog(),
  });
};

const names = (): string[] => running.map(({ pairId }) => pairId);

describe('the worker', () => {
  test('takes as many due pairs as it may run at once, and the next when one ends', async () => {
    due = ['a', 'b', 'c'];
    start(2);
    await until(() => running.length === 2);
    expect(names()).toEqual(['a', 'b']);
    running[0]?.end();
    await until(() => running.length === 2);
    expect(names()).toEqual(['b', 'c']);
  });

  test('asks nothing of the queue while all its places are taken', async () => {
    due = ['a'];
    start(1);
    await until(() => running.length === 1);
    worker.nudge();
    await nextTurn();
    expect(looks).toEqual([1]);
  });

  test('looks for due pairs every second, and at once when nudged', async () => {
    start(1);
    await until(() => clock.waiting === 1);
    due = ['a'];
    clock.advance(1_000);
    await until(() => running.length === 1);
    running[0]?.end();
    await until(() => clock.waiting === 1);
    due = ['b'];
    worker.nudge();
    await until(() => running.length === 1);
    expect(names()).toEqual(['b']);
  });

  test('is not working while it cannot look, looks ever more rarely, and recovers', async () => {
    failLook = true;
    start(1);
    await until(() => clock.waiting === 1);
    expect(worker.isWorking()).toBe(false);
    clock.advance(1_000);
    await nextTurn();
    expect(looks).toHaveLength(1);
    clock.advance(1_000);
    await until(() => looks.length === 2);
    failLook = false;
    await until(() => clock.waiting === 1);
    clock.advance(4_000);
    await until(() => worker.isWorking());
  });

  test('waits for what is under way when it is stopped, and takes nothing more', async () => {
    due = ['a', 'b'];
    start(1);
    await until(() => running.length === 1);
    const stopped = worker.stop(10_000);
    await nextTurn();
    expect(running[0]?.stop.aborted).toBe(false);
    running[0]?.end();
    await stopped;
    expect(due).toEqual(['b']);
    expect(worker.isWorking()).toBe(false);
  });

  test('calls off what has not ended within the deadline', async () => {
    due = ['a', 'b'];
    start(2);
    await until(() => running.length === 2);
    const [first] = running;
    const stopped = worker.stop(10_000);
    await until(() => clock.waiting > 0);
    clock.advance(10_000);
    await stopped;
    expect(first?.stop.aborted).toBe(true);
    expect(running).toEqual([]);
  });
});
