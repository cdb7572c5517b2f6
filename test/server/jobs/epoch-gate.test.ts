import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../db/connect.js';
import { judgeToken } from '../../../server/jobs/epoch-gate.js';
import { gatedPorts } from '../../../server/jobs/gated-ports.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { settingsWorld } from '../../db/settings-world.js';
import { anyStoreServer } from '../../db/store-servers.js';
import type { StoreServer } from '../../db/store-servers.js';
import { NoteErp } from '../../sync/engine/note-erp.js';
import { NoteExchange } from '../../sync/engine/note-exchange.js';
import { EpochWorld } from './epoch-world.js';

let server: StoreServer;
let database: Database;
let world: EpochWorld;

beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

const { enabled } = settingsWorld(() => database.knex);

beforeEach(async () => {
  await database.knex('abgleich.suspicions').delete();
  await database.knex('abgleich.epochs').delete();
  world = new EpochWorld(database.knex, (await enabled()).pair);
});

const REPAIR_MODE = { kind: 'forbidden', code: 'RepairMode' };
const never = new AbortController().signal;

describe('a token, and what we know', () => {
  const known = { acknowledged: 'A', pending: 'B', isTrustedAnew: false };
  test.each([
    { name: 'a new store has none', epoch: null, token: '', finding: null },
    { name: 'the acknowledged one is fine', epoch: known, token: 'A', finding: null },
    { name: 'the pending one is fine', epoch: known, token: 'B', finding: null },
    { name: 'another one is foreign', epoch: known, token: 'C', finding: 'foreign' },
    { name: 'none where there was one is missing', epoch: known, token: '', finding: 'missing' },
    { name: 'one that nobody remembers', epoch: null, token: 'C', finding: 'unknown' },
    {
      name: 'none before the first one is written',
      epoch: { ...known, acknowledged: '' },
      token: '',
      finding: null,
    },
  ] as const)('$name', ({ epoch, token, finding }) => {
    expect(judgeToken(epoch, token)).toBe(finding);
  });
});

describe('an honest installation', () => {
  test('reads each token once per start, and writes none before the first write', async () => {
    const { gate, gated } = world.process();
    await gate.enter(gated, never);
    await gate.enter(gated, never);
    expect([world.reads, world.written]).toEqual([2, []]);
  });

  test('gives both stores a token with the first write after a start, and then none for an hour', async () => {
    const { gate, gated } = world.process();
    await gate.beforeWrite(gated, never);
    await gate.beforeWrite(gated, never);
    expect(world.written).toEqual(['erp', world.mailbox]);
    const before = new Map(world.tokens);
    await world.age();
    world.clock.advance(3_600_000);
    await gate.beforeWrite(gated, never);
    expect(world.written).toHaveLength(4);
    expect([...world.tokens.values()].some((token) => [...before.values()].includes(token))).toBe(
      false,
    );
  });

  test.each(
    [0, 1, 2, 3, 4, 5, 6].flatMap(
      (at) =>
        [
          { at, when: 'before' },
          { at, when: 'after' },
        ] as const,
    ),
  )(
    'that dies $when write $at of a renewal goes on after its restart, however often',
    async ({ at, when }) => {
      await world.write();
      for (let deaths = 0; deaths < 3; deaths++) {
        await world.age();
        let writes = 0;
        world.around = async (write) => {
          const isLast = writes++ === at;
          if (isLast && when === 'before') throw new Error('killed');
          await write();
          if (isLast) throw new Error('killed');
        };
        await world.write().catch(() => undefined);
      }
      world.around = (write) => write();
      await world.enter();
      await world.age();
      await world.write();
      expect(await world.book.suspicions(null)).toEqual([]);
    },
  );

  test('whose write of a token lands late, after the next process has begun, is not suspicious', async () => {
    const late: (() => Promise<void>)[] = [];
    let writes = 0;
    world.around = async (write) => {
      if (writes++ !== 1) return write();
      late.push(write);
      throw new Error('timed out');
    };
    await world.write().catch(() => undefined);
    world.around = (write) => write();
    await world.write();
    for (const write of late) await write();
    await world.enter();
  });

  test('does not renew at once after a restart: an earlier write may still be on its way', async () => {
    await world.write();
    const before = new Map(world.tokens);
    await world.write();
    expect(world.tokens).toEqual(before);
  });

  test('of which another worker renews while the token is read, is not suspicious', async () => {
    await world.write();
    await world.age();
    const other = world.process();
    let isDone = false;
    world.whileReading = async () => {
      if (isDone) return;
      isDone = true;
      await other.gate.beforeWrite(other.gated, never);
    };
    await world.enter();
  });

  test('with four workers that start at once ends with one token per store', async () => {
    await Promise.all([world.write(), world.write(), world.write(), world.write()]);
    await world.enter();
    expect(await world.book.suspicions(null)).toEqual([]);
  });

  test('on a server that keeps no tokens goes on without; one that kept them must show them', async () => {
    const refuse = async () => {
      throw new ConnectorFailure('rejected', 'no such operation');
    };
    const { gate, gated } = world.process();
    const without = { ...gated, mailboxes: { read: refuse, write: refuse } };
    await gate.beforeWrite(without, never);
    await gate.enter(without, never);
    await world.write();
    const { gate: later } = world.process();
    await expect(later.enter(without, never)).rejects.toMatchObject({ kind: 'rejected' });
  });

  test('whose other pair fails to renew tries by itself', async () => {
    const { gate, gated } = world.process();
    let writes = 0;
    const stopped = new AbortController();
    world.around = (write) => write();
    const { gate: shared, gated: ours } = { gate, gated };
    const failing = {
      ...ours,
      mailboxes: {
        ...ours.mailboxes,
        write: async () => {
          writes += 1;
          throw new Error('called off');
        },
      },
    };
    const first = shared.beforeWrite(failing, stopped.signal);
    const second = shared.beforeWrite(ours, never);
    await expect(first).rejects.toThrow('called off');
    await second;
    expect([writes, world.tokens.size]).toEqual([1, 2]);
  });
});

describe('a store that went back', () => {
  beforeEach(async () => {
    await world.write();
  });

  test('is recognised by the next process, which neither reads nor writes it until somebody decides', async () => {
    world.tokens.set(world.mailbox, 'of last week');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    world.tokens.delete(world.mailbox);
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    expect(await world.book.suspicions(null)).toMatchObject([
      { store: world.mailbox, finding: 'foreign', found: 'of last week' },
    ]);
  });

  test('under a process that runs is recognised with the first write of the next hour', async () => {
    const { gate, gated } = world.process();
    await gate.beforeWrite(gated, never);
    world.tokens.set('erp', 'of last week');
    await gate.beforeWrite(gated, never);
    await world.age();
    world.clock.advance(3_600_000);
    await expect(gate.beforeWrite(gated, never)).rejects.toMatchObject(REPAIR_MODE);
    expect(world.tokens.get('erp')).toBe('of last week');
  });

  test('stops the other employees of the connection as well, also new ones', async () => {
    world.tokens.set(world.mailbox, 'of last week');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    const { gate, gated } = world.process();
    const colleague = {
      ...gated,
      pair: { ...gated.pair, employeeId: 'new' },
      mailboxes: { read: async () => '', write: async () => undefined },
    };
    await expect(gate.enter(colleague, never)).rejects.toMatchObject(REPAIR_MODE);
  });

  test('and is the ERP stops all connections', async () => {
    const { connection } = await enabled();
    world.tokens.set('erp', 'of last week');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    const concerned = (await world.book.suspicions(null)).map(({ connectionId }) => connectionId);
    expect(concerned).toContain(connection.id);
  });

  test('and shows no token is a new mailbox, which stops nobody else', async () => {
    world.tokens.delete(world.mailbox);
    await expect(world.enter()).rejects.toMatchObject({
      ...REPAIR_MODE,
      sentence: { de: expect.stringContaining('neues, leeres Postfach') as string },
    });
    const { gate, gated } = world.process();
    const colleague = {
      ...gated,
      pair: { ...gated.pair, employeeId: 'new' },
      mailboxes: { read: async () => '', write: async () => undefined },
    };
    await gate.enter(colleague, never);
  });

  test('because a copy of us wrote first stops the copy as well, and an honest original is left alone', async () => {
    const own = world.tokens.get(world.mailbox) ?? '';
    expect(own).toMatch(/^1\./);
    const row = await world.book.get(world.mailbox);
    world.tokens.set(world.mailbox, '9.of-the-original');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    expect(world.tokens.get(world.mailbox)).toBe('9.of-the-original');
    await database.knex('abgleich.suspicions').delete();
    world.tokens.set(world.mailbox, '2.of-the-copy');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    const disputed = world.tokens.get(world.mailbox) ?? '';
    expect(disputed).not.toBe('2.of-the-copy');
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE); // once is enough
    expect(world.tokens.get(world.mailbox)).toBe(disputed);
    expect(await world.book.get(world.mailbox)).toEqual(row);
  });

  test('and was only the wrong address is ours again when the address is right', async () => {
    const token = world.tokens.get(world.mailbox) ?? '';
    world.tokens.delete(world.mailbox);
    await expect(world.enter()).rejects.toMatchObject(REPAIR_MODE);
    world.tokens.set(world.mailbox, token);
    await world.enter();
  });

  test('and shows no token, but our items, has moved: nobody is asked, and it gets a new one', async () => {
    world.tokens.delete(world.mailbox);
    world.hasOurItems = true;
    await world.enter();
    world.hasOurItems = false;
    await world.enter();
    await world.write();
    expect(world.tokens.get(world.mailbox)).toBeDefined();
  });

  test('is looked at again as soon as its feed breaks off', async () => {
    const { gate, gated } = world.process();
    const erp = new NoteErp();
    const exchange = new NoteExchange();
    await gate.enter(gated, never);
    const ports = gatedPorts({ erp, exchange }, gate, gated);
    erp.changesSince = async () => {
      throw new ConnectorFailure('cursorExpired', 'the log was restored');
    };
    await expect(ports.erp.changesSince('E01', 'p', never)).rejects.toMatchObject({
      kind: 'cursorExpired',
    });
    world.tokens.set('erp', 'of last week');
    await expect(ports.erp.changesSince('E01', 'p', never)).rejects.toMatchObject(REPAIR_MODE);
  });
});
