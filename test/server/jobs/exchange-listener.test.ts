import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseEmail, type EmailAddress } from '../../../mappings/values.js';
import { keepExchangeListened, type ListenedPair } from '../../../server/jobs/exchange-listener.js';
import { openMetrics, type Metrics } from '../../../server/metrics.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import type { Hearer, WatchedMailbox } from '../../../sync/ports/notifications.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog, type KeptLog } from '../quiet-log.js';
import { nextTurn, until } from '../turn.js';

/** One listening that was begun. */
interface Begun {
  readonly connectionId: string;
  readonly gate: string;
  readonly hearer: Hearer;
  readonly signal: AbortSignal;
  watched: readonly WatchedMailbox[];
}

let clock: VirtualClock;
let log: KeptLog;
let metrics: Metrics;
let stopping: AbortController;
let connections: { id: string; name: string }[];
let pairs: Record<string, ListenedPair[]>;
let heldByAnother: Set<string>;
let groups: [EmailAddress, string][];
let gates: Record<string, string>;
let broken: boolean;
let begun: Begun[];
let released: string[];
let woken: string[];
let running: Promise<void>;

beforeEach(() => {
  clock = new VirtualClock();
  log = keptLog();
  metrics = openMetrics();
  stopping = new AbortController();
  connections = [{ id: 'c1', name: 'Zentrale' }];
  pairs = { c1: [pairOf('anna'), pairOf('bernd')] };
  heldByAnother = new Set();
  gates = {};
  groups = [];
  broken = false;
  begun = [];
  released = [];
  woken = [];
  running = keepExchangeListened(deps(), stopping.signal);
});
afterEach(async () => {
  stopping.abort('CalledOff');
  await running;
});

function deps() {
  return {
    book: {
      async connections() {
        if (broken) throw new Error('no database');
        return connections;
      },
      pairsOf: async (id: string) => pairs[id] ?? [],
      hold: async (id: string) => !heldByAnother.has(id),
      release: async (id: string) => void released.push(id),
    },
    async earOf(connectionId: string) {
      const gate = gates[connectionId] ?? 'first';
      if (gate === 'unusable') throw new ConnectorFailure('forbidden', 'no such key');
      return { gate, notifications: { listen: listening(connectionId, gate) } };
    },
    groupsOf: () => new Map(groups),
    wake: async (ids: readonly string[]) => void woken.push(...ids),
    gatherMs: 200,
    ...{ clock, log, metrics },
  };
}

const listening = (connectionId: string, gate: string) => (hearer: Hearer, signal: AbortSignal) => {
  const one: Begun = { connectionId, gate, hearer, signal, watched: [] };
  begun.push(one);
  return {
    watch: (mailboxes: readonly WatchedMailbox[]) => void (one.watched = mailboxes),
    states: () => ({ streaming: one.watched.length, pulling: 0, polling: 0, denied: 0 }),
    ended: new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
  };
};

const addressOf = (name: string) => parseEmail(`${name}@firma.example`);
const pairOf = (name: string, kind = 'calendar'): ListenedPair => ({
  pairId: `${kind}-${name}`,
  mailbox: { address: addressOf(name) },
  folders: [`${kind}-folder-of-${name}`],
});

/** The next look, which comes every 4 seconds. */
const nextLook = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  clock.advance(4_000);
  for (let turns = 0; turns < 10; turns++) await nextTurn();
};
const gathered = async (): Promise<string[]> => {
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  clock.advance(200);
  for (let turns = 0; turns < 10; turns++) await nextTurn();
  return woken.splice(0);
};
const hear = (name: string, folderId: string | null, why: 'event' | 'gap' = 'event'): void =>
  begun.at(-1)?.hearer.heard({ mailbox: { address: addressOf(name) }, folderId, why });
const watchedNames = (): string[] =>
  (begun.at(-1)?.watched ?? []).map(({ mailbox }) => mailbox.address.split('@')[0] ?? '');

test('mailboxes are listened to in the groups that Autodiscover names', async () => {
  groups = [[addressOf('bernd'), 'G2']];
  await nextLook();
  const grouped = (begun.at(-1)?.watched ?? []).map(({ grouping }) => grouping);
  expect(grouped).toEqual([null, 'G2']);
});

describe('what is heard', () => {
  test('wakes the pair of the folder, and no other', async () => {
    await until(() => watchedNames().length === 2);
    hear('bernd', 'calendar-folder-of-bernd');
    expect(await gathered()).toEqual(['calendar-bernd']);
  });

  test('without a folder wakes all pairs of the mailbox', async () => {
    pairs['c1'] = [pairOf('anna'), pairOf('anna', 'tasks'), pairOf('bernd')];
    await nextLook();
    hear('anna', null);
    expect(await gathered()).toEqual(['calendar-anna', 'tasks-anna']);
  });

  test('as a gap wakes once, and not again 5 s later', async () => {
    await until(() => begun.length === 1);
    await nextTurn();
    hear('anna', null, 'gap');
    expect(await gathered()).toEqual(['calendar-anna']);
    clock.advance(5_000);
    expect(await gathered()).toEqual([]);
  });

  test('of a mailbox that is not listened to any more wakes nobody', async () => {
    await until(() => watchedNames().length === 2);
    hear('clara', null);
    expect(await gathered()).toEqual([]);
  });

  test('is counted, and so is how many are listened to in which way', async () => {
    await until(() => watchedNames().length === 2);
    hear('anna', null);
    begun[0]?.hearer.brokeOff(new ConnectorFailure('unreachable', 'as planned'));
    const text = await metrics.text();
    expect(text).toContain('abgleich_notifications_total{connection="Zentrale",why="event"} 1');
    expect(text).toContain(
      'abgleich_listened_mailboxes{connection="Zentrale",state="streaming"} 2',
    );
    expect(text).toContain(
      'abgleich_listening_failures_total{connection="Zentrale",kind="unreachable"} 1',
    );
  });
});

describe('who is listened to', () => {
  test('all folders of a mailbox with one subscription', async () => {
    pairs['c1'] = [pairOf('anna'), pairOf('anna', 'tasks')];
    await nextLook();
    expect(begun.at(-1)?.watched.map(({ folders }) => folders)).toEqual([
      ['calendar-folder-of-anna', 'tasks-folder-of-anna'],
    ]);
  });

  test('employees who are switched on, off or moved are picked up without a restart', async () => {
    await until(() => watchedNames().length === 2);
    pairs['c1'] = [pairOf('bernd'), pairOf('clara')];
    await nextLook();
    expect(watchedNames()).toEqual(['bernd', 'clara']);
    expect(begun.length).toBe(1);
  });

  test('a connection with other settings is listened to anew with them', async () => {
    await until(() => begun.length === 1);
    gates['c1'] = 'second';
    await nextLook();
    expect(begun.map(({ gate, signal }) => [gate, signal.aborted])).toEqual([
      ['first', true],
      ['second', false],
    ]);
  });

  test('a connection that was switched off is not, and one that is new is', async () => {
    await until(() => begun.length === 1);
    connections = [{ id: 'c2', name: 'Cloud' }];
    pairs['c2'] = [pairOf('dieter')];
    await nextLook();
    expect(begun.map(({ connectionId, signal }) => [connectionId, signal.aborted])).toEqual([
      ['c1', true],
      ['c2', false],
    ]);
    expect(released).toEqual(['c1']);
    expect(watchedNames()).toEqual(['dieter']);
  });

  test('one connection that cannot be used does not stop the others', async () => {
    connections = [
      { id: 'c1', name: 'Zentrale' },
      { id: 'c2', name: 'Cloud' },
    ];
    gates['c1'] = 'unusable';
    await nextLook();
    await until(() => begun.some(({ connectionId }) => connectionId === 'c2'));
    expect(log.lines.map(({ message }) => message)).toContain('a connection cannot be listened to');
  });
});

describe('several workers', () => {
  test('one listens, and another takes over when it does not any more', async () => {
    heldByAnother.add('c1');
    stopping.abort('CalledOff');
    await running;
    begun = [];
    stopping = new AbortController();
    running = keepExchangeListened(deps(), stopping.signal);
    await nextLook();
    expect(begun).toEqual([]);
    heldByAnother.clear();
    await nextLook();
    expect(begun.length).toBe(1);
  });

  test('one that was taken for dead stops listening', async () => {
    await until(() => begun.length === 1);
    heldByAnother.add('c1');
    await nextLook();
    expect(begun[0]?.signal.aborted).toBe(true);
    expect(await metrics.text()).toContain(
      'abgleich_listened_mailboxes{connection="Zentrale",state="streaming"} 0',
    );
  });
});

test('a database that is away for a while costs nothing that is being heard', async () => {
  await until(() => begun.length === 1);
  broken = true;
  await nextLook();
  expect(begun[0]?.signal.aborted).toBe(false);
  hear('anna', null);
  expect(await gathered()).toEqual(['calendar-anna']);
  broken = false;
  await nextLook();
  expect(begun.length).toBe(1);
});

test('a stop ends all of it and lets the next worker listen at once', async () => {
  await until(() => begun.length === 1);
  stopping.abort('CalledOff');
  await running;
  expect(begun[0]?.signal.aborted).toBe(true);
  expect(released).toEqual(['c1']);
});
