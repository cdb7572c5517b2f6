import { ExchangeError } from '../../mailbox/failure.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import type { Organisation, User } from '../../mailbox/organisation.js';
import type { ServerSettings } from '../../server-settings.js';
import { EventLog } from './event-log.js';
import type { EventPage } from './event-log.js';
import type { Scope } from './mailbox-events.js';

/** How a subscription is told: it asks, it listens, or it is called. */
export type Way = 'pull' | 'streaming' | 'push';

/** What a Subscribe asks for. */
export interface SubscriptionPlan {
  readonly way: Way;
  readonly mailbox: Mailbox;
  readonly scope: Scope;
  /** null = from now on. */
  readonly watermark: string | null;
  readonly idleMinutes: number;
  /** The account that signs in: nobody else can use it (fact 85). */
  readonly owner: User;
  /** Whose limits it counts against. */
  readonly budget: string;
  /** The server that knows it, where affinity is insisted upon. */
  readonly backEnd: string;
}

export interface Subscription extends SubscriptionPlan {
  readonly id: string;
  readonly log: EventLog;
  /** How far a listener was told. */
  position: number;
  /** When it was last asked for, or listened to. */
  lastAskedAt: number;
  /** Who listens; it is told when the subscription ends. */
  listener: SubscriptionListener | null;
}

export interface SubscriptionListener {
  /** Somebody else listens now. */
  replaced(subscription: Subscription): void;
  /** The server does not know it any more. */
  lost(subscription: Subscription): void;
}

/** Who may use which subscription, from where. */
export interface Asker {
  readonly user: User;
  readonly backEnd: string;
}

/** All subscriptions of a running server; a restart forgets them. */
export class Subscriptions {
  private readonly organisation: Organisation;
  private readonly settings: () => ServerSettings;
  private readonly logs = new Map<Mailbox, EventLog>();
  private readonly byId = new Map<string, Subscription>();
  private readonly run: string;
  private made = 0;

  constructor(organisation: Organisation, settings: () => ServerSettings) {
    this.organisation = organisation;
    this.settings = settings;
    this.run = `${organisation.nowMs().toString(36)}-${(++runs).toString(36)}`;
    for (const mailbox of organisation.mailboxes) this.logOf(mailbox);
  }

  /** Throws for a limit that is reached, and for a watermark that leads nowhere. */
  subscribe(plan: SubscriptionPlan): Subscription {
    this.dropIdle();
    const ofBudget = this.list().filter(({ budget }) => budget === plan.budget);
    if (ofBudget.length >= this.settings().subscriptions) {
      throw new ExchangeError('ErrorExceededSubscriptionCount', 'Too many subscriptions.');
    }
    const log = this.logOf(plan.mailbox);
    const position = plan.watermark === null ? log.end : this.readWatermark(plan.watermark, plan);
    const subscription: Subscription = {
      ...plan,
      id: encode('sub', this.run, ++this.made),
      log,
      position,
      lastAskedAt: this.organisation.nowMs(),
      listener: null,
    };
    this.byId.set(subscription.id, subscription);
    return subscription;
  }

  /** The subscription of an id, for its owner; asking keeps it alive. Throws for every other id (fact 82). */
  find(id: string, { user, backEnd }: Asker): Subscription {
    if (decode('sub', id) === null) {
      throw new ExchangeError('ErrorInvalidSubscription', 'Subscription is invalid.');
    }
    const found = this.byId.get(id);
    if (found && this.isIdle(found)) {
      this.byId.delete(id);
      throw new ExchangeError('ErrorExpiredSubscription', 'The subscription has expired.');
    }
    const isElsewhere = this.settings().affinity === 'insisted' && found?.backEnd !== backEnd;
    if (!found || isElsewhere) throw this.notFound();
    if (found.owner.address !== user.address) {
      throw new ExchangeError('ErrorSubscriptionAccessDenied', 'It belongs to another account.');
    }
    found.lastAskedAt = this.organisation.nowMs();
    return found;
  }

  /** A page of events behind a watermark. */
  read(subscription: Subscription, watermark: string): EventPage {
    return this.readFrom(subscription, this.readWatermark(watermark, subscription));
  }

  readFrom({ log, scope }: Subscription, mark: number): EventPage {
    return log.since(mark, scope, this.settings().eventsPerAnswer);
  }

  /** Ends it as its owner asked. */
  end(subscription: Subscription): void {
    this.byId.delete(subscription.id);
    subscription.listener?.lost(subscription);
  }

  /** Forgets subscriptions as a failing server does; `isTold` = whoever listens is told at once. */
  lose(chosen: readonly Subscription[], isTold: boolean): void {
    for (const subscription of chosen) {
      this.byId.delete(subscription.id);
      if (isTold) subscription.listener?.lost(subscription);
    }
  }

  list(): Subscription[] {
    return [...this.byId.values()];
  }

  isKnown({ id }: Subscription): boolean {
    return this.byId.has(id);
  }

  /** Watermarks fit their own mailbox only. */
  watermarkAt({ mailbox }: Pick<Subscription, 'mailbox'>, mark: number): string {
    return encode('mark', `${this.run}/${mailbox.guid}`, mark);
  }

  notFound(): ExchangeError {
    const code = this.settings().lostSubscription;
    const isInvalid = code === 'ErrorInvalidSubscription';
    return new ExchangeError(
      code,
      isInvalid ? 'Subscription is invalid.' : 'The specified subscription was not found.',
    );
  }

  private logOf(mailbox: Mailbox): EventLog {
    const known = this.logs.get(mailbox);
    if (known) return known;
    const log = new EventLog(mailbox, this.organisation.clock, this.settings);
    this.logs.set(mailbox, log);
    return log;
  }

  private readWatermark(text: string, { mailbox }: Pick<Subscription, 'mailbox'>): number {
    const parts = decode('mark', text.trim());
    const isOfMailbox = parts?.run === `${this.run}/${mailbox.guid}`;
    if (!isOfMailbox || parts.number > this.logOf(mailbox).end) {
      throw new ExchangeError('ErrorInvalidWatermark', 'The watermark is invalid.');
    }
    return parts.number;
  }

  private isIdle({ lastAskedAt, idleMinutes, listener, way }: Subscription): boolean {
    if (listener || way === 'push') return false;
    return lastAskedAt + idleMinutes * 60_000 < this.organisation.nowMs();
  }

  private dropIdle(): void {
    for (const one of this.list()) if (this.isIdle(one)) this.byId.delete(one.id);
  }
}

let runs = 0;

/** Texts that say nothing to a client, and that no other run of a server takes for its own. */
function encode(kind: string, run: string, number: number): string {
  return Buffer.from(`${kind}:${run}:${number}:muster-mbx01`, 'latin1').toString('base64');
}

function decode(kind: string, text: string): { run: string; number: number } | null {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return null;
  const [word, run = '', number = ''] = bytes.toString('latin1').split(':');
  if (word !== kind || !/^\d+$/.test(number)) return null;
  return { run, number: Number(number) };
}
