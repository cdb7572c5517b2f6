import type { Instant, PlainDate } from '../../../mappings/values.js';
import type { PairOptions, PairPolicy } from '../../ports/pair.js';
import { mayReach } from './travel.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { OutOfScope } from '../reasons.js';
import type { Travel } from './travel.js';
import type { Unit } from '../unit.js';
import { placeOf } from './window.js';
import type { Place } from './window.js';

/** What decides about something that is not linked. */
export interface ScopeFacts {
  /** null where the side does not say; then it counts as changed now: leaving it out would lose it. */
  readonly changedAt: Instant | null;
  readonly lastDay: PlainDate | null;
  readonly place: Place;
}

export function scopeFacts<S extends Shapes>(
  work: PairWork<S>,
  value: S['value'],
  changedAt: Instant | null,
): ScopeFacts {
  const lastDay = work.kind.lastDay(value, work.translation);
  return { changedAt, lastDay, place: placeOf(work, value) };
}

/** It stays on its own side; what only lies too far ahead comes up again when its time has come. */
export function ignored(
  why: OutOfScope,
  { place }: ScopeFacts,
): {
  readonly kind: 'ignore';
  readonly why: OutOfScope;
  readonly until: Instant | null;
} {
  const until = why === 'outsideWindow' && place.kind === 'later' ? place.from : null;
  return { kind: 'ignore', why, until };
}

/** Whether a record without a link is brought to the mailbox; null = yes (features B5, B12, C8, C9). */
export function whyNotToExchange(
  policy: PairPolicy,
  travel: Travel,
  facts: ScopeFacts,
): OutOfScope | null {
  if (!mayReach('exchange', travel)) return 'direction';
  return whyNotInTime(policy, facts);
}

/** Whether an item without a link is brought to the ERP; null = yes (features B5, B11, B12, C8, C9). */
export function whyNotToErp(
  policy: PairPolicy,
  travel: Travel,
  facts: ScopeFacts & { readonly categories: readonly string[] },
): OutOfScope | null {
  if (!mayReach('erp', travel)) return 'direction';
  if (!travel.rights.create) return 'rights';
  if (isLeftOut(facts.categories, policy.options.categories)) return 'category';
  return whyNotInTime(policy, facts);
}

/** Names are compared as Exchange compares them: without case, and without blanks around them (evidence B). */
export function isLeftOut(
  categories: readonly string[],
  { only, never }: PairOptions['categories'],
): boolean {
  const folded = (name: string): string => name.trim().normalize('NFC').toLowerCase();
  const has = new Set(categories.map(folded));
  const isAmong = (names: readonly string[]): boolean =>
    names.some((name) => has.has(folded(name)));
  return isAmong(never) || (only !== null && !isAmong(only));
}

/**
 * Whether a linked item leaves the scope by its categories. An item that we made has none of those that are asked for,
 * and does not leave for that.
 */
export function hasLeftByCategory<S extends Shapes>(
  { kind, pair }: PairWork<S>,
  { link }: Unit,
  item: S['item'],
): boolean {
  if (link === null) return false;
  const { only, never } = pair.policy.options.categories;
  const asked = link.origin === 'exchange' ? only : null;
  return isLeftOut(kind.itemFacts(item).categories, { only: asked, never });
}

function whyNotInTime(policy: PairPolicy, facts: ScopeFacts): OutOfScope | null {
  if (!isStockOrNew(policy, facts)) return 'beforeSyncStart';
  return facts.place.kind === 'inside' ? null : 'outsideWindow';
}

function isStockOrNew(policy: PairPolicy, { changedAt, lastDay }: ScopeFacts): boolean {
  if (changedAt === null || changedAt >= policy.syncStart) return true;
  if (policy.stockFrom === null) return false;
  return lastDay === null || lastDay >= policy.stockFrom;
}
