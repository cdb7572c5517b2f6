import type { Mutant } from './mutant.js';

const PASSING = 'test/scenarios/edited-in-passing.test.ts';
const RESTORED = 'test/sync/engine/restored-unheard.test.ts';
const INTERRUPTED = 'test/sync/engine/safety-lines-interrupted.test.ts';
const CYCLE = 'test/sync/engine/cycle.test.ts';
const UNREST = 'test/sync/engine/unrest.test.ts';
const SAFETY = 'test/sync/engine/safety-lines.test.ts';
const ADAPTER = 'test/sync/exchange/ews/adapter.test.ts';

/** Safety lines of taking away and of giving up: nothing goes that somebody edited, and nothing loops. */
export const DELETION_MUTANTS: readonly Mutant[] = [
  {
    name: 'an edit between our mark and our deletion is lost',
    protects: ['rule 11'],
    file: 'sync/engine/apply.ts',
    find: '  await unlessEdited(work, answers);\n',
    replace: '',
    tests: [PASSING],
  },
  {
    name: 'an edit that an interrupted deletion took along is lost',
    protects: ['rule 11'],
    file: 'sync/engine/recover.ts',
    find: '  await bringBackInterrupted(work, open);\n',
    replace: '',
    tests: [PASSING],
  },
  {
    name: 'what its owner deleted too is brought back',
    protects: ['rule 11'],
    file: 'sync/engine/edited-in-passing.ts',
    find: ' && mark.attempt === GOING;',
    replace: ';',
    tests: [PASSING],
  },
  {
    name: 'what we put among the deleted items does not say that it was us',
    protects: ['rule 11'],
    file: 'sync/engine/translate-remove.ts',
    find: 'formatMark({ key: link.key, attempt: GOING, owner: work.pair.id })',
    replace: 'formatMark({ key: link.key, attempt: link.attempt, owner: work.pair.id })',
    tests: [PASSING],
  },
  {
    name: 'a reminder that the server takes off passes for an edit',
    protects: ['rule 11'],
    file: 'sync/engine/edited-in-passing.ts',
    find: "fields: { ...own.fields, [reminder]: 'off' as const }",
    replace: "fields: { ...own.fields, [`${reminder}?`]: 'off' as const }",
    tests: [PASSING],
  },
  {
    name: 'what its owner took back while we died is deleted again',
    protects: ['rule 11'],
    file: 'sync/engine/plan-deleted.ts',
    find: 'const moved = isRestored || hasMoved(',
    replace: 'const moved = hasMoved(',
    tests: [PASSING],
  },
  {
    name: 'what its owner took back is deleted again once its record is heard to be gone',
    protects: ['rule 11'],
    file: 'sync/engine/plan-deleted.ts',
    find: "  if (wasRestored(observed, item, 'erp')) return kept(link, 'deletedEverywhere');\n",
    replace: '',
    tests: [RESTORED],
  },
  {
    name: 'a deletion that was not done yet passes for one that was taken back',
    protects: ['rule 11'],
    file: 'sync/engine/plan-deleted.ts',
    find: 'removals.every(({ itemId }) => itemId !== id);',
    replace: 'removals.every(({ itemId }) => itemId !== `${id}?`);',
    tests: [INTERRUPTED],
  },
  {
    name: 'writes to Exchange overwrite what was changed meanwhile',
    protects: ['rule 4', 'rule 11'],
    file: 'sync/exchange/ews/operations/update-item.ts',
    find: "ConflictResolution: 'NeverOverwrite'",
    replace: "ConflictResolution: 'AlwaysOverwrite'",
    tests: [ADAPTER],
  },
  {
    name: 'deletions in Exchange are for good',
    protects: ['rule 11'],
    file: 'sync/exchange/ews/operations/delete-item.ts',
    find: "DeleteType: 'MoveToDeletedItems'",
    replace: "DeleteType: 'HardDelete'",
    tests: [ADAPTER],
  },
  {
    name: 'what is put back is not counted',
    protects: ['rule 22'],
    file: 'sync/engine/settle-create.ts',
    find: "ended: isPutBack ? 'putBack' : 'deletedEverywhere'",
    replace: "ended: 'deletedEverywhere'",
    tests: ['test/sync/engine/terms/travel.test.ts'],
  },
  {
    name: 'a record that was kept on purpose is revived',
    protects: ['rule 22'],
    file: 'sync/engine/plan.ts',
    find: "      return isRestored ? revive(work, observed, link) : { kind: 'rest' };",
    replace:
      '      return isRestored ? revive(work, observed, link) : decideUnlinked(work, record, item);',
    tests: [CYCLE, SAFETY],
  },
  {
    name: 'a frozen record is written all the same',
    protects: ['rule 22'],
    file: 'sync/engine/plan.ts',
    find: "      if (isFrozen(link, work.clock.now())) return { kind: 'rest' };\n",
    replace: '',
    tests: [UNREST],
  },
  {
    name: 'a tool that flips a field is flipped back for ever',
    protects: ['rule 22'],
    file: 'sync/engine/unrest.ts',
    find: '.filter(([, { flips }]) => flips >= MOST_FLIPS)',
    replace: '.filter(([, { flips }]) => flips < 0)',
    tests: [UNREST],
  },
  {
    name: 'a tool that writes something new every minute is never stopped',
    protects: ['rule 22'],
    file: 'sync/engine/unrest.ts',
    find: 'unrest.writes >= MOST_WRITES;',
    replace: 'unrest.writes < 0;',
    tests: [UNREST],
  },
  {
    name: 'a person who changes their mind is frozen',
    protects: ['rule 22'],
    file: 'sync/engine/unrest.ts',
    find: 'const flips = isBack ? known.flips + 1 : 0;',
    replace: 'const flips = (known?.flips ?? 0) + 1;',
    tests: [UNREST],
  },
  {
    name: 'what flips over days is frozen',
    protects: ['rule 22'],
    file: 'sync/engine/unrest.ts',
    find: '  return isOld ? {',
    replace: '  return isOld && unrest.writes < 0 ? {',
    tests: [UNREST],
  },
];
