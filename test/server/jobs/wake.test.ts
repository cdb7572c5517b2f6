import { describe, expect, test } from 'vitest';
import { gatherWakes, keepListening } from '../../../server/jobs/wake.js';
import type { Touched } from '../../../server/jobs/wake.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog } from '../quiet-log.js';
import { nextTurn, until } from '../turn.js';

describe('wakes of the ERP', () => {
  test('that come while one is passed on go together with the next one', async () => {
    const passedOn: Touched[] = [];
    let finish = (): void => undefined;
    const wake = gatherWakes((touched) => {
      passedOn.push(touched);
      return new Promise<void>((resolve) => (finish = resolve));
    }, keptLog());
    wake(['E01']);
    wake(['E02']);
    wake(['E03', 'E02']);
    finish();
    await nextTurn();
    finish();
    await nextTurn();
    expect(passedOn).toEqual([['E01'], ['E02', 'E03']]);
  });

  test('for anybody cover those for somebody', async () => {
    const passedOn: Touched[] = [];
    const wake = gatherWakes(async (touched) => {
      passedOn.push(touched);
      await nextTurn();
    }, keptLog());
    wake(['E01']);
    wake(['E02']);
    wake(null);
    wake(['E03']);
    await until(() => passedOn.length === 2);
    expect(passedOn).toEqual([['E01'], null]);
  });

  test('that are lost are logged and do not stop the next one', async () => {
    const log = keptLog();
    const passedOn: Touched[] = [];
    const wake = gatherWakes(async (touched) => {
      passedOn.push(touched);
      if (passedOn.length === 1) throw new Error('no database');
    }, log);
    wake(['E01']);
    await nextTurn();
    wake(['E02']);
    await nextTurn();
    expect(passedOn).toHaveLength(2);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});

describe('listening', () => {
  test('starts again after a broken connection, ever more patiently', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const startedAt: number[] = [];
    const zero = clock.monotonicMs();
    const ended = keepListening(
      {
        name: 'erp',
        listen: async () => {
          startedAt.push(clock.monotonicMs() - zero);
          throw new Error('broken');
        },
        clock,
        log: keptLog(),
      },
      stop.signal,
    );
    for (let second = 0; second < 8; second++) {
      await until(() => clock.waiting === 1);
      clock.advance(1_000);
      await nextTurn();
    }
    stop.abort();
    await ended;
    expect(startedAt).toEqual([0, 1_000, 3_000, 7_000]);
  });

  test('ends with its signal', async () => {
    const stop = new AbortController();
    const ended = keepListening(
      {
        name: 'erp',
        listen: (signal) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => resolve());
          }),
        clock: new VirtualClock(),
        log: keptLog(),
      },
      stop.signal,
    );
    await nextTurn();
    stop.abort();
    await expect(ended).resolves.toBeUndefined();
  });
});
