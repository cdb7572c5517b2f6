import { storeContract } from '../contracts/store.js';
import { VirtualClock } from './clock.js';
import { MemoryStore } from './memory-store.js';

storeContract('memory', async () => {
  const clock = new VirtualClock('2026-03-02T12:00:00Z');
  const store = new MemoryStore(clock);
  let count = 0;
  const newPair = (connectionId: string): string => {
    count += 1;
    store.addPair(`pair-${count}`, connectionId);
    return `pair-${count}`;
  };
  return {
    store,
    clock,
    pairs: async () => {
      const [here, there] = [`here-${count}`, `there-${count}`];
      return [newPair(here), newPair(here), newPair(there)];
    },
    acquire: async (pairId) => store.acquire(pairId),
    kept: async (pairId) => {
      const { journal, lostValues } = store.pair(pairId);
      return { journal: [...journal], lostValues: [...lostValues] };
    },
    trail: async (pairId) => store.pair(pairId).writes.map(({ write }) => write),
    undo: async (pairId, writeIds) => {
      const found = store
        .pair(pairId)
        .writes.filter(({ write }) => writeIds.includes(write.writeId));
      const writes = found.map(({ write }) => write).reverse();
      store.wish(pairId, found[0]?.linkId ?? '', { kind: 'undo', writes });
    },
    restore: async (pairId) => {
      const lost = store.pair(pairId).lostValues[0] ?? null;
      store.wish(pairId, lost?.linkId ?? '', { kind: 'restore', lost });
    },
    close: async () => undefined,
  };
});
