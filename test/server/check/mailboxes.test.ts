import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openScratchServer } from '../../db/scratch-server.js';
import type { ScratchServer } from '../../db/scratch-server.js';
import { startAuthority } from '../../sync/exchange/ews/fake-authority.js';
import type { FakeAuthority } from '../../sync/exchange/ews/fake-authority.js';
import { ANNA, BERND, openInstallation } from '../installation.js';
import type { Installation } from '../installation.js';

let server: ScratchServer;
let it: Installation;
let authority: FakeAuthority;

beforeAll(async () => {
  server = await openScratchServer();
});

afterAll(async () => {
  await server.close();
});

beforeEach(async () => {
  it = await openInstallation(server);
  authority = await startAuthority();
});

afterEach(async () => {
  await authority.stop();
  await it.close();
});

describe('employees check', () => {
  test('opens the mailbox of everybody who is synced', async () => {
    await it.connect();
    await it.run(['employees', 'enable', '--all']);
    const { exit, stdout } = await it.run(['employees', 'check', '--language', 'de']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^KENNUNG +NAME +POSTFACH +VERBINDUNG +ERGEBNIS\n/);
    expect(stdout).toMatch(/anna\.becker@muster-maschinenbau\.example +firma +✓ geöffnet/);
    expect(stdout).toMatch(/(\d+) von \1 Postfächern lassen sich öffnen\.\n$/);
  });

  test('names those that cannot be opened, and why; others are not touched by it', async () => {
    await it.connect();
    await it.run(['employees', 'enable', ANNA]);
    await it.run(['employees', 'enable', BERND, '--mailbox', 'niemand@firma.example']);
    const { exit, stdout } = await it.run(['employees', 'check', '--all', '--json']);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      opened: 1,
      employees: [
        { mailbox: ANNA, state: 'opened', problem: null },
        {
          mailbox: 'niemand@firma.example',
          state: 'failed',
          code: 'ErrorNonExistentMailbox',
          problem: { en: expect.stringContaining('knows no mailbox') as string },
        },
      ],
    });
  });

  test('takes several employees, and refuses those who are not synced', async () => {
    await it.connect();
    await it.run(['employees', 'enable', ANNA]);
    await it.run(['employees', 'enable', BERND]);
    const both = await it.run([
      'employees',
      'check',
      ANNA,
      BERND,
      '--connection',
      'firma',
      '--json',
    ]);
    expect(JSON.parse(both.stdout)).toMatchObject({ ok: true, opened: 2 });
    expect((await it.run(['employees', 'check', ANNA, 'nobody@firma.example'])).exit).toBe(2);
    expect((await it.run(['employees', 'check', ANNA, '--all'])).exit).toBe(2);
  });

  test('sends a refused password once, however many mailboxes there are', async () => {
    await it.connect();
    await it.run(['employees', 'enable', '--all']);
    const wrong = ['connections', 'add', 'falsch', '--url', it.exchange.url, '--auth', 'basic'];
    const account = ['--user', 'abgleich@muster-maschinenbau.example', '--password-file', '-'];
    await it.run([...wrong, ...account], 'not the password');
    await it.run(['employees', 'enable', ANNA, '--connection', 'falsch']);
    await it.run(['employees', 'enable', BERND, '--connection', 'falsch']);
    const { exit, stdout } = await it.run([
      'employees',
      'check',
      '--connection',
      'falsch',
      '--json',
    ]);
    expect(exit).toBe(1);
    const { employees } = JSON.parse(stdout) as { employees: { state: string }[] };
    expect(employees.map(({ state }) => state)).toEqual(['failed', 'notTried']);
  });

  test('says so where nobody is synced, and where Exchange is away ends with 3', async () => {
    await it.connect();
    const nobody = await it.run(['employees', 'check']);
    expect([nobody.exit, nobody.stdout]).toEqual([0, expect.stringContaining('Nobody is synced')]);
    await it.run(['employees', 'enable', ANNA]);
    await it.exchange.stop();
    expect((await it.run(['employees', 'check'])).exit).toBe(3);
  });
});

describe('connections commands', () => {
  test('are filled in with the service account and the synced mailboxes', async () => {
    await it.connect();
    await it.run(['employees', 'enable', ANNA]);
    const { exit, stdout } = await it.run(['connections', 'commands', 'firma']);
    expect(exit).toBe(0);
    expect(stdout).toContain(
      "New-ManagementRoleAssignment -Name 'Abgleich firma' -Role 'ApplicationImpersonation' -User 'abgleich@muster-maschinenbau.example' -CustomRecipientWriteScope 'Abgleich firma'",
    );
    expect(stdout).toContain(`$mailboxes = @(\n  '${ANNA}'\n)`);
  });
});

describe('connections token', () => {
  const add = (): Promise<unknown> => {
    const oauth = ['--auth', 'oauth', '--tenant', 'firma.example', '--user', 'the-app'];
    const where = ['--url', it.exchange.url, '--authority', authority.url];
    const secret = ['--password-file', '-'];
    return it.run(['connections', 'add', 'cloud', ...where, ...oauth, ...secret], 'ge~heim\n');
  };

  const issue = (claims: object): string => {
    const parts = [{ alg: 'none' }, claims].map((part) => JSON.stringify(part));
    const token = [...parts, 'signature'].map((part) => Buffer.from(part).toString('base64url'));
    authority.say({
      body: JSON.stringify({
        token_type: 'Bearer',
        access_token: token.join('.'),
        expires_in: 3600,
      }),
    });
    return token.join('.');
  };

  const CLAIMS = {
    ...{ tid: 'the-tenant', appid: 'the-app', aud: 'https://outlook.office365.com' },
    ...{ roles: ['full_access_as_app'], exp: 1_900_000_000 },
  };

  test('shows for whom and for what a token is, never the token', async () => {
    await add();
    const token = issue(CLAIMS);
    const { exit, stdout, stderr } = await it.run(['connections', 'token', 'cloud']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/application: +the-app\n[\s\S]*permissions: +full_access_as_app\n/);
    expect(stdout).toContain('2030-03-17T17:46:40.000Z');
    expect(stdout + stderr).not.toContain(token);
    expect(stdout + stderr).not.toContain('ge~heim');
  });

  test('that is for another service is a finding', async () => {
    await add();
    issue({ ...CLAIMS, aud: 'https://graph.microsoft.com' });
    const { exit, stdout } = await it.run(['connections', 'token', 'cloud', '--json']);
    expect(exit).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ problem: { isFault: true } });
  });

  test('that only Exchange can read is told with its end', async () => {
    await add();
    const { exit, stdout } = await it.run(['connections', 'token', 'cloud', '--language', 'de']);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/das nur Exchange lesen kann\.\n {2}gültig bis: +20\d\d-/);
  });

  test('fails as the sign-in would', async () => {
    await add();
    await authority.stop();
    const { exit, stderr } = await it.run(['connections', 'token', 'cloud']);
    expect(exit).toBe(3);
    expect(stderr).toContain('sign-in server');
  });

  test('is not needed with a password', async () => {
    await it.connect();
    const { exit, stdout } = await it.run(['connections', 'token', 'firma']);
    expect([exit, stdout]).toEqual([0, expect.stringContaining('there is no token to request')]);
  });
});
