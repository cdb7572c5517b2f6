import type * as crypto from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { withClient } from '../demo/sql-client.js';
import { fillEverything } from './everything.js';
import { rewoundCluster } from './rewound-cluster.js';
import type { RewoundCluster } from './rewound-cluster.js';
import { dumpDatabase, openStillInstallation } from './still-installation.js';
import type { StillInstallation } from './still-installation.js';

vi.mock('../../server/clock.js', () => import('./injected-time.js'));
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof crypto>()),
  randomBytes: (await import('./injected-time.js')).repeatableBytes,
}));

const CYCLES = 20;
const EMPLOYEES = 12;

let cluster: RewoundCluster;
let folder: string;
let it: StillInstallation;

beforeAll(async () => {
  cluster = await rewoundCluster({ withAppointments: true });
  folder = await mkdtemp(join(tmpdir(), 'abgleich-quiet-'));
  it = await openStillInstallation({ cluster, dataFolder: join(folder, 'data'), exchangePort: 0 });
  await fillEverything(it);
  await it.sync(6);
}, 300_000);

afterAll(async () => {
  await it.close();
  await cluster.discard();
  await rm(folder, { recursive: true, force: true });
});

/** Rows that were written in each table since the statistics began; those of sessions that have ended. */
async function rowsWritten(url: string): Promise<Readonly<Record<string, number>>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string; written: string }>(WRITTEN);
    return Object.fromEntries(rows.map(({ name, written }) => [name, Number(written)]));
  });
}

const WRITTEN = `
  select format('%s.%s', schemaname, relname) as name, n_tup_ins + n_tup_upd + n_tup_del as written
    from pg_stat_user_tables where schemaname in ('abgleich', 'erp') order by 1`;

/**
 * Who has which pair and until when, and how far each pair has read the ERP, whose transactions go on: one row per pair, written
 * in its place. And the claim of the ERP, which every start repeats.
 */
const MOVING: ReadonlySet<string> = new Set(['abgleich.leases', 'abgleich.progress', 'erp.holder']);

/** Everything that is remembered but that, with how many rows there are of it. */
async function rememberedBy(one: StillInstallation): Promise<readonly string[]> {
  let table = '';
  return (await dumpDatabase(one.urls.own)).filter((line) => {
    if (!line.startsWith('  ')) table = line.replace(/:.*/, '');
    return !line.startsWith('  ') || !MOVING.has(table);
  });
}

/** What was written into each of the other tables. */
function others(written: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(written).filter(([name]) => !MOVING.has(name)));
}

/** How often Exchange was asked what, as `GET /metrics` tells. */
async function requests(): Promise<Readonly<Record<string, number>>> {
  const lines = (await it.metrics()).matchAll(REQUESTS);
  return Object.fromEntries(
    [...lines].map(([, operation = '', count = '']) => [operation, Number(count)]),
  );
}

const REQUESTS = /^abgleich_ews_requests_total\{.*operation="(\w+)"\} (\d+)$/gm;

/** Compared as one text: of the lists the difference would not be shown. */
function linesOf(state: Readonly<Record<string, readonly string[] | number>>): string {
  return Object.values(state).flat().join('\n');
}

function everyMailbox(): readonly string[] {
  const { mailboxes } = it.exchange.organisation;
  return mailboxes.map(({ store }) => JSON.stringify(store.dump()));
}

describe('twenty cycles of everybody without an edit from outside', () => {
  test('write nothing on either side and remember nothing, and ask each mailbox once a cycle', async () => {
    await it.restart();
    await it.sync(); // the first after a start asks each mailbox which one it is
    const asked = await requests();
    const before = {
      ...{ erp: await dumpDatabase(it.urls.erp), own: await rememberedBy(it) },
      ...{ mailboxes: everyMailbox(), mails: it.exchange.organisation.mails.length },
    };
    const written = { erp: await rowsWritten(it.urls.erp), own: await rowsWritten(it.urls.own) };

    await it.sync(CYCLES);

    const cycles = Array.from({ length: (1 + CYCLES) * EMPLOYEES }, () => 'done');
    expect(it.ends).toEqual(cycles);
    const { SyncFolderItems = 0 } = asked;
    expect(await requests()).toEqual({
      ...asked,
      SyncFolderItems: SyncFolderItems + CYCLES * EMPLOYEES,
    });
    await it.restart();
    const after = {
      ...{ erp: await dumpDatabase(it.urls.erp), own: await rememberedBy(it) },
      ...{ mailboxes: everyMailbox(), mails: it.exchange.organisation.mails.length },
    };
    expect(linesOf(after)).toEqual(linesOf(before));
    expect(others(await rowsWritten(it.urls.erp))).toEqual(others(written.erp));
    expect(others(await rowsWritten(it.urls.own))).toEqual(others(written.own));
  }, 300_000);

  test('and what they were quiet about was everything there is', async () => {
    expect(await kindsIn(it)).toEqual(ALL_KINDS);
  });
});

/** What the ERP has of each kind of content, at least one. */
async function kindsIn({ erp }: StillInstallation): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [name, sql] of Object.entries(KINDS)) {
    const { rowCount } = await erp.query(`select ${sql} limit 1`);
    if (rowCount === 1) found.push(name);
  }
  return found;
}

const KINDS = {
  singles: 'from erp.appointments where rrule is null',
  series: 'from erp.appointments where rrule is not null',
  changedDays: 'from erp.appointment_exceptions where not deleted',
  deletedDays: 'from erp.appointment_exceptions where deleted',
  wholeDays: 'from erp.appointments where all_day',
  privateOnes: 'from erp.appointments where is_private',
  emptiedOnes: `from erp.appointments where title = 'Privat'`,
  meetings: 'from erp.appointments where is_meeting',
  guests: 'from erp.appointment_participants where email is not null',
  several: 'from erp.appointment_participants where employee_id is not null',
  absences: `from erp.absences where status = 'approved'`,
  longTitles: 'from erp.appointments where length(title) = 255',
  protectedOnes: 'from erp.appointments where is_protected',
  equipment: 'from erp.appointment_equipment',
};
const ALL_KINDS = Object.keys(KINDS);
