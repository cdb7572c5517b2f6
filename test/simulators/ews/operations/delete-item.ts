import { ExchangeError } from '../../mailbox/failure.js';
import { skipTask } from '../../mailbox/skip-task.js';
import { findTarget } from '../addressing.js';
import { checkOrder, requiredAttribute, requiredChild, wordOf } from '../xml.js';
import { answerEach, writeContextOf } from './operation.js';
import type { Operation } from './operation.js';

const DELETE_TYPES = ['HardDelete', 'SoftDelete', 'MoveToDeletedItems'] as const;
const SEND_MODES = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation */
export const deleteItem: Operation = (body, context) => {
  checkOrder(body, ['ItemIds']);
  const type = wordOf(requiredAttribute(body, 'DeleteType'), DELETE_TYPES);
  const attribute = body.attributes['SendMeetingCancellations'];
  const send = attribute === undefined ? null : wordOf(attribute, SEND_MODES);
  return answerEach(context, requiredChild(body, 'ItemIds').children, (id) => {
    const { mailbox, target } = findTarget(id, context);
    const kind = mailbox.kindOf(target);
    if (kind === 'CalendarItem' && send === null) {
      throw new ExchangeError(
        'ErrorSendMeetingCancellationsRequired',
        'SendMeetingCancellations is required for calendar items.',
      );
    }
    const affected = body.attributes['AffectedTaskOccurrences'];
    if (kind === 'Task' && affected === undefined) {
      throw new ExchangeError(
        'ErrorAffectedTaskOccurrencesRequired',
        'AffectedTaskOccurrences is required for tasks.',
      );
    }
    const { caller, headerZone, organisation } = context;
    const at = { now: organisation.nowMs(), zone: headerZone ?? 'UTC', by: caller.user.name };
    if (affected === 'SpecifiedOccurrenceOnly' && skipTask(mailbox, target, at)) return '';
    mailbox.remove(target, type, writeContextOf(context, send ?? 'SendToNone'));
    return '';
  });
};
