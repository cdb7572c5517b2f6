import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, test } from 'vitest';
import type { Database } from '../../db/connect.js';
import { connections } from '../../db/connections.js';
import { employees } from '../../db/employees.js';
import { leases } from '../../db/leases.js';
import { pairs } from '../../db/pairs.js';
import { settings } from '../../db/settings.js';
import { listenForWakes, wake } from '../../db/wake.js';
import type { Lease } from '../../sync/ports/store.js';
import { VirtualClock } from '../simulators/clock.js';
import { failsAs } from './fails-as.js';
import { TEST_SECRETS, anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { CHANCE, erpEmployee, newConnection, newPair, waitingBackend } from './store-world.js';

let server: StoreServer;
let database: Database;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());
beforeEach(async () => {
  await database.knex('abgleich.leases').update({ due_at: null, holder: null, is_woken: false });
});

const HOUR = 3_600_000;
const LATER = { dueInMs: HOUR, trouble: null };
const worker = (holder: string) => leases(database.knex, { holder });

describe('acquire', () => {
  test('takes a free pair, and every holder has a higher fence', async () => {
    const [pair] = await duePairs(1);
    const first = await worker('a').acquire(pair);
    assert.ok(first);
    await worker('a').release(first, LATER);
    assert.deepEqual(await worker('b').acquire(pair), { ...first, fence: first.fence + 1 });
  });

  test('of a pair that is held answers null, also to its own holder', async () => {
    const [pair] = await duePairs(1);
    await worker('a').acquire(pair);
    assert.equal(await worker('b').acquire(pair), null);
    assert.equal(await worker('a').acquire(pair), null);
  });

  test('takes over from a worker that died, once the lease is over', async () => {
    const [pair] = await duePairs(1);
    const dead = await worker('a').acquire(pair);
    await letRunOut(pair);
    assert.equal((await worker('b').acquire(pair))?.fence, (dead?.fence ?? 0) + 1);
  });

  test('of a pair that does not exist answers null', async () => {
    assert.equal(await worker('a').acquire('nobody'), null);
  });

  test('by many at once gives it to one', async () => {
    const [pair] = await duePairs(1);
    const names = ['a', 'b', 'c', 'd', 'e'];
    const answers = await Promise.all(names.map((name) => worker(name).acquire(pair)));
    assert.equal(answers.filter((answer) => answer !== null).length, 1);
  });
});

describe('claimDue', () => {
  test('takes the longest waiting ones first, as many as asked for', async () => {
    const [now, oldest, old] = await duePairs(3);
    await setDue(oldest, '-2 hours');
    await setDue(old, '-1 hour');
    assert.deepEqual(new Set(await claim('a', 2)), new Set([oldest, old]));
    assert.deepEqual(await claim('a', 2), [now]);
    assert.deepEqual(await claim('a', 2), []);
  });

  test('leaves alone what is due later, and what only a wake makes due', async () => {
    const [later, never] = await duePairs(2);
    await setDue(later, '1 minute');
    await setDue(never, null);
    assert.deepEqual(await claim('a'), []);
  });

  test('by many workers at once gives every pair to exactly one', async () => {
    const due = await duePairs(20);
    const claimed = await Promise.all(['a', 'b', 'c', 'd'].map((name) => claim(name, 7)));
    assert.deepEqual(claimed.flat().sort(), [...due].sort());
  });

  test('steps around a pair that somebody is just working on', async () => {
    const [locked, free] = await duePairs(2);
    const other = await database.knex.transaction();
    await other('abgleich.leases').where({ pair_id: locked }).forUpdate().first('fence');
    assert.deepEqual(await claim('a'), [free]);
    await other.rollback();
    assert.deepEqual(await claim('a'), [locked]);
  });

  test('takes over what a dead worker left, because it is still due', async () => {
    const [pair] = await duePairs(1);
    await claim('a');
    assert.deepEqual(await claim('b'), []);
    await letRunOut(pair);
    assert.deepEqual(await claim('b'), [pair]);
  });

  const SWITCHES: readonly {
    readonly name: string;
    readonly set: (off: boolean) => Promise<unknown>;
  }[] = [
    { name: 'everything', set: (off) => settings(database.knex).setSyncing(!off, 'test') },
    {
      name: 'its connection',
      set: (off) => theirConnections().update(world.connection, { isEnabled: !off }, 'test'),
    },
    {
      name: 'its employee',
      set: (off) => (off ? staff().disable(world.employee, 'test') : enableEmployee()),
    },
    {
      name: 'an employee who has left',
      set: (off) =>
        staff().refresh([erpEmployee(world.employee, { status: off ? 'left' : 'active' })]),
    },
    {
      name: 'an employee without a client, in an ERP that has clients',
      async set(off) {
        await staff().noteClients(true);
        await staff().refresh([erpEmployee(world.employee, { clientId: off ? null : '1' })]);
      },
    },
    {
      name: 'the pair itself',
      set: (off) =>
        pairs(database.knex).update(world.pair, { direction: off ? 'off' : null }, 'test'),
    },
    {
      name: 'the kind on the whole connection',
      set: (off) => {
        const way = {
          kind: 'appointment' as const,
          direction: off ? ('off' as const) : ('both' as const),
        };
        return theirConnections().setDirection(world.connection, way, 'test');
      },
    },
  ];
  const world = { connection: '', employee: '', pair: '' };
  for (const { name, set } of SWITCHES) {
    test(`leaves out what is switched off: ${name}; and has it at once when it is on again`, async () => {
      Object.assign(world, await newWorld());
      await set(true);
      await wake(database.knex, { pairIds: [world.pair] });
      assert.deepEqual(await claim('a'), []);
      await setDue(world.pair, null);
      await set(false);
      assert.ok((await claim('a', 1_000)).includes(world.pair));
    });
  }

  test('an employee without a client is synced where the ERP has no clients at all', async () => {
    Object.assign(world, await newWorld());
    await staff().noteClients(false);
    await staff().refresh([erpEmployee(world.employee, { clientId: null })]);
    assert.ok((await claim('a', 1_000)).includes(world.pair));
  });

  const enableEmployee = async (): Promise<void> => {
    const employee = erpEmployee(world.employee);
    const enabling = { connectionId: world.connection, employee, kinds: ['appointment' as const] };
    await staff().enable(enabling, 'test');
  };
});

describe('renew', () => {
  test('makes a lease last, even one that has just run out and that nobody took', async () => {
    const [pair] = await duePairs(1);
    const held = await worker('a').claimDue(1);
    await letRunOut(pair);
    assert.deepEqual(await worker('a').renew(held), held);
    assert.equal(await worker('b').acquire(pair), null);
  });

  test('answers only those that are still ours', async () => {
    const [lost, kept] = await duePairs(2);
    const held = await worker('a').claimDue(2);
    await letRunOut(lost);
    await worker('b').acquire(lost);
    assert.deepEqual(
      (await worker('a').renew(held)).map(({ pairId }) => pairId),
      [kept],
    );
    assert.deepEqual(await worker('a').renew([]), []);
  });

  test('that the same worker lost, and took anew, is not the one it had', async () => {
    const [pair] = await duePairs(1);
    const lost = await worker('a').claimDue(1);
    await letRunOut(pair);
    const anew = await worker('a').acquire(pair);
    assert.ok(anew);
    assert.deepEqual(await worker('a').renew(lost), []);
    assert.deepEqual(await worker('a').renew([...lost, anew]), [anew]);
  });

  const MANY_ROWS = [
    { name: 'renew', run: (held: readonly Lease[]) => worker('a').renew(held) },
    { name: 'wake', run: () => wake(database.knex, 'everybody') },
  ];
  for (const { name, run } of MANY_ROWS) {
    test(`and wake lock rows in the order of their ids, so that neither waits for the other: ${name}`, async () => {
      const [first, second] = (await duePairs(2)).sort();
      const held = await worker('a').claimDue(2);
      await touch(first); // now it lies behind the other in the table
      const blocker = await database.knex.transaction();
      await blocker('abgleich.leases').where({ pair_id: first }).forUpdate().first('fence');
      const blocked = run(held.toSorted((a, b) => (a.pairId < b.pairId ? 1 : -1)));
      await waitingBackend(database.knex);
      await blocker('abgleich.leases')
        .where({ pair_id: second })
        .forUpdate()
        .noWait()
        .first('fence');
      await blocker.rollback();
      await blocked;
    });
  }
});

describe('release', () => {
  test('makes the pair due when it said, by the clock of PostgreSQL', async () => {
    const [pair] = await duePairs(1);
    await finish('a', LATER);
    assert.deepEqual(await claim('a'), []);
    assert.ok(Math.abs((await dueInSeconds(pair)) - 3_600) < 30);
  });

  test('without a time leaves it to the next wake', async () => {
    const [pair] = await duePairs(1);
    await finish('a', { dueInMs: null, trouble: null });
    assert.deepEqual(await claim('a'), []);
    await wake(database.knex, { pairIds: [pair] });
    assert.deepEqual(await claim('a'), [pair]);
  });

  test('by a worker that was taken over changes nothing', async () => {
    const [pair] = await duePairs(1);
    const late = await worker('a').claimDue(1);
    await letRunOut(pair);
    await worker('b').acquire(pair);
    assert.equal(await worker('a').release(late[0] ?? { pairId: pair, fence: 0 }, LATER), false);
    assert.equal(await worker('c').acquire(pair), null);
  });

  test('counts failures in a row, keeps why, and forgets both when it works again', async () => {
    const trouble = { de: 'Postfach gesperrt', en: 'mailbox locked' };
    const [pair] = await duePairs(1);
    const failuresSeen: number[] = [];
    for (const how of [trouble, trouble, null, null]) {
      const [claimed] = await worker('a').claimDue(1);
      failuresSeen.push(claimed?.failures ?? -1);
      await worker('a').release(claimed ?? { pairId: pair, fence: 0 }, {
        dueInMs: 0,
        trouble: how,
      });
      assert.deepEqual(await troubleOf(pair), how);
    }
    assert.deepEqual(failuresSeen, [0, 1, 2, 0]);
  });
});

describe('wake', () => {
  test('during a cycle, however often, brings exactly one more', async () => {
    const [pair] = await duePairs(1);
    const [running] = await worker('a').claimDue(1);
    for (let times = 0; times < 5; times++) await wake(database.knex, { pairIds: [pair] });
    assert.deepEqual(await claim('b'), []);
    await worker('a').release(running ?? { pairId: pair, fence: 0 }, LATER);
    await finish('b', LATER);
    assert.deepEqual(await claim('b'), []);
  });

  test('during the cycle of a worker that dies is done with by its successor', async () => {
    const [pair] = await duePairs(1);
    await claim('a');
    await wake(database.knex, { pairIds: [pair] });
    await letRunOut(pair);
    await finish('b', LATER);
    assert.deepEqual(await claim('b'), []);
  });

  test('reaches pairs by pair, employee, connection and all of them, and no others', async () => {
    const [one, other] = [await newWorld(), await newWorld()];
    for (const woken of [
      { pairIds: [one.pair, 'unknown'] },
      { employeeIds: [one.employee] },
      { connectionId: one.connection },
    ]) {
      await setDue(one.pair, null);
      await setDue(other.pair, null);
      await wake(database.knex, woken);
      assert.deepEqual(await claim('a'), [one.pair]);
      await database.knex('abgleich.leases').update({ due_at: null, holder: null });
    }
    await wake(database.knex, 'everybody');
    const all = await claim('a', 1_000);
    assert.ok(all.includes(one.pair) && all.includes(other.pair));
  });

  test('does not move a pair that is due already behind others', async () => {
    const [pair] = await duePairs(1);
    await setDue(pair, '-1 hour');
    await wake(database.knex, { pairIds: [pair] });
    assert.ok((await dueInSeconds(pair)) < -3_000);
  });

  test('is heard by other workers, until they stop listening', async () => {
    const [pair] = await duePairs(1);
    await setDue(pair, null);
    const heard = new Counter();
    const stop = new AbortController();
    const listening = listenForWakes(database.url, () => heard.add(), stop.signal);
    await heard.reaches(1); // listening begins with a look around
    await wake(database.knex, { pairIds: [pair] });
    await heard.reaches(2);
    stop.abort();
    await listening;
  });

  test('during a cycle is announced again when the cycle ends', async () => {
    const [pair] = await duePairs(1);
    const [running] = await worker('a').claimDue(1);
    await wake(database.knex, { pairIds: [pair] });
    const heard = new Counter();
    const stop = new AbortController();
    const listening = listenForWakes(database.url, () => heard.add(), stop.signal);
    await heard.reaches(1);
    await worker('a').release(running ?? { pairId: pair, fence: 0 }, LATER);
    await heard.reaches(2);
    stop.abort();
    await listening;
  });

  test('is not heard any more when the connection breaks, and that is said', async () => {
    const heard = new Counter();
    const listening = listenForWakes(database.url, () => heard.add(), new AbortController().signal);
    listening.catch(() => undefined);
    await heard.reaches(1);
    await database.knex.raw(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen %'`,
    );
    await assert.rejects(listening, failsAs('unreachable'));
  });

  test('without a server is not heard, and that is said', async () => {
    const nowhere = 'postgres://nobody@127.0.0.1:1/none';
    const never = new AbortController().signal;
    await assert.rejects(
      listenForWakes(nowhere, () => undefined, never),
      failsAs('unreachable'),
    );
  });
});

class Counter {
  private count = 0;
  private waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  add(): void {
    this.count += 1;
    for (const { count, resolve } of this.waiting) if (count <= this.count) resolve();
  }

  reaches(count: number): Promise<void> {
    return new Promise((resolve) => {
      if (count <= this.count) resolve();
      else this.waiting.push({ count, resolve });
    });
  }
}

const staff = () => employees(database.knex, { clock: new VirtualClock(), chance: CHANCE });
const theirConnections = () =>
  connections(database.knex, { secrets: TEST_SECRETS, chance: CHANCE });

/** New pairs that are due now. */
async function duePairs(count: 1): Promise<[string]>;
async function duePairs(count: 2): Promise<[string, string]>;
async function duePairs(count: 3): Promise<[string, string, string]>;
async function duePairs(count: number): Promise<string[]>;
async function duePairs(count: number): Promise<string[]> {
  const connection = await newConnection(database.knex);
  const made: string[] = [];
  for (let at = 0; at < count; at++) made.push(await newPair(database.knex, connection));
  return made;
}

async function newWorld(): Promise<{ connection: string; employee: string; pair: string }> {
  const connection = await newConnection(database.knex);
  const pair = await newPair(database.knex, connection);
  const { employeeId: employee = '' } = (await pairs(database.knex).get(pair)) ?? {};
  return { connection, employee, pair };
}

async function claim(holder: string, limit = 10): Promise<string[]> {
  return (await worker(holder).claimDue(limit)).map(({ pairId }) => pairId);
}

async function finish(
  holder: string,
  how: typeof LATER | { dueInMs: null; trouble: null },
): Promise<void> {
  const [claimed] = await worker(holder).claimDue(1);
  assert.ok(claimed);
  assert.equal(await worker(holder).release(claimed, how), true);
}

async function letRunOut(pair: string): Promise<void> {
  await database
    .knex('abgleich.leases')
    .where({ pair_id: pair })
    .update({ expires_at: database.knex.raw(`now() - interval '1 second'`) });
}

async function touch(pair: string): Promise<void> {
  await database.knex('abgleich.leases').where({ pair_id: pair }).update({ last_run_at: null });
}

async function setDue(pair: string, fromNow: string | null): Promise<void> {
  const due_at =
    fromNow === null ? null : database.knex.raw('now() + cast(? as interval)', [fromNow]);
  await database.knex('abgleich.leases').where({ pair_id: pair }).update({ due_at });
}

async function dueInSeconds(pair: string): Promise<number> {
  const { rows } = await database.knex.raw<{ rows: { seconds: string }[] }>(
    'select extract(epoch from due_at - now()) as seconds from abgleich.leases where pair_id = ?',
    [pair],
  );
  return Number(rows[0]?.seconds);
}

async function troubleOf(pair: string): Promise<unknown> {
  const row = await database
    .knex<{ pair_id: string; trouble: unknown }>('abgleich.leases')
    .where({ pair_id: pair })
    .first('trouble');
  return row?.trouble;
}
