import { describe, expect, test } from 'vitest';
import { keepSchedule } from '../../../server/jobs/schedule.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog } from '../quiet-log.js';
import { nextTurn, until } from '../turn.js';

const HOUR_MS = 3_600_000;

describe('chores', () => {
  test('are done at once and then in their rhythm, each by itself', async () => {
    const clock = new VirtualClock();
    const stop = new AbortController();
    const did: string[] = [];
    const chore = (name: string, everyMs: number) => ({
      name,
      everyMs,
      run: async () => void did.push(name),
    });
    const ended = keepSchedule(
      [chore('hourly', HOUR_MS), chore('daily', 24 * HOUR_MS)],
      { clock, log: keptLog() },
      stop.signal,
    );
    await until(() => clock.waiting === 2);
    clock.advance(HOUR_MS);
    await until(() => clock.waiting === 2);
    stop.abort();
    await ended;
    expect(did).toEqual(['hourly', 'daily', 'hourly']);
  });

  test('that failed are tried again after a minute', async () => {
    const clock = new VirtualClock();
    const log = keptLog();
    const stop = new AbortController();
    let times = 0;
    const run = async (): Promise<void> => {
      times += 1;
      if (times === 1) throw new Error('no database');
    };
    const ended = keepSchedule(
      [{ name: 'forget', everyMs: 24 * HOUR_MS, run }],
      { clock, log },
      stop.signal,
    );
    await until(() => clock.waiting === 1);
    clock.advance(60_000);
    await until(() => times === 2);
    await nextTurn();
    stop.abort();
    await ended;
    expect(log.lines.map(({ level }) => level)).toEqual(['warn']);
  });
});
