import { z } from 'zod';
import { PLAN_CHANGES } from '../autodiscover/plan.js';
import type { ServerState } from '../ews/server-state.js';
import type { EventStream } from '../ews/notifications/event-stream.js';
import type { Subscription } from '../ews/notifications/subscriptions.js';
import { formatTime } from '../mailbox/zones.js';
import { SERVER_SETTINGS } from '../server-settings.js';
import type { Account } from '../sign-in/accounts.js';
import { BadControlRequest } from './json-item.js';
import { checked } from './control-request.js';
import type { Handler } from './control-request.js';

/** Control of the server around the mailboxes: limits, accounts, time, and who is told what happens. */
export const SERVER_HANDLERS: readonly (readonly [string, Handler])[] = [
  ['GET /control/settings', ({ settings }) => settings],
  ['POST /control/settings', setSettings],
  ['GET /control/accounts', ({ accounts }) => accounts.list().map(shownAccount)],
  ['POST /control/accounts', setAccount],
  ['GET /control/throttle', ({ throttle }) => throttle.report()],
  ['GET /control/autodiscover', ({ autodiscover }) => autodiscover],
  ['POST /control/autodiscover', setAutodiscover],
  ['GET /control/clock', showClock],
  ['POST /control/clock', moveClock],
  ['GET /control/subscriptions', listSubscriptions],
  ['POST /control/subscriptions/lose', loseSubscriptions],
  ['GET /control/streams', ({ notifications }) => notifications.streams.list().map(shownStream)],
  ['POST /control/streams/cut', cutStreams],
];

function setSettings(server: ServerState, { text }: { readonly text: string }): unknown {
  const wanted = checked(SERVER_SETTINGS.partial(), text);
  const given = Object.keys(JSON.parse(text) as object);
  const changes = Object.entries(wanted).filter(([name]) => given.includes(name)); // no defaults
  server.settings = { ...server.settings, ...Object.fromEntries(changes) };
  return server.settings;
}

function setAutodiscover(server: ServerState, { text }: { readonly text: string }): unknown {
  server.autodiscover = { ...server.autodiscover, ...checked(PLAN_CHANGES, text) };
  return server.autodiscover;
}

const ACCOUNT_CHANGE = z.strictObject({
  address: z.string(),
  password: z.string().exactOptional(),
  userPrincipalName: z.string().exactOptional(),
  aliases: z.array(z.string().toLowerCase()).exactOptional(),
  isDisabled: z.boolean().exactOptional(),
  isPasswordExpired: z.boolean().exactOptional(),
  token: z.string().nullable().exactOptional(),
  impersonation: z.enum(['granted', 'none', 'denied']).exactOptional(),
  delegateOf: z.union([z.literal('all'), z.array(z.string().toLowerCase())]).exactOptional(),
  mayBeImpersonated: z.boolean().exactOptional(),
});

function setAccount({ accounts }: ServerState, { text }: { readonly text: string }): unknown {
  const { address, ...changes } = checked(ACCOUNT_CHANGE, text);
  const account = accounts.named(address);
  Object.assign(account, changes);
  return shownAccount(account);
}

function shownAccount({ user, ...account }: Account): unknown {
  return { address: user.address, role: user.role, ...account };
}

function showClock({ organisation }: ServerState): unknown {
  return { now: formatTime(organisation.nowMs()) };
}

const CLOCK_MOVE = z.strictObject({
  shiftMs: z.number().exactOptional(),
  now: z.iso.datetime({ offset: true }).exactOptional(),
});

function moveClock(server: ServerState, { text }: { readonly text: string }): unknown {
  const { shiftMs, now } = checked(CLOCK_MOVE, text);
  if ((shiftMs === undefined) === (now === undefined)) {
    throw new BadControlRequest('name either shiftMs or now');
  }
  const { clock } = server.organisation;
  clock.shift(shiftMs ?? Date.parse(now ?? '') - clock.nowMs());
  return showClock(server);
}

function listSubscriptions({ notifications }: ServerState): unknown {
  return notifications.subscriptions.list().map(({ id, way, mailbox, owner, scope, listener }) => ({
    ...{ id, way, mailbox: mailbox.address, owner: owner.address },
    folderIds: scope.folderIds === null ? 'all' : [...scope.folderIds],
    isListenedTo: listener !== null,
  }));
}

const LOSS = z.strictObject({
  mailbox: z.string().exactOptional(),
  isTold: z.boolean().exactOptional(),
});

/** Of one mailbox, or all; who listens is told only where that is asked for. */
function loseSubscriptions(server: ServerState, { text }: { readonly text: string }): unknown {
  const { mailbox, isTold = false } = checked(LOSS, text);
  const { subscriptions } = server.notifications;
  const lost = subscriptions.list().filter((one) => isOf(server, one, mailbox));
  subscriptions.lose(lost, isTold);
  return { lost: lost.length };
}

const CUT = z.strictObject({ mailbox: z.string().exactOptional() });

/** Those that listen to one mailbox, or all. */
function cutStreams(server: ServerState, { text }: { readonly text: string }): unknown {
  const { mailbox } = checked(CUT, text);
  const streams = server.notifications.streams
    .list()
    .filter((stream) => stream.subscriptions.some((one) => isOf(server, one, mailbox)));
  for (const stream of streams) stream.cut();
  return { cut: streams.length };
}

function isOf(
  { organisation }: ServerState,
  { mailbox }: Subscription,
  address: string | undefined,
): boolean {
  return address === undefined || organisation.mailbox(address) === mailbox;
}

function shownStream({ budget, subscriptions }: EventStream): unknown {
  return { budget, mailboxes: subscriptions.map(({ mailbox }) => mailbox.address) };
}
