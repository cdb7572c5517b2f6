import type { Kind, TranslationContext } from '../../mappings/kind.js';
import type { Chance, Clock } from '../ports/clock.js';
import type { ErpPort } from '../ports/erp.js';
import type { ExchangePort } from '../ports/exchange.js';
import type { Pair } from '../ports/pair.js';
import type { Lease, SyncStore } from '../ports/store.js';
import type { Fingerprinter } from './fingerprint.js';
import type { PairingNotes } from './pairing/pairing-notes.js';

/** The five shapes of a kind, named, so that the engine's functions carry one type parameter. */
export interface Shapes {
  readonly value: object;
  readonly record: unknown;
  readonly recordPatch: unknown;
  readonly item: unknown;
  readonly itemPatch: unknown;
}

export type KindOf<S extends Shapes> = Kind<
  S['value'],
  S['record'],
  S['recordPatch'],
  S['item'],
  S['itemPatch']
>;

/** Everything one cycle of one pair works with. Built by the caller, who holds the lease. */
export interface PairWork<S extends Shapes> {
  readonly pair: Pair;
  readonly lease: Lease;
  readonly kind: KindOf<S>;
  readonly erp: ErpPort<S['record'], S['recordPatch']>;
  readonly exchange: ExchangePort<S['item'], S['itemPatch']>;
  readonly store: SyncStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly fingerprinter: Fingerprinter;
  readonly translation: TranslationContext;
  readonly signal: AbortSignal;
  /** Only a plan is wanted: its ports refuse to write. */
  readonly foresees?: true;
  /** Set where everything is read and connected anew, from the beginning of both sides (resync); takes down what was found. */
  readonly anew?: PairingNotes;
}
