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

async function preview(...args: string[]): Promise<unknown> {
  const { stdout } = await it.run(['preview', ...args, '--json']);
  return JSON.parse(stdout);
}

function writesSeen(): number {
  const writing = /^(Create|Update|Delete|Move|Send|Upload)/;
  return [...it.exchange.requests]
    .filter(([operation]) => writing.test(operation))
    .reduce((sum, [, count]) => sum + count, 0);
}

describe('a first sync of somebody who is not synced yet', () => {
  test('is foreseen on both sides, and nothing is written anywhere', async () => {
    await it.addRecord('E01', 'Montage Halle 3');
    await it.addItem(ANNA, 'Zahnärztin');
    const before = await everything();
    const foreseen = await preview('--employee', ANNA, '--stock-from', '2020-01-01');
    expect(foreseen).toMatchObject([
      {
        employee: 'E01',
        isFirst: true,
        counts: { create: { erp: 1, exchange: 1 }, remove: { erp: 0, exchange: 0 } },
        problem: null,
      },
    ]);
    expect(writesSeen()).toBe(0);
    expect(await everything()).toEqual(before);
    expect(await it.subjects(ANNA)).toEqual(['Zahnärztin']);
    const { stdout } = await it.run(['employees', 'list', '--json']);
    expect(stdout).not.toContain('"isEnabled": true');
  });

  test('happens as it was foreseen', async () => {
    await it.addRecord('E01', 'Montage Halle 3');
    await it.addItem(ANNA, 'Zahnärztin');
    await preview('--employee', ANNA, '--stock-from', '2020-01-01');
    await it.run(['employees', 'enable', ANNA, '--stock-from', '2020-01-01']);
    await it.run(['sync', '--once']);
    expect(writesSeen()).toBeGreaterThan(0);
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3', 'Zahnärztin']);
    expect(await it.titles()).toEqual(['Montage Halle 3', 'Zahnärztin']);
  });

  test('says in German what would be made', async () => {
    await it.addRecord('E01', 'Montage Halle 3');
    const { exit, stdout } = await it.run([
      ...['preview', '--employee', ANNA, '--stock-from', '2020-01-01', '--language', 'de'],
    ]);
    expect(exit).toBe(0);
    expect(stdout).toContain('Anna Becker (erster Abgleich): Exchange: 1 anlegen');
    expect(stdout).toContain('+ Exchange anlegen: „Montage Halle 3“');
  });

  test('shows private appointments nowhere, not even as a number', async () => {
    await it.addItem(ANNA, 'Zahnärztin');
    const without = await preview('--employee', ANNA, '--stock-from', '2020-01-01');
    await fetch(`${it.exchange.control}/items`, {
      method: 'POST',
      body: JSON.stringify({
        ...{ mailbox: ANNA, do: 'create' },
        item: {
          ...{ Subject: 'Scheidung', Sensitivity: 'Private' },
          ...{ Start: '2026-12-01T09:00:00Z', End: '2026-12-01T10:00:00Z' },
        },
      }),
    });
    expect(await preview('--employee', ANNA, '--stock-from', '2020-01-01')).toEqual(without);
  });
});

describe('the next cycle of somebody who is synced', () => {
  beforeEach(async () => {
    await it.run(['employees', 'enable', ANNA]);
    await it.addRecord('E01', 'Montage Halle 3');
    await it.run(['sync', '--once']);
  });

  test('is foreseen field by field, and is nothing where nothing changed', async () => {
    const { stdout: quiet } = await it.run(['preview', '--language', 'de']);
    expect(quiet).toContain('Anna Becker: nichts zu tun');
    await it.erp.query(`update erp.appointments set title = 'Montage Halle 4'`);
    const { stdout } = await it.run(['preview', '--language', 'de']);
    expect(stdout).toContain('Anna Becker: Exchange: 1 ändern');
    expect(stdout).toContain('Betreff: „Montage Halle 3“ → „Montage Halle 4“');
    expect(await it.subjects(ANNA)).toEqual(['Montage Halle 3']);
  });

  test('names a mailbox that cannot be asked, and goes on with the others', async () => {
    await it.run(['employees', 'enable', 'E02', '--mailbox', 'gone@firma.de']);
    const { exit, stdout } = await it.run(['preview']);
    expect(exit).toBe(1);
    expect(stdout).toContain('Anna Becker: nothing to do');
    expect(stdout).toMatch(/Bernd Vogel: .*\n {2}✗ /);
  });

  test('shows as many lines as were asked for, and counts all', async () => {
    for (let at = 0; at < 5; at += 1) await it.addRecord('E01', `Termin ${String(at)}`);
    const { stdout } = await it.run(['preview', '--limit', '2']);
    expect(stdout).toContain('Exchange: 5 create');
    expect(stdout).toContain('… and 3 more');
  });
});

/** All that either database of ours holds, but for what looking itself may touch. */
async function everything(): Promise<unknown> {
  const { rows } = await it.erp.query('select * from erp.appointments order by id');
  const { stdout } = await it.run(['journal', '--json']);
  return [rows, stdout];
}
