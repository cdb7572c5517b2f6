import { conflict, plantedError } from '../faults.js';
import type { FaultRule } from '../faults.js';
import { ExchangeError } from '../mailbox/failure.js';
import type { User } from '../mailbox/organisation.js';
import { callerOf } from './caller.js';
import { EventStream } from './notifications/event-stream.js';
import { OPERATIONS } from './operations/all-operations.js';
import { getStreamingEvents } from './operations/get-streaming-events.js';
import { afterError } from './operations/operation.js';
import type { OperationContext } from './operations/operation.js';
import type { ServerRelease } from './server-release.js';
import type { ServerState } from './server-state.js';
import { errorMessage, notARequest, writeEnvelope, writeFault, writeResponse } from './soap.js';
import type { SoapRequest } from './soap.js';

/** What goes back over HTTP. */
export interface EwsAnswer {
  readonly status: number;
  readonly body: string;
  /** The answer goes on as long as this runs; then `body` is empty. */
  readonly stream?: EventStream;
}

/** A request with who sends it and what befalls it. */
export interface EwsWork {
  readonly request: SoapRequest;
  readonly user: User;
  readonly rule: FaultRule | null;
  readonly budget: string;
  readonly backEnd: string;
}

/** The connection is to be cut in the middle of a batch; what was done stays done. */
export class CutInBatch extends Error {
  override readonly name = 'CutInBatch';
}

/** Answers one request; whole-request errors become faults with HTTP 500 (fact 5). Throws CutInBatch only. */
export function answerRequest(server: ServerState, work: EwsWork): EwsAnswer {
  const { request, rule } = work;
  try {
    if (rule?.kind === 'denied') throw denied();
    const caller = callerOf(server, work.user, request.impersonated);
    const context: OperationContext = {
      ...{ caller, organisation: server.organisation, settings: server.settings },
      ...{ notifications: server.notifications, budget: work.budget, backEnd: work.backEnd },
      ...{ operation: request.operation, headerZone: request.headerZone },
      plantedError: (entry) => plantedAt(rule, entry),
    };
    if (request.operation === 'GetStreamingEvents') return streamAnswer(server, work, context);
    const operation = OPERATIONS.get(request.operation);
    if (!operation) throw notARequest(request.operation);
    const body = operation(request.body, context);
    if (rule?.kind === 'conflictAfterWrite') return conflictAnswer(request.operation, body, server);
    return { status: 200, body: writeEnvelope(body, server.release) };
  } catch (error) {
    if (error instanceof CutInBatch) throw error;
    return faultAnswer(error);
  }
}

function streamAnswer(
  { release }: ServerState,
  { request }: EwsWork,
  context: OperationContext,
): EwsAnswer {
  const stream = getStreamingEvents(request.body, context, release);
  if (stream instanceof EventStream) return { status: 200, body: '', stream };
  return { status: 200, body: stream };
}

function plantedAt(rule: FaultRule | null, entry: number): ExchangeError | null {
  if (rule?.kind === 'dropMidBatch' && entry >= (rule.entry ?? 1)) throw new CutInBatch();
  return plantedError(rule, entry);
}

/** The fault of an error that concerns the whole request; what is a bug here answers like a bug there. */
export function faultAnswer(error: unknown): EwsAnswer {
  if (error instanceof ExchangeError) {
    return { status: 500, body: writeFault(error.code, error.message) };
  }
  const trace = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`fake Exchange: ${trace}\n`);
  const message = 'An internal server error occurred. The operation failed.';
  return { status: 500, body: writeFault('ErrorInternalServerError', message) };
}

function conflictAnswer(
  operation: string,
  body: string,
  { release }: { readonly release: ServerRelease },
): EwsAnswer {
  const entries = body.split(`<m:${operation}ResponseMessage `).length - 1;
  const rest = afterError(operation);
  const messages = Array.from({ length: entries }, () => errorMessage(operation, conflict(), rest));
  return { status: 200, body: writeEnvelope(writeResponse(operation, messages), release) };
}

function denied(): ExchangeError {
  return new ExchangeError(
    'ErrorImpersonateUserDenied',
    'The account does not have permission to impersonate the requested user.',
  );
}
