import type { Mutant } from './mutant.js';

const UNITS = 'test/sync/engine/succession/succession.test.ts';

/** Safety lines of what comes again and was ticked off. */
export const SUCCESSION_MUTANTS: readonly Mutant[] = [
  {
    name: 'what both sides make of a tick by themselves is made a second time',
    protects: ['rule 19'],
    file: 'sync/engine/cycle.ts',
    find: '  await carrySuccessions(work, { feed, interrupted, ledger });\n',
    replace: '',
    tests: [UNITS],
  },
  {
    name: 'what was born is connected whatever its due date',
    protects: ['rule 19'],
    file: 'sync/engine/succession/pick.ts',
    find: '  return hook.stageOf(record.shown.value).due === hook.stageOf(value).due;',
    replace: '  return hook.stageOf(record.shown.value).due !== hook.stageOf(value).due || true;',
    tests: [UNITS],
  },
  {
    name: 'what one series has left ticks off another one of the same name',
    protects: ['rule 19'],
    file: 'sync/engine/succession/pick.ts',
    find: '(key === null || isInChain(key, link.key)),',
    replace: '(key === null || key !== link.id),',
    tests: [UNITS],
  },
  {
    name: 'a tick is sent before it is promised',
    protects: ['rule 19', 'rule 2'],
    file: 'sync/engine/succession/succession.ts',
    find: '    if (fresh.length > 0)\n',
    replace: '    if (fresh.length > 10_000)\n',
    tests: [UNITS],
  },
  {
    name: 'what may have been born is made before it is known what belongs together',
    protects: ['rule 19'],
    file: 'sync/engine/succession/sight.ts',
    find: '    feed.records.delete(seen.id);\n',
    replace: '',
    tests: [UNITS],
  },
  {
    name: 'a tick travels like any other field',
    protects: ['rule 19'],
    file: 'sync/engine/plan-batch.ts',
    find: '  const actions = withoutTicks(work, planned, ledger);\n',
    replace: '  const actions = planned;\n',
    tests: [UNITS],
  },
];
