import { describe, expect, test } from 'vitest';
import { parseEmail } from '../../mappings/values.js';
import { checkConnection } from '../../server/check-connection.js';
import type { CheckFault, CheckStep } from '../../sync/ports/connection-check.js';
import type { FailureKind } from '../../sync/ports/failure.js';

const ANNA = parseEmail('anna.becker@muster-maschinenbau.example');

const fault = (kind: FailureKind, code: string, remedy = 'Do something.'): CheckFault => ({
  ...{ kind, code },
  cause: { de: `${code} ist schuld`, en: `because of ${code}` },
  remedy: { de: `${remedy} (de)`, en: remedy },
});

const step = (name: CheckStep['name'], state: CheckStep['state'], ...faults: CheckFault[]) => ({
  ...{ name, state, faults },
  result: { de: 'Ergebnis', en: 'result' },
});

const url = 'https://mail.firma.de/EWS/Exchange.asmx';

const rowsFor = (steps: readonly CheckStep[]) =>
  checkConnection({
    check: { check: async () => steps },
    mailbox: { address: ANNA },
    values: { name: 'firma', url, auth: 'basic', userName: 'dienst@firma.de', mailboxes: [ANNA] },
    signal: new AbortController().signal,
  });

describe('the rows of a check', () => {
  test('say of every step how it stands, in both languages', async () => {
    const { rows, isReachable } = await rowsFor([
      step('address', 'passed'),
      step('tls', 'warning', fault('unreachable', 'CERT_ENDS_SOON')),
      step('signIn', 'failed', fault('forbidden', 'HTTP401')),
      step('version', 'notReached'),
    ]);
    expect(rows.map(({ title, ok, state }) => [title.de, ok, state])).toEqual([
      ['Adresse', true, 'passed'],
      ['Verschlüsselung', true, 'warning'],
      ['Anmeldung', false, 'failed'],
      ['Version', false, 'notReached'],
    ]);
    expect(rows.map(({ remedy }) => remedy?.en ?? null)).toEqual([
      null,
      'Do something.',
      'Do something.',
      null,
    ]);
    expect(isReachable).toBe(true);
  });

  test('hold all remedies of a step, each once', async () => {
    const faults = [
      fault('unreachable', 'CERT_HAS_EXPIRED', 'Renew it.'),
      fault('unreachable', 'ERR_TLS_CERT_ALTNAME_INVALID', 'Rename it.'),
      fault('unreachable', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'Renew it.'),
    ];
    const { rows, isReachable } = await rowsFor([step('tls', 'failed', ...faults)]);
    expect(rows[0]?.remedy?.en).toBe('Renew it.\nRename it.');
    expect(isReachable).toBe(false);
  });

  // prettier-ignore
  const COMMANDS = [
    { name: 'role', code: 'ErrorImpersonationDenied', groups: ['connect', 'impersonation'] },
    { name: 'impersonation', code: 'ErrorImpersonateUserDenied', groups: ['connect', 'impersonation'] },
    { name: 'ownMailbox', code: 'ErrorMissingEmailAddress', groups: ['ownMailbox'] },
    { name: 'signIn', code: 'HTTP401', groups: ['signInWays'] },
    { name: 'signIn', code: 'HTTP403', groups: ['connect', 'ewsEnabled'] },
    { name: 'tls', code: 'CERT_HAS_EXPIRED', groups: ['certificate'] },
    { name: 'service', code: 'ErrorServerBusy', groups: ['connect', 'throttling'] },
    { name: 'address', code: 'ECONNREFUSED', groups: [] },
  ] as const;

  test.each(COMMANDS)(
    'have the commands that mend $code at $name',
    async ({ name, code, groups }) => {
      const { rows } = await rowsFor([step(name, 'failed', fault('forbidden', code))]);
      expect(rows[0]?.commands.map((group) => group.name)).toEqual(groups);
    },
  );

  test('have the commands for Exchange Online where that blocks EWS, whatever the address', async () => {
    const { rows } = await rowsFor([step('service', 'failed', fault('forbidden', 'EwsBlocked'))]);
    const [connect, allowed] = rows[0]?.commands ?? [];
    expect(connect?.lines).toEqual(['Connect-ExchangeOnline']);
    expect(allowed?.title.en).toContain('1 April 2027');
    expect(allowed?.lines).toContain('Set-OrganizationConfig -EwsEnabled $true');
  });
});
