import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../db/scratch-server.js';
import type { ScratchServer } from '../db/scratch-server.js';
import { typed } from './cli/typed.js';
import { ANNA, BERND, openInstallation } from './installation.js';
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
});

afterEach(async () => {
  await it.close();
});

const json = async (...args: string[]): Promise<unknown> => {
  const { stdout } = await it.run([...args, '--json']);
  return JSON.parse(stdout);
};

describe('setting up by the command line', () => {
  test('a connection is listed without its password, and kept with its defaults', async () => {
    const connections = await json('connections', 'list');
    expect(connections).toMatchObject([
      {
        name: 'firma',
        conflict: 'erp',
        zone: 'Europe/Berlin',
        language: 'de',
        writeTimeoutMs: 3_000,
      },
    ]);
    expect(JSON.stringify(connections)).not.toContain('abgleich-demo');
  });

  test('a name that is taken is bad input', async () => {
    const again = ['connections', 'add', 'FIRMA', '--url', it.exchange.url, '--auth', 'basic'];
    const { exit, stderr } = await it.run([...again, '--user', 'a', '--password-file', '-'], 'x');
    expect(exit).toBe(2);
    expect(stderr).toContain('There is a connection "FIRMA" already');
  });

  test('checking the connection opens a mailbox of the staff', async () => {
    const { exit, stdout } = await it.run(['connections', 'check', 'firma']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/✓ Role: .*ApplicationImpersonation[\s\S]*✓ Impersonation: /);
  });

  test('checking a connection that does not exist is bad input', async () => {
    expect((await it.run(['connections', 'check', 'other'])).exit).toBe(2);
  });

  test('a wrong password is found at the sign-in', async () => {
    const add = ['connections', 'add', 'falsch', '--url', it.exchange.url, '--auth', 'basic'];
    const account = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
    await it.run([...add, ...account], 'not the password');
    const { exit, stdout } = await it.run(['connections', 'check', 'falsch']);
    expect(exit).toBe(1);
    expect(stdout).toMatch(
      /✗ Sign-in: The server refuses the sign-in; it offers: .*Basic.*\n {2}→ Exchange refuses the sign-in\./,
    );
  });

  test('an Exchange that is away is found at the address', async () => {
    await it.exchange.stop();
    const { exit, stdout } = await it.run(['connections', 'check', 'firma', '--language', 'de']);
    expect(exit).toBe(3);
    expect(stdout).toMatch(
      /✗ Adresse: An 127\.0\.0\.1:\d+ lauscht niemand \(ECONNREFUSED\)\n {2}→ Den Port/,
    );
  });

  test('employees are found by id, address and login, and listed', async () => {
    expect((await it.run(['employees', 'enable', ANNA.toUpperCase()])).exit).toBe(0);
    expect((await it.run(['employees', 'enable', 'E02'])).exit).toBe(0);
    expect((await it.run(['employees', 'enable', 'nobody@firma.de'])).exit).toBe(2);
    const list = (await json('employees', 'list')) as { id: string; isEnabled: boolean }[];
    expect(list).toHaveLength(12);
    expect(
      list
        .filter(({ isEnabled }) => isEnabled)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(['E01', 'E02']);
  });

  test('all are enabled but those who have left', async () => {
    await it.erp.query(`update erp.employees set status = 'left' where id = 'E03'`);
    const lines = (await json('employees', 'enable', '--all')) as { id: string }[];
    expect(lines).toHaveLength(11);
    const { exit, stdout } = await it.run(['employees', 'enable', 'E03']);
    expect(exit).toBe(1);
    expect(stdout).toContain('has left according to the ERP');
  });

  test('an employee whose mailbox cannot be opened is enabled, and the reason is told', async () => {
    const { exit, stdout } = await it.run([
      'employees',
      'enable',
      'E01',
      '--mailbox',
      'gone@firma.de',
    ]);
    expect(exit).toBe(1);
    expect(stdout).toContain('is synced\n  → Exchange knows no mailbox with this address.');
  });

  test('a mailbox set by hand outlives what the ERP says', async () => {
    await it.run(['employees', 'enable', 'E01', '--mailbox', BERND]);
    await it.addRecord('E01', 'Besuch in Bernds Postfach');
    await it.run(['sync', '--once']); // takes over what the ERP says about its staff
    expect(await it.subjects(BERND)).toEqual(['Besuch in Bernds Postfach']);
  });

  test('the ERP is checked with a row for each thing', async () => {
    const { exit, stdout } = await it.run(['erp', 'check']);
    expect(exit).toBe(0);
    expect(stdout).toContain('✓ triggers');
    await it.erp.query('alter table erp.appointments disable trigger user');
    expect((await it.run(['erp', 'check'])).exit).toBe(1);
  });

  test('migrating a database that is up to date does nothing', async () => {
    expect(await json('migrate')).toEqual({ applied: [] });
  });
});

describe('sync --once', () => {
  beforeEach(async () => {
    await it.run(['employees', 'enable', 'E01']);
  });

  test('brings what is new to the other side, both ways, and then finds nothing to do', async () => {
    await it.addRecord('E01', 'Montage Halle 3');
    await it.addItem(ANNA, 'Zahnärztin');
    const first = await json('sync', '--once');
    expect(first).toMatchObject({ pairs: [{ employee: 'E01', created: 2, problem: null }] });
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3', 'Zahnärztin']);
    expect(await it.titles()).toEqual(['Montage Halle 3', 'Zahnärztin']);
    const second = await json('sync', '--once');
    expect(second).toMatchObject({ pairs: [{ created: 0, updated: 0, removed: 0 }] });
    expect(it.exchange.organisation.mails).toEqual([]);
  });

  test('asks Exchange at most three times where nothing is new', async () => {
    await it.run(['sync', '--once']);
    const before = total(it.exchange.requests);
    await it.run(['sync', '--once']);
    expect(total(it.exchange.requests) - before).toBeLessThanOrEqual(3);
  });

  test('of an employee leaves the others alone', async () => {
    await it.run(['employees', 'enable', 'E02']);
    await it.addRecord('E01', 'für Anna');
    await it.addRecord('E02', 'für Bernd');
    await it.run(['sync', '--once', '--employee', ANNA]);
    expect(await it.subjects(ANNA)).toEqual(['für Anna']);
    expect(await it.subjects(BERND)).toEqual([]);
  });

  test('shows in the journal what happened, newest first', async () => {
    await it.addRecord('E01', 'Kündigungsgespräch');
    await it.run(['sync', '--once']);
    const lines = await json('journal', '--employee', 'E01');
    expect(lines).toMatchObject([{ event: 'created', side: 'exchange', employeeId: 'E01' }]);
    expect(JSON.stringify(lines)).not.toContain('Kündigung');
    const { stdout } = await it.run(['journal', '--language', 'de']);
    expect(stdout).toMatch(/Anna Becker +angelegt +Exchange/);
  });

  test('leaves out who is disabled, and who has left, and deletes nothing', async () => {
    await it.addRecord('E01', 'bleibt');
    await it.run(['sync', '--once']);
    await it.run(['employees', 'disable', 'E01']);
    expect(await json('sync', '--once')).toEqual({ pairs: [] });
    expect((await it.run(['sync', '--once', '--employee', 'E01'])).exit).toBe(2);
    await it.run(['employees', 'enable', 'E01']);
    await it.erp.query(`update erp.employees set status = 'left' where id = 'E01'`);
    expect(await json('sync', '--once')).toEqual({ pairs: [] });
    expect(await it.subjects(ANNA)).toEqual(['bleibt']);
  });

  test('ends with 3 while Exchange is away, and goes on when it is back', async () => {
    await it.addRecord('E01', 'später');
    it.exchange.faults.add({ kind: 'dropBefore', times: null });
    const away = await it.run(['sync', '--once']);
    expect(away.exit).toBe(3);
    expect(away.stdout).toContain('cannot be reached');
    it.exchange.faults.clear();
    expect((await it.run(['sync', '--once'])).exit).toBe(0);
    expect(await it.subjects(ANNA)).toEqual(['später']);
  });

  test('leaves the reason of a failure where employees list shows it', async () => {
    it.exchange.faults.add({ kind: 'denied', times: null });
    expect((await it.run(['sync', '--once'])).exit).toBe(1);
    const { stdout } = await it.run(['employees', 'list', '--language', 'de']);
    expect(stdout).toContain(
      '✗ Anna Becker: Das Dienstkonto darf dieses Postfach nicht vertreten.',
    );
    it.exchange.faults.clear();
    await it.run(['sync', '--once']);
    expect((await it.run(['employees', 'list'])).stdout).not.toContain('✗');
  });

  test('is refused where another installation syncs this ERP, and the holder is named', async () => {
    await it.run(['sync', '--once']);
    const env = await it.another();
    const { exit, stderr } = await typed(['sync', '--once'], { env });
    expect(exit).toBe(1);
    expect(stderr).toContain('This ERP belongs to another installation');
  });

  test('is refused with another key file: every base would be unknown', async () => {
    await it.run(['sync', '--once']);
    const keys = ['k1', 'fp'].map((id) => `${id}:${Buffer.alloc(32, id).toString('base64')}`);
    const file = join(it.env['ABGLEICH_DATA'] ?? '', 'other-keys');
    await writeFile(file, keys.join('\n'), { mode: 0o600 });
    const env = { ...it.env, ABGLEICH_KEY_FILE: file };
    const { exit, stderr } = await typed(['sync', '--once'], { env });
    expect(exit).toBe(1);
    expect(stderr).toContain('another key file');
  });
});

function total(requests: ReadonlyMap<string, number>): number {
  return [...requests.values()].reduce((sum, count) => sum + count, 0);
}
