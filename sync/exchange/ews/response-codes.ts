import type { FailureKind } from '../../ports/failure.js';

/**
 * Exchange knows some 470 response codes; these change what we do. A Map, because the key comes off the wire.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
 */
const KIND: ReadonlyMap<string, FailureKind> = new Map([
  ['ErrorServerBusy', 'busy'], // may carry BackOffMilliseconds; back-off.ts reads it
  ['ErrorExceededConnectionCount', 'busy'],
  ['ErrorExceededSubscriptionCount', 'busy'],
  ['ErrorExceededFindCountLimit', 'busy'],
  ['ErrorTooManyObjectsOpened', 'busy'],
  ['ErrorTimeoutExpired', 'busy'],
  ['ErrorInsufficientResources', 'busy'],
  ['ErrorBatchProcessingStopped', 'busy'], // this entry was never tried

  ['ErrorInternalServerTransientError', 'unreachable'],
  ['ErrorMailboxStoreUnavailable', 'unreachable'],
  ['ErrorMailboxMoveInProgress', 'unreachable'],
  ['ErrorMailboxFailover', 'unreachable'],
  ['ErrorADUnavailable', 'unreachable'],
  ['ErrorADOperation', 'unreachable'],
  ['ErrorConnectionFailed', 'unreachable'],
  ['ErrorNoRespondingCASInDestinationSite', 'unreachable'],
  ['ErrorProxyRequestNotAllowed', 'unreachable'],

  ['ErrorIrresolvableConflict', 'stale'], // our ChangeKey is not the current one
  ['ErrorStaleObject', 'stale'],
  ['ErrorChangeKeyRequired', 'stale'],
  ['ErrorChangeKeyRequiredForWriteOperations', 'stale'],
  ['ErrorInvalidChangeKey', 'stale'],

  ['ErrorItemNotFound', 'gone'],
  ['ErrorInvalidIdMalformed', 'gone'], // an id of before the mailbox moved to another server
  ['ErrorCalendarOccurrenceIsDeletedFromRecurrence', 'gone'],

  ['ErrorInvalidSyncStateData', 'cursorExpired'], // start over without a SyncState
  ['ErrorSyncFolderNotFound', 'cursorExpired'],

  ['ErrorAccessDenied', 'forbidden'],
  ['ErrorImpersonateUserDenied', 'forbidden'], // this mailbox
  ['ErrorImpersonationDenied', 'forbidden'], // this server
  ['ErrorImpersonationFailed', 'forbidden'],
  ['ErrorNonExistentMailbox', 'forbidden'],
  ['ErrorMissingEmailAddress', 'forbidden'], // an account without a mailbox
  ['ErrorNonPrimarySmtpAddress', 'forbidden'],
  ['ErrorInvalidSmtpAddress', 'forbidden'],
  ['ErrorInvalidUserPrincipalName', 'forbidden'],
  ['ErrorMailboxConfiguration', 'forbidden'],
  ['ErrorAccountDisabled', 'forbidden'],
  ['ErrorPasswordExpired', 'forbidden'],
  ['ErrorPasswordChangeRequired', 'forbidden'],
  ['ErrorInvalidServerVersion', 'forbidden'],
  ['ErrorIncorrectSchemaVersion', 'forbidden'],
  ['ErrorInvalidSchemaVersionForMailboxVersion', 'forbidden'], // a mailbox on an older server than the one that answers
  ['ErrorFolderNotFound', 'forbidden'], // a folder of the pair; where it may be missing, the caller looks at the code
  ['ErrorQuotaExceeded', 'forbidden'],
]);

/** An unknown code is a refusal, not a crash: one odd record must not stop the mailbox. */
export function failureKind(responseCode: string): FailureKind {
  return KIND.get(responseCode) ?? 'rejected';
}
