import { ExchangeError } from '../mailbox/failure.js';
import { fieldsOfKind, ITEM_KINDS } from '../mailbox/fields.js';
import { nativeInput, nativeProperty } from '../mailbox/mapi-writes.js';
import type { NewAttachment, NewItem } from '../mailbox/new-item.js';
import type { ItemKind } from '../mailbox/properties.js';
import { readExtendedProperty } from './paths.js';
import { readValue } from './value-reader.js';
import { booleanOf, checkOrder, childNamed, schemaError, textOf, wordOf } from './xml.js';
import type { XmlNode } from './xml.js';

/** The class that an item's element stands for. */
export function kindOf(node: XmlNode): ItemKind {
  if (node.name === 'Item') return 'Message';
  return wordOf(node.name, ITEM_KINDS);
}

/** Reads an item element. The schema's order is required, as a real server requires it. */
export function readItem(node: XmlNode): NewItem {
  const kind = kindOf(node);
  checkItemOrder(node, kind);
  const input: Record<string, unknown> = {};
  for (const child of node.children) {
    if (BESIDE.includes(child.name)) continue;
    const field = fieldsOfKind(kind).find(({ element }) => element === child.name);
    if (!field?.property || field.write === 'never') {
      throw new ExchangeError('ErrorInvalidPropertySet', `${child.name} cannot be set.`);
    }
    input[field.property] = readValue(field, child);
  }
  const sent = node.children
    .filter(({ name }) => name === 'ExtendedProperty')
    .map(readExtendedProperty);
  const extended = sent.filter(({ path }) => nativeProperty(path) === null);
  for (const one of sent) Object.assign(input, nativeInput(one));
  const attachments = readAttachments(childNamed(node, 'Attachments')?.children ?? []);
  const mime = textOf(node, 'MimeContent');
  return { kind, input, extended, attachments, ...(mime === null ? {} : { mime }) };
}

/** Read by themselves, or not at all. */
const BESIDE = ['MimeContent', 'ExtendedProperty', 'MeetingTimeZone', 'Attachments'];

/** Reads FileAttachment and ItemAttachment elements. */
export function readAttachments(nodes: readonly XmlNode[]): NewAttachment[] {
  return nodes.map((node) => {
    const kind = wordOf(node.name, ['FileAttachment', 'ItemAttachment'] as const);
    const texts = ['ContentType', 'ContentId', 'ContentLocation'].flatMap((name) => {
      const text = textOf(node, name);
      return text === null ? [] : [[name, text] as const];
    });
    return {
      ...Object.fromEntries(texts),
      Name: textOf(node, 'Name') ?? '',
      IsInline: booleanOf(textOf(node, 'IsInline') ?? 'false'),
      IsContactPhoto: booleanOf(textOf(node, 'IsContactPhoto') ?? 'false'),
      ...(kind === 'FileAttachment' ? readFile(node) : readAttached(node)),
    };
  });
}

const ATTACHMENT_PARTS = [
  ...['AttachmentId', 'Name', 'ContentType', 'ContentId', 'ContentLocation'],
  ...['AttachmentOriginalUrl', 'Size', 'LastModifiedTime', 'IsInline'],
];

function readFile(node: XmlNode): { Content: string; item: null } {
  checkOrder(node, [...ATTACHMENT_PARTS, 'IsContactPhoto', 'Content']);
  return { Content: (textOf(node, 'Content') ?? '').replace(/\s+/g, ''), item: null };
}

function readAttached(node: XmlNode): { Content: null; item: NewItem } {
  const item = node.children.at(-1);
  if (!item || ATTACHMENT_PARTS.includes(item.name)) {
    throw schemaError('An ItemAttachment holds an item.');
  }
  checkOrder({ ...node, children: node.children.slice(0, -1) }, ATTACHMENT_PARTS);
  return { Content: null, item: readItem(item) };
}

function checkItemOrder(node: XmlNode, kind: ItemKind): void {
  const rows = fieldsOfKind(kind);
  let last = -1;
  for (const { name } of node.children) {
    const position = rows.findIndex(({ element }) => element === name);
    if (position < 0) continue;
    if (position < last || (position === last && name !== 'ExtendedProperty')) {
      throw schemaError(`The element '${node.name}' has invalid child element '${name}'.`);
    }
    last = position;
  }
}
