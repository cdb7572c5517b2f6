import type { Random } from '../simulators/random.js';
import type { Firm } from './firm.js';
import type { Oracle } from './oracle.js';

/** What one act of a person has to do with. */
export interface Stage {
  readonly firm: Firm;
  readonly oracle: Oracle;
  readonly random: Random;
  /** Used by no other act. */
  readonly number: number;
  /** The number as the beginning of a title. */
  readonly token: string;
}

/** Something a person does; nothing where there is nothing to do it with. */
export type Act = (stage: Stage) => unknown;
