import { beforeEach, describe, expect, test } from 'vitest';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import type { FailureKind } from '../../../sync/ports/failure.js';
import { note } from '../../sync/engine/note-kind.js';
import { nextTurn, until } from '../turn.js';
import { CycleWorld } from './cycle-world.js';
import type { Trouble } from './cycle-world.js';

let world: CycleWorld;

beforeEach(() => {
  world = new CycleWorld();
  world.mailbox('a');
  world.mailbox('b');
});

const failing =
  (kind: FailureKind, more: { code?: string; retryAfterMs?: number } = {}): Trouble =>
  async () => {
    throw new ConnectorFailure(kind, 'as the test wants it', more);
  };

describe('a cycle that goes well', () => {
  test('finds out and remembers the folders of a pair that never ran', async () => {
    expect(await world.run('a')).toMatchObject({ kind: 'done' });
    expect(world.folders.get('a')).toEqual(['calendar']);
  });

  test('gives the pair back for its next poll, without trouble', async () => {
    await world.run('a');
    expect(world.lastRelease).toEqual({ pairId: 'a', dueInMs: 60_000, trouble: null });
  });

  test('counts what it wrote', async () => {
    world.mailbox('a').add(note({ title: 'Montage' }));
    expect(await world.run('a')).toMatchObject({ kind: 'done', report: { created: { erp: 1 } } });
    expect(await world.metrics.text()).toContain(
      'abgleich_writes_total{side="erp",what="created"} 1',
    );
  });

  test('logs no content', async () => {
    world.mailbox('a').add(note({ title: 'Kündigung Schmidt' }));
    await world.run('a');
    expect(JSON.stringify(world.log.lines)).not.toContain('Schmidt');
  });
});

describe('once a week, at night', () => {
  test('everything is compared, and that is remembered', async () => {
    world.isAuditDue = true;
    world.clock.advance(17 * 3_600_000); // two o'clock in Berlin
    expect(await world.run('a')).toMatchObject({ kind: 'done' });
    expect(world.isAuditDue).toBe(false);
    expect(JSON.stringify(world.log.lines)).toContain('everything compared');
  });

  test('and not by day, nor where the cycle failed', async () => {
    world.isAuditDue = true;
    await world.run('a');
    world.clock.advance(17 * 3_600_000);
    world.erpTrouble = failing('unreachable');
    await world.run('a');
    expect(world.isAuditDue).toBe(true);
  });
});

describe('a cycle that fails', () => {
  // prettier-ignore
  const rows = [
    { name: 'busy with a hint waits as told', kind: 'busy', more: { retryAfterMs: 77_000 }, failures: 0, dueInMs: 77_000 },
    { name: 'busy without a hint waits 30 s', kind: 'busy', more: {}, failures: 0, dueInMs: 30_000 },
    { name: 'busy for the third time waits 2 minutes', kind: 'busy', more: {}, failures: 2, dueInMs: 120_000 },
    { name: 'unreachable is tried again soon', kind: 'unreachable', more: { code: 'ErrorMailboxMoveInProgress' }, failures: 0, dueInMs: 2_000 },
    { name: 'unreachable for long waits 10 minutes', kind: 'unreachable', more: { code: 'ErrorMailboxMoveInProgress' }, failures: 20, dueInMs: 600_000 },
    { name: 'forbidden pauses and looks again every 10 minutes', kind: 'forbidden', more: { code: 'ErrorImpersonateUserDenied' }, failures: 0, dueInMs: 600_000 },
    { name: 'a lost race is run again', kind: 'stale', more: {}, failures: 0, dueInMs: 1_000 },
  ] as const;

  for (const { name, kind, more, failures, dueInMs } of rows) {
    test(name, async () => {
      world.exchangeTrouble = failing(kind, more);
      expect(await world.run('a', { failures })).toMatchObject({ kind: 'failed' });
      expect(world.lastRelease).toMatchObject({ dueInMs, trouble: { en: 'as the test wants it' } });
    });
  }

  test('leaves the sentence that a person should read as the trouble of the pair', async () => {
    const sentence = { de: 'Das Postfach ist voll.', en: 'The mailbox is full.' };
    world.exchangeTrouble = async () => {
      throw new ConnectorFailure('forbidden', 'quota', { sentence });
    };
    await world.run('a');
    expect(world.lastRelease?.trouble).toEqual(sentence);
  });

  test('by a mistake of ours is logged with its stack, and does not end the process', async () => {
    world.exchangeTrouble = async () => {
      throw new TypeError('x is undefined');
    };
    expect(await world.run('a')).toMatchObject({ kind: 'failed', failure: null });
    expect(world.lastRelease).toMatchObject({ dueInMs: 30_000 });
    const [line] = world.log.lines.filter(({ level }) => level === 'error');
    expect(JSON.stringify(line?.fields)).toContain('TypeError');
  });

  test('is counted by kind and side', async () => {
    world.erpTrouble = failing('unreachable', { code: 'ECONNREFUSED' });
    await world.run('a');
    expect(await world.metrics.text()).toContain(
      'abgleich_failures_total{kind="unreachable",side="erp"} 1',
    );
  });
});

describe('pairs that would meet the same failure', () => {
  test('are not tried while the sign-in of their connection is refused', async () => {
    world.exchangeTrouble = failing('forbidden', { code: 'HTTP401' });
    await world.run('a');
    world.exchangeTrouble = async () => {
      throw new Error('asked although the account may be locked by that');
    };
    expect(await world.run('b')).toEqual({ kind: 'postponed' });
    expect(world.lastRelease).toEqual({ pairId: 'b', dueInMs: 600_000, trouble: null });
  });

  test('are tried as usual when one mailbox alone is in trouble', async () => {
    world.exchangeTrouble = failing('forbidden', { code: 'ErrorNonExistentMailbox' });
    await world.run('a');
    world.exchangeTrouble = undefined;
    expect(await world.run('b')).toMatchObject({ kind: 'done' });
  });

  test('wait together while the ERP is away, and go on together', async () => {
    world.erpTrouble = failing('unreachable', { code: 'ECONNREFUSED' });
    await world.run('a');
    expect(await world.run('b')).toEqual({ kind: 'postponed' });
    world.erpTrouble = undefined;
    world.clock.advance(2_000);
    expect(await world.run('b')).toMatchObject({ kind: 'done' });
    expect(await world.run('a')).toMatchObject({ kind: 'done' });
  });
});

describe('a cycle that is stopped', () => {
  /** Hangs in its first call to Exchange until its signal fires. */
  const hanging: Trouble = (signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () =>
        reject(new ConnectorFailure('unreachable', 'called off', { code: 'CalledOff' })),
      );
    });

  test('from outside gives its pair back, due at once, and without trouble', async () => {
    world.exchangeTrouble = hanging;
    const stop = new AbortController();
    const ended = world.run('a', { stop: stop.signal });
    await nextTurn();
    stop.abort();
    expect(await ended).toEqual({ kind: 'calledOff' });
    expect(world.lastRelease).toEqual({ pairId: 'a', dueInMs: 0, trouble: null });
  });

  test('because its lease is lost gives nothing back: the pair is another worker’s', async () => {
    world.exchangeTrouble = hanging;
    world.renew = async () => [];
    const ended = world.run('a');
    await until(() => world.clock.waiting === 2); // its deadline, and the next renewal
    world.clock.advance(3_000);
    expect(await ended).toEqual({ kind: 'leaseLost' });
    expect(world.released).toEqual([]);
  });

  test('by its deadline goes on with its next cycle', async () => {
    world.exchangeTrouble = hanging;
    const ended = world.run('a');
    for (let passed = 0; passed < 600_000; passed += 3_000) {
      await nextTurn();
      world.clock.advance(3_000);
      await nextTurn();
    }
    expect(await ended).toEqual({ kind: 'timedOut' });
    expect(world.lastRelease).toEqual({ pairId: 'a', dueInMs: 0, trouble: null });
  });

  test('leaves no timer behind', async () => {
    await world.run('a');
    expect(world.clock.waiting).toBe(0);
  });
});

test('a pair that is not there any more is not due any more', async () => {
  world.store.addPair('gone');
  expect(await world.run('gone')).toEqual({ kind: 'switchedOff' });
  expect(world.lastRelease).toEqual({ pairId: 'gone', dueInMs: null, trouble: null });
});
