import type { ShiftableClock } from '../../shiftable-clock.js';
import type { ServerSettings } from '../../server-settings.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import type { Placed, StoreEvent } from '../../mailbox/store-events.js';
import { ExchangeError } from '../../mailbox/failure.js';
import { eventsFor } from './mailbox-events.js';
import type { FolderNames, MailboxEvent, Scope } from './mailbox-events.js';

/** Something that happened, with the mark of its first event; its other events have the numbers behind that. */
interface LoggedEvent {
  readonly mark: number;
  readonly at: number;
  readonly event: StoreEvent;
}

/** An event with its place in the log. */
export interface MarkedEvent extends MailboxEvent {
  readonly mark: number;
  readonly at: number;
}

/** Some events in their order, and the mark to go on from. */
export interface EventPage {
  readonly events: readonly MarkedEvent[];
  readonly next: number;
  readonly isMore: boolean;
}

/** Nothing that happens is told as more events than that. */
const MARKS_PER_EVENT = 16;

/** What happened in one mailbox since the server started: where every watermark points into. */
export class EventLog {
  private readonly clock: ShiftableClock;
  private readonly settings: () => ServerSettings;
  private readonly folders: FolderNames;
  private readonly listeners = new Set<() => void>();
  private entries: LoggedEvent[] = [];
  private nextMark = MARKS_PER_EVENT;
  private prunedTo = 0;

  constructor(mailbox: Mailbox, clock: ShiftableClock, settings: () => ServerSettings) {
    this.clock = clock;
    this.settings = settings;
    this.folders = folderNames(mailbox);
    mailbox.store.events.listen((event) => this.append(event));
  }

  /** The mark behind all that happened so far. */
  get end(): number {
    return this.nextMark - 1;
  }

  /** Calls when there is something new to tell; the answer ends that. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What is told to a scope behind a mark. Throws ErrorMissedNotificationEvents where too much is forgotten. */
  since(mark: number, scope: Scope, limit: number): EventPage {
    if (mark < this.prunedTo) {
      throw new ExchangeError('ErrorMissedNotificationEvents', 'Some events have been missed.');
    }
    const { lateEventsMs, deletionEvents, duplicateEvents } = this.settings();
    const events: MarkedEvent[] = [];
    let next = mark;
    for (let at = this.firstBehind(mark); at < this.entries.length; at++) {
      const logged = this.entries[at];
      if (!logged || logged.at + lateEventsMs > this.clock.nowMs()) break;
      const told = eventsFor(logged.event, scope, {
        folders: this.folders,
        version: deletionEvents,
      });
      const marked = told
        .map((event, index) => ({ ...event, mark: logged.mark + index, at: logged.at }))
        .filter((event) => event.mark > mark);
      if (events.length > 0 && events.length + marked.length > limit) {
        return { events, next, isMore: true };
      }
      events.push(...marked, ...(duplicateEvents ? marked : []));
      next = logged.mark + MARKS_PER_EVENT - 1;
    }
    return { events, next, isMore: false };
  }

  private append(event: StoreEvent): void {
    const before = event.before && copied(event.before);
    const kept = { ...event, now: copied(event.now), before };
    this.entries.push({ mark: this.nextMark, at: this.clock.nowMs(), event: kept });
    this.nextMark += MARKS_PER_EVENT;
    this.forget();
    const { lateEventsMs } = this.settings();
    const call = (): void => {
      for (const listener of this.listeners) listener();
    };
    if (lateEventsMs === 0) call();
    else this.clock.after(lateEventsMs, call);
  }

  private forget(): void {
    const { rememberedEvents } = this.settings();
    if (this.entries.length < rememberedEvents * 2) return;
    this.entries = this.entries.slice(-rememberedEvents);
    this.prunedTo = (this.entries[0]?.mark ?? this.nextMark) - 1;
  }

  private firstBehind(mark: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const logged = this.entries[middle];
      if (logged && logged.mark + MARKS_PER_EVENT - 1 <= mark) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function folderNames({ store }: Mailbox): FolderNames {
  const allItems = store.folders.all().find(({ displayName }) => displayName === 'AllItems');
  return {
    nameOf: (id) => store.folders.find(id)?.distinguished ?? null,
    parentOf: (id) => store.folders.find(id)?.parentId ?? null,
    allItemsId: allItems?.id ?? store.folders.named('root').id,
  };
}

/** Apart from the live object. */
function copied({ id, changeKey, parentId }: Placed): Placed {
  return { id, changeKey, parentId };
}
