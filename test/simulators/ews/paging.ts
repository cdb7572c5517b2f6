import { ExchangeError } from '../mailbox/failure.js';
import type { ItemView } from '../mailbox/view.js';
import { readRestriction } from './restriction.js';
import { childNamed, integerOf, requiredAttribute, requiredChild, schemaError } from './xml.js';
import type { XmlNode } from './xml.js';

/** The part of what was found that goes into one answer. */
export interface FoundPage {
  readonly views: readonly ItemView[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export const EMPTY_PAGE: FoundPage = {
  views: [],
  attributes: { TotalItemsInView: 0, IncludesLastItemInRange: true },
};

/** Cuts the page that the request's view element names; `cap` is the server's own limit (fact 28). */
export function pageOf(
  views: readonly ItemView[],
  body: XmlNode,
  { cap, zone }: { readonly cap: number; readonly zone: string },
): FoundPage {
  const fractional = childNamed(body, 'FractionalPageItemView');
  if (fractional) return fractionalPage(views, fractional, cap);
  const seek = childNamed(body, 'SeekToConditionPageItemView');
  if (seek) return soughtPage(views, seek, { cap, zone });
  const contacts = childNamed(body, 'ContactsView');
  if (contacts) return contactsPage(views, contacts, cap);
  return indexedPage(views, childNamed(body, 'IndexedPageItemView'), cap);
}

function indexedPage(views: readonly ItemView[], view: XmlNode | null, cap: number): FoundPage {
  const offset = view ? integerOf(requiredAttribute(view, 'Offset')) : 0;
  if (offset < 0) throw invalidPaging('Indexed', 'The Offset is negative.');
  const isFromEnd = view?.attributes['BasePoint'] === 'End';
  const ordered = isFromEnd ? [...views].reverse() : views;
  const page = ordered.slice(offset, offset + sizeOf(view, cap));
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

/** The offset is a fraction of what was found. */
function fractionalPage(views: readonly ItemView[], view: XmlNode, cap: number): FoundPage {
  const numerator = integerOf(requiredAttribute(view, 'Numerator'));
  const denominator = integerOf(requiredAttribute(view, 'Denominator'));
  if (denominator < 1 || numerator < 0 || numerator > denominator) {
    throw invalidPaging('Fractional', 'The fraction is not between 0 and 1.');
  }
  const offset = Math.floor((views.length * numerator) / denominator);
  const page = views.slice(offset, offset + sizeOf(view, cap));
  const next = offset + page.length;
  return {
    views: page,
    attributes: {
      NumeratorOffset: next,
      AbsoluteDenominator: Math.max(1, views.length),
      TotalItemsInView: views.length,
      IncludesLastItemInRange: next >= views.length,
    },
  };
}

/** From the first item on that the condition fits. */
function soughtPage(
  views: readonly ItemView[],
  view: XmlNode,
  { cap, zone }: { readonly cap: number; readonly zone: string },
): FoundPage {
  const condition = readRestriction(requiredChild(view, 'Condition'), zone);
  const ordered = view.attributes['BasePoint'] === 'End' ? [...views].reverse() : views;
  const first = ordered.findIndex((one) => condition.test(one));
  const offset = first < 0 ? ordered.length : first;
  const page = ordered.slice(offset, offset + sizeOf(view, cap));
  return {
    views: page,
    attributes: {
      IndexedPagingOffset: offset + page.length,
      TotalItemsInView: views.length,
      IncludesLastItemInRange: offset + page.length >= views.length,
    },
  };
}

/** Contacts whose display names lie between two names. */
function contactsPage(views: readonly ItemView[], view: XmlNode, cap: number): FoundPage {
  const { InitialName: first = '', FinalName: last } = view.attributes;
  const nameOf = ({ properties }: ItemView): string => (properties.DisplayName ?? '').toLowerCase();
  const within = views.filter((one) => {
    const name = nameOf(one);
    return name >= first.toLowerCase() && (last === undefined || name <= last.toLowerCase());
  });
  const ordered = within.sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
  const page = ordered.slice(0, sizeOf(view, cap));
  return {
    views: page,
    attributes: {
      TotalItemsInView: ordered.length,
      IncludesLastItemInRange: page.length === ordered.length,
    },
  };
}

function sizeOf(view: XmlNode | null, cap: number): number {
  const wanted = view?.attributes['MaxEntriesReturned'];
  const size = wanted === undefined ? cap : integerOf(wanted);
  if (size < 1) throw schemaError('MaxEntriesReturned is less than 1.');
  return Math.min(size, cap);
}

function invalidPaging(sort: 'Indexed' | 'Fractional', message: string): ExchangeError {
  return new ExchangeError(`ErrorInvalid${sort}PagingParameters`, message);
}
