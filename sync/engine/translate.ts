import { Untranslatable } from '../../mappings/translation.js';
import type { Loss, Translated } from '../../mappings/translation.js';
import type { RecordCreate, RecordRemove, RecordUpdate } from '../ports/erp.js';
import type { ItemCreate, ItemRemove, ItemUpdate } from '../ports/exchange.js';
import { formatMark, parseMark } from '../ports/mark.js';
import type { Base, Bases, Intent, Side } from '../ports/store.js';
import { baseOf } from './fingerprint.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action, Decision } from './plan.js';
import type { Interrupted } from './recover.js';

export type ErpWrite<S extends Shapes> =
  | { readonly kind: 'create'; readonly entry: RecordCreate<S['recordPatch']> }
  | { readonly kind: 'update'; readonly entry: RecordUpdate<S['recordPatch']> }
  | { readonly kind: 'remove'; readonly entry: RecordRemove };

export type ExchangeWrite<S extends Shapes> =
  | { readonly kind: 'create'; readonly entry: ItemCreate<S['itemPatch']> }
  /** With `patch: null` only the mark is written: a link is made with an item that was there before. */
  | { readonly kind: 'update'; readonly entry: ItemUpdate<S['itemPatch']> }
  | { readonly kind: 'remove'; readonly entry: ItemRemove };

/** An action in the words of the sides that receive it: at most one write to each. */
export interface Step<S extends Shapes> {
  readonly action: Action<S>;
  readonly linkId: string;
  readonly key: string;
  readonly attempt: number;
  readonly erp: ErpWrite<S> | null;
  readonly exchange: ExchangeWrite<S> | null;
  readonly intents: readonly Intent[];
  readonly losses: readonly Loss[];
  /** How much this takes away, in the guard's counting (rule 6). */
  readonly destroys: number;
}

/** A step, or the reason why the record cannot be written and has to be parked. */
export type Translation<S extends Shapes> =
  | { readonly ok: true; readonly step: Step<S> }
  | {
      readonly ok: false;
      readonly action: Action<S>;
      readonly side: Side;
      readonly reason: string;
    };

/** Each action in the words of the side that receives it. What cannot be said at all is parked with its reason. */
export function translate<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  interrupted: Interrupted,
): Translation<S> {
  try {
    return { ok: true, step: stepOf(work, action, interrupted) };
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    const side: Side = action.decision.kind === 'createInErp' ? 'exchange' : 'erp';
    return { ok: false, action, side, reason: error.message };
  }
}

function stepOf<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  interrupted: Interrupted,
): Step<S> {
  const { decision } = action;
  switch (decision.kind) {
    case 'createInExchange':
      return createInExchange(work, action, decision, interrupted);
    case 'createInErp':
      return createInErp(work, action, decision);
    case 'merge':
      return mergeStep(work, action, decision);
    case 'removeFromErp':
      return removeFromErp(work, action, decision);
    case 'removeFromExchange':
    case 'removeTwin':
      return removeFromExchange(work, action, decision);
    case 'endLink':
    case 'hold':
    case 'park':
    case 'ignore':
    case 'wait':
    case 'rest':
      return nothingToWrite(action);
  }
}

type Of<S extends Shapes, K extends Decision<S>['kind']> = Extract<Decision<S>, { kind: K }>;

function nothingToWrite<S extends Shapes>(action: Action<S>): Step<S> {
  const { link } = action.observed.unit;
  return {
    action,
    linkId: action.observed.linkId,
    key: link?.key ?? '',
    attempt: link?.attempt ?? 1,
    erp: null,
    exchange: null,
    intents: [],
    losses: [],
    destroys: 0,
  };
}

function createInExchange<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { record }: Of<S, 'createInExchange'>,
  interrupted: Interrupted,
): Step<S> {
  const retry = interrupted.retries.get(record.seen.id);
  const linkId = work.chance.key();
  const key = retry?.key ?? work.chance.key();
  const attempt = (retry?.attempt ?? 0) + 1;
  const { value, losses } = work.kind.toExchange(record.shown.value, null, work.translation);
  const mark = formatMark({ key, attempt, owner: work.pair.id });
  const [folderId = ''] = work.pair.folders;
  const bases: Bases = {
    erp: baseOf(work.fingerprinter, linkId, record.shown.canonical),
    exchange: expected(
      work,
      linkId,
      work.kind.asExchangeHolds(record.shown.value, work.translation),
    ),
  };
  const { id: recordId, birth: recordBirth, version: recordVersion } = record.seen;
  const ids = { recordId, recordBirth, recordVersion, itemId: null, itemVersion: null };
  return {
    action,
    linkId,
    key,
    attempt,
    erp: null,
    exchange: { kind: 'create', entry: { folderId, mark, patch: written<S, 'itemPatch'>(value) } },
    intents: [
      intentOf(work, {
        side: 'exchange',
        what: 'create',
        linkId,
        key,
        attempt,
        ...ids,
        target: bases,
      }),
    ],
    losses,
    destroys: 0,
  };
}

function createInErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { item }: Of<S, 'createInErp'>,
): Step<S> {
  const linkId = work.chance.key();
  const key = work.chance.key();
  const { value, losses } = work.kind.toErp(item.shown.value, null, work.translation);
  const bases: Bases = {
    erp: expected(work, linkId, work.kind.asErpHolds(item.shown.value, work.translation)),
    exchange: baseOf(work.fingerprinter, linkId, item.shown.canonical),
  };
  const { ref } = item.seen;
  const ids = {
    recordId: null,
    recordBirth: null,
    recordVersion: null,
    itemId: ref.id,
    itemVersion: ref.version,
  };
  const mark = formatMark({ key, attempt: 1, owner: work.pair.id });
  return {
    action,
    linkId,
    key,
    attempt: 1,
    erp: {
      kind: 'create',
      entry: {
        key,
        attempt: 1,
        ownerId: work.pair.employeeId,
        patch: written<S, 'recordPatch'>(value),
      },
    },
    exchange: { kind: 'update', entry: { ref, patch: null, mark } },
    intents: [
      intentOf(work, {
        side: 'erp',
        what: 'create',
        linkId,
        key,
        attempt: 1,
        ...ids,
        target: bases,
      }),
    ],
    losses,
    destroys: 0,
  };
}

/** A create always has something to write; an empty translation would be a bug of the mapping. */
function written<S extends Shapes, P extends 'itemPatch' | 'recordPatch'>(
  value: S[P] | null,
): S[P] {
  if (value === null)
    throw new Untranslatable('record', 'the translation of a new record is empty');
  return value;
}

function mergeStep<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  decision: Of<S, 'merge'>,
): Step<S> {
  const { link, record, item, merged } = decision;
  const none: Translated<null> = { value: null, losses: [] };
  const toErp =
    merged.toErp.length === 0 || !work.pair.policy.rights.change
      ? none
      : work.kind.toErp(merged.forErp, record.seen.record, work.translation);
  const toExchange =
    merged.toExchange.length === 0
      ? none
      : work.kind.toExchange(merged.forExchange, item.seen.item, work.translation);
  const ids = {
    recordId: record.seen.id,
    recordBirth: record.seen.birth,
    recordVersion: record.seen.version,
    itemId: item.seen.ref.id,
    itemVersion: item.seen.ref.version,
  };
  const common = { linkId: link.id, key: link.key, attempt: link.attempt, ...ids };
  const bases: Bases = { erp: record.shown.base, exchange: item.shown.base };
  const intents: Intent[] = [];
  let erp: ErpWrite<S> | null = null;
  if (toErp.value !== null) {
    const base = expected(work, link.id, work.kind.asErpHolds(merged.forErp, work.translation));
    const intent = intentOf(work, {
      side: 'erp',
      what: 'update',
      ...common,
      target: { ...bases, erp: base },
    });
    intents.push(intent);
    const entry = {
      id: ids.recordId,
      writeId: intent.id,
      version: ids.recordVersion,
      patch: toErp.value,
    };
    erp = { kind: 'update', entry };
  }
  const mark = missingMark(work, decision);
  let exchange: ExchangeWrite<S> | null = null;
  if (toExchange.value !== null) {
    const base = expected(
      work,
      link.id,
      work.kind.asExchangeHolds(merged.forExchange, work.translation),
    );
    const target = { ...bases, exchange: base };
    const rewritesSeries = merged.toExchange.some((path) => path === 'series' || path === 'when');
    intents.push(
      intentOf(work, { side: 'exchange', what: 'update', ...common, target, rewritesSeries }),
    );
    exchange = { kind: 'update', entry: { ref: item.seen.ref, patch: toExchange.value, mark } };
  } else if (mark !== null) {
    exchange = { kind: 'update', entry: { ref: item.seen.ref, patch: null, mark } };
  }
  return {
    action,
    ...common,
    erp,
    exchange,
    intents,
    losses: [...toErp.losses, ...toExchange.losses],
    destroys: destroyedBy(work, decision),
  };
}

/** The mark to write where the item does not carry this link's: it was there before us, or our marking failed. */
function missingMark<S extends Shapes>(
  work: PairWork<S>,
  { link, item }: Of<S, 'merge'>,
): string | null {
  const found = parseMark(item.seen.mark);
  const isThere = found?.key === link.key && found.owner === work.pair.id;
  return isThere ? null : formatMark({ key: link.key, attempt: link.attempt, owner: work.pair.id });
}

/** Lost occurrences and emptied texts count like deletions (rule 6: lost rights can blank every body). */
function destroyedBy<S extends Shapes>(
  work: PairWork<S>,
  { merged, record, item }: Of<S, 'merge'>,
): number {
  const erpBefore = work.kind.canonical(record.shown.value);
  const exchangeBefore = work.kind.canonical(item.shown.value);
  const erpAfter = merged.toErp.length === 0 ? erpBefore : work.kind.canonical(merged.forErp);
  const exchangeAfter =
    merged.toExchange.length === 0 ? exchangeBefore : work.kind.canonical(merged.forExchange);
  return (
    work.kind.destroyed(erpBefore, erpAfter) + work.kind.destroyed(exchangeBefore, exchangeAfter)
  );
}

function removeFromErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { link, record }: Of<S, 'removeFromErp'>,
): Step<S> {
  const { ownerId } = work.kind.recordFacts(record.seen.record);
  const others = record.seen.employees.filter((id) => id !== work.pair.employeeId);
  // a colleague's deletion takes only her out; the owner's, or the last one's, deletes the record (rule 9)
  const isWhole = ownerId === work.pair.employeeId || others.length === 0;
  const what = isWhole ? ('record' as const) : { employeeId: work.pair.employeeId };
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: { kind: 'remove', entry: { id: record.seen.id, version: record.seen.version, what } },
    exchange: null,
    intents: [removal(work, 'erp', link, record.seen.version, link.itemVersion)],
    losses: [],
    destroys: 1,
  };
}

function removeFromExchange<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { kind, link, item }: Of<S, 'removeFromExchange' | 'removeTwin'>,
): Step<S> {
  const { ref } = item.seen;
  const mark =
    item.seen.mark ?? formatMark({ key: link.key, attempt: link.attempt, owner: work.pair.id });
  const isTwin = kind === 'removeTwin';
  return {
    action,
    linkId: link.id,
    key: link.key,
    attempt: link.attempt,
    erp: null,
    exchange: { kind: 'remove', entry: { ref, mark } },
    intents: isTwin ? [] : [removal(work, 'exchange', link, link.recordVersion, ref.version)],
    losses: [],
    destroys: isTwin ? 0 : 1,
  };
}

function removal<S extends Shapes>(
  work: PairWork<S>,
  side: Side,
  link: {
    readonly id: string;
    readonly key: string;
    readonly attempt: number;
    readonly recordId: string;
    readonly recordBirth: string;
    readonly itemId: string;
  },
  recordVersion: string,
  itemVersion: string,
): Intent {
  const { id: linkId, key, attempt, recordId, recordBirth, itemId } = link;
  const ids = { recordId, recordBirth, recordVersion, itemId, itemVersion };
  return intentOf(work, { side, what: 'remove', linkId, key, attempt, ...ids, target: null });
}

function intentOf<S extends Shapes>(
  work: PairWork<S>,
  intent: Omit<Intent, 'id' | 'promisedAt' | 'form' | 'rewritesSeries'> & {
    readonly rewritesSeries?: boolean;
  },
): Intent {
  return {
    rewritesSeries: false,
    ...intent,
    id: work.chance.key(),
    form: work.kind.form(work.translation),
    promisedAt: work.clock.now(),
  };
}

function expected<S extends Shapes>(work: PairWork<S>, linkId: string, value: S['value']): Base {
  return baseOf(work.fingerprinter, linkId, work.kind.canonical(value));
}
