import { Untranslatable } from '../../mappings/translation.js';
import { UnreadableValue } from '../../mappings/values.js';
import type { RecordSeen } from '../ports/erp.js';
import type { Base } from '../ports/store.js';
import { baseWithout } from './colleagues/absences.js';
import type { Outcome } from './apply.js';
import { baseOf } from './fingerprint.js';
import type { Fingerprinted } from './fingerprint.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Step } from './step.js';

/** What the ERP shows after our write, as a base; null where we cannot read it. */
export function recordBase<S extends Shapes>(
  work: PairWork<S>,
  seen: RecordSeen<S['record']>,
  { linkId, expected, action }: Step<S>,
): Base | null {
  const base = shownBase(work, linkId, expected.erp, () =>
    work.kind.fromErp(seen.record, work.translation),
  );
  return base && baseWithout(work, linkId, base, action.observed.absences?.days ?? []);
}

/** What Exchange shows after our write, as a base; null where it was not read back as ours (rule 4) or cannot be read. */
export function readBackBase<S extends Shapes>(
  work: PairWork<S>,
  { readBack, step }: Outcome<S>,
): Base | null {
  if (readBack === null) return null;
  return shownBase(work, step.linkId, step.expected.exchange, () =>
    work.kind.fromExchange(readBack.item, work.translation),
  );
}

/** null where a side shows after our write what we cannot read: the next cycle looks again and parks it. */
function shownBase<S extends Shapes>(
  work: PairWork<S>,
  linkId: string,
  expected: Fingerprinted | undefined,
  read: () => S['value'],
): Base | null {
  try {
    return baseOf(work.fingerprinter, linkId, work.kind.canonical(read()), expected);
  } catch (error) {
    if (error instanceof Untranslatable || error instanceof UnreadableValue) return null;
    throw error;
  }
}
