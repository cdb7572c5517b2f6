import { dictionaryOf } from '../../mailbox/changes.js';
import type { ItemChange } from '../../mailbox/changes.js';
import { fieldsOfKind } from '../../mailbox/fields.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { nativeProperty } from '../../mailbox/mapi-writes.js';
import { sendDraft } from '../../mailbox/sending.js';
import { itemTarget } from '../../mailbox/targets.js';
import type { ItemView } from '../../mailbox/view.js';
import { ExchangeError } from '../../mailbox/failure.js';
import type { ItemInput, ItemKind, PropertyName } from '../../mailbox/properties.js';
import { applyDays } from '../../mailbox/mime-content.js';
import { findFolderIn, findTargetIn } from '../addressing.js';
import { readItem } from '../item-reader.js';
import { writeItem } from '../item-writer.js';
import { changesOfMime, isMimeStep, mimeOfSteps } from '../mime-plan.js';
import { PATH_ELEMENTS, readPathIn } from '../paths.js';
import type { PropertyPath } from '../paths.js';
import { ID_ONLY } from '../shape.js';
import {
  childNamed,
  checkOrder,
  element,
  requiredAttribute,
  requiredChild,
  schemaError,
  textElement,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach, writeContextOf } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

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
  const folderNode = childNamed(body, 'SavedItemFolderId');
  return answerEach(context, requiredChild(body, 'ItemChanges').children, (node) => {
    const { mailbox, target } = findTargetIn(node, context);
    const kind = mailbox.kindOf(target);
    if (kind === 'CalendarItem' && send === null) {
      throw new ExchangeError(
        'ErrorSendMeetingInvitationsOrCancellationsRequired',
        'SendMeetingInvitationsOrCancellations is required for calendar items.',
      );
    }
    const isSent = sendsMessage(body, kind);
    const { headerZone, organisation } = context;
    const steps = requiredChild(node, 'Updates').children;
    const mime = mimeOfSteps(steps, kind, headerZone);
    const changes = [
      ...(mime ? changesOfMime(mime, mailbox.get(target)) : []),
      ...steps.filter((step) => !isMimeStep(step)).map((step) => readChange(step, kind)),
    ];
    const writing = writeContextOf(context, send ?? 'SendToNone');
    const updated = mailbox.update(target, { changes, conflict }, writing);
    const view = mime ? applyDays(mailbox, updated, mime, writing) : updated;
    if (isSent) return sendUpdated(mailbox, view, { folderNode, context });
    const idOnly = { shape: ID_ONLY, headerZone, modes: organisation.modes, isList: false };
    return (
      element('m:Items', writeItem(view, idOnly)) +
      element('m:ConflictResults', textElement('t:Count', String(updated.conflicts)))
    );
  });
};

const ACTIONS = {
  SetItemField: 'set',
  AppendToItemField: 'append',
  DeleteItemField: 'delete',
} as const;

/** Whether a message goes out after its update. */
function sendsMessage({ attributes }: XmlNode, kind: ItemKind): boolean {
  if (kind !== 'Message') return false;
  const named = attributes['MessageDisposition'];
  if (named === undefined) {
    throw new ExchangeError(
      'ErrorMessageDispositionRequired',
      'MessageDisposition is required for messages.',
    );
  }
  return wordOf(named, ['SaveOnly', 'SendOnly', 'SendAndSaveCopy']) !== 'SaveOnly';
}

function sendUpdated(
  mailbox: Mailbox,
  { id, changeKey }: ItemView,
  { folderNode, context }: { folderNode: XmlNode | null; context: OperationContext },
): string {
  const { caller, operation: cause, organisation: host } = context;
  const copyTo = folderNode
    ? findFolderIn(folderNode, context).folder
    : mailbox.folder('sentitems');
  sendDraft(mailbox, itemTarget(id, changeKey), { host, cause, by: caller.user.name, copyTo });
  return '<m:Items/>';
}

function readChange(node: XmlNode, kind: ItemKind): ItemChange {
  const name = wordOf(node.name, Object.keys(ACTIONS) as (keyof typeof ACTIONS)[]);
  const action = ACTIONS[name];
  const path = readPathIn(node);
  checkClass(path, kind);
  if (action === 'delete') return readDelete(path);
  const items = node.children.filter((child) => !PATH_ELEMENTS.some((one) => one === child.name));
  const [item] = items;
  if (!item || items.length > 1) throw schemaError(`The element '${name}' needs one item.`);
  if (item.children.length !== 1) throw mismatch();
  const { input, extended } = readItem(item);
  if (path.kind === 'extended') {
    const native = nativeProperty(path.path);
    if (native && native in input) return { action, property: native, value: input };
    const [property] = extended;
    if (!property || action === 'append') throw mismatch();
    return { action: 'setExtended', extended: { ...property, path: path.path } };
  }
  if (path.kind === 'indexed') return readEntries(path, input);
  return { action, property: propertyOf(path, input), value: input };
}

/** A property of another class is refused here, though not by GetItem (fact 32, evidence B 7h). */
function checkClass(path: PropertyPath, kind: ItemKind): void {
  const field = path.kind === 'field' ? path.field : path.kind === 'indexed' && path.entry?.field;
  if (!field || fieldsOfKind(kind).some(({ uri }) => uri === field.uri)) return;
  throw new ExchangeError(
    'ErrorInvalidPropertyRequest',
    `${path.kind} ${field.uri}: not of a ${kind}.`,
  );
}

/** The entry of a dictionary, with its parts; it must be the one of the path (fact 38). */
function readEntries({ entry: named }: IndexedPath, input: ItemInput): ItemChange {
  const property = named && dictionaryOf(named.field.property);
  const entries = property && input[property];
  if (!property || !entries) throw mismatch();
  const isNamed = (key: string): boolean =>
    key === named.entry || key.startsWith(`${named.entry}:`);
  if (!Object.keys(entries).every(isNamed)) throw mismatch();
  return { action: 'setEntries', property, entries };
}

type IndexedPath = Extract<PropertyPath, { kind: 'indexed' }>;

function readDelete(path: PropertyPath): ItemChange {
  if (path.kind === 'extended') {
    const native = nativeProperty(path.path);
    return native
      ? { action: 'delete', property: native }
      : { action: 'deleteExtended', path: path.path };
  }
  if (path.kind === 'indexed') {
    const property = dictionaryOf(path.entry?.field.property ?? null);
    if (property && path.entry) {
      return { action: 'deleteEntry', property, entry: path.entry.entry };
    }
  }
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
