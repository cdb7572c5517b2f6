import { baseOf } from './fingerprint.js';
import type { Fingerprinted } from './fingerprint.js';
import type { PairWork, Shapes } from './pair-work.js';

/** One side of a link as it was just read: the neutral value, its canonical texts and their fingerprints. */
export interface Shown<R> extends Fingerprinted {
  readonly value: R;
}

/**
 * A value as one side shows it. Its fingerprints are made when somebody asks for them: for what is not linked nobody
 * does, and they are the dearest part of reading it.
 */
export function shownAs<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  value: S['value'],
  like?: Fingerprinted,
): Shown<S['value']> {
  const canonical = work.kind.canonical(value);
  let base: Shown<S['value']>['base'] | null = null;
  return {
    value,
    canonical,
    get base() {
      base ??= baseOf(work.fingerprinter, linkId, canonical, like);
      return base;
    },
  };
}
