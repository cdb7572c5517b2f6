import { ConnectorFailure } from '../ports/failure.js';
import type { Link, Parked, Settlement } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';

/** A settlement that changes nothing. */
export const EMPTY_SETTLEMENT: Settlement = {
  links: [],
  closedIntents: [],
  journal: [],
  parked: [],
  healed: [],
  held: [],
  lostValues: [],
  destroyed: 0,
};

/**
 * Commits a settlement. A link that the store refuses, because its record or item is in another one already, must not
 * stop the rest for ever: it is set aside with its reason, and answered. Its intents stay open, so that what was made
 * for it is still known by its key.
 */
export async function settleSafely<S extends Shapes>(
  work: PairWork<S>,
  settlement: Settlement,
): Promise<readonly Link[]> {
  try {
    await work.store.settle(work.lease, settlement);
    return [];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return settleOneByOne(work, settlement, error);
  }
}

function isRefusal(error: unknown): error is ConnectorFailure {
  return error instanceof ConnectorFailure && error.kind === 'rejected';
}

async function settleOneByOne<S extends Shapes>(
  work: PairWork<S>,
  settlement: Settlement,
  cause: ConnectorFailure,
): Promise<readonly Link[]> {
  const refused: Link[] = [];
  for (const link of settlement.links) {
    try {
      await work.store.settle(work.lease, { ...EMPTY_SETTLEMENT, links: [link] });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(link);
    }
  }
  const refusedIds = new Set(refused.map((link) => link.id));
  const stillOpen = (await work.store.intents(work.pair.id))
    .filter((intent) => refusedIds.has(intent.linkId))
    .map((intent) => intent.id);
  await work.store.settle(work.lease, {
    ...settlement,
    links: [],
    closedIntents: settlement.closedIntents.filter((id) => !stillOpen.includes(id)),
    parked: [...settlement.parked, ...refused.map((link) => parkedLink(work, link, cause.message))],
  });
  return refused;
}

function parkedLink<S extends Shapes>(work: PairWork<S>, link: Link, reason: string): Parked {
  const { recordId: id } = link;
  return { side: 'erp', id, kind: 'rejected', reason, times: 1, retryAt: work.clock.now() };
}
