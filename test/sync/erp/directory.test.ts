import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseInstant } from '../../../mappings/values.js';
import { directoryOfErp } from '../../../sync/erp/directory.js';
import type { ErpDirectory } from '../../../sync/ports/erp.js';
import type { ErpDatabase, ErpServer } from './erp-database.js';
import { startErpServer } from './erp-database.js';
import { personAt } from './erp-person.js';

let server: ErpServer;
beforeAll(async () => {
  server = await startErpServer();
});
afterAll(async () => {
  await server.stop();
});

let erp: ErpDatabase;
let directory: ErpDirectory;
const never = new AbortController().signal;
const clock = { now: () => parseInstant('2026-03-02T08:00:00Z') };
const at = {
  when: {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-03T09:00:00Z'),
    endsAt: parseInstant('2026-03-03T10:00:00Z'),
  },
};

beforeEach(async () => {
  erp = await server.open();
  directory = directoryOfErp(erp.db, clock);
});
afterEach(async () => {
  await erp.close();
});

describe('staff and code tables', () => {
  it('an employee comes with everything that decides whether they are synced', async () => {
    await erp.db.raw(`
      update erp.employees set login = 'koenig', mailbox = 'Koenig@Anders.example', status = 'onLeave', may_delete = false
       where id = 'E03'`);
    const employees = await directory.employees(never);
    expect(employees.find(({ id }) => id === 'E03')).toEqual({
      id: 'E03',
      name: 'Claudia König',
      login: 'koenig',
      email: 'claudia.koenig@muster-maschinenbau.example',
      mailbox: 'koenig@anders.example',
      clientId: 'C1',
      status: 'onLeave',
      zone: 'Europe/Berlin',
      mayCreate: true,
      mayChange: true,
      mayDelete: false,
    });
  });

  it('what cannot be read is null, and the employee is listed all the same', async () => {
    await erp.db.raw(
      "update erp.employees set email = 'keine', time_zone = 'MEZ', client_id = null where id = 'E01'",
    );
    const employees = await directory.employees(never);
    expect(employees).toHaveLength(3);
    expect(employees[0]).toMatchObject({
      id: 'E01',
      email: null,
      login: null,
      zone: null,
      clientId: null,
    });
  });

  it('priorities come in their order, with the importance they stand for', async () => {
    expect(await directory.priorities(never)).toEqual([
      { id: 'P1', name: 'sehr hoch', importance: 'high', isDefault: false },
      { id: 'P2', name: 'hoch', importance: 'high', isDefault: true },
    ]);
  });
});

describe('only one installation may sync an ERP (A10)', () => {
  const ours = { id: 'i-1', name: 'Zentrale', home: '7001/5' };

  it('the first one gets it, and may claim it again under another name', async () => {
    await directory.claim(ours, never);
    await directory.claim({ ...ours, name: 'Zentrale (neuer Server)' }, never);
    expect(await erp.db('erp.holder').select('installation_id', 'name')).toEqual([
      { installation_id: 'i-1', name: 'Zentrale (neuer Server)' },
    ]);
  });

  it('a second one is refused and told who has it', async () => {
    await directory.claim(ours, never);
    await expect(
      directory.claim({ id: 'i-2', name: 'Testserver', home: null }, never),
    ).rejects.toMatchObject({
      kind: 'forbidden',
      sentence: { de: expect.stringContaining('Zentrale') as string },
    });
    expect(await erp.db('erp.holder').select('name')).toEqual([{ name: 'Zentrale' }]);
  });

  it('a copy of it, with its id and another database, is refused and told what to do', async () => {
    await directory.claim(ours, never);
    const copy = { ...ours, home: '7001/6' };
    await expect(directory.claim(copy, never)).rejects.toMatchObject({
      kind: 'forbidden',
      sentence: { en: expect.stringContaining('erp claim --take-over') as string },
    });
    expect(await erp.db('erp.holder').select('home')).toEqual([{ home: '7001/5' }]);
  });

  it('a server that does not tell which database it is neither refuses nor forgets', async () => {
    await directory.claim({ ...ours, home: null }, never);
    await directory.claim(ours, never);
    await directory.claim({ ...ours, home: null }, never);
    expect(await erp.db('erp.holder').select('home')).toEqual([{ home: '7001/5' }]);
  });

  it('whoever takes over has it, and the former one is refused when it comes back', async () => {
    expect(await directory.takeOver(ours, never)).toBeNull();
    const moved = { ...ours, home: '7002/5' };
    expect(await directory.takeOver(moved, never)).toEqual(ours);
    await directory.claim(moved, never);
    await expect(directory.claim(ours, never)).rejects.toMatchObject({ kind: 'forbidden' });
  });
});

describe('listening', () => {
  /** Starts listening; `next` answers with the next wake, however long it takes. */
  function listen(): {
    next: () => Promise<readonly string[] | null>;
    stop: () => void;
    ended: Promise<void>;
  } {
    const controller = new AbortController();
    const wakes: (readonly string[] | null)[] = [];
    const waiting: ((wake: readonly string[] | null) => void)[] = [];
    const ended = directory.listen((wake) => {
      const first = waiting.shift();
      if (first) first(wake);
      else wakes.push(wake);
    }, controller.signal);
    const next = (): Promise<readonly string[] | null> => {
      const [wake] = wakes.splice(0, 1);
      return wake === undefined
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(wake);
    };
    return {
      next,
      stop: () => {
        controller.abort();
      },
      ended,
    };
  }

  it('wakes everybody first, then exactly those whose records changed', async () => {
    const { next, stop, ended } = listen();
    expect(await next()).toBeNull();
    const person = personAt(erp.db);
    const id = await person.create('E02', { title: 'Messe', ...at });
    expect(await next()).toEqual(['E02']);
    await person.edit(id, { ownerId: 'E01' });
    expect(await next()).toEqual(['E01', 'E02']);
    stop();
    await ended;
  });

  it.each([
    ['an employee leaves', "update erp.employees set status = 'left' where id = 'E01'"],
    ['a table is emptied', 'truncate erp.appointments cascade'],
  ])('wakes everybody when %s', async (_what, sql) => {
    const { next, stop, ended } = listen();
    expect(await next()).toBeNull();
    await erp.db.raw(sql);
    expect(await next()).toBeNull();
    stop();
    await ended;
  });

  it('ends as unreachable when the server ends the connection', async () => {
    const { next, ended } = listen();
    expect(await next()).toBeNull();
    const lost = expect(ended).rejects.toMatchObject({ kind: 'unreachable' });
    await erp
      .connect()
      .raw(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
    await lost;
  });

  it('gives its connection back when it is stopped', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const { next, stop, ended } = listen();
      await next();
      stop();
      await ended;
    }
    expect(await directory.priorities(never)).toHaveLength(2); // the pool has four connections
  });
});
