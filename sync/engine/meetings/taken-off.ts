import type { Base, Link } from '../../ports/store.js';
import { STAYING } from '../fingerprint.js';
import type { Ledger } from '../ledger.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { DecisionOf, Step } from '../step.js';

type Merge<S extends Shapes> = Pick<DecisionOf<S, 'merge'>, 'item' | 'merged'>;

/**
 * Says once of whoever was taken out of a meeting in the ERP whether they are off Exchange's list: without real meetings
 * nothing changes there, and where those who stay would lose something it does not either. Whoever goes is not told by
 * Exchange, unless everybody was told of the same write.
 */
export function noteTakenOff<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  { exchange }: Pick<Step<S>, 'exchange'>,
  decision: Merge<S>,
  ledger: Pick<Ledger, 'lookedPast'>,
): void {
  const write = exchange?.kind === 'update' ? exchange.entry : null;
  const { stay, off } = takenOff(work, decision, write?.patch ?? null);
  const paths = (addresses: readonly string[]): readonly string[] =>
    addresses.map((one) => `${work.kind.meetings?.attendees ?? ''}/${one}`);
  if (stay.length > 0) ledger.lookedPast(link, 'erp', paths(stay), 'staysInvited');
  const untold = write?.tell === 'everybody' ? [] : paths(off);
  if (untold.length > 0) ledger.lookedPast(link, 'erp', untold, 'takenOffUntold');
}

/** Addresses of those whom a merge takes out of a meeting that is this mailbox's, by whether the patch takes them off its list. */
function takenOff<S extends Shapes>(
  { kind }: PairWork<S>,
  { item, merged }: Merge<S>,
  patch: S['itemPatch'] | null,
): { readonly stay: readonly string[]; readonly off: readonly string[] } {
  const { meetings } = kind;
  const nobody = { stay: [], off: [] };
  if (meetings === undefined || !kind.itemFacts(item.seen.item).isOrganizer) return nobody;
  const prefix = `${meetings.attendees}/`;
  const before = item.shown.canonical[meetings.attendees];
  const after = kind.canonical(merged.forExchange)[meetings.attendees];
  if (typeof before !== 'object' || typeof after !== 'object') return nobody;
  const gone = merged.toExchange
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length))
    .filter((address) => address in before && !(address in after));
  const isOff = (one: string): boolean => meetings.takesOff(patch, item.seen.item, one);
  return { stay: gone.filter((one) => !isOff(one)), off: gone.filter(isOff) };
}

/**
 * Addresses of those who were taken out in the ERP, now or before, and may be on lists of Exchange's still. Remembered beside
 * the base of the item as long as they are, since nothing that either side shows tells them from somebody whom a person has
 * put onto the list in Outlook.
 */
export function takenOut<S extends Shapes>(
  { kind }: PairWork<S>,
  { link, merged }: Pick<DecisionOf<S, 'merge'>, 'link' | 'merged'>,
): ReadonlySet<string> {
  const field = kind.meetings?.attendees ?? '';
  const { erp, exchange } = link.bases;
  const known = [...elementsOf(exchange[STAYING]), ...elementsOf(erp[field])];
  const inErp = new Set(elementsOf(kind.canonical(merged.forErp)[field]));
  return new Set(known.filter((one) => !inErp.has(one)));
}

/** Those of them to whom an update would be sent that goes to everybody on the list. */
export function staying<S extends Shapes>(
  work: PairWork<S>,
  decision: Pick<DecisionOf<S, 'merge'>, 'link' | 'merged'>,
  { patch, item }: { readonly patch: S['itemPatch'] | null; readonly item: S['item'] },
): ReadonlySet<string> {
  const { kind } = work;
  const { meetings } = kind;
  if (meetings === undefined || !kind.itemFacts(item).isOrganizer) return NOBODY;
  const gone = takenOut(work, decision);
  const list = meetings.guests(item).flatMap(({ address }) => address ?? []);
  const goes = (one: string): boolean => patch !== null && meetings.takesOff(patch, item, one);
  return new Set(list.filter((one) => gone.has(one) && !goes(one)));
}

const NOBODY: ReadonlySet<string> = new Set();

function elementsOf(base: Base[string] | undefined): readonly string[] {
  return typeof base === 'object' ? Object.keys(base) : [];
}

/** The link with those of them who stay. */
export function withStaying<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  decision: DecisionOf<S, 'merge'>,
  { exchange, item }: { readonly exchange: Step<S>['exchange']; readonly item: S['item'] },
): Link {
  const patch = exchange?.kind === 'update' ? exchange.entry.patch : null;
  const stays = [...staying(work, decision, { patch, item })];
  if (stays.length === 0) return link;
  const marked = Object.fromEntries(stays.sort().map((one) => [one, 'takenOut']));
  const bases = { ...link.bases, exchange: { ...link.bases.exchange, [STAYING]: marked } };
  return { ...link, bases };
}
