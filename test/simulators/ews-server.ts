import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveAutodiscover } from './autodiscover/autodiscover.js';
import { usualPlan } from './autodiscover/plan.js';
import { realClock } from './clock.js';
import { serveControl } from './control/control.js';
import { serveEws } from './ews/endpoint.js';
import { newNotifications } from './ews/notifications/notifications.js';
import { streamsAtOnce } from './ews/server-release.js';
import type { ServerRelease } from './ews/server-release.js';
import type { ServerState } from './ews/server-state.js';
import { FaultPlan } from './faults.js';
import { listen, trustedIdentity } from './listening.js';
import type { TlsIdentity } from './listening.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { Organisation } from './mailbox/organisation.js';
import type { User } from './mailbox/organisation.js';
import { Random } from './random.js';
import { readBody, UnreadableBody } from './request-body.js';
import { DEMO_USERS } from './sample-firm.js';
import { serverSettings } from './server-settings.js';
import type { ServerSettings } from './server-settings.js';
import type { BaseClock } from './shiftable-clock.js';
import { Accounts } from './sign-in/accounts.js';
import { SignIn } from './sign-in/sign-in.js';
import type { AuthScheme } from './sign-in/sign-in.js';
import { Throttle } from './throttle.js';

/** How a fake Exchange is started; everything has a default. */
export interface FakeExchangeOptions {
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** Who can sign in; every `mailbox` user has a mailbox. The demo firm unless given. */
  readonly users?: readonly User[];
  readonly clock?: BaseClock;
  readonly seed?: number;
  readonly modes?: Partial<ExchangeModes>;
  /** An organisation that is there already, instead of a new one. */
  readonly organisation?: Organisation;
  /** https, with a certificate that the authority of `caFile` signed. */
  readonly tls?: boolean;
  /** What the server offers, in this order; Basic unless given. */
  readonly auth?: readonly AuthScheme[];
  /** Which Exchange it is; the newest unless given. */
  readonly release?: ServerRelease;
  readonly settings?: Partial<ServerSettings>;
}

export interface FakeExchange {
  /** The EWS endpoint. */
  readonly url: string;
  /** The address under which tests from outside look and edit. */
  readonly control: string;
  /** The certificate of the authority to trust; null without TLS. */
  readonly caFile: string | null;
  readonly users: readonly User[];
  /** The mailboxes themselves, for tests in the same process. */
  readonly organisation: Organisation;
  readonly faults: FaultPlan;
  readonly requests: ReadonlyMap<string, number>;
  /** Everything else about the running server, for tests in the same process. */
  readonly state: ServerState;
  stop(): Promise<void>;
}

/**
 * Starts the SOAP skin of the fake Exchange on 127.0.0.1: real HTTP or HTTPS, sign-in, impersonation,
 * notifications. What its mailboxes do lies in `mailbox/`.
 */
export async function startFakeExchange(options: FakeExchangeOptions = {}): Promise<FakeExchange> {
  const organisation = options.organisation ?? newOrganisation(options);
  const tls = options.tls === true ? trustedIdentity() : null;
  const state = newState(organisation, options, tls);
  const { origin, stop } = await listen(
    (request, response) => void handle(state, request, response),
    { port: options.port ?? 0, tls },
  );
  return {
    url: `${origin}/EWS/Exchange.asmx`,
    control: `${origin}/control`,
    caFile: tls?.caFile ?? null,
    users: organisation.users,
    organisation,
    faults: state.faults,
    requests: state.requests,
    state,
    stop,
  };
}

function newState(
  organisation: Organisation,
  { auth = ['basic'], release = 'se', settings = {} }: FakeExchangeOptions,
  tls: TlsIdentity | null,
): ServerState {
  const accounts = new Accounts(organisation);
  const current = (): ServerSettings => state.settings;
  const nowMs = (): number => organisation.nowMs();
  const state: ServerState = {
    organisation,
    release,
    accounts,
    signIn: new SignIn({
      ...{ accounts, schemes: auth, nowMs },
      random: new Random(nowMs() % 0xffff_ffff),
      boundTo: () => (current().extendedProtection ? (tls?.certificate ?? null) : null),
    }),
    faults: new FaultPlan(),
    throttle: new Throttle(nowMs, current),
    notifications: newNotifications(organisation, current),
    requests: new Map(),
    autodiscover: usualPlan(),
    settings: serverSettings({ streamsAtOnce: streamsAtOnce(release), ...settings }),
  };
  return state;
}

function newOrganisation({ users, clock, seed, modes }: FakeExchangeOptions): Organisation {
  return new Organisation({
    users: users ?? DEMO_USERS,
    clock: clock ?? realClock,
    ...(seed === undefined ? {} : { seed }),
    ...(modes === undefined ? {} : { modes }),
  });
}

async function handle(
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  // the clock by which items are stamped, which may be another one than this machine's
  response.setHeader('Date', new Date(state.organisation.nowMs()).toUTCString());
  response.setHeader('X-FEServer', 'FAKE'); // as Exchange names its front end; test/schema knows us by it
  try {
    const text = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const path = url.pathname.toLowerCase();
    if (path.startsWith('/control/')) {
      serveControl(state, { method: request.method ?? 'GET', url, text, response });
    } else if (path === '/ews/exchange.asmx') {
      serveEws(state, { request, response, text });
    } else if (!serveAutodiscover(state, { request, response, text }, path)) {
      response.writeHead(404).end();
    }
  } catch (error) {
    refuse(response, error);
  }
}

/** The connection of a client that went away in the middle is nothing to report. */
function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const status = error instanceof UnreadableBody ? error.status : 500;
  if (status === 500) {
    const trace = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`fake Exchange: ${trace}\n`);
  }
  if (!response.headersSent) response.writeHead(status, { 'Content-Type': 'text/plain' });
  response.end(error instanceof UnreadableBody ? error.message : undefined);
}
