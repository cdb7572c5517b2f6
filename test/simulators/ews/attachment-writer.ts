import { mintId } from '../mailbox/ids.js';
import type { StoredAttachment } from '../mailbox/properties.js';
import type { ItemView } from '../mailbox/view.js';
import { formatTime } from '../mailbox/zones.js';
import { element, textElement } from './xml.js';

/** Writes what an item tells of its attachments: all but their content. */
export function writeAttachmentInfos(
  attachments: readonly StoredAttachment[],
  view: ItemView,
): string {
  return attachments.map((one) => writeAttachment(one, { view, content: '' })).join('');
}

/** Writes an attachment; `content` is the XML of its content, '' without. */
export function writeAttachment(
  attachment: StoredAttachment,
  { view, content }: { view: ItemView; content: string },
): string {
  const name = attachment.item ? 't:ItemAttachment' : 't:FileAttachment';
  const { Name, ContentType, ContentId, ContentLocation, LastModifiedTime, IsInline } = attachment;
  const optional = (tag: string, value: string | undefined): string =>
    value === undefined ? '' : textElement(`t:${tag}`, value);
  return element(
    name,
    element('t:AttachmentId', '', { Id: attachmentId(view, attachment) }) +
      textElement('t:Name', Name) +
      optional('ContentType', ContentType) +
      optional('ContentId', ContentId) +
      optional('ContentLocation', ContentLocation) +
      textElement('t:Size', String(attachmentSize(attachment))) +
      textElement('t:LastModifiedTime', formatTime(LastModifiedTime)) +
      textElement('t:IsInline', String(IsInline)) +
      (attachment.item ? '' : textElement('t:IsContactPhoto', String(attachment.IsContactPhoto))) +
      content,
  );
}

/** It lasts as long as the id of the item that everything hangs on. */
export function attachmentId({ mailbox, stored }: ItemView, { number }: StoredAttachment): string {
  return mintId('attachment', mailbox.guid, stored.counter, number);
}

/** Bytes of a file; of an item, what it would come to. */
export function attachmentSize({ Content, item }: StoredAttachment): number {
  if (Content !== null) return Buffer.byteLength(Content, 'base64');
  return 512 + (item?.properties.Body?.Value.length ?? 0);
}
