import { conflict, plantedError } from '../faults.js';
import type { FaultRule } from '../faults.js';
import { ExchangeError } from '../mailbox/failure.js';
import type { Organisation, User } from '../mailbox/organisation.js';
import { callerOf } from './caller.js';
import { OPERATIONS } from './operations/all-operations.js';
import { errorMessage, writeEnvelope, writeFault, writeResponse } from './soap.js';
import type { SoapRequest } from './soap.js';
import { schemaError } from './xml.js';

/** What goes back over HTTP. */
export interface EwsAnswer {
  readonly status: number;
  readonly body: string;
}

/** Answers one request; whole-request errors become faults with HTTP 500 (fact 5). Never throws an ExchangeError. */
export function answerRequest(
  request: SoapRequest,
  { organisation, user, rule }: { organisation: Organisation; user: User; rule: FaultRule | null },
): EwsAnswer {
  try {
    if (rule?.kind === 'denied') throw denied();
    const operation = OPERATIONS.get(request.operation);
    if (!operation) throw schemaError(`'${request.operation}' is not an operation of this server.`);
    const caller = callerOf(organisation, user, request.impersonated);
    const body = operation(request.body, {
      organisation,
      caller,
      operation: request.operation,
      headerZone: request.headerZone,
      plantedError: (entry) => plantedError(rule, entry),
    });
    if (rule?.kind === 'conflictAfterWrite') return conflictAnswer(request.operation, body);
    return { status: 200, body: writeEnvelope(body) };
  } catch (error) {
    return faultAnswer(error);
  }
}

/** The fault of an error that concerns the whole request. */
export function faultAnswer(error: unknown): EwsAnswer {
  if (!(error instanceof ExchangeError)) throw error;
  return { status: 500, body: writeFault(error.code, error.message) };
}

/** The ways a server says that it is busy (fact 90). */
export function busyAnswer(operation: string, rule: FaultRule): EwsAnswer {
  const message = 'The server cannot service this request right now. Try again later.';
  const wait = rule.backOffMilliseconds ?? 1000;
  switch (rule.form ?? 'fault') {
    case 'fault':
      return { status: 500, body: writeFault('ErrorServerBusy', message, wait) };
    case 'faultWithoutHint':
      return { status: 500, body: writeFault('ErrorServerBusy', message) };
    case 'connections':
      return { status: 500, body: writeFault('ErrorExceededConnectionCount', message) };
    case 'inner':
      return { status: 200, body: innerBusy(operation, message, wait) };
  }
}

function innerBusy(operation: string, message: string, wait: number): string {
  const rest =
    '<m:MessageXml><t:Value Name="InnerErrorMessageText">The server is busy.</t:Value>' +
    '<t:Value Name="InnerErrorResponseCode">ErrorServerBusy</t:Value>' +
    `<t:Value Name="BackOffMilliseconds">${wait}</t:Value></m:MessageXml>` +
    (NEEDS_ITEMS.has(operation) ? '<m:Items/>' : '');
  const error = new ExchangeError('ErrorInternalServerError', message);
  return writeEnvelope(writeResponse(operation, [errorMessage(operation, error, rest)]));
}

const NEEDS_ITEMS = new Set(['GetItem', 'CreateItem', 'UpdateItem', 'MoveItem', 'CopyItem']);

function conflictAnswer(operation: string, body: string): EwsAnswer {
  const entries = body.split(`<m:${operation}ResponseMessage `).length - 1;
  const rest = NEEDS_ITEMS.has(operation) ? '<m:Items/>' : '';
  const messages = Array.from({ length: entries }, () => errorMessage(operation, conflict(), rest));
  return { status: 200, body: writeEnvelope(writeResponse(operation, messages)) };
}

function denied(): ExchangeError {
  return new ExchangeError(
    'ErrorImpersonateUserDenied',
    'The account does not have permission to impersonate the requested user.',
  );
}
