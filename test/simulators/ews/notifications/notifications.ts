import type { Organisation } from '../../mailbox/organisation.js';
import type { ServerSettings } from '../../server-settings.js';
import { PushSender } from './push-sender.js';
import { Streams } from './streams.js';
import { Subscriptions } from './subscriptions.js';

/** All that tells clients what happens in the mailboxes. */
export interface Notifications {
  readonly subscriptions: Subscriptions;
  readonly streams: Streams;
  readonly push: PushSender;
}

export function newNotifications(
  organisation: Organisation,
  settings: () => ServerSettings,
): Notifications {
  const subscriptions = new Subscriptions(organisation, settings);
  const { clock } = organisation;
  return {
    subscriptions,
    streams: new Streams({ subscriptions, clock, settings }),
    push: new PushSender(subscriptions, clock),
  };
}
