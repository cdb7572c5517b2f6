import { describe, expect, test } from 'vitest';
import { checkMailboxes } from '../../../server/check/check-mailboxes.js';
import { namingSignIn } from '../../../server/sign-in-server.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';

const mailboxes = Array.from({ length: 500 }, (_, at) => `m${at}`);

const denied = (code: string) => new ConnectorFailure('forbidden', 'no', { code });

describe('trying mailboxes', () => {
  test('opens 500, four at a time, and answers in their order', async () => {
    let open = 0;
    let most = 0;
    const trials = await checkMailboxes(mailboxes, async (mailbox) => {
      open += 1;
      most = Math.max(most, open);
      await Promise.resolve();
      open -= 1;
      if (mailbox === 'm250') throw denied('ErrorNonExistentMailbox');
    });
    expect(most).toBe(4);
    expect(trials).toHaveLength(500);
    expect(trials.flatMap(({ state }, at) => (state === 'opened' ? [] : [at]))).toEqual([250]);
  });

  test.each([
    { name: 'a refused password', failure: denied('HTTP401') },
    { name: 'a tenant that blocks EWS', failure: denied('EwsBlocked') },
    { name: 'a missing role', failure: denied('ErrorImpersonationDenied') },
  ])('stops after the first by $name', async ({ failure }) => {
    const tried: string[] = [];
    const trials = await checkMailboxes(mailboxes, async (mailbox) => {
      tried.push(mailbox);
      throw failure;
    });
    expect(tried).toEqual(['m0']);
    expect(trials[0]).toEqual({ state: 'failed', failure });
    expect(trials[499]).toEqual({ state: 'notTried', because: failure });
  });

  test('stops after the first where the sign-in server refuses', async () => {
    let tried = 0;
    await checkMailboxes(mailboxes, () => {
      tried += 1;
      return namingSignIn(Promise.reject(denied('AADSTS7000215')));
    });
    expect(tried).toBe(1);
  });

  test('stops after a few where the server is away, not where one mailbox is', async () => {
    const away = new ConnectorFailure('unreachable', 'gone', { code: 'TimedOut' });
    let tried = 0;
    const all = await checkMailboxes(mailboxes, async () => {
      tried += 1;
      throw away;
    });
    expect(tried).toBeLessThan(10);
    expect(all.filter(({ state }) => state === 'notTried').length).toBe(500 - tried);

    const some = await checkMailboxes(mailboxes, async (mailbox) => {
      if (mailbox.endsWith('7')) throw away;
    });
    expect(some.filter(({ state }) => state === 'failed')).toHaveLength(50);
    expect(some.filter(({ state }) => state === 'notTried')).toEqual([]);
  });

  test('goes on where single mailboxes are refused', async () => {
    const trials = await checkMailboxes(mailboxes, async () => {
      throw denied('ErrorImpersonateUserDenied');
    });
    expect(trials.every(({ state }) => state === 'failed')).toBe(true);
  });

  test('has nothing to say about nobody', async () => {
    expect(await checkMailboxes([], async () => null)).toEqual([]);
  });
});
