import { findTarget } from '../addressing.js';
import { writeItem } from '../item-writer.js';
import { readItemShape } from '../shape.js';
import { checkOrder, element, requiredChild } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation-calendar-item */
export const getItem: Operation = (body, context) => {
  checkOrder(body, ['ItemShape', 'ItemIds']);
  const shape = readItemShape(requiredChild(body, 'ItemShape'), false);
  const { headerZone, organisation } = context;
  return answerEach(context, requiredChild(body, 'ItemIds').children, (id) => {
    const { mailbox, target } = findTarget(id, context);
    const writing = { shape, headerZone, modes: organisation.modes, isList: false };
    return element('m:Items', writeItem(mailbox.get(target), writing));
  });
};
