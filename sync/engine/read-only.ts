import type { ErpPort } from '../ports/erp.js';
import type { ExchangePort } from '../ports/exchange.js';
import type { Link, SyncStore } from '../ports/store.js';
import { clockOffsetOf } from './terms/newer.js';
import type { PairWork, Shapes } from './pair-work.js';

/**
 * The same ports, but for writing, and with `links` seen as if they had been settled to these. A write through them is a mistake
 * of ours, and fails before anything happens.
 */
export function withoutWrites<S extends Shapes>(
  work: PairWork<S>,
  links: ReadonlyMap<string, Link>,
): PairWork<S> {
  return {
    ...work,
    foresees: true,
    erp: readOnlyErp(work.erp),
    exchange: readOnlyExchange(work.exchange),
    store: readOnlyStore(work.store, links),
  };
}

function readOnlyErp<Rec, Patch>(erp: ErpPort<Rec, Patch>): ErpPort<Rec, Patch> {
  return {
    clockOffsetMs: () => clockOffsetOf(erp),
    changesSince: (...asked) => erp.changesSince(...asked),
    read: (...asked) => erp.read(...asked),
    create: refuse,
    update: refuse,
    remove: refuse,
    join: refuse,
    findMeetings: (...asked) => erp.findMeetings(...asked),
    findByKey: refuse, // raises the fence
  };
}

function readOnlyExchange<Item, Patch>(
  exchange: ExchangePort<Item, Patch>,
): ExchangePort<Item, Patch> {
  return {
    clockOffsetMs: () => clockOffsetOf(exchange),
    folders: (...asked) => exchange.folders(...asked),
    changesSince: (...asked) => exchange.changesSince(...asked),
    read: (...asked) => exchange.read(...asked),
    findByKey: (...asked) => exchange.findByKey(...asked),
    create: refuse,
    update: refuse,
    remove: refuse,
    bringBack: refuse,
  };
}

function readOnlyStore(store: SyncStore, settled: ReadonlyMap<string, Link>): SyncStore {
  return {
    progress: (...asked) => store.progress(...asked),
    async links(pairId, by) {
      const remembered = await store.links(pairId, by);
      const others = remembered.filter(({ id }) => !settled.has(id));
      return [...others, ...[...settled.values()].filter((link) => isAskedFor(link, by))];
    },
    async unlinked(pairId, names) {
      const { recordIds, itemIds, keys } = await store.unlinked(pairId, names);
      const links = [...settled.values()];
      const without = (ids: readonly string[], of: (link: Link) => string): readonly string[] => {
        const known = new Set(links.map(of));
        return ids.filter((id) => !known.has(id));
      };
      return {
        recordIds: without(recordIds, ({ recordId }) => recordId),
        itemIds: without(itemIds, ({ itemId }) => itemId),
        keys: without(keys, ({ key }) => key),
      };
    },
    intents: (...asked) => store.intents(...asked),
    destruction: (...asked) => store.destruction(...asked),
    sources: (...asked) => store.sources(...asked),
    rememberSources: refuse,
    promise: refuse,
    settle: refuse,
    advance: refuse,
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('a preview wanted to write'));
}

function isAskedFor(link: Link, by: Parameters<SyncStore['links']>[1]): boolean {
  const isIn = (ids: readonly string[] | undefined, id: string): boolean =>
    id !== '' && ids?.includes(id) === true;
  const { recordId, itemId, key, id } = link;
  return (
    isIn(by.recordIds, recordId) ||
    isIn(by.itemIds, itemId) ||
    isIn(by.keys, key) ||
    isIn(by.linkIds, id)
  );
}
