import { Untranslatable } from '../../mappings/translation.js';
import type { Side } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action } from './decision.js';
import type { Interrupted } from './recover.js';
import { nothingToWrite } from './step.js';
import type { Step } from './step.js';
import { createInErp, createInExchange } from './translate-create.js';
import { declineInErp } from './meetings/translate-decline.js';
import { mergeStep } from './translate-merge.js';
import { turnPrivate } from './translate-privacy.js';
import { removeFromErp, removeFromExchange } from './translate-remove.js';

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
    return { ok: false, action, side, reason: error.sentence[work.pair.policy.language] };
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
    case 'joinRecord':
      return { ...nothingToWrite(action), erp: { kind: 'join', entry: decision.join } };
    case 'merge':
      return mergeStep(work, action, decision);
    case 'declineInErp':
      return declineInErp(work, action, decision);
    case 'turnPrivate':
      return turnPrivate(work, action, decision);
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
