import { expect, test } from 'vitest';
import { failureKind } from '../../../../sync/exchange/ews/response-codes.js';

test.each([
  ['ErrorServerBusy', 'busy'],
  ['ErrorMailboxMoveInProgress', 'unreachable'],
  ['ErrorIrresolvableConflict', 'stale'],
  ['ErrorItemNotFound', 'gone'],
  ['ErrorInvalidSyncStateData', 'cursorExpired'],
  ['ErrorImpersonateUserDenied', 'forbidden'],
  ['ErrorCalendarEndDateIsEarlierThanStartDate', 'rejected'],
  ['ErrorOfATimeToCome', 'rejected'],
  ['constructor', 'rejected'],
  ['', 'rejected'],
])('%s means %s', (code, kind) => {
  expect(failureKind(code)).toBe(kind);
});
