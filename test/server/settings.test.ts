import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
});

afterEach(async () => {
  await it.close();
});

interface Line {
  readonly key: string;
  readonly value: string;
  readonly from: string;
}

const json = async (...args: string[]): Promise<unknown> => {
  const { stdout } = await it.run([...args, '--json']);
  return JSON.parse(stdout);
};

async function connectionSettings(): Promise<Readonly<Record<string, string>>> {
  const { settings } = (await json('connections', 'show', 'firma')) as { settings: Line[] };
  return Object.fromEntries(settings.map(({ key, value }) => [key, value]));
}

/** `value from`, by key. */
async function annasSettings(): Promise<Readonly<Record<string, string>>> {
  const { pairs } = (await json('employees', 'show', ANNA)) as { pairs: { settings: Line[] }[] };
  const lines = pairs.flatMap(({ settings }) => settings);
  return Object.fromEntries(lines.map(({ key, value, from }) => [key, `${value} ${from}`]));
}

const control = async (path: string, body: object): Promise<unknown> => {
  const post = { method: 'POST', body: JSON.stringify(body) };
  return (await fetch(`${it.exchange.control}/${path}`, post)).json();
};

const set = (...pairs: string[]) => it.run(['employees', 'set', ANNA, ...pairs]);

describe('a connection', () => {
  test('is changed setting by setting, and shows what counts', async () => {
    const words = ['conflict=newest', 'guard-count=50', 'guard-percent=10', 'language=en'];
    const more = ['zone=Europe/Vienna', 'write-timeout=45', 'mailbox-from=login', 'requests=8'];
    const sync = ['direction=to-exchange', 'mailbox-requests=3', 'enforce=yes', 'name=Zentrale'];
    const { exit, stdout } = await it.run([
      'connections',
      'set',
      'firma',
      ...words,
      ...more,
      ...sync,
    ]);
    expect(exit).toBe(0);
    expect(stdout).toContain('The connection "Zentrale" was changed, which counts at once.');
    const { settings } = (await json('connections', 'show', 'zentrale')) as { settings: Line[] };
    const values = Object.fromEntries(settings.map(({ key, value }) => [key, value]));
    expect(values).toMatchObject({
      ...{ conflict: 'newest', 'guard-count': '50', 'guard-percent': '10', language: 'en' },
      ...{ zone: 'Europe/Vienna', 'write-timeout': '45', 'mailbox-from': 'login' },
      ...{ requests: '8', 'mailbox-requests': '3', direction: 'to-exchange', enforce: 'yes' },
    });
  });

  test('returns to what is usual where nothing stands behind the key', async () => {
    await it.run(['connections', 'set', 'firma', 'conflict=newest', 'enforce=yes', 'requests=8']);
    await it.run(['connections', 'set', 'firma', 'conflict=', 'enforce=', 'requests=']);
    expect(await connectionSettings()).toMatchObject({
      ...{ conflict: 'erp', enforce: 'no', requests: '4' },
    });
  });

  test('takes a new password, and the proxy goes with its user', async () => {
    await it.run(['connections', 'set', 'firma', '--password-file', '-'], 'falsch\n');
    expect((await it.run(['connections', 'check', 'firma'])).exit).toBe(1);
    await it.run(['connections', 'set', 'firma', '--password-file', '-'], 'abgleich-demo\n');
    expect((await it.run(['connections', 'check', 'firma'])).exit).toBe(0);
    const proxy = ['proxy=http://127.0.0.1:9', 'proxy-user=p'];
    expect((await it.run(['connections', 'set', 'firma', ...proxy])).exit).toBe(0);
    await it.run(['connections', 'set', 'firma', 'proxy=']);
    expect(await connectionSettings()).toMatchObject({ proxy: '–', 'proxy-user': '–' });
    expect((await it.run(['connections', 'set', 'firma', 'proxy-user=p'])).exit).toBe(2);
  });

  test('takes a certificate from a file, and refuses what is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abgleich-ca-'));
    const file = join(folder, 'ca.pem');
    await writeFile(file, 'no certificate');
    const { exit, stderr } = await it.run(['connections', 'set', 'firma', '--ca-file', file]);
    await rm(folder, { recursive: true });
    expect([exit, stderr]).toEqual([2, expect.stringContaining('holds no certificate')]);
  });

  // prettier-ignore
  const REFUSED = [
    { word: 'guard-percent=101', says: 'guard-percent is "101"; expected is a whole number from 0 to 100.' },
    { word: 'zone=Berlin', says: 'zone is "Berlin"; expected is a time zone like Europe/Berlin.' },
    { word: 'conflict=bigger', says: 'conflict is "bigger"; expected is erp or exchange or newest.' },
    { word: 'url=ftp://x', says: 'https' },
    { word: 'url=', says: 'url needs a value.' },
    { word: 'colour=red', says: 'There is no setting "colour" here. There are: name, url,' },
    { word: 'enforce', says: '"enforce" is no KEY=VALUE.' },
    { word: 'field.colour=off', says: 'There is no field "colour". There are: subject,' },
    { word: 'preset=nobody-leads', says: 'preset is "nobody-leads"; expected is both or erp-leads' },
    { word: 'pauses=25:00-26:00', says: 'expected is a pause like 22:00-23:30' },
    { word: 'days-back=0', says: 'days-back is "0"; expected is a whole number' },
  ];
  test('is not changed by what cannot be used, which is refused with a sentence', async () => {
    for (const { word, says } of REFUSED) {
      const args = ['connections', 'set', 'firma', 'language=en', word];
      const { exit, stderr } = await it.run(args);
      expect(exit, word).toBe(2);
      expect(stderr, word).toContain(says);
    }
    expect(await connectionSettings()).toMatchObject({ language: 'de' });
  });

  test('says all that is wrong at once, in German too', async () => {
    const args = ['connections', 'set', 'firma', 'guard-count=x', 'enforce=vielleicht'];
    const { exit, stderr } = await it.run([...args, '--language', 'de']);
    expect(exit).toBe(2);
    expect(stderr.trim().split('\n')).toEqual([
      'guard-count ist „x“; erwartet wird eine ganze Zahl von 0 bis 100000.',
      'enforce ist „vielleicht“; erwartet wird yes oder no.',
    ]);
  });

  test('names what can be set where nothing was typed', async () => {
    const { exit, stderr } = await it.run(['connections', 'set', 'firma']);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('There are: name, url')]);
  });
});

describe('an employee', () => {
  beforeEach(async () => {
    await it.run(['employees', 'enable', ANNA]);
  });

  test('shows every setting with the level it comes from', async () => {
    await it.run(['connections', 'set', 'firma', 'plain-text=yes', 'days-back=30']);
    await set('days-back=unlimited', 'months-ahead=12', 'never-categories=Privat,Arzt');
    await set('meetings=full', '--kind', 'appointment');
    await set('delete-in-erp=no', 'private=yes', 'stock-from=2026-01-01');
    expect(await annasSettings()).toMatchObject({
      ...{ 'plain-text': 'yes connection', 'days-back': 'unlimited employee' },
      ...{ 'months-ahead': '12 employee', 'never-categories': 'Privat,Arzt employee' },
      ...{ meetings: 'full appointment', 'delete-in-erp': 'no appointment' },
      ...{ private: 'yes appointment', 'stock-from': '2026-01-01 appointment' },
      ...{ direction: 'both default', enforce: 'no default', calendar: 'default default' },
    });
    await set('days-back=', 'delete-in-erp=', 'private=', 'stock-from=');
    expect(await annasSettings()).toMatchObject({
      ...{ 'days-back': '30 connection', 'delete-in-erp': 'yes default' },
      ...{ private: 'no default', 'stock-from': 'none default' },
    });
  });

  test('is told at once whether the mailbox opens, with what counts now', async () => {
    const well = await set('direction=to-exchange');
    expect(well.exit).toBe(0);
    expect(well.stdout).toContain('Changed, which counts at once. The mailbox can be opened.');
    await it.erp.query(`update erp.employees set mailbox = 'gone@firma.de' where id = 'E01'`);
    await it.run(['sync', '--once', '--employee', ANNA]);
    const { exit, stdout } = await it.run(['employees', 'set', 'E01', 'direction=']);
    expect(exit).toBe(1);
    expect(stdout).toContain('→ Exchange knows no mailbox with this address.');
  });

  test('under the preset erp-leads gets back in Outlook what the ERP has', async () => {
    await set('preset=erp-leads');
    expect(await annasSettings()).toMatchObject({
      ...{ direction: 'to-exchange appointment', enforce: 'yes employee' },
    });
    await it.addRecord('E01', 'Wartung');
    await it.addItem(ANNA, 'eigenes');
    await it.run(['sync', '--once']);
    const change = { do: 'update', subject: 'Wartung', item: { Subject: 'x' } };
    await control('items', { mailbox: ANNA, ...change });
    expect(await it.subjects(ANNA)).toEqual(['eigenes', 'x']);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['Wartung', 'eigenes']);
    expect(await it.titles()).toEqual(['Wartung']);
    const { stdout } = await it.run(['journal', '--language', 'de']);
    expect(stdout).toContain('zurückgesetzt');
    await set('preset=');
    expect(await annasSettings()).toMatchObject({
      ...{ direction: 'both default', enforce: 'no default' },
    });
  });

  test('brings over at once what a changed setting lets in', async () => {
    await set('direction=to-exchange');
    await it.addItem(ANNA, 'eigenes');
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual([]);
    await set('direction=');
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual(['eigenes']);
  });

  test('is synced with another calendar of theirs; what lies in the old one stays there', async () => {
    await it.addRecord('E01', 'alt');
    await it.run(['sync', '--once']);
    const unknown = await set('calendar=Werkstatt');
    expect(unknown.exit).toBe(2);
    expect(unknown.stderr).toContain('has no calendar "Werkstatt". There are: Kalender');
    const folder = { mailbox: ANNA, displayName: 'Werkstatt', folderClass: 'IPF.Appointment' };
    await control('folders', folder);
    expect((await set('calendar=werkstatt')).exit).toBe(0);
    expect(await annasSettings()).toMatchObject({ calendar: 'Werkstatt appointment' });
    await it.addRecord('E01', 'neu');
    expect((await it.run(['sync', '--once'])).exit).toBe(0);
    expect(await counts()).toMatchObject({ Kalender: 1, Werkstatt: 1 });
    expect(await it.titles()).toEqual(['alt', 'neu']);
    expect(await it.subjects(ANNA)).toEqual(['alt']);
    await set('calendar=');
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual(['alt', 'neu']);
  });

  test('waits in a pause, and says so', async () => {
    await set('pauses=00:00-00:00');
    await it.addItem(ANNA, 'eigenes');
    const { exit, stdout } = await it.run(['sync', '--once']);
    expect(exit).toBe(1);
    expect(stdout).toContain('It is one of the pauses that were set');
    expect(await it.titles()).toEqual([]);
    await set('pauses=');
    await it.run(['sync', '--once']);
    expect(await it.titles()).toEqual(['eigenes']);
  });

  test('without a client of the ERP is not synced, and every list says why', async () => {
    await it.erp.query(`update erp.employees set client_id = null where id = 'E01'`);
    const { exit, stderr } = await it.run(['sync', '--once', '--employee', ANNA]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('belongs to no client of the ERP')]);
    expect((await it.run(['employees', 'list'])).stdout).toContain('belongs to no client');
    expect((await it.run(['employees', 'show', ANNA])).stdout).toContain('belongs to no client');
    expect((await it.run(['employees', 'check', ANNA])).stdout).toContain('belongs to no client');
    const enabled = await it.run(['employees', 'enable', ANNA]);
    expect([enabled.exit, enabled.stdout]).toEqual([1, expect.stringContaining('no client')]);
  });

  test('who leaves keeps everything, and goes on where it stopped when they come back', async () => {
    await it.addRecord('E01', 'vorher');
    await it.run(['sync', '--once']);
    await it.erp.query(`update erp.employees set status = 'left' where id = 'E01'`);
    await it.addRecord('E01', 'danach');
    const { exit, stderr } = await it.run(['sync', '--once', '--employee', ANNA]);
    expect([exit, stderr]).toEqual([2, expect.stringContaining('has left according to the ERP')]);
    expect(await it.subjects(ANNA)).toEqual(['vorher']);
    await it.erp.query(`update erp.employees set status = 'active' where id = 'E01'`);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual(['danach', 'vorher']);
    expect(await it.titles()).toEqual(['danach', 'vorher']);
  });

  test('may not be set to begin in the future: that becomes 30 days ago', async () => {
    await set('sync-start=2099-01-01');
    const { 'sync-start': start = '' } = await annasSettings();
    const days = (Date.now() - Date.parse(start.split(' ')[0] ?? '')) / 86_400_000;
    expect(Math.round(days)).toBe(30);
  });
});

describe('the switches', () => {
  test('the main switch stops all syncing, and starts it again', async () => {
    await it.run(['employees', 'enable', ANNA]);
    expect((await it.run(['switch', 'off'])).stdout).toContain('Syncing is switched off');
    expect((await it.run(['sync', '--once'])).exit).toBe(2);
    await it.run(['switch', 'on']);
    expect((await it.run(['sync', '--once'])).exit).toBe(0);
    expect((await it.run(['switch', 'sideways'])).exit).toBe(2);
  });

  test('that of a connection stops only that one, and the main switch stays above it', async () => {
    await it.run(['employees', 'enable', ANNA]);
    await it.run(['switch', 'off', '--connection', 'firma']);
    const refused = await it.run(['sync', '--once', '--employee', ANNA]);
    expect([refused.exit, refused.stderr]).toEqual([2, expect.stringContaining('switched off')]);
    expect((await it.run(['connections', 'show', 'firma'])).stdout).toMatch(/^Switched off\./);
    await it.run(['switch', 'off']);
    const { stdout } = await it.run(['switch', 'on', '--connection', 'firma']);
    expect(stdout).toContain('The main switch is off: still nothing is synced.');
  });
});

/** How many items lie in which folder of Anna's. */
async function counts(): Promise<Readonly<Record<string, number>>> {
  const answer = await fetch(`${it.exchange.control}/folders?mailbox=${ANNA}`);
  const folders = (await answer.json()) as { displayName: string; items: number }[];
  return Object.fromEntries(folders.map(({ displayName, items }) => [displayName, items]));
}
