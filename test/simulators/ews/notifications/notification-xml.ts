import { formatTime } from '../../mailbox/zones.js';
import type { Placed } from '../../mailbox/store-events.js';
import { element } from '../xml.js';
import type { MarkedEvent } from './event-log.js';
import type { MailboxEvent } from './mailbox-events.js';

/** Writes one event; streams name no watermarks (fact 81). `watermarkAt` null leaves them out. */
export function writeEvent(event: MarkedEvent, watermarkAt: WatermarkWriter | null): string {
  const { what, now, before, type, at } = event;
  const idName = what === 'folder' ? 'FolderId' : 'ItemId';
  const watermark = watermarkAt ? element('t:Watermark', watermarkAt(event.mark)) : '';
  const old = before
    ? placed(`t:Old${idName}`, before) + parent('t:OldParentFolderId', before)
    : '';
  return element(
    `t:${type}`,
    watermark +
      element('t:TimeStamp', formatTime(at)) +
      placed(`t:${idName}`, now) +
      parent('t:ParentFolderId', now) +
      old,
  );
}

type WatermarkWriter = (mark: number) => string;

/** A Notification with its events inside; without any it has a StatusEvent, which says where to go on from. */
export function writeNotification(
  subscriptionId: string,
  { head, events }: { readonly head: string; readonly events: string },
): string {
  const id = element('t:SubscriptionId', subscriptionId);
  return element('m:Notification', id + head + events);
}

/** What a pull client reads before the events. */
export function writeProgress(previous: string, isMore: boolean): string {
  return element('t:PreviousWatermark', previous) + element('t:MoreEvents', String(isMore));
}

export function writeStatusEvent(watermark: string): string {
  return element('t:StatusEvent', element('t:Watermark', watermark));
}

function placed(name: string, { id, changeKey }: Placed): string {
  return element(name, '', { Id: id, ChangeKey: changeKey });
}

function parent(name: string, { parentId }: MailboxEvent['now']): string {
  return element(name, '', { Id: parentId ?? '', ChangeKey: 'AQAAAA==' });
}
