import { ExchangeError } from '../../mailbox/failure.js';
import type { Organisation } from '../../mailbox/organisation.js';
import { isMaster, occurrencesBetween, overlaps } from '../../mailbox/series.js';
import type { ItemView } from '../../mailbox/view.js';
import { DAY, readTime } from '../../mailbox/zones.js';
import { findFolder } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { writeItem } from '../item-writer.js';
import { orderBy } from '../item-values.js';
import { readPathIn } from '../paths.js';
import { EMPTY_PAGE, pageOf } from '../paging.js';
import type { FoundPage } from '../paging.js';
import { readQueryString } from '../query-string.js';
import { readRestriction } from '../restriction.js';
import type { Restriction } from '../restriction.js';
import { readItemShape } from '../shape.js';
import {
  childNamed,
  checkOrder,
  element,
  integerOf,
  requiredAttribute,
  requiredChild,
  textOf,
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
  const { organisation } = context;
  const zone = context.headerZone ?? 'UTC';
  const found = matching(place, restriction && readRestriction(restriction, zone));
  const queryString = textOf(body, 'QueryString');
  const asked = queryString === null ? found : found.filter(searched(queryString, organisation));
  const sorted = sortOrder ? asked.sort(comparatorOf(sortOrder)) : asked;
  const { findCap, restrictedFindCap } = organisation.modes;
  return pageOf(sorted, body, { cap: restriction ? restrictedFindCap : findCap, zone });
}

/** The search index lags behind (evidence B 9), by as much as the mode says. */
function searched(text: string, organisation: Organisation): (view: ItemView) => boolean {
  const fits = readQueryString(text);
  const indexedUpTo = organisation.nowMs() - organisation.modes.queryStringLag;
  return (view) => view.stored.modifiedAt <= indexedUpTo && fits(view);
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
    return { sign, order: orderBy(readPathIn(node)) };
  });
  return (left, right) => {
    for (const { sign, order } of orders) {
      const result = order(left, right) * sign;
      if (result !== 0) return result;
    }
    return 0;
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
