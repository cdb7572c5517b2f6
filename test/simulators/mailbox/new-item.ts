import type { ExtendedProperty, ItemInput, ItemKind } from './properties.js';

/** What a new item is made of. */
export interface NewItem {
  readonly kind: ItemKind;
  readonly input: ItemInput;
  readonly extended: readonly ExtendedProperty[];
  readonly attachments?: readonly NewAttachment[];
  /** MimeContent in base64, as it was sent; it is read before the item is made. */
  readonly mime?: string;
}

/** Something to attach: a file with its content, or an item. */
export interface NewAttachment {
  readonly Name: string;
  readonly ContentType?: string;
  readonly ContentId?: string;
  readonly ContentLocation?: string;
  readonly IsInline: boolean;
  readonly IsContactPhoto: boolean;
  /** Base64; null for an item. */
  readonly Content: string | null;
  readonly item: NewItem | null;
}
