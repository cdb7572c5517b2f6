import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { readAudit } from '../../db/audit.js';
import type { Database } from '../../db/connect.js';
import { employees } from '../../db/employees.js';
import { parseEmail, parsePlainDate, parseZone } from '../../mappings/values.js';
import type { ErpEmployee } from '../../sync/ports/erp.js';
import { VirtualClock } from '../simulators/clock.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { failsAs } from './fails-as.js';
import { NOW, settingsOf, settingsWorld } from './settings-world.js';
import { anyStoreServer } from './store-servers.js';
import type { StoreServer } from './store-servers.js';
import { CHANCE, erpEmployee } from './store-world.js';

let server: StoreServer;
let database: Database;
beforeAll(async () => {
  server = await anyStoreServer();
  database = await server.open();
});
afterAll(async () => await server.close());

const { all, staff, theirPairs, enabled, leaseOf } = settingsWorld(() => database.knex);

describe('employees', () => {
  test('one who is enabled gets a pair with everything on, due at once', async () => {
    const { employee, connection, pair } = await enabled();
    assert.deepEqual(await theirPairs().get(pair.id), {
      id: pair.id,
      connectionId: connection.id,
      employeeId: employee.id,
      kind: 'appointment',
      mailbox: { address: employee.email },
      folders: [],
      policy: {
        direction: 'both',
        conflict: 'erp',
        deleteInExchange: true,
        deleteInErp: true,
        leavePrivateOut: true,
        syncStart: NOW,
        stockFrom: null,
        guard: { count: 20, percent: 20 },
        zone: 'Europe/Berlin',
        language: 'de',
        writeTimeoutMs: 20_000,
        rights: { create: true, change: true, delete: true },
        options: DEFAULT_OPTIONS,
      },
    });
    assert.match(pair.id, /^p[\w-]{12}$/); // it stands in marks (sync/ports/mark.ts)
    assert.deepEqual(await leaseOf(pair.id), { fence: 0, is_due: true });
  });

  test('disabled and enabled again keeps pair, settings and sync start', async () => {
    const { employee, connection, pair } = await enabled();
    await theirPairs().update(pair.id, { leavePrivateOut: false }, 'anna');
    const before = await theirPairs().get(pair.id);
    assert.equal((await staff().disable(employee.id, 'anna')).isEnabled, false);
    const later = employees(database.knex, {
      clock: new VirtualClock('2027-01-01T00:00:00Z'),
      chance: CHANCE,
    });
    const enabling = { connectionId: connection.id, employee, kinds: ['appointment' as const] };
    assert.equal((await later.enable(enabling, 'anna')).isEnabled, true);
    assert.deepEqual(await theirPairs().list(employee.id), [before]);
  });

  test('takes over the stock from a day on, also afterwards', async () => {
    const { employee, connection, pair } = await enabled();
    const stockFrom = parsePlainDate('2026-01-01');
    const enabling = {
      connectionId: connection.id,
      employee,
      kinds: ['appointment', 'task'] as const,
    };
    await staff().enable({ ...enabling, stockFrom }, 'anna');
    await staff().enable(enabling, 'anna');
    const [appointments, tasks] = await theirPairs().list(employee.id);
    assert.deepEqual([appointments?.id, appointments?.policy.stockFrom], [pair.id, stockFrom]);
    assert.deepEqual([tasks?.kind, tasks?.policy.stockFrom], ['task', stockFrom]);
  });

  test('whose settings change reads both sides from the beginning, and a cycle under way loses its lease', async () => {
    const { employee, connection, pair } = await enabled();
    await database
      .knex('abgleich.progress')
      .where({ pair_id: pair.id })
      .update({ erp_position: 'here', cursors: JSON.stringify({ calendar: 'there' }) });
    const before = await leaseOf(pair.id);
    await staff().enable(
      {
        connectionId: connection.id,
        employee,
        kinds: ['appointment'],
        stockFrom: parsePlainDate('2026-01-01'),
      },
      'anna',
    );
    const { rows } = await database.knex.raw<{ rows: unknown[] }>(
      'select erp_position, cursors from abgleich.progress where pair_id = ?',
      [pair.id],
    );
    assert.deepEqual(rows, [{ erp_position: null, cursors: {} }]);
    assert.equal((await leaseOf(pair.id)).fence, before.fence + 1);
  });

  test('moves to another connection with pair and links', async () => {
    const { employee, pair } = await enabled();
    const there = await all().add({ ...settingsOf(CHANCE.key()), conflict: 'exchange' }, 'anna');
    await staff().enable({ connectionId: there.id, employee, kinds: ['appointment'] }, 'anna');
    const moved = await theirPairs().get(pair.id);
    assert.deepEqual([moved?.connectionId, moved?.policy.conflict], [there.id, 'exchange']);
  });

  // prettier-ignore
  const MAILBOXES = [
    { name: 'the e-mail address by default',     from: 'email', more: {},                                            is: 'mail@firma.example', namedBy: undefined },
    { name: 'the one set by hand before all',    from: 'login', more: { mailbox: parseEmail('Hand@firma.example') }, is: 'hand@firma.example', namedBy: undefined },
    { name: 'the login where the rule says so',  from: 'login', more: {},                                            is: 'upn@firma.example', namedBy: 'upn' },
  ] as const;
  for (const { name, from, more, is, namedBy } of MAILBOXES) {
    test(`the mailbox is ${name}`, async () => {
      const { id } = await all().add({ ...settingsOf(CHANCE.key()), mailboxFrom: from }, 'anna');
      const employee = erpEmployee(CHANCE.key(), {
        email: parseEmail('mail@firma.example'),
        login: 'UPN@firma.example',
        ...more,
      });
      const enabling = { connectionId: id, employee, kinds: ['appointment' as const] };
      const made = await staff().enable(enabling, 'anna');
      assert.deepEqual([made.mailbox, made.namedBy], [is, namedBy]);
      const [pair] = await theirPairs().list(employee.id);
      assert.deepEqual(pair?.mailbox, { address: is, ...(namedBy && { namedBy }) });
    });
  }

  const REFUSED: readonly {
    readonly name: string;
    readonly from: 'email' | 'login';
    readonly more: Partial<ErpEmployee>;
    readonly says: RegExp;
  }[] = [
    {
      name: 'has no e-mail address',
      from: 'email',
      more: { email: null },
      says: /no e-mail address/,
    },
    { name: 'has a login that is no UPN', from: 'login', more: { login: 'jw' }, says: /no login/ },
    { name: 'has left', from: 'email', more: { status: 'left' }, says: /has left/ },
  ];
  for (const { name, from, more, says } of REFUSED) {
    test(`one who ${name} is refused with a sentence, and nothing is kept`, async () => {
      const { id } = await all().add({ ...settingsOf(CHANCE.key()), mailboxFrom: from }, 'anna');
      const employee = erpEmployee(CHANCE.key(), more);
      const enabling = { connectionId: id, employee, kinds: ['appointment' as const] };
      await assert.rejects(staff().enable(enabling, 'anna'), failsAs('rejected', says));
      assert.deepEqual(await theirPairs().list(employee.id), []);
    });
  }

  test('nobody is enabled on a connection that does not exist, nor disabled who is not synced', async () => {
    const enabling = { connectionId: 'cX', employee: erpEmployee('E1'), kinds: [] };
    await assert.rejects(staff().enable(enabling, 'anna'), failsAs('rejected', /no connection/));
    await assert.rejects(
      staff().disable('E404', 'anna'),
      failsAs('rejected', /"E404" is not synced/),
    );
  });

  test('what the ERP says about them is taken over, and only what changed is told', async () => {
    const [one, other] = [await enabled(), await enabled()];
    const changed = {
      ...one.employee,
      name: 'Jörg Neu',
      email: parseEmail('neu@firma.example'),
      zone: parseZone('Europe/Vienna'),
      mayDelete: false,
    };
    const stranger = erpEmployee('not chosen');
    assert.deepEqual(await staff().refresh([changed, other.employee, stranger]), [one.employee.id]);
    assert.deepEqual(await staff().refresh([changed, other.employee]), []);

    const pair = await theirPairs().get(one.pair.id);
    assert.equal(pair?.mailbox.address, 'neu@firma.example');
    assert.equal(pair.policy.zone, 'Europe/Vienna');
    assert.deepEqual(pair.policy.rights, { create: true, change: true, delete: false });
    const [line] = await readAudit(database.knex, {
      subject: `employee:${one.employee.id}`,
      limit: 1,
    });
    assert.deepEqual([line?.who, line?.after?.['mailbox']], ['erp', 'neu@firma.example']);
  });

  test('one whose login is gone from the ERP keeps it as login, until a mailbox is set by hand', async () => {
    const { id } = await all().add({ ...settingsOf(CHANCE.key()), mailboxFrom: 'login' }, 'anna');
    const employee = erpEmployee(CHANCE.key(), { login: 'upn@firma.example' });
    const enabling = { connectionId: id, employee, kinds: ['appointment' as const] };
    await staff().enable(enabling, 'anna');
    assert.deepEqual(await staff().refresh([employee]), []);
    await staff().refresh([{ ...employee, login: null }]);
    const [kept] = await theirPairs().list(employee.id);
    assert.deepEqual(kept?.mailbox, { address: 'upn@firma.example', namedBy: 'upn' });
    const mailbox = parseEmail('hand@firma.example');
    const byHand = await staff().enable({ ...enabling, mailbox }, 'anna');
    assert.deepEqual([byHand.mailbox, byHand.namedBy], [mailbox, undefined]);
  });

  test('one whose address is gone from the ERP keeps the mailbox', async () => {
    const { employee, pair } = await enabled();
    await staff().refresh([{ ...employee, email: null, status: 'onLeave' }]);
    assert.equal((await theirPairs().get(pair.id))?.mailbox.address, employee.email);
    const listed = (await staff().list()).find(({ id }) => id === employee.id);
    assert.equal(listed?.status, 'onLeave');
  });
});
