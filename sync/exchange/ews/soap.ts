import type { Pool } from 'undici';
import type { EmailAddress } from '../../../mappings/values.js';
import type { Clock } from '../../ports/clock.js';
import { ConnectorFailure } from '../../ports/failure.js';
import { envelope } from './envelope.js';
import { httpFailure } from './http-failure.js';
import { faultFailure } from './response-messages.js';
import { NO_ADDRESS, PLAIN_HTTP } from './sentences.js';
import type { SignedConnections, SignIn } from './sign-in.js';
import { connectionFailure } from './connection-failure.js';
import { isLoopback } from './loopback.js';
import { readAnswer } from './read-answer.js';
import { trusting } from './trust.js';
import { child, type XmlNode } from './xml-reader.js';
import type { Xml } from './xml-writer.js';

/** One EWS call: the element for the SOAP body, whose mailbox it is about, and how long it may take. */
export interface EwsCall {
  readonly operation: string;
  readonly mailbox: EmailAddress;
  readonly body: Xml;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Speaks SOAP with one EWS server. */
export interface SoapClient {
  /**
   * Sends one request and answers with the element inside the SOAP body. Never sends it twice: whether a repeat is harmless
   * is known further up. Throws `ConnectorFailure`, also when it was called off or took too long (`unreachable`).
   */
  call(request: EwsCall): Promise<XmlNode>;
  close(): Promise<void>;
}

export interface SoapOptions {
  readonly url: string;
  readonly signIn: SignIn;
  readonly clock: Clock;
  /** How many requests may be open at this server at once. */
  readonly connections: number;
  readonly maxAnswerBytes: number;
  /** Certificates in PEM of an authority that this machine does not know, trusted besides those of Node; null = none. */
  readonly ca: string | null;
  /** Called once for every request that is sent, with the name of its operation, for metrics. */
  readonly onRequest: (operation: string) => void;
}

/** Connects on the first call. Throws `ConnectorFailure` (`forbidden`) for an address that may not be used. */
export function soapClient(options: SoapOptions): SoapClient {
  const url = checkedUrl(options.url);
  const connections = options.signIn.open(url.origin, poolOptions(options));
  const path = url.pathname + url.search;
  return {
    async call(request) {
      const stop = stopAfter(options.clock, request.timeoutMs, request.signal);
      try {
        return await exchange(connections, path, request, stop.signal, options);
      } catch (error) {
        throw connectionFailure(error, stop.signal);
      } finally {
        stop.end();
      }
    },
    close: () => connections.close(),
  };
}

async function exchange(
  connections: SignedConnections,
  path: string,
  request: EwsCall,
  signal: AbortSignal,
  { maxAnswerBytes, onRequest }: SoapOptions,
): Promise<XmlNode> {
  signal.throwIfAborted();
  onRequest(request.operation);
  const response = await connections.post({
    path,
    headers: headersFor(request.mailbox),
    body: envelope(request.mailbox, request.body),
    signal,
  });
  const failure = httpFailure(response);
  if (failure !== null) {
    await response.body.dump().catch(() => undefined); // what was said is known; how it ends does not matter
    throw failure;
  }
  const root = await readAnswer(response, maxAnswerBytes);
  const body = root.name === 'Envelope' ? child(root, 'Body') : null;
  const content = body?.children[0];
  if (content === undefined) throw notSoap(root.name);
  if (content.name === 'Fault') throw faultFailure(content); // whatever the HTTP status says
  if (content.name !== `${request.operation}Response`) throw notOurs(content.name);
  return content;
}

/** Somebody between us and Exchange mixed up two requests; read as ours it would say wrong things about our records. */
function notOurs(name: string): ConnectorFailure {
  return new ConnectorFailure('unreachable', `the answer is to another request: <${name}>`, {
    code: 'AnswerNotOurs',
  });
}

function headersFor(mailbox: EmailAddress): Record<string, string> {
  return {
    'content-type': 'text/xml; charset=utf-8',
    accept: 'text/xml',
    'user-agent': 'Abgleich',
    // an address may hold letters beyond ASCII, a header only bytes
    'x-anchormailbox': Buffer.from(mailbox, 'utf8').toString('latin1'),
  };
}

function notSoap(rootName: string): ConnectorFailure {
  return new ConnectorFailure('unreachable', `the answer is no SOAP envelope but <${rootName}>`, {
    code: 'AnswerNotSoap',
  });
}

/** Timers of undici are off: ours bounds the whole call, waiting for a free connection included. */
function poolOptions({ connections, ca }: SoapOptions): Pool.Options {
  return {
    connections,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: trusting(ca),
  };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new ConnectorFailure('forbidden', NO_ADDRESS.en, { sentence: NO_ADDRESS });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConnectorFailure('forbidden', PLAIN_HTTP.en, { sentence: PLAIN_HTTP });
  }
  return url;
}

/** Why a call was stopped by us: `signal.reason` of `stopAfter`. */
export type StopReason = 'TimedOut' | 'CalledOff';

function stopAfter(
  clock: Clock,
  timeoutMs: number,
  calledOff: AbortSignal,
): { readonly signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  const timer = new AbortController();
  const onCalledOff = (): void => stop.abort('CalledOff' satisfies StopReason);
  if (calledOff.aborted) onCalledOff();
  calledOff.addEventListener('abort', onCalledOff);
  clock.sleep(timeoutMs, timer.signal).then(
    () => stop.abort('TimedOut' satisfies StopReason),
    () => undefined, // the call ended first
  );
  return {
    signal: stop.signal,
    end() {
      calledOff.removeEventListener('abort', onCalledOff);
      timer.abort('ended');
    },
  };
}
