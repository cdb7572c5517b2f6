import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FaultPlan, FaultRule } from '../faults.js';
import type { Organisation, User } from '../mailbox/organisation.js';
import { answerRequest, busyAnswer, faultAnswer } from './answer.js';
import type { EwsAnswer } from './answer.js';
import { signIn } from './caller.js';
import { readEnvelope } from './soap.js';
import type { SoapRequest } from './soap.js';

/** What the endpoint works on, and what it counts. */
export interface Endpoint {
  readonly organisation: Organisation;
  readonly faults: FaultPlan;
  /** Requests per operation since the start or the last reset; `401` counts those without a sign-in. */
  readonly requests: Map<string, number>;
}

/** POST /EWS/Exchange.asmx: sign-in, then faults, then the operation (facts 1, 2, 5). */
export function serveEws(
  endpoint: Endpoint,
  { request, response, text }: { request: IncomingMessage; response: ServerResponse; text: string },
): void {
  const user = signIn(endpoint.organisation, request.headers.authorization);
  if (!user) {
    count(endpoint, '401');
    send401(response);
    return;
  }
  const read = tryRead(text);
  if ('status' in read) {
    count(endpoint, 'unreadable');
    send(response, read);
    return;
  }
  count(endpoint, read.operation);
  const mailbox = read.impersonated ?? (user.role === 'mailbox' ? user.address : null);
  const rule = endpoint.faults.strike(read.operation, mailbox);
  carryOut(endpoint, { request: read, user, rule }, response);
}

/** Sends an EWS answer; clients insist on this very Content-Type (fact 1). */
function send(response: ServerResponse, { status, body }: EwsAnswer): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.end(bytes);
}

interface Work {
  readonly request: SoapRequest;
  readonly user: User;
  readonly rule: FaultRule | null;
}

function carryOut(endpoint: Endpoint, work: Work, response: ServerResponse): void {
  const { request, rule } = work;
  const answer = (): EwsAnswer => answerRequest(request, { ...endpoint, ...work });
  switch (rule?.kind) {
    case 'busy':
      send(response, busyAnswer(request.operation, rule));
      return;
    case '503':
      response.writeHead(503, { 'Content-Type': 'text/html' }).end('Service Unavailable');
      return;
    case '401':
      send401(response);
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
    case 'dropMidAnswer':
      breakOff(response, answer());
      return;
    case 'late':
      response.destroy();
      setTimeout(answer, rule.delayMs ?? 1000).unref();
      return;
    case 'hang':
      if (rule.delayMs !== undefined) {
        setTimeout(() => send(response, answer()), rule.delayMs).unref();
      }
      return;
    default:
      send(response, answer());
  }
}

const GARBAGE =
  '<!DOCTYPE html><html><body><h1>Proxy error</h1><p>Bad gateway & more<br></body></html>';

/** Half of the answer goes out under a length that promises all of it, then the connection is cut. */
function breakOff(response: ServerResponse, { status, body }: EwsAnswer): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function send401(response: ServerResponse): void {
  response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="127.0.0.1"' }).end();
}

function tryRead(text: string): SoapRequest | EwsAnswer {
  try {
    return readEnvelope(text);
  } catch (error) {
    return faultAnswer(error);
  }
}

function count({ requests }: Endpoint, name: string): void {
  requests.set(name, (requests.get(name) ?? 0) + 1);
}
