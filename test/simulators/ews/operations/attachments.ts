import { attachTo, detach, findAttachment, viewAttached } from '../../mailbox/attachment-work.js';
import type { FoundAttachment } from '../../mailbox/attachment-work.js';
import { ExchangeError } from '../../mailbox/failure.js';
import { readId } from '../../mailbox/ids.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import type { ItemView } from '../../mailbox/view.js';
import { findTarget } from '../addressing.js';
import { attachmentId, writeAttachment } from '../attachment-writer.js';
import { checkAccess } from '../caller.js';
import { readAttachments } from '../item-reader.js';
import { writeItem } from '../item-writer.js';
import { readAttachedShape } from '../shape.js';
import type { ItemShape } from '../shape.js';
import { childNamed, checkOrder, element, requiredAttribute, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation */
export const createAttachment: Operation = (body, context) => {
  checkOrder(body, ['ParentItemId', 'Attachments']);
  const parent = { ...requiredChild(body, 'ParentItemId'), name: 'ItemId' };
  const nodes = requiredChild(body, 'Attachments').children;
  const { caller, headerZone, organisation } = context;
  return answerEach(context, nodes, (node) => {
    const { mailbox, target } = findTarget(parent, context);
    const attaching = { host: organisation, headerZone, by: caller.user.name };
    const attachments = readAttachments([node]);
    const { added, view } = attachTo(mailbox, target, { ...attaching, attachments });
    const written = added.map((one) => {
      const id = { Id: attachmentId(view, one), ...rootOf(view) };
      const name = one.item ? 't:ItemAttachment' : 't:FileAttachment';
      return element(name, element('t:AttachmentId', '', id));
    });
    return element('m:Attachments', written.join(''));
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation */
export const getAttachment: Operation = (body, context) => {
  checkOrder(body, ['AttachmentShape', 'AttachmentIds']);
  const shape = readAttachedShape(childNamed(body, 'AttachmentShape'));
  return answerEach(context, requiredChild(body, 'AttachmentIds').children, (node) => {
    const id = requiredAttribute(node, 'Id');
    const found = findAttachment(mailboxOf(id, context), id);
    const content = writeContent(found, shape, context);
    const { attachment, view } = found;
    return element('m:Attachments', writeAttachment(attachment, { view, content }));
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteattachment-operation */
export const deleteAttachment: Operation = (body, context) => {
  checkOrder(body, ['AttachmentIds']);
  return answerEach(context, requiredChild(body, 'AttachmentIds').children, (node) => {
    const id = requiredAttribute(node, 'Id');
    const view = detach(mailboxOf(id, context), id, context.caller.user.name);
    return element('m:RootItemId', '', rootOf(view));
  });
};

function rootOf({ id, changeKey }: ItemView): Readonly<Record<string, string>> {
  return { RootItemId: id, RootItemChangeKey: changeKey };
}

function mailboxOf(id: string, { organisation, caller }: OperationContext): Mailbox {
  const parts = readId(id);
  if (!parts) throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  const mailbox = organisation.mailboxByGuid(parts.mailboxGuid);
  if (!mailbox) {
    throw new ExchangeError('ErrorInvalidAttachmentId', 'The attachment is not there.');
  }
  checkAccess(caller, mailbox);
  return mailbox;
}

function writeContent(
  found: FoundAttachment,
  shape: ItemShape,
  { headerZone, organisation }: OperationContext,
): string {
  const inside = viewAttached(found);
  const { Content } = found.attachment;
  if (!inside) return element('t:Content', Content ?? '');
  return writeItem(inside, { shape, headerZone, modes: organisation.modes, isList: false });
}
