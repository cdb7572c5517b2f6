import { beforeEach, describe, expect, test } from 'vitest';
import { gatherChanges, type ChangeGatherer } from '../../../server/jobs/gather-changes.js';
import { VirtualClock } from '../../simulators/clock.js';
import { nextTurn } from '../turn.js';

let clock: VirtualClock;
let stopping: AbortController;
let gatherer: ChangeGatherer;
let woken: string[];

beforeEach(() => {
  clock = new VirtualClock();
  stopping = new AbortController();
  woken = [];
  const wake = (pairIds: readonly string[]): void => void woken.push(pairIds.join(' '));
  gatherer = gatherChanges({ clock, gatherMs: 200, wake, signal: stopping.signal });
});

/** Time passes in small steps, as it does. */
const pass = async (ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 100) {
    clock.advance(Math.min(100, ms - passed));
    await nextTurn();
  }
};
const wokenNow = (): string[] => woken.splice(0);

describe('events', () => {
  test('that come together cost one wake, 200 ms after the first', async () => {
    gatherer.event('anna');
    await pass(100);
    gatherer.event('anna');
    gatherer.event('anna');
    expect(wokenNow()).toEqual([]);
    await pass(100);
    expect(wokenNow()).toEqual(['anna']);
    await pass(1_000);
    expect(wokenNow()).toEqual([]);
  });

  test('that never stop do not put the wake off', async () => {
    for (let tenth = 0; tenth < 20; tenth++) {
      gatherer.event('anna');
      await pass(100);
    }
    expect(wokenNow().length).toBe(10);
  });

  test('in several folders wake their pairs together', async () => {
    gatherer.event('anna');
    gatherer.event('bernd');
    gatherer.gap('clara');
    await pass(200);
    expect(wokenNow()).toEqual(['anna bernd clara']);
  });

  test('after a wake has been sent begin a new one: nothing is taken for done that was not', async () => {
    gatherer.event('anna');
    await pass(200);
    gatherer.event('anna');
    await pass(200);
    expect(wokenNow()).toEqual(['anna', 'anna']);
  });
});

describe('the second look, for meetings that Exchange is still working on', () => {
  test('comes 5 s after the last event, once', async () => {
    gatherer.event('anna');
    await pass(4_900);
    expect(wokenNow()).toEqual(['anna']);
    await pass(100);
    expect(wokenNow()).toEqual(['anna']);
    await pass(60_000);
    expect(wokenNow()).toEqual([]);
  });

  test('is put off by every event, so that a row of changes has one, at its end', async () => {
    for (let second = 0; second < 20; second++) {
      gatherer.event('anna');
      await pass(1_000);
    }
    expect(wokenNow().length).toBe(20);
    await pass(4_000);
    expect(wokenNow()).toEqual(['anna']);
    await pass(60_000);
    expect(wokenNow()).toEqual([]);
  });

  test('of one pair is not put off by another', async () => {
    gatherer.event('anna');
    await pass(3_000);
    wokenNow();
    gatherer.event('bernd');
    await pass(2_000);
    expect(wokenNow()).toEqual(['bernd', 'anna']);
    await pass(3_000);
    expect(wokenNow()).toEqual(['bernd']);
  });

  test('does not follow a gap, which is no change', async () => {
    gatherer.gap('anna');
    await pass(10_000);
    expect(wokenNow()).toEqual(['anna']);
  });
});

test('once stopped nobody is woken, and nothing waits any more', async () => {
  gatherer.event('anna');
  stopping.abort('CalledOff');
  await pass(10_000);
  expect(wokenNow()).toEqual([]);
  expect(clock.waiting).toBe(0);
});
