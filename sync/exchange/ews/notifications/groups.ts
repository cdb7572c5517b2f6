import type { EmailAddress } from '../../../../mappings/values.js';
import type { Mailbox } from '../../../ports/exchange.js';
import type { WatchedMailbox } from '../../../ports/notifications.js';
import type { Subscription } from '../operations/subscribe.js';

/** A mailbox in a group, with how far we are with it. */
export interface Member {
  readonly watched: WatchedMailbox;
  subscription: Subscription | null;
  /** Until then nothing is asked of it, in milliseconds of the clock. */
  restsUntilMs: number;
  /** Why it rests; null = it does not. */
  rest: 'denied' | 'later' | null;
  /** Events may have been lost while its subscription went on. */
  hasGap: boolean;
}

/** Mailboxes whose subscriptions lie on one server and are heard over one connection. */
export interface Group {
  readonly grouping: string | null;
  /** By address. */
  readonly members: Map<EmailAddress, Member>;
  /** Whose name leads to the server; chosen with the first subscription and kept while it lasts. */
  anchor: Mailbox | null;
  overrideCookie: string | null;
  way: 'streaming' | 'pull';
  /** Whether a stream is open that has said OK. */
  isHeard: boolean;
  /** Fires when members came or left, or when one of them should be looked at; replaced after each time. */
  changed: AbortController;
}

/** The most subscriptions over one connection (protocol fact 84). */
export const GROUP_LIMIT = 200;

/**
 * Puts mailboxes into groups. Who is in one stays there, since every move costs a subscription; who left, or has other folders
 * now, is taken out; new ones fill the groups in the order of their addresses.
 */
export function regroup(groups: Group[], mailboxes: readonly WatchedMailbox[]): void {
  const wanted = new Map(mailboxes.map((watched) => [watched.mailbox.address, watched]));
  const touched = new Set<Group>();
  for (const group of groups) {
    for (const [address, { watched }] of group.members) {
      if (isSame(watched, wanted.get(address))) wanted.delete(address);
      else if (group.members.delete(address)) touched.add(group);
    }
  }
  for (const watched of [...wanted.values()].sort(byAddress)) {
    const group = groupFor(watched, groups);
    group.members.set(watched.mailbox.address, newMember(watched));
    touched.add(group);
  }
  for (const group of touched) announceChange(group);
}

function announceChange(group: Group): void {
  const { changed } = group;
  group.changed = new AbortController();
  changed.abort('changed');
}

function isSame(before: WatchedMailbox, now: WatchedMailbox | undefined): boolean {
  return now !== undefined && textOf(now) === textOf(before);
}

function textOf({ mailbox, folders, grouping }: WatchedMailbox): string {
  return JSON.stringify([mailbox, folders, grouping]);
}

function groupFor({ grouping }: WatchedMailbox, groups: Group[]): Group {
  const found = groups.find(
    (group) => group.grouping === grouping && group.members.size < GROUP_LIMIT,
  );
  if (found !== undefined) return found;
  const fresh: Group = {
    grouping,
    members: new Map(),
    anchor: null,
    overrideCookie: null,
    way: 'pull',
    isHeard: false,
    changed: new AbortController(),
  };
  groups.push(fresh);
  return fresh;
}

function newMember(watched: WatchedMailbox): Member {
  return { watched, subscription: null, restsUntilMs: 0, rest: null, hasGap: false };
}

function byAddress(a: WatchedMailbox, b: WatchedMailbox): number {
  return compare(a.mailbox.address, b.mailbox.address);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The members with a subscription, in the order of their addresses. */
export function subscribed(group: Group): readonly (Member & { subscription: Subscription })[] {
  const all = [...group.members.values()].filter(isSubscribed);
  return all.sort((a, b) => byAddress(a.watched, b.watched));
}

function isSubscribed(member: Member): member is Member & { subscription: Subscription } {
  return member.subscription !== null;
}

/**
 * The anchor: the first address in alphabetical order when the group subscribes for the first time, and that one for as long as it is
 * a member that can be used. With another anchor everything lies on another server, so it begins from nothing.
 */
export function anchorOf(group: Group, nowMs: number): Mailbox | null {
  const isUsable = ({ rest, restsUntilMs }: Member): boolean =>
    rest !== 'denied' || restsUntilMs <= nowMs;
  const current = group.anchor === null ? undefined : group.members.get(group.anchor.address);
  if (current !== undefined && isUsable(current)) return current.watched.mailbox;
  const usable = [...group.members.values()].filter(isUsable);
  const [first = null] = usable.map(({ watched }) => watched).sort(byAddress);
  startOver(group);
  group.anchor = first?.mailbox ?? null;
  return group.anchor;
}

/** Forgets all subscriptions, and which server they were on. */
export function startOver(group: Group): void {
  group.anchor = null;
  group.overrideCookie = null;
  for (const member of group.members.values()) member.subscription = null;
}
