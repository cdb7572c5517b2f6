import { afterEach } from 'vitest';
import { parseEmail } from '../../../../mappings/values.js';
import { openEws, type Ews, type EwsOptions } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import type { Answer } from '../../../../sync/ports/failure.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startScripted, type Reply, type ScriptedServer } from './scripted-server.js';

export const MAILBOX = { address: parseEmail('anna@example.com') };
/** Closed after each test. */
export const opened: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Setup {
  readonly ews: Ews;
  readonly server: ScriptedServer;
  readonly clock: VirtualClock;
}

/** The connector against a server that answers so; time stands still. */
export async function against(
  replies: readonly Reply[],
  options: Partial<EwsOptions> = {},
): Promise<Setup> {
  const server = await startScripted(...replies);
  const clock = new VirtualClock();
  const signIn = basicSignIn({ user: 'müller', password: 'geh:eim' });
  const ews = openEws({ url: server.url, signIn, clock, ...options });
  opened.push(ews, { close: () => server.stop() });
  return { ews, server, clock };
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Reads these items from a server that answers so. */
export async function readFrom(
  replies: readonly Reply[],
  ids: readonly string[],
  options: Partial<EwsOptions> = {},
) {
  const { ews, server } = await against(replies, options);
  const answers = await ews.appointments.read(MAILBOX, ids, never());
  return { answers, server };
}

/** A reply with this body. */
export const xml = (body: string, more: Partial<Reply> = {}): Reply => ({ body, ...more });

/** The ids that were read, and the kinds of what was not. */
export function shown(
  answers: readonly Answer<{ readonly ref: { readonly id: string } }>[],
): string[] {
  return answers.map((one) => (one.ok ? one.value.ref.id : one.failure.kind));
}

/** The ids in every request, in a row. */
export function asked({ received }: ScriptedServer): string[] {
  return received.map(({ body }) =>
    [...body.matchAll(/ItemId Id="(\w)"/g)].map(([, id]) => id).join(''),
  );
}
