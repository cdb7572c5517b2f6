import { changesOf, readMime } from '../mailbox/mime-content.js';
import type { MimeInput } from '../mailbox/mime-content.js';
import type { ItemChange } from '../mailbox/changes.js';
import type { NewItem } from '../mailbox/new-item.js';
import { fieldOf } from '../mailbox/fields.js';
import type { ItemKind, PropertyName } from '../mailbox/properties.js';
import type { ItemView } from '../mailbox/view.js';
import { childNamed } from './xml.js';
import type { XmlNode } from './xml.js';

/** A new item with what its MimeContent says, below what was sent beside it; null without a MimeContent. */
export function newItemFromMime(
  plan: NewItem,
  headerZone: string | null,
): { readonly plan: NewItem; readonly mime: MimeInput } | null {
  if (plan.mime === undefined) return null;
  const mime = readMime(plan.kind, plan.mime, headerZone);
  return { plan: { ...plan, input: { ...mime.input, ...plan.input } }, mime };
}

/** Whether a step of an UpdateItem sets the MimeContent. */
export function isMimeStep(step: XmlNode): boolean {
  return childNamed(step, 'FieldURI')?.attributes['FieldURI'] === 'item:MimeContent';
}

/** What such a step sets; null where none of the steps is one. */
export function mimeOfSteps(
  steps: readonly XmlNode[],
  kind: ItemKind,
  headerZone: string | null,
): MimeInput | null {
  const step = steps.find(isMimeStep);
  const item = step?.children.find(({ name }) => name !== 'FieldURI');
  const content = item && childNamed(item, 'MimeContent');
  return content ? readMime(kind, content.text, headerZone) : null;
}

/** The steps that bring an item to what a MimeContent says; a series that it does not mention ends. */
export function changesOfMime({ input }: MimeInput, before: ItemView): readonly ItemChange[] {
  const isSeries = before.calendarItemType === 'RecurringMaster';
  const steps = changesOf(input).filter(
    (step) => !('property' in step) || isOpen(before, step.property),
  );
  return isSeries && input.Recurrence === undefined
    ? [...steps, { action: 'delete', property: 'Recurrence' }]
    : steps;
}

/** What the server writes by itself, such as the time of sending, is not taken from there. */
function isOpen({ kind, properties }: ItemView, property: PropertyName): boolean {
  const write = fieldOf(kind, property)?.write;
  return write === 'always' || (write === 'draft' && properties.IsDraft === true);
}
