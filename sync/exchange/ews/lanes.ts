import type { Dispatcher } from 'undici';
import type { EwsPost, SignedConnections } from './sign-in.js';

/** One connection that takes one request at a time. */
export interface Lane {
  post(request: EwsPost): Promise<Dispatcher.ResponseData>;
  close(): Promise<void>;
}

/** Shares connections among requests: each has one to itself until its answer was read or given up. */
export function shareLanes(lanes: readonly Lane[]): SignedConnections {
  const free = [...lanes];
  const waiting = new Set<(lane: Lane) => void>();

  const giveBack = (lane: Lane): void => {
    const [next] = waiting;
    if (next === undefined) free.push(lane);
    else {
      waiting.delete(next);
      next(lane);
    }
  };

  /** The one used last comes first: it is the likeliest to be open and signed in. */
  const take = (signal: AbortSignal): Promise<Lane> => {
    const lane = free.pop();
    if (lane !== undefined) return Promise.resolve(lane);
    return new Promise((resolve, reject) => {
      const give = (given: Lane): void => {
        signal.removeEventListener('abort', giveUp);
        resolve(given);
      };
      const giveUp = (): void => {
        waiting.delete(give);
        reject(signal.reason);
      };
      waiting.add(give);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  };

  return {
    async post(request) {
      const lane = await take(request.signal);
      try {
        const response = await lane.post(request);
        response.body.once('close', () => giveBack(lane));
        return response;
      } catch (error) {
        giveBack(lane);
        throw error;
      }
    },
    async close() {
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}
