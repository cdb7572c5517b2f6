import { describe, expect, test } from 'vitest';
import { concernedBy, isSignInRefused, waitAfter, waitMs } from '../../../server/jobs/back-off.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';

describe('how long a pair waits after a failure', () => {
  // prettier-ignore
  const rows = [
    { name: 'a busy server without a hint gets 30 s', kind: 'busy', failures: 0, hint: null, ms: 30_000 },
    { name: 'a second time 60 s', kind: 'busy', failures: 1, hint: null, ms: 60_000 },
    { name: 'at most 10 minutes', kind: 'busy', failures: 50, hint: null, ms: 600_000 },
    { name: 'a hint is never undercut', kind: 'busy', failures: 0, hint: 90_000, ms: 90_000 },
    { name: 'a hint beyond 10 minutes is kept', kind: 'busy', failures: 50, hint: 900_000, ms: 900_000 },
    { name: 'a server that is away may be back soon', kind: 'unreachable', failures: 0, hint: null, ms: 2_000 },
    { name: 'or not', kind: 'unreachable', failures: 30, hint: null, ms: 600_000 },
    { name: 'what a person must mend is looked at every 10 minutes', kind: 'forbidden', failures: 3, hint: null, ms: 600_000 },
    { name: 'a race that was lost is run again soon', kind: 'stale', failures: 0, hint: null, ms: 1_000 },
  ] as const;

  for (const { name, kind, failures, hint, ms } of rows) {
    test(name, () => expect(waitMs(waitAfter(kind), failures, hint)).toBe(ms));
  }
});

describe('whom a failure concerns', () => {
  // prettier-ignore
  const rows = [
    { name: 'no way to Exchange', kind: 'unreachable', code: 'ECONNREFUSED', side: 'exchange', who: 'connection' },
    { name: 'a certificate that expired', kind: 'unreachable', code: 'CERT_HAS_EXPIRED', side: 'exchange', who: 'connection' },
    { name: 'a refused sign-in', kind: 'forbidden', code: 'HTTP401', side: 'exchange', who: 'connection' },
    { name: 'an account that may impersonate nobody', kind: 'forbidden', code: 'ErrorImpersonationDenied', side: 'exchange', who: 'connection' },
    { name: 'an account that may not impersonate this one', kind: 'forbidden', code: 'ErrorImpersonateUserDenied', side: 'exchange', who: 'pair' },
    { name: 'a proxy that refuses its sign-in', kind: 'forbidden', code: 'ProxyHTTP407', side: 'exchange', who: 'connection' },
    { name: 'a server that is too old', kind: 'forbidden', code: 'ErrorIncorrectSchemaVersion', side: 'exchange', who: 'connection' },
    { name: 'a mailbox on an older server', kind: 'forbidden', code: 'ErrorInvalidSchemaVersionForMailboxVersion', side: 'exchange', who: 'pair' },
    { name: 'EWS that ended, maybe for one mailbox only', kind: 'forbidden', code: 'EwsBlocked', side: 'exchange', who: 'pair' },
    { name: 'a mailbox that does not exist', kind: 'forbidden', code: 'ErrorNonExistentMailbox', side: 'exchange', who: 'pair' },
    { name: 'a mailbox store that is down', kind: 'unreachable', code: 'ErrorMailboxStoreUnavailable', side: 'exchange', who: 'pair' },
    { name: 'throttling, which Exchange counts per mailbox', kind: 'busy', code: 'HTTP503', side: 'exchange', who: 'pair' },
    { name: 'no way to the ERP', kind: 'unreachable', code: 'ECONNREFUSED', side: 'erp', who: 'erp' },
    { name: 'an ERP that another installation holds', kind: 'forbidden', code: 'holder', side: 'erp', who: 'erp' },
    { name: 'a lost race in the ERP', kind: 'stale', code: '40001', side: 'erp', who: 'pair' },
    { name: 'our own database', kind: 'unreachable', code: '57P01', side: null, who: 'pair' },
  ] as const;

  for (const { name, kind, code, side, who } of rows) {
    test(`${name}: ${who}`, () => {
      expect(concernedBy(new ConnectorFailure(kind, 'x', { code }), side)).toBe(who);
    });
  }
});

test.each([
  { code: 'HTTP401', is: true },
  { code: 'ProxyHTTP407', is: true },
  { code: 'HTTP403', is: false },
  { code: 'EwsBlocked', is: false },
])('whether a password was refused is told by $code: $is', ({ code, is }) => {
  expect(isSignInRefused(new ConnectorFailure('forbidden', 'x', { code }))).toBe(is);
});
