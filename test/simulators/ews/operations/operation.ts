import { ExchangeError } from '../../mailbox/failure.js';
import type { WriteContext } from '../../mailbox/mailbox.js';
import type { SendMode } from '../../mailbox/ledger.js';
import type { AddressBook } from '../addressing.js';
import { errorMessage, successMessage, writeResponse } from '../soap.js';
import type { XmlNode } from '../xml.js';

/** One request on its way through an operation. */
export interface OperationContext extends AddressBook {
  readonly operation: string;
  readonly headerZone: string | null;
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
  SyncFolderItems: '<m:SyncState/><m:IncludesLastItemInRange>true</m:IncludesLastItemInRange>',
  SyncFolderHierarchy:
    '<m:SyncState/><m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>',
  GetServerTimeZones: '<m:TimeZoneDefinitions/>',
};

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
      return successMessage(operation, answer(entry));
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      if (error.code === 'ErrorSchemaValidation') throw error;
      return errorMessage(operation, error, AFTER_ERROR[operation] ?? '');
    }
  });
  return writeResponse(operation, messages);
}

/** What all writes of a request share. */
export function writeContextOf(context: OperationContext, send: SendMode): WriteContext {
  const { caller, headerZone, operation } = context;
  return { headerZone, send, cause: operation, by: caller.user.name };
}
