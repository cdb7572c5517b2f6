import type { Mutant } from './mutant.js';

const ALONE = 'test/sync/engine/inseparable.test.ts';
const WHOLE = 'test/scenarios/patterns-whole.test.ts';
const RESTORED = 'test/scenarios/patterns-restored.test.ts';

/** Safety lines of what both sides changed and nobody may mix: the day on which a series begins, and its pattern. */
export const PATTERN_MUTANTS: readonly Mutant[] = [
  {
    name: 'the pattern of one side begins on the day of the other one',
    protects: ['rule 15'],
    file: 'sync/engine/merge.ts',
    find: '  if (inseparable.mayBeMixed(sides.erp.value, sides.exchange.value)) return null;\n',
    replace: '  if (inseparable.fields.length > 0) return null;\n',
    tests: [WHOLE],
  },
  {
    name: 'an hour and a pattern that go together are a conflict',
    protects: ['rule 13'],
    file: 'mappings/appointment/kind.ts',
    find: '  return firstDayOf(one.when) === firstDayOf(other.when);\n',
    replace: '  return one.when === other.when;\n',
    tests: [WHOLE],
  },
  {
    name: 'what a series loses beside the field that both changed is in no journal',
    protects: ['rule 18'],
    file: 'sync/engine/inseparable.ts',
    find: '  if (isContested) return { side, isConflict: true };\n',
    replace:
      "  if (isContested) return { side, isConflict: stands.erp === 'moved' && stands.exchange === 'moved' };\n",
    tests: [WHOLE],
  },
  {
    name: 'half of a series goes where the other half may not',
    protects: ['direction'],
    file: 'sync/engine/inseparable.ts',
    find: '  const free = SIDES.filter((side) => differing.every(({ may }) => mayLeave(side, may)));\n',
    replace:
      '  const free = SIDES.filter((side) => differing.some(({ may }) => mayLeave(side, may)));\n',
    tests: [ALONE],
  },
  {
    name: 'the order of workers picks the winner of a series',
    protects: ['rule 16'],
    file: 'sync/engine/merge.ts',
    find: "  return verdicts.includes('erp') ? 'erp' : 'exchange';\n",
    replace: "  return winnerByRule(rule?.onConflict ?? 'connection', terms);\n",
    tests: [ALONE],
  },
  {
    name: 'half of a lost series comes back',
    protects: ['rule 18'],
    file: 'sync/engine/undo/together.ts',
    find: '  return isClear ? [lost, ...found] : null;\n',
    replace: '  return isClear ? [lost] : null;\n',
    tests: [RESTORED],
  },
  {
    name: 'a lost first day comes back to a pattern that was changed since',
    protects: ['rule 18'],
    file: 'sync/engine/undo/together.ts',
    find: '  return inseparable?.fields.includes(path) === true ? inseparable.fields : [path];\n',
    replace: "  return inseparable?.fields.includes(path) === true && path === '' ? [] : [path];\n",
    tests: [RESTORED],
  },
  {
    name: 'the half of a lost series that may travel comes back alone',
    protects: ['direction'],
    file: 'sync/engine/undo/together.ts',
    find: 'to: one.to.filter((side) => others.every(({ to }) => to.includes(side))) };',
    replace: 'to: one.to.filter((side) => others.some(({ to }) => to.includes(side))) };',
    tests: [RESTORED],
  },
];
