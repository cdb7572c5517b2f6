import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import pg from 'pg';
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
  await it.run(['employees', 'enable', ANNA, '--stock-from', '2026-01-01']);
});

afterEach(async () => {
  await it.close();
});

interface Line {
  readonly paired: { readonly key: number; readonly uid: number; readonly content: number };
  readonly differing: readonly { readonly recordId: string; readonly reason: string | null }[];
  readonly unpaired: readonly unknown[];
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly problem: unknown;
}

async function resync(...which: string[]): Promise<{ exit: number; line: Line }> {
  const { exit, stdout } = await it.run(['resync', ...which, '--json']);
  const { pairs } = JSON.parse(stdout) as { pairs: Line[] };
  const [line] = pairs;
  if (line === undefined) throw new Error(stdout);
  return { exit, line };
}

async function inOurDatabase(sql: string): Promise<void> {
  const client = new pg.Client(it.env['DATABASE_URL']);
  await client.connect();
  await client.query(sql);
  await client.end();
}

const NOTHING_DONE = { created: 0, updated: 0, removed: 0, problem: null };

describe('abgleich resync', () => {
  test('needs to be told whose calendars', async () => {
    expect((await it.run(['resync'])).exit).toBe(2);
    expect((await it.run(['resync', '--all', '--employee', ANNA])).exit).toBe(2);
    expect((await it.run(['resync', '--connection', 'gibtsnicht'])).exit).toBe(2);
  });

  test('finds nothing to do where all is in order, however often', async () => {
    await it.addRecord('E01', 'aus dem ERP');
    await it.addItem(ANNA, 'aus Outlook');
    await it.run(['sync', '--once']);
    for (const which of [['--all'], ['--employee', 'E01'], ['--connection', 'firma']]) {
      const { exit, line } = await resync(...which);
      expect(line).toMatchObject({ ...NOTHING_DONE, differing: [], unpaired: [] });
      expect(exit).toBe(0);
      expect(line.paired).toEqual({ key: 0, uid: 0, content: 0 });
    }
    expect(it.exchange.state.organisation.mails).toEqual([]);
  });

  test('connects by their keys what our database has forgotten', async () => {
    await it.addRecord('E01', 'aus dem ERP');
    await it.addItem(ANNA, 'aus Outlook');
    await it.run(['sync', '--once']);
    await inOurDatabase(`
      delete from abgleich.links;
      update abgleich.progress set live_links = 0`);
    const { exit, line } = await resync('--all');
    expect(line).toMatchObject({ ...NOTHING_DONE, differing: [], unpaired: [] });
    expect(line.paired).toEqual({ key: 2, uid: 0, content: 0 });
    expect(exit).toBe(0);
    expect(await it.titles()).toEqual(['aus Outlook', 'aus dem ERP']);
    expect(await it.subjects(ANNA)).toEqual(['aus Outlook', 'aus dem ERP']);
    const text = await it.run(['journal', '--language', 'de']);
    expect(text.stdout).toContain('am Schlüssel als dasselbe erkannt und verbunden');
  });

  test('names what differs, in the language asked for, and changes neither side', async () => {
    await it.addRecord('E01', 'vorher');
    await it.run(['sync', '--once']);
    await inOurDatabase('delete from abgleich.links; update abgleich.progress set live_links = 0');
    await it.erp.query(`update erp.appointments set title = 'nachher'`);
    const { exit, line } = await resync('--all');
    expect(exit).toBe(1);
    expect(line).toMatchObject({
      ...{ created: 0, updated: 0, removed: 0 },
      differing: [{ reason: 'pairedDiffering' }],
    });
    expect(await it.titles()).toEqual(['nachher']);
    expect(await it.subjects(ANNA)).toEqual(['vorher']);
    const { stdout } = await it.run(['resync', '--all', '--language', 'de']);
    expect(stdout).toContain('nichts sagt, welche geändert wurde');
    const heldRows = JSON.parse((await it.run(['held', 'list', '--json'])).stdout) as unknown[];
    expect(heldRows).toHaveLength(1);
  });
});
