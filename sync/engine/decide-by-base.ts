import type { Base, Link, Side } from '../ports/store.js';
import type { Decision } from './decision.js';
import type { PairWork, Shapes } from './pair-work.js';

/**
 * One side is gone, and only the base of the other one tells whether it was changed since. Where that base is unknown, by a
 * repair or an upgrade, deleting could take away an edit and making anew could bring back what was deleted: it waits, unless
 * the side still has the version that it had then. Once approved, what the side shows counts as unchanged (rules 1 and 7).
 */
export function decideByBase<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  left: {
    readonly side: Side;
    readonly shown: Base;
    readonly version: string;
    readonly mayOverwrite: boolean;
  },
  decide: (link: Link) => Decision<S>,
): Decision<S> {
  const form = work.kind.form(work.translation);
  if (link.form === form) return decide(link);
  const { side, shown, version, mayOverwrite } = left;
  const isUnchanged = version === (side === 'erp' ? link.recordVersion : link.itemVersion);
  if (!isUnchanged && !mayOverwrite) return { kind: 'hold', link, side, reason: 'baseUnknown' };
  return decide({ ...link, form, bases: { ...link.bases, [side]: shown } });
}
