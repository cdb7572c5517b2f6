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
    close: async () => undefined,
  };
});
