import { ExchangeError } from '../../mailbox/failure.js';
import type { EventStream } from '../notifications/event-stream.js';
import { writeFrame } from '../notifications/frames.js';
import type { Subscription } from '../notifications/subscriptions.js';
import type { ServerRelease } from '../server-release.js';
import { checkOrder, integerOf, requiredChild, schemaError } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { askerOf } from './operation.js';
import type { OperationContext } from './operation.js';

/**
 * The stream that is to be opened, or the one envelope that refuses it: one bad id fails the whole request (fact 82).
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/getstreamingevents-operation
 */
export function getStreamingEvents(
  body: XmlNode,
  context: OperationContext,
  release: ServerRelease,
): EventStream | string {
  checkOrder(body, ['SubscriptionIds', 'ConnectionTimeout']);
  const minutes = integerOf(requiredChild(body, 'ConnectionTimeout').text);
  if (minutes < 1 || minutes > 30) throw schemaError('ConnectionTimeout must be 1 to 30.');
  const ids = requiredChild(body, 'SubscriptionIds').children.map(({ text }) => text.trim());
  if (ids.length === 0) throw schemaError('SubscriptionIds is empty.');
  const planted = context.plantedError(0);
  if (planted) return refused(planted, [], release);
  if (ids.length > context.settings.subscriptionsPerStream) {
    return refused(tooMany(), [], release);
  }
  const { found, badIds, error } = findAll([...new Set(ids)], context);
  if (error) return refused(error, badIds, release);
  return context.notifications.streams.open(found, minutes, context.budget);
}

function findAll(
  ids: readonly string[],
  context: OperationContext,
): { found: Subscription[]; badIds: string[]; error: ExchangeError | null } {
  const found: Subscription[] = [];
  const badIds: string[] = [];
  let error: ExchangeError | null = null;
  for (const id of ids) {
    try {
      const subscription = context.notifications.subscriptions.find(id, askerOf(context));
      if (subscription.way !== 'streaming') throw noStream();
      found.push(subscription);
    } catch (refusal) {
      if (!(refusal instanceof ExchangeError)) throw refusal;
      error ??= refusal;
      badIds.push(id);
    }
  }
  return { found, badIds, error };
}

function refused(error: ExchangeError, badIds: readonly string[], release: ServerRelease): string {
  return writeFrame({ error, badIds }, release);
}

function noStream(): ExchangeError {
  return new ExchangeError('ErrorInvalidSubscription', 'Subscription is invalid.');
}

function tooMany(): ExchangeError {
  return new ExchangeError('ErrorInvalidSubscription', 'Too many subscriptions in one request.');
}
