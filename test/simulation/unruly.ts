import type { AppointmentShapes } from '../../mappings/appointment/shapes.js';
import type { ErpPort } from '../../sync/ports/erp.js';
import type { ExchangePort, ItemChange } from '../../sync/ports/exchange.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { SyncStore } from '../../sync/ports/store.js';
import type { Random } from '../simulators/random.js';
import type { Mishap } from './befell.js';
import { overlaid } from './overlay.js';

/** What one cycle's ports may do without breaking their promises. */
export interface Unruliness {
  readonly random: Random;
  readonly befell: (mishap: Mishap, times?: number) => void;
}

export type Exchange = ExchangePort<AppointmentShapes['item'], AppointmentShapes['itemPatch']>;
export type Erp = ErpPort<AppointmentShapes['record'], AppointmentShapes['recordPatch']>;

/** A feed whose pages come in any order and repeat what an earlier page said. */
export function unrulyExchange(port: Exchange, unruly: Unruliness): Exchange {
  let before: readonly ItemChange[] = [];
  return overlaid(port, {
    async changesSince(...parameters: Parameters<Exchange['changesSince']>) {
      const page = await noticing(unruly, () => port.changesSince(...parameters));
      if (!page.isLast) unruly.befell('pagesSplit');
      const changes = disordered([...page.changes, ...repeated(before, unruly)], unruly);
      before = page.changes;
      return { ...page, changes };
    },
  });
}

/** Of one record the changes stay in their order: the last one is how it stands. */
export function unrulyErp(port: Erp, unruly: Unruliness): Erp {
  return overlaid(port, {
    async changesSince(...parameters: Parameters<Erp['changesSince']>) {
      const answer = await noticing(unruly, () => port.changesSince(...parameters));
      const last = [...new Map(answer.changes.map((change) => [change.id, change])).values()];
      const changes = disordered([...last, ...repeated(last, unruly)], unruly);
      return { ...answer, changes };
    },
  });
}

/** Rows that are asked for by names come in any order. */
export function unrulyStore(port: SyncStore, unruly: Unruliness): SyncStore {
  return overlaid(port, {
    async links(...parameters: Parameters<SyncStore['links']>) {
      const links = await port.links(...parameters);
      if (parameters[1].page !== undefined || links.length < 2) return links;
      unruly.befell('rowsUnordered');
      return shuffled(links, unruly.random);
    },
  });
}

async function noticing<T>({ befell }: Unruliness, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ConnectorFailure && error.kind === 'cursorExpired') befell('statesStale');
    throw error;
  }
}

function repeated<T>(changes: readonly T[], { random, befell }: Unruliness): readonly T[] {
  const again = changes.filter(() => random.chance(0.2));
  befell('changesRepeated', again.length);
  return again;
}

function disordered<T>(changes: readonly T[], { random, befell }: Unruliness): readonly T[] {
  if (changes.length < 2 || !random.chance(0.5)) return changes;
  befell('feedsReordered');
  return shuffled(changes, random);
}

function shuffled<T>(all: readonly T[], random: Random): readonly T[] {
  const left = [...all];
  const mixed: T[] = [];
  while (left.length > 0) mixed.push(...left.splice(random.below(left.length), 1));
  return mixed;
}
