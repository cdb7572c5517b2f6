import { createHash } from 'node:crypto';
import type { Connection } from '../db/connection-rows.js';
import type { Connections } from '../db/connections.js';
import type { ExchangeAppointment, ExchangeAppointmentPatch } from '../mappings/exchange-item.js';
import { openEws } from '../sync/exchange/ews/adapter.js';
import { ntlmSignIn } from '../sync/exchange/ews/ntlm-sign-in.js';
import type { OauthApplication } from '../sync/exchange/ews/oauth-application.js';
import { oauthSignIn } from '../sync/exchange/ews/oauth-sign-in.js';
import { basicSignIn } from '../sync/exchange/ews/sign-in.js';
import type { SignIn } from '../sync/exchange/ews/sign-in.js';
import type { ExchangePort } from '../sync/ports/exchange.js';
import { certificateFileIn } from './certificate-file.js';
import { machineChance, machineClock } from './clock.js';
import { namingSignIn } from './sign-in-server.js';

export { checkApplication } from '../sync/exchange/ews/oauth-application.js';

export type AppointmentsInExchange = ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch>;

/** Called for every request to Exchange with the name of its connection and of its operation. */
export type EwsRequestSeen = (connection: string, operation: string) => void;

/** What one connection works with. */
export interface Connector {
  readonly appointments: AppointmentsInExchange;
  /** Another text after every change of the settings, so that a corrected password is tried at once. */
  readonly gate: string;
}

/** One connector per connection, built anew when its settings or secrets change. */
export function connectors(table: Connections, onRequest: EwsRequestSeen) {
  const built = new Map<string, Connector>();
  const closers: (() => Promise<void>)[] = [];

  const build = (connection: Connection, secret: string, gate: string): Connector => {
    const ews = openEws({
      url: connection.url,
      signIn: signInOf(connection, secret),
      clock: machineClock,
      writeTimeoutMs: connection.writeTimeoutMs,
      ...(connection.ca === null ? {} : { ca: connection.ca }),
      onRequest: (operation) => onRequest(connection.name, operation),
    });
    closers.push(() => ews.close());
    return { appointments: ews.appointments, gate };
  };

  return {
    async of(connectionId: string): Promise<Connector> {
      const connection = await table.get(connectionId);
      const { secret } = await table.secretsOf(connectionId);
      const gate = gateOf(connection, secret ?? '');
      const known = built.get(connection.id);
      if (known?.gate === gate) return known;
      const fresh = build(connection, secret ?? '', gate);
      built.set(connection.id, fresh); // the old one ends with the process: a cycle may still be using it
      return fresh;
    },
    close: async () => {
      await Promise.all(closers.map((closer) => closer()));
    },
  };
}

/** A digest that may be logged; it is salted by the id and says nothing about the password. */
function gateOf(connection: Connection, secret: string): string {
  const text = JSON.stringify([connection, secret]);
  return `connection:${connection.id}:${createHash('sha256').update(text).digest('base64url').slice(0, 12)}`;
}

function signInOf(connection: Connection, secret: string): SignIn {
  const credentials = { user: connection.userName, password: secret };
  switch (connection.auth) {
    case 'basic':
      return basicSignIn(credentials);
    case 'ntlm':
      return ntlmSignIn(credentials, { clock: machineClock, chance: machineChance });
    case 'oauth':
      return named(oauthSignIn(applicationOf(connection, secret), { clock: machineClock }));
  }
}

function applicationOf(
  { userName, tenant, ca, options }: Connection,
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
