import { Untranslatable } from '../../mappings/translation.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { ItemRef, ItemSeen } from '../ports/exchange.js';
import { ConnectorFailure, failed } from '../ports/failure.js';
import type { Answer } from '../ports/failure.js';
import { GOING, parseMark } from '../ports/mark.js';
import type { Base, Intent } from '../ports/store.js';
import { hasMoved } from './has-moved.js';
import type { PairWork, Shapes } from './pair-work.js';
import { shownAs } from './shown.js';
import type { Step } from './step.js';
import { travelOf } from './terms/travel.js';

/**
 * A deletion in Exchange has no condition. Somebody may edit the item between our mark, which is refused where they did
 * before, and the deletion: then what lands among the deleted items is not what was to be deleted. It is put back where it
 * was, and the edit wins over the deletion (rule 11).
 */

/** Of the removals that went well, those that took an edit with them fail as `stale`: planned again, the edit travels. */
export async function unlessEdited<S extends Shapes>(
  work: PairWork<S>,
  answers: Map<Step<S>, Answer<ItemRef | null>>,
): Promise<void> {
  const removed = [...answers].flatMap(([step, answer]) => (answer.ok ? removalOf(step) : []));
  const back = await bringBackEdited(work, removed);
  for (const [step, answer] of answers) {
    if (answer.ok && step.exchange?.kind === 'remove' && back.has(step.linkId))
      answers.set(step, EDITED);
  }
}

/** The same for removals whose answer never came: they may have been done, and their intents are all that is left. */
export async function bringBackInterrupted<S extends Shapes>(
  work: PairWork<S>,
  open: readonly Intent[],
): Promise<void> {
  const removals = open.filter(({ side, what }) => side === 'exchange' && what === 'remove');
  if (removals.length === 0) return;
  const links = await work.store.links(work.pair.id, {
    linkIds: removals.map((one) => one.linkId),
  });
  const alive = links.filter(
    ({ ended, form }) => ended === null && form === work.kind.form(work.translation),
  );
  await bringBackEdited(
    work,
    alive.map(({ id: linkId, key, bases }) => {
      const intent = removals.findLast((one) => one.linkId === linkId);
      return { linkId, key, planned: intent?.target?.exchange ?? bases.exchange };
    }),
  );
}

/** An item that was to go, and what it showed when that was planned. */
interface Removed {
  readonly linkId: string;
  readonly key: string;
  readonly planned: Base;
}

function removalOf<S extends Shapes>({
  action,
  exchange,
  linkId,
  key,
}: Step<S>): readonly Removed[] {
  const { item } = action.observed;
  if (exchange?.kind !== 'remove' || item.kind !== 'there') return [];
  return [{ linkId, key, planned: item.shown.base }];
}

/** Answers with the links whose items were put back. */
async function bringBackEdited<S extends Shapes>(
  work: PairWork<S>,
  removed: readonly Removed[],
): Promise<ReadonlySet<string>> {
  const back = new Set<string>();
  const [folderId] = work.pair.folders;
  if (removed.length === 0 || folderId === undefined) return back;
  const { mailbox } = work.pair;
  const keys = removed.map(({ key }) => key);
  const found = await work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
  const landed = found.filter(({ place, mark: text }) => {
    const mark = parseMark(text);
    return place === 'deleted' && mark?.owner === work.pair.id && mark.attempt === GOING;
  });
  if (landed.length === 0) return back;
  const ids = landed.map(({ ref }) => ref.id);
  const seen = await work.exchange.read(mailbox, ids, work.signal);
  for (const [at, { key }] of landed.entries()) {
    const one = removed.find((candidate) => candidate.key === key);
    const answer = seen[at];
    if (one === undefined || answer?.ok !== true || !wasEdited(work, one, answer.value)) continue;
    const [moved] = await work.exchange.bringBack(
      mailbox,
      [{ ref: answer.value.ref, folderId }],
      work.signal,
    );
    if (moved?.ok === true) back.add(one.linkId);
  }
  return back;
}

/** Reminders do not count: a server may take them off what is deleted. */
function wasEdited<S extends Shapes>(
  work: PairWork<S>,
  { linkId, planned }: Removed,
  { item }: ItemSeen<S['item']>,
): boolean {
  const { base } = shownOrNull(work, linkId, item) ?? { base: planned };
  const own = travelOf(work.pair.policy);
  const reminder = work.kind.contents?.reminder ?? '';
  const travel = { ...own, fields: { ...own.fields, [reminder]: 'off' as const } };
  return hasMoved(work.kind, 'exchange', base, {
    bases: { erp: {}, exchange: planned },
    travel,
    open: [],
  });
}

function shownOrNull<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  item: S['item'],
): { readonly base: Base } | null {
  try {
    return shownAs(work, linkId, work.kind.fromExchange(item, work.translation));
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof UnreadableValue) return null;
    throw error;
  }
}

const EDITED = failed<never>(
  new ConnectorFailure('stale', 'somebody edited the item while it was being deleted'),
);
