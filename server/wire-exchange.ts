import { createHash } from 'node:crypto';
import type { Connection, ConnectionSecrets } from '../db/connection-rows.js';
import type { Connections } from '../db/connections.js';
import type { ExchangeAppointment, ExchangeAppointmentPatch } from '../mappings/exchange-item.js';
import { openEws, type EwsOptions } from '../sync/exchange/ews/adapter.js';
import { openAutodiscover } from '../sync/exchange/ews/autodiscover/autodiscover.js';
import { tryingAddresses } from '../sync/exchange/ews/autodiscover/try-address.js';
import type { Account } from '../sync/exchange/ews/check/account.js';
import { ewsCheck } from '../sync/exchange/ews/check/ews-check.js';
import { dialThrough } from '../sync/exchange/ews/dial.js';
import { ntlmSignIn } from '../sync/exchange/ews/ntlm-sign-in.js';
import type { OauthApplication } from '../sync/exchange/ews/oauth-application.js';
import { oauthSignIn } from '../sync/exchange/ews/oauth-sign-in.js';
import { proxyServer, type ProxySettings } from '../sync/exchange/ews/proxy.js';
import { basicSignIn } from '../sync/exchange/ews/sign-in.js';
import type { SignIn } from '../sync/exchange/ews/sign-in.js';
import type { ListCalendars } from '../sync/ports/calendars.js';
import type { ConnectionCheck } from '../sync/ports/connection-check.js';
import type { ServerDiscovery } from '../sync/ports/discovery.js';
import type { MailboxEpochs } from '../sync/ports/epoch.js';
import type { ExchangePort } from '../sync/ports/exchange.js';
import type { NotificationPort } from '../sync/ports/notifications.js';
import { certificateFileIn } from './certificate-file.js';
import { machineChance, machineClock } from './clock.js';
import type { MoveWatch } from './jobs/move-watch.js';
import { namingSignIn } from './sign-in-server.js';

export { checkApplication } from '../sync/exchange/ews/oauth-application.js';

export type AppointmentsInExchange = ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch>;

/** Called for every request to Exchange with the name of its connection and of its operation. */
export type EwsRequestSeen = (connection: string, operation: string) => void;

/** What one connection works with. */
export interface Connector {
  readonly appointments: AppointmentsInExchange;
  readonly notifications: NotificationPort;
  readonly epochs: MailboxEpochs;
  readonly calendars: ListCalendars;
  /** Another text after every change of the settings, so that a corrected password is tried at once. */
  readonly gate: string;
}

/** One connector per connection, built anew when its settings or secrets change. */
export function connectors(table: Connections, onRequest: EwsRequestSeen, moves: MoveWatch) {
  const built = new Map<string, Connector>();
  const closers: (() => Promise<void>)[] = [];

  const build = (
    connection: Connection,
    { secret, proxySecret }: ConnectionSecrets,
    gate: string,
  ): Connector => {
    const proxy = proxyOf(connection, proxySecret);
    const ews = openEws({
      url: connection.url,
      signIn: signInOf(connection, secret ?? '', proxy),
      clock: machineClock,
      writeTimeoutMs: connection.writeTimeoutMs,
      ...(connection.ca === null ? {} : { ca: connection.ca }),
      ...(proxy === null ? {} : { proxy }),
      ...limitsIn(connection.options),
      onRequest: (operation) => onRequest(connection.name, operation),
    });
    closers.push(() => ews.close());
    const appointments = moves.watched(connection, ews.appointments);
    const { notifications, epochs, calendars } = ews;
    return { appointments, notifications, epochs, calendars, gate };
  };

  return {
    async of(connectionId: string): Promise<Connector> {
      const connection = await table.get(connectionId);
      const secrets = await table.secretsOf(connectionId);
      const gate = gateOf(connection, secrets);
      const known = built.get(connection.id);
      if (known?.gate === gate) return known;
      const fresh = build(connection, secrets, gate);
      built.set(connection.id, fresh); // the old one ends with the process: a cycle may still be using it
      return fresh;
    },
    /** What the administrator may try; built anew every time, closed by whoever asked for it. */
    async checkOf(connectionId: string): Promise<ConnectionCheck> {
      const connection = await table.get(connectionId);
      const { secret, proxySecret } = await table.secretsOf(connectionId);
      const proxy = proxyOf(connection, proxySecret);
      return ewsCheck({
        url: connection.url,
        signIn: signInOf(connection, secret ?? '', proxy),
        account: accountOf(connection, secret ?? ''),
        clock: machineClock,
        ca: connection.ca,
        proxy: proxy === null ? null : proxyServer(proxy),
      });
    },
    close: async () => {
      await Promise.all(closers.map((closer) => closer()));
    },
  };
}

/** The way to the servers of a connection, which need not be stored yet. */
export type Reachable = Pick<
  Connection,
  'auth' | 'userName' | 'tenant' | 'ca' | 'proxyUrl' | 'proxyUser' | 'options'
>;

/** Looks servers up, signed in as the connection does; what was opened is closed when the work has ended. */
export async function lookingUp<T>(
  connection: Reachable,
  { secret, proxySecret }: ConnectionSecrets,
  work: (discovery: ServerDiscovery) => Promise<T>,
): Promise<T> {
  const { ca } = connection;
  const proxy = proxyOf(connection, proxySecret);
  const signIn = signInOf(connection, secret ?? '', proxy);
  const discovery = openAutodiscover({
    ...{ signIn, clock: machineClock },
    dial: dialThrough({ ca, proxy: proxy === null ? null : proxyServer(proxy) }),
    tryAddress: tryingAddresses({
      ...{ signIn, clock: machineClock, connections: 1 },
      ...(ca === null ? {} : { ca }),
      ...(proxy === null ? {} : { proxy }),
    }),
  });
  try {
    return await work(discovery);
  } finally {
    await discovery.close();
  }
}

function accountOf(connection: Connection, secret: string): Account {
  const { auth, userName } = connection;
  if (auth !== 'oauth') return { by: auth, user: userName };
  return { by: auth, application: applicationOf(connection, secret) };
}

function proxyOf(
  { proxyUrl, proxyUser, ca }: Reachable,
  proxySecret: string | null,
): ProxySettings | null {
  if (proxyUrl === null) return null;
  return { url: proxyUrl, user: proxyUser, password: proxySecret, ca };
}

/** A digest that may be logged; it is salted by the id and says nothing about the password. */
function gateOf(connection: Connection, { secret, proxySecret }: ConnectionSecrets): string {
  const text = JSON.stringify([connection, secret ?? '', proxySecret ?? '']);
  return `connection:${connection.id}:${createHash('sha256').update(text).digest('base64url').slice(0, 12)}`;
}

function signInOf(connection: Reachable, secret: string, proxy: ProxySettings | null): SignIn {
  const credentials = { user: connection.userName, password: secret };
  switch (connection.auth) {
    case 'basic':
      return basicSignIn(credentials);
    case 'ntlm':
      return ntlmSignIn(credentials, { clock: machineClock, chance: machineChance });
    case 'oauth':
      return named(
        oauthSignIn(
          { ...applicationOf(connection, secret), ...(proxy !== null && { proxy }) },
          { clock: machineClock },
        ),
      );
  }
}

function applicationOf(
  { userName, tenant, ca, options }: Reachable,
  secret: string,
): OauthApplication & { readonly ca?: string } {
  const { authority, scope } = options;
  const { key, x5c } = certificateFileIn(secret);
  return {
    tenantId: tenant ?? '',
    clientId: userName,
    credential: key === null ? { secret } : { certificate: { key, ...(x5c && { x5c }) } },
    ...(typeof authority === 'string' && { authority }),
    ...(typeof scope === 'string' && { scope }),
    ...(ca !== null && { ca }),
  };
}

/** The same sign-in; `isFromSignIn` knows its failures from those of Exchange. */
function named(signIn: SignIn): SignIn {
  return {
    open(origin, options) {
      const connections = signIn.open(origin, options);
      return {
        post: (request) => namingSignIn(connections.post(request)),
        close: () => connections.close(),
      };
    },
  };
}

/** Refuses an address that the connector may not use, with a sentence; asks nobody. */
export function checkAddress(url: string): void {
  const signIn = basicSignIn({ user: '', password: '' });
  void openEws({ url, signIn, clock: machineClock }).close();
}

/** Refuses a user name that cannot be sent, with a sentence; asks nobody. */
export function checkUser(user: string): void {
  basicSignIn({ user, password: '' });
}

/** Refuses a proxy that cannot be used, with a sentence; asks nobody. */
export function checkProxy(proxy: Pick<ProxySettings, 'url' | 'user'>): void {
  proxyServer({ ...proxy, password: null, ca: null });
}

/** How many requests may be open at once, where a connection says otherwise than the connector. */
function limitsIn(
  options: Connection['options'],
): Pick<EwsOptions, 'connections' | 'connectionsPerMailbox'> {
  const { connections, connectionsPerMailbox } = options;
  return {
    ...(isCount(connections) && { connections }),
    ...(isCount(connectionsPerMailbox) && { connectionsPerMailbox }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1;
}
