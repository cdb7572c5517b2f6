import type { CategoryList, WantedCategory } from '../../../ports/categories.js';
import type { Chance, Clock } from '../../../ports/clock.js';
import type { Mailbox } from '../../../ports/exchange.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import {
  readGetUserConfiguration,
  writeCreateUserConfiguration,
  writeGetUserConfiguration,
  writeUpdateUserConfiguration,
} from '../operations/user-configuration.js';
import type { Ask } from '../requests.js';
import { onlyMessage } from '../response-messages.js';
import { newDocument, readDocument } from './category-document.js';
import type { CategoryDocument } from './category-document.js';
import { LIST_CONTESTED, LIST_UNREADABLE } from './category-sentences.js';
import { categoriesOf, mergeCategories } from './merge-categories.js';
import type { Merge } from './merge-categories.js';

/** How to ask within one call of the port. */
export interface CategoryAsking {
  readonly reading: (mailbox: Mailbox, signal: AbortSignal) => Ask;
  readonly writing: (mailbox: Mailbox, signal: AbortSignal) => Ask;
}

/** The master category list over EWS: the user configuration `CategoryList` of the calendar (protocol facts 70 to 72). */
export function categoryList(
  { reading, writing }: CategoryAsking,
  source: { readonly clock: Clock; readonly chance: Chance },
): CategoryList {
  return {
    async read(mailbox, signal) {
      const { document } = await readList(reading(mailbox, signal));
      return document === null ? [] : categoriesOf(document);
    },
    async merge(mailbox, wanted, signal) {
      const ask = writing(mailbox, signal);
      return (await mergeOnce(ask, wanted, source)) ?? (await mergeAgain(ask, wanted, source));
    },
  };
}

interface Source {
  readonly clock: Clock;
  readonly chance: Chance;
}

type Answers = Merge['answers'];

async function mergeAgain(
  ask: Ask,
  wanted: readonly WantedCategory[],
  source: Source,
): Promise<Answers> {
  const answers = await mergeOnce(ask, wanted, source);
  if (answers !== null) return answers;
  throw new ConnectorFailure('stale', LIST_CONTESTED.en, {
    code: 'CategoryListContested',
    sentence: LIST_CONTESTED,
  });
}

/**
 * Read, merge, write at once, read again. No change key guards the list, so the shortest time between reading and
 * writing is all there is against overwriting somebody (protocol fact 72). null: the list is not as we wrote it.
 */
async function mergeOnce(
  ask: Ask,
  wanted: readonly WantedCategory[],
  source: Source,
): Promise<Answers | null> {
  const { document, exists } = await readList(ask);
  const before = document ?? newDocument(source.clock.now());
  const merge = merged(before, wanted, source);
  if (merge.text === before.text) return merge.answers;
  if (!(await writeList(ask, merge.text, exists))) return null;
  const after = (await readList(ask)).document;
  const isKept = after !== null && merged(after, wanted, source).text === after.text;
  return isKept ? merge.answers : null;
}

/** `document` null: there is no list yet. */
interface FoundList {
  readonly exists: boolean;
  readonly document: CategoryDocument | null;
}

async function readList(ask: Ask): Promise<FoundList> {
  const xmlData = await readXml(ask);
  if (xmlData === undefined) return { exists: false, document: null };
  if (xmlData === null) return { exists: true, document: null };
  const document = readDocument(textOf(xmlData));
  if (document === null) throw unreadable();
  return { exists: true, document };
}

/** undefined: there is no such configuration; null: it holds no XML. */
async function readXml(ask: Ask): Promise<Uint8Array | null | undefined> {
  const response = await ask('GetUserConfiguration', writeGetUserConfiguration(NAME));
  try {
    return readGetUserConfiguration(onlyMessage(response));
  } catch (error) {
    if (error instanceof ConnectorFailure && error.code === 'ErrorItemNotFound') return undefined;
    throw error;
  }
}

/** false: somebody else made the list, or took it away, since it was read. */
async function writeList(ask: Ask, text: string, exists: boolean): Promise<boolean> {
  const configuration = { name: NAME, xmlData: Buffer.from(text, 'utf8') };
  const operation = exists ? 'UpdateUserConfiguration' : 'CreateUserConfiguration';
  const write = exists ? writeUpdateUserConfiguration : writeCreateUserConfiguration;
  const response = await ask(operation, write(configuration));
  try {
    onlyMessage(response);
    return true;
  } catch (error) {
    const isOvertaken =
      error instanceof ConnectorFailure &&
      (error.code === 'ErrorItemSave' || error.code === 'ErrorItemNotFound');
    if (isOvertaken) return false;
    throw error;
  }
}

const NAME = 'CategoryList';

function merged(
  document: CategoryDocument,
  wanted: readonly WantedCategory[],
  { clock, chance }: Source,
): Merge {
  return mergeCategories(document, wanted, {
    now: clock.now(),
    newId: () => guidOf(chance.key()),
  });
}

/** 128 bits of chance as a random GUID (RFC 9562, version 4), in the braces that the list has. */
function guidOf(key: string): string {
  const bytes = Buffer.from(key, 'base64url');
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex').toUpperCase();
  return `{${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}}`;
}

/** Outlook writes UTF-8; anything else would come out as other names. A leading mark of the encoding is kept. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw unreadable();
  }
}

function unreadable(): ConnectorFailure {
  return new ConnectorFailure('rejected', LIST_UNREADABLE.en, {
    code: 'CategoryListUnreadable',
    sentence: LIST_UNREADABLE,
  });
}
