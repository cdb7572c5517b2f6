import { ExchangeError } from '../../mailbox/failure.js';
import type { ServerSettings } from '../../server-settings.js';
import type { ShiftableClock } from '../../shiftable-clock.js';
import type { Frame } from './frames.js';
import { writeEvent, writeNotification } from './notification-xml.js';
import type { Subscription, SubscriptionListener, Subscriptions } from './subscriptions.js';

/** Where a stream writes to: the answer to one GetStreamingEvents. */
export interface StreamOutput {
  write(frames: readonly Frame[]): void;
  end(): void;
  /** Cuts the connection. */
  cut(): void;
}

/** What a stream lives in. */
export interface StreamSurroundings {
  readonly subscriptions: Subscriptions;
  readonly clock: ShiftableClock;
  readonly settings: () => ServerSettings;
  readonly budget: string;
  readonly started: (stream: EventStream) => void;
  readonly over: (stream: EventStream) => void;
}

/** One hanging GetStreamingEvents: OK, then events as they happen and signs of life, at the end Closed (fact 80). */
export class EventStream implements SubscriptionListener {
  readonly budget: string;
  private readonly surroundings: StreamSurroundings;
  private readonly chosen: Set<Subscription>;
  private readonly minutes: number;
  private readonly undo: (() => void)[] = [];
  private output: StreamOutput | null = null;
  private cancelKeepAlive: () => void = () => undefined;
  private isFlushDue = false;

  constructor(chosen: readonly Subscription[], minutes: number, surroundings: StreamSurroundings) {
    this.chosen = new Set(chosen);
    this.minutes = minutes;
    this.surroundings = surroundings;
    this.budget = surroundings.budget;
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.chosen];
  }

  /** Opens it; what happened before is told at once. */
  start(output: StreamOutput): void {
    this.output = output;
    this.surroundings.started(this);
    const { clock } = this.surroundings;
    for (const subscription of this.chosen) {
      subscription.listener?.replaced(subscription);
      subscription.listener = this;
      this.undo.push(subscription.log.listen(() => this.flushSoon()));
    }
    this.undo.push(clock.after(this.minutes * 60_000, () => this.close()));
    this.write([{ status: 'OK' }, ...this.pending()]);
  }

  /** Ends it as agreed. */
  close(): void {
    this.finish([{ status: 'Closed' }]);
  }

  /** Cuts it without a word. */
  cut(): void {
    this.finish('cut');
  }

  /** The client is gone. */
  abandoned(): void {
    this.finish('cut');
  }

  replaced(subscription: Subscription): void {
    this.chosen.delete(subscription);
    if (this.chosen.size === 0) this.close();
  }

  lost(subscription: Subscription): void {
    const error = this.surroundings.subscriptions.notFound();
    this.finish([{ error, badIds: [subscription.id], status: 'Closed' }]);
  }

  /** What one piece of work does is told in one envelope. */
  private flushSoon(): void {
    if (this.isFlushDue) return;
    this.isFlushDue = true;
    setImmediate(() => {
      this.isFlushDue = false;
      if (!this.output) return;
      const frames = this.pending();
      if (frames.length > 0) this.write(frames);
    });
  }

  private pending(): Frame[] {
    const frames: Frame[] = [];
    for (const subscription of this.chosen) {
      if (this.surroundings.subscriptions.isKnown(subscription))
        frames.push(...framesOf(subscription, this.surroundings));
    }
    return frames;
  }

  private write(frames: readonly Frame[]): void {
    this.output?.write(frames);
    this.cancelKeepAlive();
    const { clock, settings } = this.surroundings;
    this.cancelKeepAlive = clock.after(settings().keepAliveMs, () =>
      this.write([{ status: 'OK' }]),
    );
  }

  private finish(last: readonly Frame[] | 'cut'): void {
    const { output } = this;
    if (!output) return;
    this.output = null;
    this.cancelKeepAlive();
    for (const step of this.undo) step();
    for (const subscription of this.chosen) {
      if (subscription.listener !== this) continue;
      subscription.listener = null;
      subscription.lastAskedAt = this.surroundings.clock.nowMs();
    }
    this.surroundings.over(this);
    if (last === 'cut') {
      output.cut();
      return;
    }
    output.write(last);
    output.end();
  }
}

function framesOf(subscription: Subscription, { subscriptions }: StreamSurroundings): Frame[] {
  const frames: Frame[] = [];
  try {
    for (let isMore = true; isMore;) {
      const page = subscriptions.readFrom(subscription, subscription.position);
      subscription.position = page.next;
      isMore = page.isMore;
      if (page.events.length === 0) continue;
      const events = page.events.map((event) => writeEvent(event, null)).join('');
      frames.push({ notifications: writeNotification(subscription.id, { head: '', events }) });
    }
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    subscription.position = subscription.log.end;
    frames.push({ error, badIds: [subscription.id] });
  }
  return frames;
}
