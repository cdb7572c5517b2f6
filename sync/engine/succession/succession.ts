import { completeLate } from './late.js';
import { findTicks, touchedLinks } from './find.js';
import { isSuccession } from './intent.js';
import type { SuccessionsOf } from './intent.js';
import { part } from './part.js';
import { nurseryOf, observeLinks, withhold } from './sight.js';
import type { Around, Ticking } from './sight.js';
import { standOf } from './stand.js';
import { tickOff } from './tick.js';
import { EMPTY_SETTLEMENT } from '../settlement.js';
import type { Link } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';

/** Ticked off so often between two cycles, the rest waits for the next one. */
const MOST_ROUNDS = 12;

/**
 * What comes again and was ticked off is carried over before anything else is planned (rule 19). Each side then makes more of
 * it by itself: Exchange a finished one-off beside the item that goes on, the ERP a next record beside the finished one. One
 * promise, committed before the tick is sent, covers all of that. What was born is looked for, by what it came from and by its
 * due date, and connected: finished with finished, what goes on with what goes on. Nothing of it is made a second time, in
 * whatever order it appears, however late, and wherever a cycle dies.
 */
export async function carrySuccessions<S extends Shapes>(
  work: PairWork<S>,
  around: Around,
): Promise<void> {
  const hook = work.kind.successions;
  if (hook === undefined) return;
  let ticking = await underWay(work, hook, around);
  let links = await touchedLinks(work, around);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const fresh = await findTicks(work, hook, links, around);
    ticking = [...ticking, ...fresh];
    if (ticking.length === 0) return;
    if (fresh.length > 0)
      await work.store.promise(
        work.lease,
        fresh.map(({ intent }) => intent),
      );
    const landed = await land(work, hook, ticking, around);
    // twice in a row: the item may be beyond what it is connected with
    links = await part(work, hook, landed, around);
    ticking = [];
  }
}

/** What earlier cycles have promised and not seen to the end. */
async function underWay<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  around: Around,
): Promise<readonly Ticking<S>[]> {
  const intents = around.interrupted.open.filter(isSuccession);
  if (intents.length === 0) return [];
  const linkIds = intents.flatMap(({ births }) => [births.linkId, births.nextLinkId]);
  const found = await work.store.links(work.pair.id, { linkIds });
  const byId = new Map(found.map((link) => [link.id, link]));
  const late: {
    readonly intent: (typeof intents)[number];
    readonly link: Link;
    readonly next: Link;
  }[] = [];
  const open: { readonly intent: (typeof intents)[number]; readonly link: Link }[] = [];
  const moot: string[] = [];
  for (const intent of intents) {
    const link = byId.get(intent.births.linkId);
    const next = byId.get(intent.births.nextLinkId);
    if (link !== undefined && next !== undefined) late.push({ intent, link, next });
    else if (link?.ended === null) open.push({ intent, link });
    else moot.push(intent.id);
  }
  await dropPromises(work, moot);
  await completeLate(work, hook, late, around);
  const asked = open.map(({ link }) => ({ link, recordId: link.recordId, itemId: link.itemId }));
  const observed = await observeLinks(work, asked, around);
  return open.flatMap(({ intent, link }, at) => {
    around.feed.reserved.add(link.id);
    const one = observed[at];
    const known = { isOld: true, hasLanded: false, namedItemId: null };
    return one === undefined ? [] : [{ intent, link, observed: one, ...known }];
  });
}

async function dropPromises<S extends Shapes>(
  work: PairWork<S>,
  closedIntents: readonly string[],
): Promise<void> {
  if (closedIntents.length === 0) return;
  await work.store.settle(work.lease, { ...EMPTY_SETTLEMENT, closedIntents });
}

/** Ticks off where that is not done yet. Answers with what both sides have taken, as it stands then. */
async function land<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  ticking: readonly Ticking<S>[],
  around: Around,
): Promise<readonly Ticking<S>[]> {
  const nursery = await nurseryOf(work, hook, ticking, around);
  const stands = ticking.map((one) => ({ one, stand: standOf(work, hook, one, nursery, around) }));
  const of = (wanted: (typeof stands)[number]['stand']): readonly Ticking<S>[] =>
    stands.flatMap(({ one, stand }) => (stand === wanted ? [one] : []));
  const moot = of('moot');
  await dropPromises(
    work,
    moot.map(({ intent }) => intent.id),
  );
  for (const { link } of moot) around.feed.reserved.delete(link.id);
  const due = of('due');
  const ticked = await tickOff(work, hook, due, nursery, around);
  for (const one of [...of('unsure'), ...due.filter((each) => !ticked.has(each))]) {
    around.feed.reserved.add(one.link.id);
    withhold(hook, one, nursery, around);
  }
  const again = [...ticked].map(([one, namedItemId]) => ({ ...one, hasLanded: true, namedItemId }));
  const asked = again.map(({ link }) => ({ link, recordId: link.recordId, itemId: link.itemId }));
  const observed = await observeLinks(work, asked, around);
  const renewed = again.flatMap((one, at) => {
    const seen = observed[at];
    return seen === undefined ? [] : [{ ...one, observed: seen }];
  });
  return [...of('landed'), ...renewed];
}
