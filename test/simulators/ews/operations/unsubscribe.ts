import { ExchangeError } from '../../mailbox/failure.js';
import { checkOrder, requiredChild } from '../xml.js';
import { answerEach, askerOf } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/unsubscribe-operation */
export const unsubscribe: Operation = (body, context) => {
  checkOrder(body, ['SubscriptionId']);
  const { subscriptions } = context.notifications;
  return answerEach(context, [requiredChild(body, 'SubscriptionId')], ({ text }) => {
    const subscription = subscriptions.find(text.trim(), askerOf(context));
    if (subscription.way === 'push') {
      throw new ExchangeError(
        'ErrorInvalidSubscription', // it is ended by the answer to one of its calls
        'A push subscription cannot be ended by Unsubscribe.',
      );
    }
    subscriptions.end(subscription);
    return '';
  });
};
