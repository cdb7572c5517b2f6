import { request } from 'node:http';
import { ExchangeError } from '../../mailbox/failure.js';
import type { ShiftableClock } from '../../shiftable-clock.js';
import { MESSAGES_NS, SOAP_NS, TYPES_NS } from '../namespaces.js';
import { successMessage } from '../soap.js';
import { element } from '../xml.js';
import {
  writeEvent,
  writeNotification,
  writeProgress,
  writeStatusEvent,
} from './notification-xml.js';
import type { Subscription, SubscriptionListener, Subscriptions } from './subscriptions.js';

/**
 * Calls push subscribers: SendNotification is posted to their address, and their answer says whether to go on.
 * Only loopback addresses are ever called; others subscribe and hear nothing.
 */
export class PushSender {
  private readonly subscriptions: Subscriptions;
  private readonly clock: ShiftableClock;

  constructor(subscriptions: Subscriptions, clock: ShiftableClock) {
    this.subscriptions = subscriptions;
    this.clock = clock;
  }

  /** Calls from now on, with a first sign of life at once. Throws for an address that is none. */
  start(subscription: Subscription, address: string): void {
    const url = URL.canParse(address) ? new URL(address) : null;
    if (!url || !/^https?:$/.test(url.protocol)) {
      this.subscriptions.end(subscription);
      throw new ExchangeError('ErrorInvalidPushSubscriptionUrl', 'The URL is not valid.');
    }
    if (!isLoopback(url)) return;
    const { subscriptions, clock } = this;
    const caller = new Caller(subscription, url, { subscriptions, clock });
    subscription.listener = caller;
    caller.call();
  }
}

const MOST_FAILURES = 3;

/** Calls one subscriber, one call at a time. */
class Caller implements SubscriptionListener {
  private readonly subscription: Subscription;
  private readonly url: URL;
  private readonly world: { readonly subscriptions: Subscriptions; readonly clock: ShiftableClock };
  private readonly stopListening: () => void;
  private cancelSign: () => void = () => undefined;
  private isCalling = false;
  private isDue = false;
  private failures = 0;

  constructor(
    subscription: Subscription,
    url: URL,
    world: { readonly subscriptions: Subscriptions; readonly clock: ShiftableClock },
  ) {
    this.subscription = subscription;
    this.url = url;
    this.world = world;
    this.stopListening = subscription.log.listen(() => setImmediate(() => this.call()));
  }

  replaced(): void {
    this.stop();
  }

  lost(): void {
    this.stop();
  }

  /** Tells what there is, or that there is nothing. */
  call(): void {
    const { subscriptions } = this.world;
    if (!subscriptions.isKnown(this.subscription)) return;
    this.isDue = this.isCalling;
    if (this.isCalling) return;
    this.isCalling = true;
    this.cancelSign();
    const sign = this.subscription.idleMinutes * 60_000;
    this.cancelSign = this.world.clock.after(sign, () => this.call());
    const { position } = this.subscription;
    const { body, next } = writeCall(this.subscription, subscriptions);
    post(this.url, body, (answer) => {
      this.isCalling = false;
      const isHeard = answer?.includes('>OK<') ?? false;
      if (answer?.includes('>Unsubscribe<')) {
        subscriptions.end(this.subscription);
        return;
      }
      this.subscription.position = isHeard ? next : position;
      this.failures = isHeard ? 0 : this.failures + 1;
      if (this.failures >= MOST_FAILURES) subscriptions.end(this.subscription);
      else if (this.isDue) this.call();
    });
  }

  private stop(): void {
    this.stopListening();
    this.cancelSign();
  }
}

function writeCall(
  subscription: Subscription,
  subscriptions: Subscriptions,
): { body: string; next: number } {
  const { events, next, isMore } = subscriptions.readFrom(subscription, subscription.position);
  const at = (mark: number): string => subscriptions.watermarkAt(subscription, mark);
  const written = events.map((event) => writeEvent(event, at)).join('');
  const notification = writeNotification(subscription.id, {
    head: writeProgress(at(subscription.position), isMore),
    events: written === '' ? writeStatusEvent(at(next)) : written,
  });
  const message = successMessage('SendNotification', notification);
  const call = element('m:SendNotification', element('m:ResponseMessages', message), {
    'xmlns:m': MESSAGES_NS,
    'xmlns:t': TYPES_NS,
  });
  const body = `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP_NS}"><s:Body>${call}</s:Body></s:Envelope>`;
  return { body, next };
}

/** Calls back with the text of a 200, else with null. */
function post(url: URL, body: string, done: (answer: string | null) => void): void {
  const headers = {
    'Content-Type': 'text/xml; charset=utf-8',
    SOAPAction: 'http://schemas.microsoft.com/exchange/services/2006/messages/SendNotification',
  };
  const call = request(url, { method: 'POST', headers, timeout: 5000 }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.on('end', () => done(response.statusCode === 200 ? text : null));
  });
  call.on('timeout', () => call.destroy(new Error('no answer')));
  call.on('error', () => done(null));
  call.end(body);
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
