import type { Mutant } from './mutant.js';

const UNTOLD = 'test/scenarios/untold-attendees.test.ts';

/** Safety lines of what one side has and the other one has no place for. */
export const CARD_MUTANTS: readonly Mutant[] = [
  {
    name: 'what Exchange has no place for is a difference that somebody must decide',
    protects: ['rule 2'],
    file: 'sync/engine/merge.ts',
    find: '    if (textAt(inExchange, path) === exchange) return true;\n',
    replace: '',
    tests: [UNTOLD],
  },
];
