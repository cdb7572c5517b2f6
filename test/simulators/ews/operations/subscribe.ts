import { ExchangeError } from '../../mailbox/failure.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { findFolder } from '../addressing.js';
import { EVENT_TYPES } from '../notifications/mailbox-events.js';
import type { Scope } from '../notifications/mailbox-events.js';
import type { SubscriptionPlan, Way } from '../notifications/subscriptions.js';
import {
  booleanOf,
  checkOrder,
  childNamed,
  element,
  integerOf,
  requiredChild,
  schemaError,
  textOf,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscribe-operation */
export const subscribe: Operation = (body, context) => {
  const requests = body.children;
  const [request] = requests;
  if (!request || requests.length > 1) throw schemaError('Subscribe holds exactly one request.');
  const way = WAYS.get(request.name);
  if (way === undefined) throw schemaError(`'${request.name}' is not a subscription request.`);
  const { order } = SHAPES[way];
  checkOrder(request, order);
  const types = readTypes(request);
  const idleMinutes = readMinutes(request, way, context);
  return answerEach(context, [request], () => {
    const { mailbox, folderIds } = readPlaces(request, context);
    const watermark = textOf(request, 'Watermark');
    const { notifications, budget, backEnd, caller } = context;
    const plan: SubscriptionPlan = {
      ...{ way, mailbox, idleMinutes, budget, backEnd },
      scope: { folderIds, types },
      watermark: watermark?.trim() === '' ? null : watermark,
      owner: caller.user,
    };
    const made = notifications.subscriptions.subscribe(plan);
    if (way === 'push') notifications.push.start(made, requiredChild(request, 'URL').text.trim());
    const mark = notifications.subscriptions.watermarkAt(made, made.position);
    return (
      element('m:SubscriptionId', made.id) +
      (way === 'streaming' ? '' : element('m:Watermark', mark))
    );
  });
};

const WAYS: ReadonlyMap<string, Way> = new Map([
  ['PullSubscriptionRequest', 'pull'],
  ['StreamingSubscriptionRequest', 'streaming'],
  ['PushSubscriptionRequest', 'push'],
]);

const SHAPES: Readonly<Record<Way, { readonly order: string[]; readonly minutes: string | null }>> =
  {
    pull: { order: ['FolderIds', 'EventTypes', 'Watermark', 'Timeout'], minutes: 'Timeout' },
    streaming: { order: ['FolderIds', 'EventTypes'], minutes: null },
    push: {
      order: ['FolderIds', 'EventTypes', 'Watermark', 'StatusFrequency', 'URL', 'CallerData'],
      minutes: 'StatusFrequency',
    },
  };

function readTypes(request: XmlNode): Scope['types'] {
  const nodes = requiredChild(request, 'EventTypes').children;
  if (nodes.length === 0) throw schemaError('EventTypes is empty.');
  return new Set(nodes.map(({ text }) => wordOf(text, EVENT_TYPES)));
}

/** Fact 79: 1 to 1440. */
function readMinutes(request: XmlNode, way: Way, { settings }: OperationContext): number {
  const { minutes } = SHAPES[way];
  if (minutes === null) return settings.streamIdleMinutes;
  const number = integerOf(requiredChild(request, minutes).text);
  if (number < 1 || number > 1440) throw schemaError(`${minutes} must be 1 to 1440.`);
  return number;
}

/** Folders of one mailbox (fact 83), or all of the caller's. */
function readPlaces(
  request: XmlNode,
  context: OperationContext,
): { mailbox: Mailbox; folderIds: ReadonlySet<string> | null } {
  const isAll = booleanOf(request.attributes['SubscribeToAllFolders'] ?? 'false');
  const nodes = childNamed(request, 'FolderIds')?.children ?? [];
  if (isAll === nodes.length > 0)
    throw invalidRequest('Name folders, or subscribe to all of them.');
  if (isAll) {
    const { mailbox } = context.caller;
    if (!mailbox) throw invalidRequest('The account has no mailbox.');
    return { mailbox, folderIds: null };
  }
  const places = nodes.map((node) => findFolder(node, context));
  const [first] = places;
  if (!first || places.some(({ mailbox }) => mailbox !== first.mailbox)) {
    throw invalidRequest('The folders of a subscription must be in one mailbox.');
  }
  return { mailbox: first.mailbox, folderIds: new Set(places.map(({ folder }) => folder.id)) };
}

function invalidRequest(message: string): ExchangeError {
  return new ExchangeError('ErrorInvalidSubscriptionRequest', message);
}
