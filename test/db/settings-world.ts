import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import type { Connection, NewConnection } from '../../db/connection-rows.js';
import { connections } from '../../db/connections.js';
import type { Connections } from '../../db/connections.js';
import { employees } from '../../db/employees.js';
import type { Employees } from '../../db/employees.js';
import { pairs } from '../../db/pairs.js';
import type { Pairs } from '../../db/pairs.js';
import type { ErpEmployee } from '../../sync/ports/erp.js';
import type { Pair } from '../../sync/ports/pair.js';
import { VirtualClock } from '../simulators/clock.js';
import { TEST_SECRETS } from './store-servers.js';
import { CHANCE, erpEmployee } from './store-world.js';

/** When somebody is enabled. */
export const NOW = '2026-03-02T12:00:00Z';

/** The settings of one database, as the administrator changes them. */
export interface SettingsWorld {
  readonly all: () => Connections;
  readonly staff: () => Employees;
  readonly theirPairs: () => Pairs;
  /** A new connection with one employee, enabled for appointments. */
  readonly enabled: () => Promise<{
    readonly employee: ErpEmployee;
    readonly connection: Connection;
    readonly pair: Pair;
  }>;
  readonly leaseOf: (pairId: string) => Promise<{ fence: number; is_due: boolean }>;
}

/** `knex` is asked for late: the database opens after the tests were collected. */
export function settingsWorld(knex: () => Knex): SettingsWorld {
  const all = () => connections(knex(), { secrets: TEST_SECRETS, chance: CHANCE });
  const staff = () => employees(knex(), { clock: new VirtualClock(NOW), chance: CHANCE });
  const theirPairs = () => pairs(knex());
  return {
    all,
    staff,
    theirPairs,
    async enabled() {
      const connection = await all().add(settingsOf(CHANCE.key()), 'anna');
      const employee = erpEmployee(CHANCE.key());
      await staff().enable(
        { connectionId: connection.id, employee, kinds: ['appointment'] },
        'anna',
      );
      const [pair] = await theirPairs().list(employee.id);
      assert.ok(pair);
      return { employee, connection, pair };
    },
    async leaseOf(pairId) {
      const { rows } = await knex().raw<{ rows: { fence: number; is_due: boolean }[] }>(LEASE, [
        pairId,
      ]);
      return rows[0] ?? { fence: -1, is_due: false };
    },
  };
}

const LEASE = `
  select fence, coalesce(due_at <= now(), false) as is_due
    from abgleich.leases
   where pair_id = ?`;

/** The least that a connection needs. */
export function settingsOf(name: string): NewConnection {
  return {
    name,
    url: 'https://mail.firma.example/ews/exchange.asmx',
    auth: 'ntlm',
    userName: 'svc@firma.example',
  };
}
