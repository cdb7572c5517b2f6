import { ExchangeError } from '../../mailbox/failure.js';
import type { WriteContext } from '../../mailbox/mailbox.js';
import type { SendMode } from '../../mailbox/ledger.js';
import type { AddressBook } from '../addressing.js';
import type { ServerSettings } from '../../server-settings.js';
import type { Notifications } from '../notifications/notifications.js';
import type { Asker } from '../notifications/subscriptions.js';
import { errorMessage, successMessage, writeResponse } from '../soap.js';
import type { XmlNode } from '../xml.js';

/** One request on its way through an operation. */
export interface OperationContext extends AddressBook {
  readonly operation: string;
  readonly headerZone: string | null;
  readonly settings: ServerSettings;
  readonly notifications: Notifications;
  /** Whose limits the request counts against: the impersonated mailbox, else the account (fact 85). */
  readonly budget: string;
  /** The server behind the load balancer that answers (fact 84). */
  readonly backEnd: string;
  /** A planted error for the entry of that number, or null (faults of kind `itemError`, `staleKey`). */
  plantedError(entry: number): ExchangeError | null;
}

/** Answers one request: the element inside the Body. */
export type Operation = (body: XmlNode, context: OperationContext) => string;

/** What the schema wants behind an error, per operation. */
const AFTER_ERROR: Readonly<Record<string, string>> = {
  GetItem: '<m:Items/>',
  CreateItem: '<m:Items/>',
  UpdateItem: '<m:Items/>',
  MoveItem: '<m:Items/>',
  CopyItem: '<m:Items/>',
  ArchiveItem: '<m:Items/>',
  CreateAttachment: '<m:Attachments/>',
  GetAttachment: '<m:Attachments/>',
  SyncFolderItems: '<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>',
  SyncFolderHierarchy:
    '<m:SyncState/><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>',
  GetServerTimeZones: '<m:TimeZoneDefinitions/>',
};

/** What stands behind the error of one entry. */
export function afterError(operation: string): string {
  return AFTER_ERROR[operation] ?? '';
}

/** Answers each entry of a batch by itself and in order; one refused entry does not stop the rest (fact 5). */
export function answerEach<Entry>(
  context: OperationContext,
  entries: readonly Entry[],
  answer: (entry: Entry) => string,
): string {
  const { operation } = context;
  const messages = entries.map((entry, position) => {
    try {
      const planted = context.plantedError(position);
      if (planted) throw planted;
      if (position >= context.settings.entriesPerBatch) throw batchStopped();
      return successMessage(operation, answer(entry));
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.code === 'ErrorSchemaValidation') throw error;
      return errorMessage(operation, error, afterError(operation));
    }
  });
  return writeResponse(operation, messages);
}

/** A batch that takes too long is not finished (facts 5, 93). */
function batchStopped(): ExchangeError {
  return new ExchangeError('ErrorBatchProcessingStopped', 'The batch was not finished.');
}

/** Who asks for a subscription. */
export function askerOf({ caller, backEnd }: OperationContext): Asker {
  return { user: caller.user, backEnd };
}

/** What all writes of a request share. */
export function writeContextOf(context: OperationContext, send: SendMode): WriteContext {
  const { caller, headerZone, operation } = context;
  return { headerZone, send, cause: operation, by: caller.user.name };
}
