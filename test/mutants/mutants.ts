import { CARD_MUTANTS } from './card-mutants.js';
import { DATABASE_MUTANTS } from './database-mutants.js';
import { DELETION_MUTANTS } from './deletion-mutants.js';
import { ENGINE_MUTANTS } from './engine-mutants.js';
import { EPOCH_MUTANTS } from './epoch-mutants.js';
import { LATE_MUTANTS } from './late-mutants.js';
import { LOG_MUTANTS } from './log-mutants.js';
import { MAIL_MUTANTS } from './mail-mutants.js';
import { MEMORY_MUTANTS } from './memory-mutants.js';
import type { Mutant } from './mutant.js';
import { PAIRING_MUTANTS } from './pairing-mutants.js';
import { PATTERN_MUTANTS } from './pattern-mutants.js';
import { POLICY_MUTANTS } from './policy-mutants.js';
import { PRIVACY_MUTANTS } from './privacy-mutants.js';
import { SERIES_MUTANTS } from './series-mutants.js';
import { SHARED_MUTANTS } from './shared-mutants.js';
import { SUCCESSION_MUTANTS } from './succession-mutants.js';
import { UNDO_MUTANTS } from './undo-mutants.js';

/** All safety lines that are taken out, one at a time. */
export const MUTANTS: readonly Mutant[] = [
  ...ENGINE_MUTANTS,
  ...SERIES_MUTANTS,
  ...PATTERN_MUTANTS,
  ...DELETION_MUTANTS,
  ...SHARED_MUTANTS,
  ...SUCCESSION_MUTANTS,
  ...CARD_MUTANTS,
  ...POLICY_MUTANTS,
  ...PAIRING_MUTANTS,
  ...MEMORY_MUTANTS,
  ...PRIVACY_MUTANTS,
  ...UNDO_MUTANTS,
  ...MAIL_MUTANTS,
  ...EPOCH_MUTANTS,
  ...LATE_MUTANTS,
  ...LOG_MUTANTS,
  ...DATABASE_MUTANTS,
];
