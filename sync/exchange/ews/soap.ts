import type { Dispatcher, Pool } from 'undici';
import type { Mailbox } from '../../ports/exchange.js';
import type { Clock } from '../../ports/clock.js';
import { ConnectorFailure } from '../../ports/failure.js';
import { admission } from './admission.js';
import type { ProxyServer } from './open-socket.js';
import { readServerBuild, type ServerBuild } from './server-product.js';
import { connectionFailure } from './connection-failure.js';
import { dialThrough } from './dial.js';
import { envelope } from './envelope.js';
import { ewsAddress } from './ews-address.js';
import { httpFailure } from './http-failure.js';
import { openStream, type EwsStream } from './open-stream.js';
import { readAnswer } from './read-answer.js';
import { requestHeaders } from './request-headers.js';
import { busyIn, faultFailure } from './response-messages.js';
import { serverClock } from './server-clock.js';
import type { EwsPost, SignIn } from './sign-in.js';
import { orStopped, stopAfter } from './stop-after.js';
import { child, type XmlNode } from './xml-reader.js';
import type { Xml } from './xml-writer.js';

/** What is asked: the element for the SOAP body, and as whom. */
export interface EwsRequest {
  readonly operation: string;
  /** Whom the service account acts as. */
  readonly mailbox: Mailbox;
  readonly body: Xml;
  /** Besides those of every request, or in their place; names in lower case, values hold bytes. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** One EWS call, and how long it may take. */
export interface EwsCall extends EwsRequest {
  readonly timeoutMs: number;
}

export interface EwsAnswer {
  /** The element inside the SOAP body. */
  readonly content: XmlNode;
  readonly headers: Dispatcher.ResponseData['headers'];
}

/** Speaks SOAP with one EWS server. */
export interface SoapClient {
  /**
   * Sends one request and answers with the element inside the SOAP body. Never sends it twice: whether a repeat is harmless
   * is known further up. Throws `ConnectorFailure`, also when it was called off or took too long (`unreachable`). Where Exchange
   * has named a time to wait, calls that come before it fail as `busy` with what is left of it, and nothing is sent.
   */
  call(request: EwsCall): Promise<XmlNode>;
  /** The same, with the headers that came with it. */
  ask(request: EwsCall): Promise<EwsAnswer>;
  /** One request whose answer goes on until it ends or the signal fires, over a connection of its own. Throws `ConnectorFailure`. */
  stream(request: EwsRequest): Promise<EwsStream>;
  /** What the server last said that it is; null where it has not, or does not. */
  serverBuild(): ServerBuild | null;
  /** How far its clock is ahead of ours, by the Date of its last answer; null = it has not answered, or does not say. */
  clockOffsetMs(): number | null;
  close(): Promise<void>;
}

export interface SoapOptions {
  readonly url: string;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** How many requests may be open at this server at once, and how many of these for one mailbox; streams are not counted. */
  readonly connections: number;
  readonly connectionsPerMailbox: number;
  readonly maxAnswerBytes: number;
  /** Certificates in PEM of an authority that this machine does not know, trusted besides those of Node; null = none. */
  readonly ca: string | null;
  readonly proxy: ProxyServer | null;
  /** Called once for every request that is sent, with the name of its operation, for metrics. */
  readonly onRequest: (operation: string) => void;
}

/** Connects on the first call. Throws `ConnectorFailure` (`forbidden`) for an address that may not be used. */
export function soapClient(options: SoapOptions): SoapClient {
  const url = ewsAddress(options.url);
  const { signIn, clock, onRequest } = options;
  const pool = poolOptions(options);
  const connections = signIn.open(url.origin, pool);
  const closing = new AbortController();
  const admitting = admission(clock, {
    connections: options.connections,
    perMailbox: options.connectionsPerMailbox,
  });
  let build: ServerBuild | null = null;
  const serversClock = serverClock(clock);

  const posted = (request: EwsRequest, signal: AbortSignal): EwsPost => {
    signal.throwIfAborted();
    onRequest(request.operation);
    return {
      path: url.pathname + url.search,
      headers: requestHeaders(request.mailbox, request.headers),
      body: envelope(request.mailbox, request.body),
      signal,
    };
  };

  async function ask(request: EwsCall): Promise<EwsAnswer> {
    const { mailbox, operation } = request;
    const stop = stopAfter(clock, request.timeoutMs, request.signal);
    let leave = (): void => undefined;
    try {
      leave = await admitting.enter(mailbox, stop.signal);
      const post = posted(request, stop.signal);
      const sentAtMs = clock.monotonicMs();
      const response = await orStopped(connections.post(post), stop.signal);
      serversClock.note(response.headers['date'], sentAtMs);
      const root = await readRoot(response, options.maxAnswerBytes);
      build = buildIn(root) ?? build;
      const content = contentOf(root, operation);
      for (const failure of busyIn(content)) admitting.note(mailbox, failure);
      return { content, headers: response.headers };
    } catch (error) {
      throw noted(mailbox, connectionFailure(error, stop.signal));
    } finally {
      leave();
      stop.end();
    }
  }

  const noted = (mailbox: Mailbox, failure: ConnectorFailure): ConnectorFailure => {
    admitting.note(mailbox, failure);
    return failure;
  };

  return {
    ask,
    call: async (request) => (await ask(request)).content,
    async stream(request) {
      const signal = AbortSignal.any([request.signal, closing.signal]);
      try {
        admitting.refuseSpent(request.mailbox);
        const post = posted(request, signal);
        return await openStream(signIn.open(url.origin, { ...pool, connections: 1 }), post);
      } catch (error) {
        throw noted(request.mailbox, connectionFailure(error, signal));
      }
    },
    serverBuild: () => build,
    clockOffsetMs: () => serversClock.offsetMs(),
    async close() {
      closing.abort('CalledOff');
      await connections.close();
    },
  };
}

async function readRoot(
  response: Dispatcher.ResponseData,
  maxAnswerBytes: number,
): Promise<XmlNode> {
  const failure = httpFailure(response);
  if (failure === null) return readAnswer(response, maxAnswerBytes);
  await response.body.dump().catch(() => undefined); // what was said is known; how it ends does not matter
  throw failure;
}

function contentOf(root: XmlNode, operation: string): XmlNode {
  const body = root.name === 'Envelope' ? child(root, 'Body') : null;
  const content = body?.children[0];
  if (content === undefined) throw notSoap(root.name);
  if (content.name === 'Fault') throw faultFailure(content); // whatever the HTTP status says
  if (content.name !== `${operation}Response`) throw notOurs(content.name);
  return content;
}

function buildIn(root: XmlNode): ServerBuild | null {
  const header = child(root, 'Header');
  return readServerBuild(header === null ? null : child(header, 'ServerVersionInfo'));
}

/** Somebody between us and Exchange mixed up two requests; read as ours it would say wrong things about our records. */
function notOurs(name: string): ConnectorFailure {
  return new ConnectorFailure('unreachable', `the answer is to another request: <${name}>`, {
    code: 'AnswerNotOurs',
  });
}

function notSoap(rootName: string): ConnectorFailure {
  return new ConnectorFailure('unreachable', `the answer is no SOAP envelope but <${rootName}>`, {
    code: 'AnswerNotSoap',
  });
}

/**
 * Timers of undici are off: ours bounds the whole call, waiting for a free connection included. Idle connections are kept for well under
 * the two minutes of IIS, since each new one costs a handshake, and with NTLM a sign-in.
 */
function poolOptions({ connections, ca, proxy }: SoapOptions): Pool.Options {
  return {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    connect: dialThrough({ ca, proxy }),
  };
}
