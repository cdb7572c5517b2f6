import { ExchangeError } from '../../mailbox/failure.js';
import { EventStream } from './event-stream.js';
import type { StreamSurroundings } from './event-stream.js';
import type { Subscription } from './subscriptions.js';

type StreamPlace = Omit<StreamSurroundings, 'budget' | 'started' | 'over'>;

/** The streams that are open. */
export class Streams {
  private readonly surroundings: StreamPlace;
  private readonly running = new Set<EventStream>();

  constructor(surroundings: StreamPlace) {
    this.surroundings = surroundings;
  }

  /** A stream for these subscriptions. Throws where the budget has its fill of them (fact 85). */
  open(chosen: readonly Subscription[], minutes: number, budget: string): EventStream {
    const limit = this.surroundings.settings().streamsAtOnce;
    if (this.list().filter((one) => one.budget === budget).length >= limit) {
      throw new ExchangeError('ErrorExceededConnectionCount', 'Too many streams are open.');
    }
    return new EventStream(chosen, minutes, {
      ...this.surroundings,
      budget,
      started: (stream) => void this.running.add(stream),
      over: (stream) => void this.running.delete(stream),
    });
  }

  list(): EventStream[] {
    return [...this.running];
  }
}
