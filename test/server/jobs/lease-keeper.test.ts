import { beforeEach, describe, expect, test } from 'vitest';
import { leaseKeeper } from '../../../server/jobs/lease-keeper.js';
import type { Lease } from '../../../sync/ports/store.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog } from '../quiet-log.js';
import { nextTurn } from '../turn.js';

let clock: VirtualClock;
let asked: (readonly Lease[])[];
let answer: (leases: readonly Lease[]) => Promise<readonly Lease[]>;
let lost: string[];

beforeEach(() => {
  clock = new VirtualClock();
  asked = [];
  lost = [];
  answer = async (leases) => leases;
});

const keeper = () =>
  leaseKeeper({
    queue: {
      renew: (leases) => {
        asked.push(leases);
        return answer(leases);
      },
    },
    clock,
    log: keptLog(),
  });

const pass = async (ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 1_000) {
    await nextTurn();
    clock.advance(1_000);
    await nextTurn();
  }
};

describe('the lease keeper', () => {
  test('renews all leases with one call every three seconds', async () => {
    const kept = keeper();
    kept.keep({ pairId: 'a', fence: 1 }, () => lost.push('a'));
    kept.keep({ pairId: 'b', fence: 7 }, () => lost.push('b'));
    await pass(6_000);
    expect(asked.map((leases) => leases.map(({ pairId }) => pairId))).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(lost).toEqual([]);
  });

  test('tells at once when another worker has taken a pair over', async () => {
    answer = async (leases) => leases.filter(({ pairId }) => pairId !== 'a');
    const kept = keeper();
    kept.keep({ pairId: 'a', fence: 1 }, () => lost.push('a'));
    kept.keep({ pairId: 'b', fence: 1 }, () => lost.push('b'));
    await pass(9_000);
    expect(lost).toEqual(['a']);
  });

  test('gives up leases before they run out when the database does not answer', async () => {
    answer = () => new Promise(() => undefined);
    const kept = keeper();
    kept.keep({ pairId: 'a', fence: 1 }, () => lost.push('a'));
    await pass(8_000);
    expect(lost).toEqual([]);
    await pass(1_000);
    expect(lost).toEqual(['a']);
  });

  test('survives a failed renewal when the next one succeeds', async () => {
    answer = async (leases) => {
      if (asked.length === 1) throw new Error('connection lost');
      return leases;
    };
    const kept = keeper();
    kept.keep({ pairId: 'a', fence: 1 }, () => lost.push('a'));
    await pass(20_000);
    expect(lost).toEqual([]);
  });

  test('asks nothing while it holds none, and starts again with the next one', async () => {
    const kept = keeper();
    kept.keep({ pairId: 'a', fence: 1 }, () => lost.push('a')).drop();
    await pass(9_000);
    expect(asked).toEqual([]);
    expect(clock.waiting).toBe(0);
    kept.keep({ pairId: 'a', fence: 2 }, () => lost.push('a'));
    await pass(3_000);
    expect(asked).toHaveLength(1);
  });
});
