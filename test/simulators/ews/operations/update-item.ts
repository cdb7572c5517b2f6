import type { ItemChange } from '../../mailbox/changes.js';
import { ExchangeError } from '../../mailbox/failure.js';
import type { ItemInput, PropertyName } from '../../mailbox/properties.js';
import { findTargetIn } from '../addressing.js';
import { readItem } from '../item-reader.js';
import { writeItem } from '../item-writer.js';
import { PATH_ELEMENTS, readPathIn } from '../paths.js';
import type { PropertyPath } from '../paths.js';
import { ID_ONLY } from '../shape.js';
import {
  checkOrder,
  element,
  requiredAttribute,
  requiredChild,
  schemaError,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach, writeContextOf } from './operation.js';
import type { Operation } from './operation.js';

const CONFLICT_MODES = ['NeverOverwrite', 'AutoResolve', 'AlwaysOverwrite'] as const;
const SEND_MODES = [
  'SendToNone',
  'SendOnlyToAll',
  'SendOnlyToChanged',
  'SendToAllAndSaveCopy',
  'SendToChangedAndSaveCopy',
] as const;

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation-calendar-item */
export const updateItem: Operation = (body, context) => {
  checkOrder(body, ['SavedItemFolderId', 'ItemChanges']);
  const conflict = wordOf(requiredAttribute(body, 'ConflictResolution'), CONFLICT_MODES);
  const attribute = body.attributes['SendMeetingInvitationsOrCancellations'];
  const send = attribute === undefined ? null : wordOf(attribute, SEND_MODES);
  return answerEach(context, requiredChild(body, 'ItemChanges').children, (node) => {
    const { mailbox, target } = findTargetIn(node, context);
    const kind = mailbox.kindOf(target);
    if (kind === 'CalendarItem' && send === null) {
      throw new ExchangeError(
        'ErrorSendMeetingInvitationsOrCancellationsRequired',
        'SendMeetingInvitationsOrCancellations is required for calendar items.',
      );
    }
    const changes = requiredChild(node, 'Updates').children.map(readChange);
    const writing = writeContextOf(context, send ?? 'SendToNone');
    const view = mailbox.update(target, { changes, conflict }, writing);
    const { headerZone, organisation } = context;
    const idOnly = { shape: ID_ONLY, headerZone, modes: organisation.modes, isList: false };
    return (
      element('m:Items', writeItem(view, idOnly)) +
      element('m:ConflictResults', '<t:Count>0</t:Count>')
    );
  });
};

const ACTIONS = {
  SetItemField: 'set',
  AppendToItemField: 'append',
  DeleteItemField: 'delete',
} as const;

function readChange(node: XmlNode): ItemChange {
  const name = wordOf(node.name, Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]);
  const action = ACTIONS[name];
  const path = readPathIn(node);
  if (action === 'delete') return readDelete(path);
  const items = node.children.filter((child) => !PATH_ELEMENTS.some((one) => one === child.name));
  const [item] = items;
  if (!item || items.length > 1) throw schemaError(`The element '${name}' needs one item.`);
  if (item.children.length !== 1) throw mismatch();
  const { input, extended } = readItem(item);
  if (path.kind === 'extended') {
    const [property] = extended;
    if (!property || action === 'append') throw mismatch();
    return { action: 'setExtended', extended: { ...property, path: path.path } };
  }
  return { action, property: propertyOf(path, input), value: input };
}

function readDelete(path: PropertyPath): ItemChange {
  if (path.kind === 'extended') return { action: 'deleteExtended', path: path.path };
  const property = path.kind === 'field' ? path.field?.property : null;
  if (!property) {
    throw new ExchangeError('ErrorInvalidPropertyDelete', `${path.uri} cannot be deleted.`);
  }
  return { action: 'delete', property };
}

/** The path and the one property inside the item must be the same (fact 36). */
function propertyOf(path: PropertyPath, input: ItemInput): PropertyName {
  const property = path.kind === 'field' ? path.field?.property : null;
  if (!property || !(property in input)) throw mismatch();
  return property;
}

function mismatch(): ExchangeError {
  return new ExchangeError(
    'ErrorUpdatePropertyMismatch',
    'The property in the item does not match the path.',
  );
}
