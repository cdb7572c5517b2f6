import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { EwsExchange } from '../ews/endpoint.js';
import type { ServerState } from '../ews/server-state.js';
import { ExchangeError } from '../mailbox/failure.js';
import type { Directory } from './answers-for.js';
import type { AutodiscoverPlan } from './plan.js';
import { answerPox, poxError } from './pox-answer.js';
import { answerSoap } from './soap-answer.js';

/** Answers a request whose path is one of the lookup service's two; false leaves it to others. `path` is in lower case. */
export function serveAutodiscover(
  server: ServerState,
  exchange: EwsExchange,
  path: string,
): boolean {
  const protocol = PROTOCOLS.get(path);
  if (protocol === undefined) return false;
  const { request, response } = exchange;
  const { redirect, garbage } = server.autodiscover;
  for (const header of ENABLED) response.setHeader(header, 'True');
  if (redirect !== null) {
    response.writeHead(302, { Location: redirect }).end();
  } else if (!server.autodiscover[protocol]) {
    response.writeHead(404).end();
  } else {
    const signedIn = server.signIn.of(request);
    if (signedIn.user === null) {
      response.writeHead(401, { 'WWW-Authenticate': [...signedIn.offers] }).end();
    } else if (garbage !== null) sendGarbage(garbage, response);
    else answer(protocol, exchange, server);
  }
  return true;
}

type Protocol = 'soap' | 'pox';

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map([
  ['/autodiscover/autodiscover.svc', 'soap'],
  ['/autodiscover/autodiscover.xml', 'pox'],
]);

/** By these, also on a refusal, clients learn what is there. https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxwsadisc */
const ENABLED = ['X-SOAP-Enabled', 'X-WSSecurity-Enabled', 'X-OAuth-Enabled'];

function answer(
  protocol: Protocol,
  { request, response, text }: EwsExchange,
  { organisation, autodiscover, requests }: ServerState,
): void {
  const directory: Directory = { organisation, plan: autodiscover, ewsUrl: ewsUrlOf(request) };
  const name = protocol === 'soap' ? 'GetUserSettings' : 'Autodiscover';
  if (request.method !== 'POST') {
    answerBrowser(protocol, response);
    return;
  }
  requests.set(name, (requests.get(name) ?? 0) + 1);
  try {
    const { status, body } =
      protocol === 'soap'
        ? answerSoap(text, directory)
        : { status: 200, body: answerPox(text, directory) };
    send(response, status, body);
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    if (protocol === 'pox') send(response, 200, poxError(600, 'Invalid Request'));
    else response.writeHead(400).end();
  }
}

/** Administrators look there with a browser, and read error 600 as "it works". */
function answerBrowser(protocol: Protocol, response: ServerResponse): void {
  if (protocol === 'pox') send(response, 200, poxError(600, 'Invalid Request'));
  else response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html><body/></html>');
}

function send(response: ServerResponse, status: number, body: string): void {
  const bytes = Buffer.from(body, 'utf8');
  response.writeHead(status, {
    'Content-Type': 'text/xml; charset=utf-8',
    'Content-Length': bytes.length,
  });
  response.end(bytes);
}

const GARBAGE: Readonly<Record<NonNullable<AutodiscoverPlan['garbage']>, string>> = {
  html: '<!DOCTYPE html><html><body><h1>Willkommen</h1><p>Webmail & mehr<br></body></html>',
  truncated:
    '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>',
  bomb: '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Autodiscover>&b;</Autodiscover>',
  empty: '',
};

function sendGarbage(kind: keyof typeof GARBAGE, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/xml; charset=utf-8' }).end(GARBAGE[kind]);
}

/** Under the name by which the client reached us. */
function ewsUrlOf({ headers, socket }: IncomingMessage): string {
  const scheme = socket instanceof TLSSocket ? 'https' : 'http';
  return `${scheme}://${headers.host ?? '127.0.0.1'}/EWS/Exchange.asmx`;
}
