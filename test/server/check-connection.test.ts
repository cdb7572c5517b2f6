import { describe, expect, test } from 'vitest';
import { parseEmail } from '../../mappings/values.js';
import { checkConnection } from '../../server/check-connection.js';
import { namingSignIn } from '../../server/sign-in-server.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { FailureKind } from '../../sync/ports/failure.js';

const ANNA = parseEmail('anna.becker@muster-maschinenbau.example');

const check = (failure: ConnectorFailure | null, mailbox: typeof ANNA | null = ANNA) =>
  checkConnection({
    url: 'https://mail.firma.de/EWS/Exchange.asmx',
    mailbox,
    exchange: {
      folders: async () => {
        if (failure) throw failure;
        return ['calendar'];
      },
    },
    hasSignInServer: false,
    signal: new AbortController().signal,
  });

describe('checking a connection', () => {
  test('names all steps where the mailbox opens', async () => {
    const { rows } = await check(null);
    expect(rows.map(({ name, ok }) => `${name} ${String(ok)}`)).toEqual([
      'address true',
      'tls true',
      'signIn true',
      'version true',
      'impersonation true',
    ]);
  });

  // prettier-ignore
  const rows: readonly { name: string; kind: FailureKind; code: string; step: string; before: number; reachable: boolean }[] = [
    { name: 'nobody answers', kind: 'unreachable', code: 'ECONNREFUSED', step: 'address', before: 0, reachable: false },
    { name: 'the name is unknown', kind: 'unreachable', code: 'ENOTFOUND', step: 'address', before: 0, reachable: false },
    { name: 'the certificate expired', kind: 'unreachable', code: 'CERT_HAS_EXPIRED', step: 'tls', before: 1, reachable: false },
    { name: 'the password is wrong', kind: 'forbidden', code: 'HTTP401', step: 'signIn', before: 2, reachable: true },
    { name: 'the server is too old', kind: 'forbidden', code: 'ErrorInvalidServerVersion', step: 'version', before: 3, reachable: true },
    { name: 'the account may not impersonate', kind: 'forbidden', code: 'ErrorImpersonateUserDenied', step: 'impersonation', before: 4, reachable: true },
    { name: 'the mailbox does not exist', kind: 'forbidden', code: 'ErrorNonExistentMailbox', step: 'impersonation', before: 4, reachable: true },
  ];

  for (const { name, kind, code, step, before, reachable } of rows) {
    test(`stops at ${step} when ${name}, with the sentence that says what to do`, async () => {
      const sentence = { de: 'Tun Sie etwas.', en: 'Do something.' };
      const { rows: found, isReachable } = await check(
        new ConnectorFailure(kind, 'x', { code, sentence }),
      );
      expect(found.slice(0, -1).every(({ ok }) => ok)).toBe(true);
      expect(found).toHaveLength(before + 1);
      expect(found.at(-1)).toMatchObject({ name: step, ok: false, remedy: sentence });
      expect(isReachable).toBe(reachable);
    });
  }

  // prettier-ignore
  const ofSignIn: readonly { name: string; kind: FailureKind; code: string; steps: string[]; reachable: boolean }[] = [
    { name: 'the name of the sign-in server is unknown', kind: 'unreachable', code: 'ENOTFOUND', steps: ['signInServer'], reachable: false },
    { name: 'its certificate is not trusted', kind: 'unreachable', code: 'SELF_SIGNED_CERT_IN_CHAIN', steps: ['signInServer'], reachable: false },
    { name: 'it is busy', kind: 'busy', code: 'HTTP429', steps: ['signInServer'], reachable: true },
    { name: 'it refuses the application', kind: 'forbidden', code: 'AADSTS700016', steps: ['signInServer'], reachable: true },
    { name: 'Exchange refuses the token', kind: 'forbidden', code: 'HTTP401', steps: ['signInServer', 'address', 'tls', 'signIn'], reachable: true },
  ];

  for (const { name, kind, code, steps, reachable } of ofSignIn) {
    test(`by token stops at ${steps.at(-1) ?? ''} when ${name}`, async () => {
      const { rows: found, isReachable } = await checkConnection({
        url: 'https://mail.firma.de/EWS/Exchange.asmx',
        mailbox: ANNA,
        exchange: {
          folders: () => namingSignIn(Promise.reject(new ConnectorFailure(kind, 'x', { code }))),
        },
        hasSignInServer: true,
        signal: new AbortController().signal,
      });
      expect(found.map((row) => row.name)).toEqual(steps);
      expect(found.map(({ ok }) => ok)).toEqual(steps.map((_, at) => at < steps.length - 1));
      expect(isReachable).toBe(reachable);
    });
  }

  test('without any mailbox says how to name one', async () => {
    const { rows: found } = await check(null, null);
    expect(found.at(-1)).toMatchObject({ name: 'impersonation', ok: false });
  });
});
