import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { attachTo } from '../simulators/mailbox/attachment-work.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { ANNA, openInstallation } from './installation.js';
import type { Installation } from './installation.js';

let server: ScratchServer;
let it: Installation;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  await it.run(['employees', 'enable', ANNA]);
});

afterEach(async () => {
  await it.close();
});

async function why(...args: string[]): Promise<string> {
  const { stdout } = await it.run(['why', ...args, '--language', 'de']);
  return stdout.trim();
}

async function recordId(title: string): Promise<string> {
  const { rows } = await it.erp.query<{ id: string }>(
    'select id from erp.appointments where title = $1',
    [title],
  );
  return rows[0]?.id ?? '';
}

interface ShownItem {
  readonly id: string;
  readonly UID: string;
  readonly Subject: string;
}

async function itemOf(subject: string): Promise<ShownItem> {
  const response = await fetch(`${it.exchange.control}/items?mailbox=${ANNA}`);
  const items = (await response.json()) as ShownItem[];
  const found = items.find(({ Subject }) => Subject === subject);
  if (found === undefined) throw new Error(`no item ${subject}`);
  return found;
}

describe('something that is synced', () => {
  beforeEach(async () => {
    await it.addRecord('E01', 'Montage Halle 3');
    await it.run(['sync', '--once']);
  });

  test('is found by its id in the ERP, the id of its item, and its UID', async () => {
    const { id, UID } = await itemOf('Montage Halle 3');
    for (const one of [await recordId('Montage Halle 3'), id, UID]) {
      expect(await why(one)).toMatch(/^Anna Becker: abgeglichen, zuletzt .*; nichts steht aus\.$/);
    }
  });

  test('says what stays in Exchange, also when the journal has forgotten it', async () => {
    const { id } = await itemOf('Montage Halle 3');
    const attaching = { host: it.exchange.organisation, headerZone: null, by: 'Anna Becker' };
    const file = { Name: 'Plan.pdf', Content: 'R3LDvMOfZQ==', item: null };
    attachTo(it.exchange.organisation.mailbox(ANNA), itemTarget(id), {
      ...attaching,
      attachments: [{ ...file, IsInline: false, IsContactPhoto: false }],
    });
    await it.run(['sync', '--once']);
    const { stdout } = await it.run(['journal', '--language', 'de']);
    expect(stdout).toMatch(/nicht übernommen +Exchange .*attachments: notSynced/);
    expect(await why(id)).toContain(
      'nichts steht aus. Nicht alles passt auf die andere Seite: Anhänge: Attachments stay in Exchange only.',
    );
    await it.run(['sync', '--once']);
    expect((await it.run(['journal', '--language', 'de'])).stdout).toBe(stdout);
  });

  test('and was changed since waits for the next cycle', async () => {
    await it.erp.query(`update erp.appointments set title = 'Montage Halle 4'`);
    expect(await why(await recordId('Montage Halle 4'))).toBe(
      'Anna Becker: der nächste Abgleich dieses Postfachs tut etwas: es wird in Exchange geändert.',
    );
  });

  test('and was deleted here while deletions do not travel is not connected any more', async () => {
    const id = await recordId('Montage Halle 3');
    await it.erp.query('delete from erp.appointments');
    await it.run(['sync', '--once']);
    expect(await why(id)).toMatch(
      /^Anna Becker: nicht mehr verbunden: auf beiden Seiten gelöscht\.$/,
    );
  });

  test('but whose employee is switched off says so', async () => {
    await it.run(['employees', 'disable', ANNA]);
    expect(await why(await recordId('Montage Halle 3'))).toContain(
      'wird nicht abgeglichen: der Mitarbeiter wird nicht abgeglichen',
    );
  });

  test('is told as JSON with both sentences', async () => {
    const { stdout } = await it.run(['why', await recordId('Montage Halle 3'), '--json']);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        ...{ employeeId: 'E01', name: 'Anna Becker', standing: { what: 'synced' } },
        sentence: { de: expect.stringContaining('abgeglichen') as string },
      },
    ]);
  });
});

describe('something that is not synced', () => {
  test('because it was there before says so', async () => {
    await it.erp.query(`set session_replication_role = replica`);
    await it.addRecord('E01', 'von früher');
    await it.erp.query(`update erp.appointments set changed_at = now() - interval '60 days'`);
    await it.erp.query(`set session_replication_role = origin`);
    expect(await why(await recordId('von früher'))).toContain(
      'bleibt, wo es ist: seit dem Beginn des Abgleichs nicht geändert',
    );
  });

  test('because it is private says so, and nothing else of it', async () => {
    await it.addItem(ANNA, 'Zahnärztin');
    const { id } = await itemOf('Zahnärztin');
    const item = { Sensitivity: 'Private' };
    const body = JSON.stringify({ mailbox: ANNA, do: 'update', id, item });
    await fetch(`${it.exchange.control}/items`, { method: 'POST', body });
    expect(await why(id)).toBe(
      'Anna Becker: privat, und private Termine dieses Mitarbeiters bleiben außen vor.',
    );
  });

  test('yet, but will be, says what the next cycle does', async () => {
    await it.addRecord('E01', 'neu');
    expect(await why(await recordId('neu'))).toContain('es wird in Exchange angelegt');
  });

  test('and that nobody knows, says where it was looked for', async () => {
    const { exit, stdout } = await it.run(['why', 'ABC', '--language', 'de']);
    expect(exit).toBe(1);
    expect(stdout).toContain('Niemand kennt diese Kennung');
  });
});
