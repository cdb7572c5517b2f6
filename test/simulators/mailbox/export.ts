import { dumpItem, loadItem } from './dump.js';
import type { ItemDump } from './dump.js';
import { ExchangeError } from './failure.js';
import type { Folder } from './folders.js';
import { itemNotFound, locate } from './locate.js';
import type { Mailbox } from './mailbox.js';
import { contentOf } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import type { ItemTarget } from './targets.js';
import type { ItemView } from './view.js';

/** The whole of an item as one stream (ExportItems), from which it can be made anew or put back as it was. */

const HEAD = 'fake-exchange-item 1\n';

/** The stream of an item in base64. Occurrences have none of their own: they are in their master's. */
export function exportItem(mailbox: Mailbox, target: ItemTarget): string {
  const { item, occurrence } = locate(mailbox, target);
  if (occurrence) {
    throw new ExchangeError('ErrorInvalidOperation', 'An occurrence cannot be exported.');
  }
  return Buffer.from(HEAD + JSON.stringify(dumpItem(item))).toString('base64');
}

/** Makes a new item of a stream, with everything that was in it. */
export function uploadNew(
  mailbox: Mailbox,
  folder: Folder,
  { data, by }: { readonly data: string; readonly by: string },
): ItemView {
  const dump = loadItem(readStream(data));
  const item = mailbox.store.add(folder, dump.kind, { ...withItsTimes(dump), by });
  return mailbox.viewOf(item);
}

/** It was received and sent when the exported item was; where nobody said when, that is when it was made. */
function withItsTimes(dump: StoredItem): StoredContent {
  const times = { DateTimeReceived: dump.createdAt, DateTimeSent: dump.createdAt };
  return { ...contentOf(dump), properties: { ...times, ...dump.properties } };
}

/**
 * Puts an item back as the stream has it, exceptions included; it keeps its id. Only while it lies in that folder
 * (evidence A, rule 15).
 */
export function uploadOver(
  mailbox: Mailbox,
  folder: Folder,
  { target, data, by }: { readonly target: ItemTarget; readonly data: string; readonly by: string },
): ItemView {
  const { item } = locate(mailbox, target);
  if (item.folderId !== folder.id) throw itemNotFound();
  mailbox.store.replace(item, contentOf(loadItem(readStream(data))), by);
  return mailbox.viewOf(item);
}

function readStream(data: string): ItemDump {
  const text = Buffer.from(data, 'base64').toString('utf8');
  if (!text.startsWith(HEAD)) {
    throw new ExchangeError('ErrorCorruptData', 'The data is not the stream of an item.');
  }
  return JSON.parse(text.slice(HEAD.length)) as ItemDump;
}
