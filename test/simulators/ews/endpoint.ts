import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultRule } from '../faults.js';
import type { User } from '../mailbox/organisation.js';
import { backEndOf } from './affinity.js';
import { isAnchored } from './anchor.js';
import { answerRequest, CutInBatch, faultAnswer } from './answer.js';
import type { EwsAnswer, EwsWork } from './answer.js';
import { busyAnswer, namedWait } from './busy.js';
import { answerWithStream } from './notifications/stream-answer.js';
import type { ServerState } from './server-state.js';
import { readEnvelope, writeFault } from './soap.js';
import type { SoapRequest } from './soap.js';

/** A request with its body read. */
export interface EwsExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly text: string;
}

/** The EWS address: sign-in, then limits and faults, then the operation (facts 1, 2, 5). */
export function serveEws(server: ServerState, exchange: EwsExchange): void {
  const { request, response } = exchange;
  const signedIn = server.signIn.of(request);
  if (signedIn.user === null) {
    count(server, '401');
    send401(response, signedIn.offers);
  } else if (request.method !== 'POST') {
    answerBrowser(request, response);
  } else {
    serveSoap(server, exchange, signedIn.user);
  }
}

/** People and monitoring look at the address with a browser; there is a page, and no operation. */
function answerBrowser({ method }: IncomingMessage, response: ServerResponse): void {
  const isKnown = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  response.setHeader('Allow', 'GET, HEAD, OPTIONS, POST');
  response.writeHead(isKnown ? 200 : 405, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(method === 'GET' ? '<html><body>Exchange Web Services</body></html>' : undefined);
}

function serveSoap(
  server: ServerState,
  { request, response, text }: EwsExchange,
  user: User,
): void {
  const read = tryRead(server, text);
  if ('status' in read) {
    count(server, 'unreadable');
    send(server, response, read);
    return;
  }
  count(server, read.operation);
  const mailbox = addressOf(server, read) ?? (user.role === 'mailbox' ? user.address : null);
  const work: EwsWork = {
    ...{ request: read, user, budget: (mailbox ?? user.address).toLowerCase() },
    rule: server.faults.strike(read.operation, mailbox),
    backEnd: backEndOf(request, response),
  };
  const anchor = isAnchored(request, mailbox, read.impersonated !== null);
  try {
    admit(server, { work, response, isAnchored: anchor });
  } catch (error) {
    send(server, response, faultAnswer(error));
  }
}

/** The impersonated mailbox's address, also where the id is of another form; a text that is nobody's stays as it is. */
function addressOf({ accounts }: ServerState, { impersonated }: SoapRequest): string | null {
  if (!impersonated) return null;
  try {
    return accounts.mailboxOf(impersonated).address;
  } catch {
    return impersonated.value;
  }
}

/** Lets a request in, where the limits allow, and after the time that requests take here. */
function admit(
  server: ServerState,
  { work, response, isAnchored }: { work: EwsWork; response: ServerResponse; isAnchored: boolean },
): void {
  const { settings, throttle } = server;
  const wait = throttle.noteRequest(work.budget);
  if (wait !== null) {
    send(server, response, tooEarly(wait));
    return;
  }
  if (!isAnchored && settings.anchorMailbox === 'refused') {
    response.writeHead(500, { 'Content-Type': 'text/html' }).end('Internal Server Error');
    return;
  }
  const { operation } = work.request;
  if (operation !== 'GetStreamingEvents') {
    // streams have a limit of their own
    const close = throttle.open(work.budget, operation.startsWith('SyncFolder'));
    response.once('close', close);
  }
  const isSlow = !isAnchored && settings.anchorMailbox === 'slow';
  const ms = settings.latencyMs + (isSlow ? settings.slowMs : 0);
  if (ms === 0) carryOut(server, work, response);
  else setTimeout(() => carryOut(server, work, response), ms);
}

function tooEarly(wait: number): EwsAnswer {
  const body = writeFault('ErrorServerBusy', 'You were told to wait.', Math.ceil(wait));
  return { status: 500, body };
}

function carryOut(server: ServerState, work: EwsWork, response: ServerResponse): void {
  const { request, rule } = work;
  const answer = (): EwsAnswer => answerRequest(server, work);
  switch (rule?.kind) {
    case 'busy':
      server.throttle.nameWait(work.budget, namedWait(rule));
      send(server, response, busyAnswer(request, rule, server.release));
      return;
    case '503':
      send503(server, { work, rule, response });
      return;
    case '401':
      send401(response, server.signIn.offers());
      return;
    case 'garbage':
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(GARBAGE);
      return;
    case 'dropBefore':
      response.destroy();
      return;
    case 'dropAfter':
      answer();
      response.destroy();
      return;
    case 'dropMidBatch':
      tryAnswer(answer);
      response.destroy();
      return;
    case 'dropMidAnswer':
      breakOff(response, answer());
      return;
    case 'late':
      response.destroy();
      setTimeout(answer, rule.delayMs ?? 1000).unref();
      return;
    case 'hang':
      if (rule.delayMs !== undefined) {
        setTimeout(() => send(server, response, answer()), rule.delayMs).unref();
      }
      return;
    default:
      send(server, response, answer());
  }
}

function send503(
  { throttle }: ServerState,
  { work, rule, response }: { work: EwsWork; rule: FaultRule; response: ServerResponse },
): void {
  const { retryAfterSeconds } = rule;
  if (retryAfterSeconds !== undefined) {
    throttle.nameWait(work.budget, retryAfterSeconds * 1000);
    response.setHeader('Retry-After', String(retryAfterSeconds));
  }
  response.writeHead(503, { 'Content-Type': 'text/html' }).end('Service Unavailable');
}

function tryAnswer(answer: () => EwsAnswer): void {
  try {
    answer();
  } catch (error) {
    if (!(error instanceof CutInBatch)) throw error;
  }
}

const GARBAGE =
  '<!DOCTYPE html><html><body><h1>Proxy error</h1><p>Bad gateway & more<br></body></html>';

const XML = 'text/xml; charset=utf-8'; // clients insist on this very text (fact 1)

/** Sends an EWS answer, whole or as a stream. */
function send(
  server: ServerState,
  response: ServerResponse,
  { status, body, stream }: EwsAnswer,
): void {
  if (stream) {
    answerWithStream(stream, response, {
      release: server.release,
      settings: () => server.settings,
    });
    return;
  }
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, { 'Content-Type': XML, 'Content-Length': bytes.length });
  response.end(bytes);
}

/** Half of the answer goes out under a length that promises all of it, then the connection is cut. */
function breakOff(response: ServerResponse, { status, body, stream }: EwsAnswer): void {
  const bytes = Buffer.from(stream ? '<Envelope xmlns="http://schemas.xml' : body, 'utf8');
  response.writeHead(status, { 'Content-Type': XML, 'Content-Length': bytes.length * 2 });
  response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => response.destroy());
}

function send401(response: ServerResponse, offers: readonly string[]): void {
  response.writeHead(401, { 'WWW-Authenticate': [...offers] }).end();
}

function tryRead({ release }: ServerState, text: string): SoapRequest | EwsAnswer {
  try {
    return readEnvelope(text, release);
  } catch (error) {
    return faultAnswer(error);
  }
}

function count({ requests }: ServerState, name: string): void {
  requests.set(name, (requests.get(name) ?? 0) + 1);
}
