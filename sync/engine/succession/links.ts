import type { Canonical } from '../../../mappings/kind.js';
import { Untranslatable } from '../../../mappings/translation.js';
import type { Base, Bases, Link, Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { recordTail } from '../record-key.js';
import { shownAs } from '../shown.js';
import type { Shown } from '../shown.js';
import type { BornItem, BornRecord } from './born.js';
import type { SuccessionIntent, SuccessionsOf } from './intent.js';

/** Both sides of what was ticked off, as they are now; null = not there, or not readable any more. */
export interface TickedSides<S extends Shapes> {
  readonly record: Shown<S['value']> | null;
  readonly item: Shown<S['value']> | null;
}

/**
 * The link of what is finished: the record stays, and the item is the one that was born, once it is known; until then
 * nothing is made of it. That it is finished is what both sides agreed on: who opens it again means it.
 */
export function finishedLink<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  link: Link,
  finished: S['value'] | null,
): Link {
  const known = finished === null ? null : heldBySides(work, finished);
  const bases: Bases =
    known === null
      ? link.bases
      : {
          erp: withTexts(work, link, 'erp', known.erp, hook.finished),
          exchange: withTexts(work, link, 'exchange', known.exchange, hook.finished),
        };
  const nothing = { itemId: '', itemVersion: '', recordVersion: '' };
  return { ...link, ...nothing, bases, ended: 'itemDeletedRecordKept' };
}

/** What was born in Exchange is known. What the birth has set in it is nobody's edit. */
export function withBornItem<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  link: Link,
  { seen, value }: BornItem<S>,
): Link {
  const shown = work.kind.canonical(value);
  const exchange = withTexts(work, link, 'exchange', shown, hook.setAtBirth);
  const { uid } = work.kind.itemFacts(seen.item);
  const known = { itemId: seen.ref.id, itemVersion: '', uid, ended: null };
  return { ...link, ...known, bases: { ...link.bases, exchange } };
}

/**
 * The link of what goes on: the item, and the record once it is born; until then nothing is made of it. It knows of each
 * field whether its side has moved since both last agreed, and nothing else: fingerprints do not pass from link to link.
 */
export function nextLink<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  link: Link,
  {
    intent: { births },
    sides,
    itemId,
  }: {
    readonly intent: SuccessionIntent;
    readonly sides: TickedSides<S>;
    readonly itemId: string;
  },
): Link {
  const id = births.nextLinkId;
  const held = {
    erp: sides.record === null ? null : heldBySides(work, sides.record.value),
    exchange: sides.item === null ? null : heldBySides(work, sides.item.value),
  };
  const erp = passedOn(work, id, 'erp', { link, sides, held });
  const base = passedOn(work, id, 'exchange', { link, sides, held });
  const own = [...hook.setAtBirth, ...hook.finished];
  const next: Link = {
    ...link,
    ...{ id, key: births.nextKey, attempt: 1, itemId, itemVersion: '', unrest: undefined },
    ...{ recordId: '', recordBirth: '', recordVersion: '', ended: 'recordDeletedItemKept' },
    bases: { erp, exchange: base },
  };
  if (sides.item === null) return next;
  const exchange = withTexts(work, next, 'exchange', sides.item.canonical, own);
  return { ...next, bases: { erp, exchange } };
}

/** What the ERP goes on with is known. Both sides begin at its due date: an item that is beyond it was ticked off again. */
export function withBornRecord<S extends Shapes>(
  work: PairWork<S>,
  hook: SuccessionsOf<S>,
  next: Link,
  { seen, value }: BornRecord<S>,
): Link {
  const own = [hook.due, ...hook.setAtBirth, ...hook.finished];
  const erp = withTexts(work, next, 'erp', work.kind.canonical(value), own);
  const held = heldBySides(work, value);
  const exchange = withTexts(work, next, 'exchange', held?.exchange ?? {}, [hook.due]);
  const { id: recordId, birth: recordBirth } = seen;
  return { ...next, recordId, recordBirth, ended: null, bases: { erp, exchange } };
}

/** The key tells the record, where that is known before the item is marked (see record-key.ts). */
export function nextKeyFor<S extends Shapes>(
  work: PairWork<S>,
  { births }: SuccessionIntent,
  record: BornRecord<S> | null,
): string {
  return record === null ? births.nextKey : births.nextKey + recordTail(work, record.seen.birth);
}

interface PassingOn<S extends Shapes> {
  readonly link: Link;
  readonly sides: TickedSides<S>;
  /** What each side's value is on both sides. */
  readonly held: Readonly<Record<Side, Readonly<Record<Side, Canonical>> | null>>;
}

/**
 * The base of one side under another link: the same texts, where one side still shows what it showed; a text that nobody
 * has for the others, so that they count as moved.
 */
function passedOn<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  side: Side,
  { link, sides, held }: PassingOn<S>,
): Base {
  const other: Side = side === 'erp' ? 'exchange' : 'erp';
  const shownBy = { erp: sides.record, exchange: sides.item };
  const base: Record<string, Base[string]> = {};
  const print = (name: string, text: string) => work.fingerprinter.of(linkId, name, text);
  for (const [field, known] of Object.entries(link.bases[side])) {
    if (!(field in work.kind.rules)) continue;
    const own = shownBy[side];
    if (typeof known !== 'string') {
      base[field] = elementsPassedOn(field, known, own, print);
      continue;
    }
    const isOwn = own?.base[field] === known;
    const isOthers = shownBy[other]?.base[field] === link.bases[other][field];
    const text = isOwn ? own.canonical[field] : isOthers ? held[other]?.[side][field] : undefined;
    base[field] = print(field, typeof text === 'string' ? text : NOBODYS);
  }
  return base;
}

function elementsPassedOn(
  field: string,
  known: Readonly<Record<string, string>>,
  own: Shown<unknown> | null,
  print: (name: string, text: string) => string,
): Readonly<Record<string, string>> {
  const prints = own?.base[field];
  const texts = own?.canonical[field];
  return Object.fromEntries(
    Object.entries(known).map(([element, before]) => {
      const isSame = typeof prints === 'object' && prints[element] === before;
      const text = isSame && typeof texts === 'object' ? texts[element] : undefined;
      return [element, print(`${field}/${element}`, text ?? NOBODYS)];
    }),
  );
}

const NOBODYS = '\u0000';

/** The base of one side of a link, where these fields show these texts. */
function withTexts<S extends Shapes>(
  { fingerprinter }: PairWork<S>,
  { id, bases }: Link,
  side: Side,
  canonical: Canonical,
  fields: readonly string[],
): Base {
  const base: Record<string, Base[string]> = { ...bases[side] };
  for (const field of fields) {
    const text = canonical[field];
    if (typeof text === 'string') base[field] = fingerprinter.of(id, field, text);
  }
  return base;
}

function heldBySides<S extends Shapes>(
  { kind, translation }: PairWork<S>,
  value: S['value'],
): Readonly<Record<Side, Canonical>> | null {
  try {
    return {
      erp: kind.canonical(kind.asErpHolds(value, translation)),
      exchange: kind.canonical(kind.asExchangeHolds(value, translation)),
    };
  } catch (error) {
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}

/** What a link's sides show of something, as its fingerprints. */
export function shownFor<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  value: S['value'],
): Shown<S['value']> {
  return shownAs(work, link.id, value);
}
