import { ADAPTER_MUTANTS } from './adapter-mutants.js';
import { ENGINE_MUTANTS } from './engine-mutants.js';
import type { Mutant } from './mutant.js';

/** All safety lines that are taken out, one at a time. */
export const MUTANTS: readonly Mutant[] = [...ENGINE_MUTANTS, ...ADAPTER_MUTANTS];
