import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { auditTrail } from '../../db/audit-trail.js';
import { conflicts } from '../../db/conflicts.js';
import { connections } from '../../db/connections.js';
import { employees } from '../../db/employees.js';
import { imageContext } from '../../db/intents.js';
import { journal } from '../../db/journal.js';
import { leases } from '../../db/leases.js';
import { lostValueContext } from '../../db/lost-values.js';
import { pairs } from '../../db/pairs.js';
import { openStore } from '../../db/store.js';
import type { ErpEmployee } from '../../sync/ports/erp.js';
import type { JournalEntry, Lease, LostValue, Write } from '../../sync/ports/store.js';
import type { StoreUnderTest } from '../contracts/store.js';
import { VirtualClock } from '../simulators/clock.js';
import { TEST_SECRETS } from './store-servers.js';
import type { StoreServer } from './store-servers.js';

/** What a store is opened with. */
export const SEALING = {
  seal: (text: string, context: string) => TEST_SECRETS.seal(text, context),
  unseal: (sealed: string, context: string) => TEST_SECRETS.unseal(sealed, context),
};

/** Chance for tests whose rows must not meet those of other tests. */
export const CHANCE = { key: () => randomBytes(16).toString('base64url'), fraction: () => 0.5 };

/** An employee of the ERP with everything the sync needs. */
export function erpEmployee(id: string, more: Partial<ErpEmployee> = {}): ErpEmployee {
  return {
    id,
    name: `Jörg ${id}`,
    login: `Jorg.${id}@firma.example`,
    email: `${id.toLowerCase()}@firma.example` as ErpEmployee['email'],
    mailbox: null,
    clientId: '1',
    status: 'active',
    zone: null,
    mayCreate: true,
    mayChange: true,
    mayDelete: true,
    ...more,
  };
}

/** A new employee on the connection, and the id of their pair. */
export async function newPair(knex: Knex, connectionId: string): Promise<string> {
  const employee = erpEmployee(CHANCE.key());
  const theirs = employees(knex, { clock: new VirtualClock(), chance: CHANCE });
  await theirs.enable({ connectionId, employee, kinds: ['appointment'] }, 'test');
  const [pair] = await pairs(knex).list(employee.id);
  return pair?.id ?? '';
}

/** A new connection, and its id. */
export async function newConnection(knex: Knex): Promise<string> {
  const all = connections(knex, { secrets: TEST_SECRETS, chance: CHANCE });
  const { id } = await all.add(
    { name: CHANCE.key(), url: 'https://exchange.example/ews', auth: 'basic', userName: 'sync' },
    'test',
  );
  return id;
}

/** The store on a server, for its contract. */
export async function openStoreWorld(server: StoreServer): Promise<StoreUnderTest> {
  const { knex } = await server.open();
  const clock = new VirtualClock('2026-03-02T12:00:00Z');
  return {
    store: openStore(knex, { clock, ...SEALING }),
    clock,
    async pairs() {
      const [here, there] = [await newConnection(knex), await newConnection(knex)];
      return [await newPair(knex, here), await newPair(knex, here), await newPair(knex, there)];
    },
    acquire: (pairId) => takeOver(knex, pairId),
    kept: async (pairId) => ({
      journal: await journalOf(knex, pairId),
      lostValues: await lostValuesOf(knex, pairId),
    }),
    trail: (pairId) => trailOf(knex, pairId),
    undo: async (pairId, writeIds) => {
      const ids = await knex('abgleich.writes')
        .where({ pair_id: pairId })
        .whereIn('write_id', writeIds)
        .pluck<number[]>('id');
      await auditTrail(knex, { chance: CHANCE }).undo({ ids }, 'test');
    },
    restore: async (pairId) => {
      // kept from a day of the virtual clock, and asked about by the real one
      const expires_at = knex.raw(`now() + interval '1 day'`);
      const theirs = knex('abgleich.lost_values').where({ pair_id: pairId });
      const [{ id } = { id: 0 }] = await theirs
        .update({ expires_at })
        .returning<{ id: number }[]>('id');
      await conflicts(knex, { unseal: SEALING.unseal, chance: CHANCE }).restore(id, 'test');
    },
    close: () => server.close(),
  };
}

/** As if whoever holds the pair had died: their lease is over at once. */
export async function takeOver(knex: Knex, pairId: string): Promise<Lease> {
  await knex('abgleich.leases')
    .where({ pair_id: pairId })
    .update({ expires_at: knex.raw(`now() - interval '1 second'`) });
  const claim = await leases(knex, { holder: 'test' }).acquire(pairId);
  return { pairId, fence: claim?.fence ?? -1 };
}

/** Resolves when a backend of this database waits for a lock; answers its process id. */
export async function waitingBackend(knex: Knex): Promise<number> {
  for (;;) {
    const { rows } = await knex.raw<{ rows: { pid: number }[] }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    if (rows[0] !== undefined) return rows[0].pid;
  }
}

async function journalOf(knex: Knex, pairId: string): Promise<readonly JournalEntry[]> {
  const lines = await journal(knex).read({ pairId, limit: 1_000 });
  return lines
    .map(({ at, event, side, recordId, itemId, fields, losses, detail }) => {
      return { at, event, side, recordId, itemId, fields, losses, detail };
    })
    .reverse();
}

async function trailOf(knex: Knex, pairId: string): Promise<readonly Write[]> {
  const rows = await knex('abgleich.writes')
    .select<Write[]>('write_id as writeId', 'side', 'what', 'fields', 'before', 'after', 'form')
    .where({ pair_id: pairId })
    .orderBy('id');
  return rows.map(({ before, ...write }) => {
    const context = imageContext(pairId, write.writeId);
    return { ...write, before: before === null ? null : SEALING.unseal(before, context) };
  });
}

async function lostValuesOf(knex: Knex, pairId: string): Promise<readonly LostValue[]> {
  const rows = await knex<LostValueRow>('abgleich.lost_values')
    .select('link_id', 'field', 'winner', 'value', 'after')
    .where({ pair_id: pairId })
    .orderBy('id');
  return rows.map(({ link_id: linkId, field, winner, value: sealed, after }) => {
    const lost = { linkId, field, winner, value: '', ...(after !== null && { after }) };
    return { ...lost, value: TEST_SECRETS.unseal(sealed, lostValueContext(pairId, lost)) };
  });
}

interface LostValueRow {
  readonly pair_id: string;
  readonly link_id: string;
  readonly field: string;
  readonly winner: LostValue['winner'];
  readonly value: string;
  readonly after: string | null;
}
