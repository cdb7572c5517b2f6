import { ExchangeError } from '../../mailbox/failure.js';
import { findFolder } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { readFolderShape } from '../folder-fields.js';
import { readFolderRestriction } from '../folder-restriction.js';
import { writeFolder } from '../folder-writer.js';
import {
  checkOrder,
  childNamed,
  element,
  integerOf,
  requiredAttribute,
  requiredChild,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation */
export const findFolderOperation: Operation = (body, context) => {
  checkOrder(body, [
    'FolderShape',
    'IndexedPageFolderView',
    'FractionalPageFolderView',
    'Restriction',
    'ParentFolderIds',
  ]);
  const traversal = wordOf(requiredAttribute(body, 'Traversal'), TRAVERSALS);
  const shape = readFolderShape(requiredChild(body, 'FolderShape'));
  const restriction = childNamed(body, 'Restriction');
  const holds = restriction ? readFolderRestriction(restriction) : () => true;
  return answerEach(context, requiredChild(body, 'ParentFolderIds').children, (id) => {
    if (id.attributes['Id'] === 'publicfoldersroot') throw noPublicFolders();
    const found = foldersOf(findFolder(id, context), traversal).filter(holds);
    const { folders, attributes } = pageOf(found, body);
    const written = folders.map((place) => writeFolder(place, shape)).join('');
    return element('m:RootFolder', element('t:Folders', written), attributes);
  });
};

/** Only a search says so; to GetFolder the folder is not there (seen by other clients). */
function noPublicFolders(): ExchangeError {
  return new ExchangeError('ErrorNoPublicFolderReplicaAvailable', 'There are no public folders.');
}

const TRAVERSALS = ['Shallow', 'Deep', 'SoftDeleted'] as const;

/** SoftDeleted finds nothing: Exchange keeps deleted folders no longer (evidence B 6b). */
function foldersOf(
  { mailbox, folder }: PlacedFolder,
  traversal: (typeof TRAVERSALS)[number],
): PlacedFolder[] {
  const { folders } = mailbox.store;
  const shallow = traversal === 'Shallow' ? folders.childrenOf(folder) : [];
  const found = traversal === 'Deep' ? folders.below(folder) : shallow;
  return found.map((one) => ({ mailbox, folder: one }));
}

interface FolderPage {
  readonly folders: readonly PlacedFolder[];
  readonly attributes: Readonly<Record<string, number | boolean>>;
}

function pageOf(found: readonly PlacedFolder[], body: XmlNode): FolderPage {
  const indexed = childNamed(body, 'IndexedPageFolderView');
  const fractional = childNamed(body, 'FractionalPageFolderView');
  const wanted = (indexed ?? fractional)?.attributes['MaxEntriesReturned'];
  const size = wanted === undefined ? found.length : integerOf(wanted);
  const isFromEnd = indexed?.attributes['BasePoint'] === 'End';
  const ordered = isFromEnd ? [...found].reverse() : found;
  const offset = offsetOf(ordered.length, { indexed, fractional });
  const folders = ordered.slice(offset, offset + size);
  const next = offset + folders.length;
  return { folders, attributes: attributesOf({ next, total: found.length }, fractional !== null) };
}

function attributesOf(
  { next, total }: { readonly next: number; readonly total: number },
  isFractional: boolean,
): Record<string, number | boolean> {
  const paging = isFractional
    ? { NumeratorOffset: next, AbsoluteDenominator: total }
    : { IndexedPagingOffset: next };
  return { ...paging, TotalItemsInView: total, IncludesLastItemInRange: next >= total };
}

function offsetOf(
  total: number,
  {
    indexed,
    fractional,
  }: { readonly indexed: XmlNode | null; readonly fractional: XmlNode | null },
): number {
  if (indexed) {
    const offset = integerOf(requiredAttribute(indexed, 'Offset'));
    if (offset < 0) throw new ExchangeError('ErrorInvalidPagingOffset', 'The offset is negative.');
    return offset;
  }
  if (!fractional) return 0;
  const numerator = integerOf(requiredAttribute(fractional, 'Numerator'));
  const denominator = integerOf(requiredAttribute(fractional, 'Denominator'));
  if (denominator <= 0 || numerator < 0 || numerator > denominator) {
    throw new ExchangeError('ErrorInvalidFractionalPagingParameters', 'Not a fraction up to 1.');
  }
  return Math.floor((total * numerator) / denominator);
}
