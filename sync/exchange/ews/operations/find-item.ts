import type { Instant } from '../../../../mappings/values.js';
import { MARK_SHAPE, OCCURRENCE_SHAPE } from '../item-shape.js';
import { readItemRef } from '../item-xml.js';
import { MARK_PATH, readMark } from '../mark-property.js';
import { writeFolder, type FolderAddress } from './get-folder.js';
import { child, descend, type XmlNode } from '../xml-reader.js';
import { isTrue } from '../xml-values.js';
import { element, together, type Xml } from '../xml-writer.js';

export interface FindByMarkRequest {
  readonly folder: FolderAddress;
  /** What the mark begins with; at most 100, so that the restriction stays below 255 nodes (evidence B 12). */
  readonly prefixes: readonly string[];
  /** How many results to leave out, because they were on earlier pages. */
  readonly offset: number;
}

export interface MarkedItem {
  readonly ref: { readonly id: string; readonly version: string };
  readonly mark: string;
}

export interface MarkedItemPage {
  readonly items: readonly MarkedItem[];
  readonly count: number;
  readonly isLast: boolean;
}

/**
 * Items by the beginning of their mark. A restriction answers at once, a query string lags behind (evidence B 9).
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation
 */
export function writeFindByMark({ folder, prefixes, offset }: FindByMarkRequest): Xml {
  const conditions = prefixes.map(beginsWith);
  return element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    MARK_SHAPE,
    element('m:IndexedPageItemView', {
      MaxEntriesReturned: '250', // what a server hands out at most under a restriction
      Offset: String(offset),
      BasePoint: 'Beginning',
    }),
    element(
      'm:Restriction',
      null,
      conditions.length === 1 ? together(conditions) : element('t:Or', null, ...conditions),
    ),
    element('m:ParentFolderIds', null, writeFolder(folder)),
  );
}

export function readFindByMark(message: XmlNode): MarkedItemPage {
  const root = child(message, 'RootFolder');
  const found = (root === null ? null : child(root, 'Items'))?.children ?? [];
  const items = found.flatMap((item) => {
    const mark = readMark(item);
    return mark === null ? [] : [{ ref: readItemRef(item), mark }];
  });
  return {
    items,
    count: found.length,
    isLast: isTrue(root?.attributes['IncludesLastItemInRange'] ?? 'true'),
  };
}

/** All occurrences between two moments, with what tells them apart; a view knows no paging and no restriction. */
export function writeCalendarView(folderId: string, from: Instant, to: Instant): Xml {
  return element(
    'm:FindItem',
    { Traversal: 'Shallow' },
    OCCURRENCE_SHAPE,
    element('m:CalendarView', { StartDate: from, EndDate: to }),
    element('m:ParentFolderIds', null, writeFolder({ id: folderId })),
  );
}

/** The occurrences as item elements. */
export function readCalendarView(message: XmlNode): readonly XmlNode[] {
  return descend(message, 'RootFolder', 'Items')?.children ?? [];
}

function beginsWith(prefix: string): Xml {
  return element(
    't:Contains',
    { ContainmentMode: 'Prefixed', ContainmentComparison: 'Exact' },
    MARK_PATH,
    element('t:Constant', { Value: prefix }),
  );
}
