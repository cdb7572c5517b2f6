import { ExchangeError } from '../../mailbox/failure.js';
import {
  writeEvent,
  writeNotification,
  writeProgress,
  writeStatusEvent,
} from '../notifications/notification-xml.js';
import { checkOrder, requiredChild } from '../xml.js';
import { answerEach, askerOf } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getevents-operation */
export const getEvents: Operation = (body, context) => {
  checkOrder(body, ['SubscriptionId', 'Watermark']);
  const watermark = requiredChild(body, 'Watermark').text.trim();
  const { subscriptions } = context.notifications;
  return answerEach(context, [requiredChild(body, 'SubscriptionId')], ({ text }) => {
    const subscription = subscriptions.find(text.trim(), askerOf(context));
    if (subscription.way !== 'pull') {
      throw new ExchangeError('ErrorInvalidPullSubscriptionId', 'It is no pull subscription.');
    }
    const { events, next, isMore } = subscriptions.read(subscription, watermark);
    const watermarkAt = (mark: number): string => subscriptions.watermarkAt(subscription, mark);
    const written = events.map((event) => writeEvent(event, watermarkAt)).join('');
    return writeNotification(subscription.id, {
      head: writeProgress(watermark, isMore),
      events: written === '' ? writeStatusEvent(watermarkAt(next)) : written,
    });
  });
};
