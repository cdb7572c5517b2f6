import type { Mutant } from './mutant.js';

const MERGE = 'test/sync/engine/merge.test.ts';
const SERIES = 'test/scenarios/series.test.ts';
const INTERRUPTED = 'test/sync/engine/safety-lines-interrupted.test.ts';
const STEPS = 'test/sync/exchange/ews/series.test.ts';
const PLAN = 'test/sync/exchange/ews/exception-plan.test.ts';
const MAPPING = [
  'test/mappings/appointment/exchange.test.ts',
  'test/mappings/appointment/laws.test.ts',
];

/** Safety lines of sets and series: element by element, step by step, and by the original date. */
export const SERIES_MUTANTS: readonly Mutant[] = [
  {
    name: 'what one side adds to a set takes away what the other one added',
    protects: ['rule 13'],
    file: 'sync/engine/merge.ts',
    find: ': kind.withElement(value, field, path.element, from);',
    replace: ': { ...value, [field]: from[field] };',
    tests: [MERGE],
  },
  {
    name: 'a set is compared as a whole',
    protects: ['rule 13'],
    file: 'sync/engine/merge.ts',
    find: "  if (rule.merge === 'whole') return [{ field, element: null }];",
    replace: "  if (rule.merge !== 'nothing') return [{ field, element: null }];",
    tests: [MERGE],
  },
  {
    name: 'a deleted exception is no edit that beats a deletion',
    protects: ['rule 13', 'rule 15'],
    file: 'sync/engine/merge.ts',
    find: '  for (const side of [sides.erp.base, sides.exchange.base, bases.erp, bases.exchange]) {',
    replace: '  for (const side of [sides.erp.base, sides.exchange.base]) {',
    tests: [MERGE],
  },
  {
    name: 'equal values are written although nothing would change',
    protects: ['rule 2'],
    file: 'sync/engine/merge.ts',
    find: '  if (isAtRest || terms.equal(path)) return null;',
    replace: '  if (isAtRest) return null;',
    tests: [MERGE],
  },
  {
    name: 'a new series without its exceptions passes for one whose exceptions a person took out',
    protects: ['rule 3'],
    file: 'sync/engine/settle-create.ts',
    find: "bases: exchange.value.version === '' ? withoutElements(target, attendees) : bases,",
    replace: 'bases,',
    tests: [INTERRUPTED],
  },
  {
    name: 'a series that we died making passes for one whose exceptions a person took out',
    protects: ['rule 3'],
    file: 'sync/engine/recover.ts',
    find: "bases: intent.side === 'exchange' ? withoutElements(target, attendees) : target,",
    replace: 'bases: target,',
    tests: [SERIES],
  },
  {
    name: 'a series that was edited while we write it is overwritten',
    protects: ['rule 3', 'rule 4'],
    file: 'sync/exchange/ews/series-work.ts',
    find: '    if (now.ref.version !== work.ref.version) return note(work, editedMeanwhile());\n',
    replace: '',
    tests: [STEPS],
  },
  {
    name: 'each step of a series takes the newest key for granted',
    protects: ['rule 3', 'read-back'],
    file: 'sync/exchange/ews/remove-occurrences.ts',
    find: '    if (!isSameButRemoved(work.seen, now)) return note(work, editedMeanwhile());\n',
    replace: '',
    tests: [STEPS],
  },
  {
    name: 'an occurrence that was deleted is not brought back',
    protects: ['rule 15'],
    file: 'sync/exchange/ews/exception-plan.ts',
    find: 'change: change.map(telling), bringBack };',
    replace: 'change: change.map(telling), bringBack: bringBack.slice(0, 0) };',
    tests: [PLAN],
  },
  {
    name: 'an exception under its old time of day is another one',
    protects: ['rule 15'],
    file: 'sync/exchange/ews/exception-plan.ts',
    find: '  for (const limit of [0, HALF_A_DAY]) {',
    replace: '  for (const limit of [0]) {',
    tests: [PLAN],
  },
  {
    name: 'an exception is keyed by the day in Greenwich',
    protects: ['rule 15'],
    file: 'mappings/appointment/exchange-exceptions.ts',
    find: 'PlainDate => originalDay(originalStart, master, clock);',
    replace: 'PlainDate => originalStart.slice(0, 10) as PlainDate;',
    tests: MAPPING,
  },
  {
    name: 'an exception that the new pattern has no day for is dropped in silence',
    protects: ['rule 15'],
    file: 'mappings/appointment/writing.ts',
    find: '  if (value.series === null) return [];\n  const dates',
    replace: '  if (value.series === null || kept.length >= 0) return [];\n  const dates',
    tests: ['test/mappings/appointment/erp.test.ts', 'test/mappings/appointment/exchange.test.ts'],
  },
];
