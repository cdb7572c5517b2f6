import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { realClock } from './clock.js';
import type { MillisecondClock } from './clock.js';
import { serveControl } from './control/control.js';
import { serveEws } from './ews/endpoint.js';
import type { Endpoint } from './ews/endpoint.js';
import { FaultPlan } from './faults.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { Organisation } from './mailbox/organisation.js';
import type { User } from './mailbox/organisation.js';
import { DEMO_USERS } from './sample-firm.js';

/** How a fake Exchange is started; everything has a default. */
export interface FakeExchangeOptions {
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** Who can sign in; every `mailbox` user has a mailbox. The demo firm unless given. */
  readonly users?: readonly User[];
  readonly clock?: MillisecondClock;
  readonly seed?: number;
  readonly modes?: Partial<ExchangeModes>;
  /** An organisation that is there already, instead of a new one. */
  readonly organisation?: Organisation;
}

export interface FakeExchange {
  /** The EWS endpoint. */
  readonly url: string;
  /** The address under which tests from outside look and edit. */
  readonly control: string;
  readonly users: readonly User[];
  /** The mailboxes themselves, for tests in the same process. */
  readonly organisation: Organisation;
  readonly faults: FaultPlan;
  readonly requests: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/**
 * Starts the SOAP skin of the fake Exchange on 127.0.0.1: real HTTP, Basic authentication, impersonation. It
 * speaks EWS as a server with Exchange 2016's schema; what it does lies in `mailbox/`.
 */
export async function startFakeExchange(options: FakeExchangeOptions = {}): Promise<FakeExchange> {
  const organisation = options.organisation ?? newOrganisation(options);
  const endpoint: Endpoint = { organisation, faults: new FaultPlan(), requests: new Map() };
  const server = createServer((request, response) => {
    void handle(endpoint, request, response);
  });
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/EWS/Exchange.asmx`,
    control: `http://127.0.0.1:${port}/control`,
    users: organisation.users,
    organisation,
    faults: endpoint.faults,
    requests: endpoint.requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections(); // hanging requests would keep it open for ever
      }),
  };
}

function newOrganisation({ users, clock, seed, modes }: FakeExchangeOptions): Organisation {
  return new Organisation({
    users: users ?? DEMO_USERS,
    clock: clock ?? realClock,
    ...(seed === undefined ? {} : { seed }),
    ...(modes === undefined ? {} : { modes }),
  });
}

const BODY_LIMIT = 64 * 1024 * 1024; // evidence B 12

async function handle(
  endpoint: Endpoint,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const text = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname.startsWith('/control/')) {
      serveControl(endpoint, { method: request.method ?? 'GET', url, text, response });
    } else if (url.pathname.toLowerCase() !== '/ews/exchange.asmx') {
      response.writeHead(404).end();
    } else if (request.method !== 'POST') {
      response.writeHead(405, { Allow: 'POST' }).end();
    } else {
      serveEws(endpoint, { request, response, text });
    }
  } catch (error) {
    process.stderr.write(
      `fake Exchange: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error('the request is larger than 64 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
