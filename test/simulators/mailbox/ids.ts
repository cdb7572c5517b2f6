import type { ItemKind } from './properties.js';

/**
 * Ids and change keys as Exchange makes them: opaque, base64, case-sensitive. Two ids can differ in the case
 * of one letter only, so whoever compares without case is found out (fact 12).
 */

const HEAD = Buffer.from([0x00, 0x03, 0x24, 0x00]); // every real id begins with AAMkA
const GUID_LENGTH = 36;

type IdKind = 'folder' | 'item' | 'occurrence' | 'attachment';
const KIND_BYTE: Record<IdKind, number> = { folder: 1, item: 2, occurrence: 3, attachment: 4 };

/**
 * The id of a folder, an item, the occurrence of `counter`'s series on `day` (days since 1970), or the attachment
 * with the number `day` of the item `counter`.
 */
export function mintId(kind: IdKind, mailboxGuid: string, counter: number, day = 0): string {
  const body = Buffer.alloc(lengthOf(kind));
  body.writeUInt8(0x46, 1);
  body.writeUInt8(KIND_BYTE[kind], 2);
  body.writeUInt32BE(scramble(counter), 4);
  body.writeUInt32BE(counter, 12);
  body.writeInt32BE(day, 20);
  return Buffer.concat([HEAD, Buffer.from(mailboxGuid, 'latin1'), body]).toString('base64');
}

/** Ids of items have 152 characters on real servers, and some clients know them by their length (DM: from 140 on). */
function lengthOf(kind: IdKind): number {
  return kind === 'occurrence' || kind === 'attachment' ? 77 : 74;
}

export interface ReadId {
  readonly kind: IdKind;
  readonly mailboxGuid: string;
  readonly counter: number;
  /** The day of an occurrence, days since 1970, or the number of an attachment; 0 for all else. */
  readonly day: number;
}

/** Takes an id apart; null for a text that no mailbox ever handed out. */
export function readId(id: string): ReadId | null {
  const bytes = Buffer.from(id, 'base64');
  if (bytes.toString('base64') !== id) return null;
  const start = HEAD.length + GUID_LENGTH;
  if (bytes.length < start + 20 || !bytes.subarray(0, HEAD.length).equals(HEAD)) return null;
  const kind = KINDS.get(bytes.readUInt8(start + 2));
  if (kind === undefined || bytes.length !== start + lengthOf(kind)) return null;
  const counter = bytes.readUInt32BE(start + 12);
  if (bytes.readUInt32BE(start + 4) !== scramble(counter)) return null;
  return {
    kind,
    mailboxGuid: bytes.toString('latin1', HEAD.length, start),
    counter,
    day: bytes.readInt32BE(start + 20),
  };
}

const KINDS: ReadonlyMap<number, IdKind> = new Map([
  [1, 'folder'],
  [2, 'item'],
  [3, 'occurrence'],
  [4, 'attachment'],
]);

/** A change key says "different", never "newer": the number is scrambled so that no order shows (fact 14). */
export function mintChangeKey(kind: ItemKeyKind, number: number): string {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt8(KEY_BYTE[kind], 0);
  bytes.writeUInt8(0x16, 4);
  bytes.writeUInt32BE(scramble(number), 8);
  bytes.writeUInt32BE(scramble(number ^ 0x5bd1e995), 14);
  return bytes.toString('base64');
}

export type ItemKeyKind = ItemKind | 'Folder';
const KEY_BYTE: Record<ItemKeyKind, number> = {
  Folder: 0x01,
  Message: 0x09,
  PostItem: 0x0b,
  CalendarItem: 0x0d,
  Contact: 0x11,
  DistributionList: 0x12,
  Task: 0x13,
  MeetingRequest: 0x18,
  MeetingResponse: 0x19,
  MeetingCancellation: 0x1a,
};

/** Fact 15: a key must at least be well-formed, also where it is not compared. */
export function isWellFormedChangeKey(key: string): boolean {
  return key.length >= 8 && Buffer.from(key, 'base64').toString('base64') === key;
}

/** One-to-one on 32 bits. */
function scramble(number: number): number {
  let mixed = Math.imul(number ^ (number >>> 16), 0x45d9f3b);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
