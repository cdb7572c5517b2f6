import { baseOf } from './fingerprint.js';
import type { Fingerprinted } from './fingerprint.js';
import type { Shown } from './merge.js';
import type { PairWork, Shapes } from './pair-work.js';

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
