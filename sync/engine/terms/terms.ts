import { keysOf } from '../../../mappings/keys.js';
import type { Link } from '../../ports/store.js';
import type { MergeTerms } from '../merge.js';
import { basesWithNewFields } from './new-fields.js';
import type { Observed } from '../sights.js';
import type { KindOf, PairWork, Shapes } from '../pair-work.js';
import { withOwnAnswer } from '../meetings/own-answer.js';
import { betweenMailboxes } from '../colleagues/sources.js';
import { travelFor } from './travel-for.js';
import { isBaseUnknown } from './unknown-base.js';

/** What a merge of this link must know beside its two sides; who changed last is for the caller to say. */
export function termsOf<S extends Shapes>(
  work: PairWork<S>,
  observed: Observed<S>,
  link: Link,
): MergeTerms {
  const { open, cameToNothing, ledTo } = observed.unit;
  const landed = observed.unit.landedVersion ?? adoptedVersion(work, link);
  return {
    bases: withOwnAnswer(work, observed, basesWithNewFields(work, observed, link)),
    isBaseUnknown: isBaseUnknown(link),
    isBaseOld: link.form !== work.kind.form(work.translation),
    rooted: rootedIn(work.kind),
    travel: travelFor(work, observed, link),
    conflict: work.pair.policy.conflict,
    newer: 'erp',
    between: betweenMailboxes(work, observed),
    open,
    cameToNothing,
    ledTo,
    erpIsOurs:
      landed !== null &&
      observed.record.kind === 'there' &&
      observed.record.seen.version === landed,
  };
}

function rootedIn<S extends Shapes>({ rules }: KindOf<S>): readonly string[] {
  return keysOf(rules).filter((field) => rules[field].alongWith !== undefined);
}

/** The version that an interrupted create of ours led to in the ERP, while nobody has compared both sides since. */
function adoptedVersion<S extends Shapes>(work: PairWork<S>, link: Link): string | null {
  const isAdopted =
    link.origin === 'exchange' && link.itemVersion === '' && link.recordVersion !== '';
  return isAdopted && link.form === work.kind.form(work.translation) ? link.recordVersion : null;
}
