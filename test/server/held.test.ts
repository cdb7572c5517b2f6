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

/** Somebody empties the ERP: thirty appointments are gone at once, and the guard holds them. */
beforeEach(async () => {
  it = await openInstallation(server);
  await it.connect();
  await it.run(['employees', 'enable', 'E01']);
  for (let number = 1; number <= 30; number += 1) await it.addRecord('E01', `Nr. ${number}`);
  await it.run(['sync', '--once']);
  await it.erp.query('delete from erp.appointments');
  await it.run(['sync', '--once']);
});

afterEach(async () => {
  await it.close();
});

const numbers = async (): Promise<readonly number[]> => {
  const { stdout } = await it.run(['held', 'list', '--json']);
  return (JSON.parse(stdout) as { id: number }[]).map(({ id }) => id);
};

describe('deletions that wait for an administrator', () => {
  test('are listed in words, decided by number, and carried out by the next sync', async () => {
    const { stdout } = await it.run(['held', 'list', '--language', 'de']);
    expect(stdout).toContain('Anna Becker  Exchange');
    expect(stdout).toContain('bei diesem Mitarbeiter würde auf einmal zu viel gelöscht');
    const [first = 0, second = 0] = await numbers();
    const approved = await it.run(['held', 'approve', `${first},${second}`]);
    expect(approved.stdout).toContain('2 approved');
    await it.run(['held', 'reject', '--all']);
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toHaveLength(28);
    expect(await numbers()).toEqual([]);
    const { stdout: decided } = await it.run(['held', 'list', '--decided', '--json']);
    expect(JSON.parse(decided)).toHaveLength(28);
  });

  test('may be approved as a whole', async () => {
    const { stdout } = await it.run(['held', 'approve', '--employee', ANNA]);
    expect(stdout).toContain('30 approved');
    await it.run(['sync', '--once']);
    expect(await it.subjects(ANNA)).toEqual([]);
    expect((await it.run(['held', 'list'])).stdout).toContain('Nothing is held.');
    expect(it.exchange.organisation.mails).toEqual([]);
  });

  test('are not decided about by leaving out which, nor by a number that nobody knows', async () => {
    expect((await it.run(['held', 'approve'])).exit).toBe(2);
    expect((await it.run(['held', 'approve', '1', '--all'])).exit).toBe(2);
    const { exit, stdout } = await it.run(['held', 'approve', '999999']);
    expect([exit, stdout]).toEqual([1, expect.stringContaining('Not held (any more): 999999')]);
    expect(await numbers()).toHaveLength(30);
  });
});
