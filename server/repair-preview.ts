import type { Link, SyncStore } from '../sync/ports/store.js';
import type { PairPorts } from './jobs/run-cycle.js';

/**
 * The same ports, with our memory as a confirmation would leave it (db/repair.ts): nothing is known of how far the pair has
 * read, nor of what both sides last agreed on. For looking at what the first cycle after it would do.
 */
export function asConfirmed(ports: PairPorts): PairPorts {
  return { ...ports, store: withoutBases(ports.store) };
}

function withoutBases(store: SyncStore): SyncStore {
  return {
    progress: async (pairId) => ({
      ...(await store.progress(pairId)),
      watermarks: { exchange: {}, erp: null },
    }),
    links: async (pairId, by) => (await store.links(pairId, by)).map(forgotten),
    unlinked: (...args) => store.unlinked(...args),
    intents: async (pairId) =>
      (await store.intents(pairId)).filter(({ what }) => what === 'create'),
    destruction: (...args) => store.destruction(...args),
    promise: (...args) => store.promise(...args),
    settle: (...args) => store.settle(...args),
    advance: (...args) => store.advance(...args),
    sources: (...args) => store.sources(...args),
    rememberSources: (...args) => store.rememberSources(...args),
  };
}

function forgotten(link: Link): Link {
  if (link.ended !== null) return link;
  const bases = { erp: {}, exchange: {} };
  return { ...link, bases, form: '', recordVersion: '', itemVersion: '' };
}
