import { ExchangeError } from '../../mailbox/failure.js';
import { isMaster, occurrencesBetween, overlaps } from '../../mailbox/series.js';
import type { ItemView } from '../../mailbox/view.js';
import { DAY, readTime } from '../../mailbox/zones.js';
import { findFolder } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { writeItem } from '../item-writer.js';
import { readPathIn } from '../paths.js';
import { readRestriction, sortKeyOf } from '../restriction.js';
import type { Restriction } from '../restriction.js';
import { readItemShape } from '../shape.js';
import {
  childNamed,
  checkOrder,
  element,
  integerOf,
  requiredAttribute,
  requiredChild,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation */
export const findItem: Operation = (body, context) => {
  checkOrder(body, ORDER);
  const traversal = wordOf(requiredAttribute(body, 'Traversal'), TRAVERSALS);
  const shape = readItemShape(requiredChild(body, 'ItemShape'), true);
  const { headerZone, organisation } = context;
  const writing = { shape, headerZone, modes: organisation.modes, isList: true };
  const parents = requiredChild(body, 'ParentFolderIds').children;
  return answerEach(context, parents, (id) => {
    const place = findFolder(id, context);
    const page = traversal === 'Shallow' ? findIn(place, body, context) : EMPTY_PAGE;
    const items = page.views.map((view) => writeItem(view, writing)).join('');
    return element('m:RootFolder', element('t:Items', items), page.attributes);
  });
};

const TRAVERSALS = ['Shallow', 'SoftDeleted', 'Associated'] as const;
const ORDER = [
  'ItemShape',
  'IndexedPageItemView',
  'FractionalPageItemView',
  'SeekToConditionPageItemView',
  'CalendarView',
  'ContactsView',
  'GroupBy',
  'DistinguishedGroupBy',
  'Restriction',
  'SortOrder',
  'ParentFolderIds',
  'QueryString',
];

interface FoundPage {
  readonly views: readonly ItemView[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

const EMPTY_PAGE: FoundPage = {
  views: [],
  attributes: { TotalItemsInView: 0, IncludesLastItemInRange: true },
};

function findIn(place: PlacedFolder, body: XmlNode, context: OperationContext): FoundPage {
  const calendarView = childNamed(body, 'CalendarView');
  const restriction = childNamed(body, 'Restriction');
  const sortOrder = childNamed(body, 'SortOrder');
  if (calendarView) {
    if (restriction || sortOrder) {
      throw new ExchangeError('ErrorInvalidOperation', 'CalendarView stands alone.');
    }
    return inCalendarView(place, calendarView, context);
  }
  const found = matching(place, restriction && readRestriction(restriction));
  const sorted = sortOrder ? found.sort(comparatorOf(sortOrder)) : found;
  // Fact 28: 1000 per request, 250 where a restriction has to be worked out.
  return paged(sorted, childNamed(body, 'IndexedPageItemView'), restriction ? 250 : 1000);
}

function matching({ mailbox, folder }: PlacedFolder, restriction: Restriction | null): ItemView[] {
  const few = restriction?.candidates(mailbox) ?? null;
  const items = few ? few.filter(({ folderId }) => folderId === folder.id) : folder.items.values();
  const views: ItemView[] = [];
  for (const item of items) {
    const view = mailbox.viewOf(item);
    if (!restriction || restriction.test(view)) views.push(view);
  }
  return views;
}

function comparatorOf(sortOrder: XmlNode): (left: ItemView, right: ItemView) => number {
  const orders = sortOrder.children.map((node) => {
    const sign = requiredAttribute(node, 'Order') === 'Descending' ? -1 : 1;
    return { sign, order: sortKeyOf(readPathIn(node)) };
  });
  return (left, right) => {
    for (const { sign, order } of orders) {
      const result = order(left, right) * sign;
      if (result !== 0) return result;
    }
    return 0;
  };
}

function paged(views: readonly ItemView[], view: XmlNode | null, cap: number): FoundPage {
  const wanted = view?.attributes['MaxEntriesReturned'];
  const size = Math.min(wanted === undefined ? cap : integerOf(wanted), cap);
  const offset = view ? integerOf(requiredAttribute(view, 'Offset')) : 0;
  const isFromEnd = view?.attributes['BasePoint'] === 'End';
  const ordered = isFromEnd ? [...views].reverse() : views;
  const page = ordered.slice(offset, offset + size);
  const next = offset + page.length;
  return {
    views: page,
    attributes: {
      IndexedPagingOffset: next,
      TotalItemsInView: views.length,
      IncludesLastItemInRange: next >= views.length,
    },
  };
}

const TWO_YEARS = 2 * 366 * DAY;

/** Series expanded, no masters; at most two years (fact 30). */
function inCalendarView(
  { mailbox, folder }: PlacedFolder,
  node: XmlNode,
  { headerZone }: OperationContext,
): FoundPage {
  if (!folder.folderClass.startsWith('IPF.Appointment')) {
    throw new ExchangeError('ErrorCalendarFolderIsInvalidForCalendarView', 'Not a calendar.');
  }
  const from = readTime(requiredAttribute(node, 'StartDate'), headerZone ?? 'UTC');
  const to = readTime(requiredAttribute(node, 'EndDate'), headerZone ?? 'UTC');
  if (to < from) {
    throw new ExchangeError(
      'ErrorCalendarEndDateIsEarlierThanStartDate',
      'The view ends too early.',
    );
  }
  if (to - from > TWO_YEARS) {
    throw new ExchangeError('ErrorCalendarViewRangeTooBig', 'The view is longer than two years.');
  }
  const views: ItemView[] = [];
  for (const item of folder.items.values()) {
    if (isMaster(item)) {
      for (const one of occurrencesBetween(item, from, to)) views.push(mailbox.viewOf(item, one));
    } else {
      const { Start: start = 0, End: end = 0 } = item.properties;
      if (overlaps({ start, end }, from, to)) views.push(mailbox.viewOf(item));
    }
  }
  views.sort((left, right) => (left.properties.Start ?? 0) - (right.properties.Start ?? 0));
  const wanted = node.attributes['MaxEntriesReturned'];
  const page = wanted === undefined ? views : views.slice(0, integerOf(wanted));
  return {
    views: page,
    attributes: {
      TotalItemsInView: views.length,
      IncludesLastItemInRange: page.length === views.length,
    },
  };
}
