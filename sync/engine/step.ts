import type { Canonical } from '../../mappings/kind.js';
import type { Loss } from '../../mappings/translation.js';
import type { RecordCreate, RecordJoin, RecordRemove, RecordUpdate } from '../ports/erp.js';
import type { ItemCreate, ItemRemove, ItemUpdate } from '../ports/exchange.js';
import type { Intent } from '../ports/store.js';
import { baseOf } from './fingerprint.js';
import type { Fingerprinted } from './fingerprint.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action, Decision } from './decision.js';

export type ErpWrite<S extends Shapes> =
  | { readonly kind: 'create'; readonly entry: RecordCreate<S['recordPatch']> }
  | { readonly kind: 'update'; readonly entry: RecordUpdate<S['recordPatch']> }
  | { readonly kind: 'join'; readonly entry: RecordJoin }
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
  /** What each written side is expected to show; what it then shows like that is not hashed again. */
  readonly expected: { readonly erp?: Fingerprinted; readonly exchange?: Fingerprinted };
  /** Fields, and occurrences as `field/element`, of which attendees should know and are not told. */
  readonly untold?: readonly string[];
  /** How much this takes away, in the guard's counting (rule 6). */
  readonly destroys: number;
}

/** One case of what a cycle can decide. */
export type DecisionOf<S extends Shapes, K extends Decision<S>['kind']> = Extract<
  Decision<S>,
  { kind: K }
>;

/** A step that writes nothing: the decision is only to be remembered. */
export function nothingToWrite<S extends Shapes>(action: Action<S>): Step<S> {
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
    expected: {},
    destroys: 0,
  };
}

/** A promise to write, made now. */
export function intentOf<S extends Shapes>(
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

/** What a side shows, or will show, with the fingerprints it has under a link. */
export function fingerprinted<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  canonical: Canonical,
  like?: Fingerprinted,
): Fingerprinted {
  return { canonical, base: baseOf(work.fingerprinter, linkId, canonical, like) };
}
