import { outOfOfficeOf, setOutOfOffice } from '../../mailbox/out-of-office.js';
import type { OutOfOffice } from '../../mailbox/out-of-office.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { DAY, formatTime, readTime } from '../../mailbox/zones.js';
import { checkAccess } from '../caller.js';
import { responseMessage } from '../direct-answer.js';
import { MESSAGES_NS, TYPES_NS } from '../soap.js';
import {
  childNamed,
  checkOrder,
  element,
  requiredChild,
  textElement,
  textOf,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseroofsettings-operation */
export const getUserOofSettings: Operation = (body, context) => {
  checkOrder(body, ['Mailbox']);
  return answer(context, 'GetUserOofSettings', () =>
    writeSettings(outOfOfficeOf(mailboxIn(body, context)), context.organisation.nowMs()),
  );
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/setuseroofsettings-operation */
export const setUserOofSettings: Operation = (body, context) => {
  checkOrder(body, ['Mailbox', 'UserOofSettings']);
  const settings = readSettings(requiredChild(body, 'UserOofSettings'), context.headerZone);
  return answer(context, 'SetUserOofSettings', () => {
    setOutOfOffice(mailboxIn(body, context), settings);
    return '';
  });
};

function answer(context: OperationContext, operation: string, work: () => string): string {
  const spaces = { 'xmlns:m': MESSAGES_NS, 'xmlns:t': TYPES_NS };
  const name = `m:${operation}Response`;
  try {
    const planted = context.plantedError(0);
    if (planted) throw planted;
    const content = work();
    return element(name, responseMessage('m:ResponseMessage') + content, spaces);
  } catch (error) {
    return element(name, responseMessage('m:ResponseMessage', error), spaces);
  }
}

function mailboxIn(body: XmlNode, { organisation, caller }: OperationContext): Mailbox {
  const address = requiredChild(requiredChild(body, 'Mailbox'), 'Address').text.trim();
  const mailbox = organisation.mailbox(address);
  checkAccess(caller, mailbox);
  return mailbox;
}

function readSettings(node: XmlNode, headerZone: string | null): OutOfOffice {
  checkOrder(node, ['OofState', 'ExternalAudience', 'Duration', 'InternalReply', 'ExternalReply']);
  const duration = childNamed(node, 'Duration');
  const time = (name: string): number | null =>
    duration ? readTime(requiredChild(duration, name).text, headerZone ?? 'UTC') : null;
  const reply = (name: string): string => {
    const found = childNamed(node, name);
    return (found && textOf(found, 'Message')) ?? '';
  };
  return {
    state: wordOf(requiredChild(node, 'OofState').text, ['Disabled', 'Enabled', 'Scheduled']),
    audience: wordOf(requiredChild(node, 'ExternalAudience').text, ['None', 'Known', 'All']),
    start: time('StartTime'),
    end: time('EndTime'),
    internalReply: reply('InternalReply'),
    externalReply: reply('ExternalReply'),
  };
}

/** A duration is always answered: without one, the coming day. */
function writeSettings(settings: OutOfOffice, now: number): string {
  const midnight = Math.ceil(now / DAY) * DAY;
  const { state, audience, start, end, internalReply, externalReply } = settings;
  const duration =
    textElement('t:StartTime', formatTime(start ?? midnight)) +
    textElement('t:EndTime', formatTime(end ?? midnight + DAY));
  return (
    element(
      't:OofSettings',
      textElement('t:OofState', state) +
        textElement('t:ExternalAudience', audience) +
        element('t:Duration', duration) +
        element('t:InternalReply', textElement('t:Message', internalReply)) +
        element('t:ExternalReply', textElement('t:Message', externalReply)),
    ) + '<m:AllowExternalOof>All</m:AllowExternalOof>'
  );
}
