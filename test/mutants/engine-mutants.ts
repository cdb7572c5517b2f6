import type { Mutant } from './mutant.js';

const WATERMARKS = 'test/sync/engine/safety-lines-watermarks.test.ts';
const CYCLE = 'test/sync/engine/cycle.test.ts';
const SAFETY = 'test/sync/engine/safety-lines.test.ts';
const PRIVACY = 'test/scenarios/privacy.test.ts';
const PAIRING = 'test/scenarios/pairing.test.ts';
const MERGE = 'test/sync/engine/merge.test.ts';

/** Safety lines of the engine: what it plans, in which order it writes, and what it believes. */
export const ENGINE_MUTANTS: readonly Mutant[] = [
  {
    name: 'writes are sent before they are promised',
    protects: ['rule 2'],
    file: 'sync/engine/apply.ts',
    find: '  if (intents.length > 0) await work.store.promise(work.lease, intents);\n',
    replace: '',
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'an interrupted write of ours passes for an edit',
    protects: ['rule 2'],
    file: 'sync/engine/merge.ts',
    find: "    if (isAsWritten && isBroughtBy(intent, path, shown, terms.open)) return 'ours';\n",
    replace: '',
    tests: [MERGE, SAFETY],
  },
  {
    name: 'exceptions that an interrupted rewrite wiped pass for deleted',
    protects: ['rule 3'],
    file: 'sync/engine/merge.ts',
    find: "    if (intent.rewritesSeries && path.element !== null && shown === undefined) return 'ours';\n",
    replace: '',
    tests: [MERGE, SAFETY],
  },
  {
    name: 'a read-back under a foreign key becomes the base',
    protects: ['rule 4', 'read-back'],
    file: 'sync/engine/apply.ts',
    find: 'if (item?.ref.version === ref.version) seen.set(step, item);',
    replace: 'if (item !== null) seen.set(step, item);',
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'an item that is nowhere passes for deleted',
    protects: ['rule 5'],
    file: 'sync/engine/observe.ts',
    find: "  if (place === null) return { kind: 'missing' };",
    replace: "  if (place === null) return { kind: 'deleted' };",
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'a record without a tombstone passes for deleted',
    protects: ['rule 5', 'tombstone'],
    file: 'sync/engine/observe.ts',
    find: "  return { kind: isUnproven ? 'missing' : 'unknown' };",
    replace: "  return isUnproven ? { kind: 'removed', idReused: false } : { kind: 'unknown' };",
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'the guard never holds anything',
    protects: ['rule 6', 'guard'],
    file: 'sync/engine/guard.ts',
    find: '    return total > limits.count && total * 100 > limits.percent * (links + destroyed);',
    replace: '    return total < 0;',
    tests: ['test/sync/engine/guard.test.ts', CYCLE],
  },
  {
    name: 'the guard looks at one employee and never at the connection',
    protects: ['rule 6', 'guard'],
    file: 'sync/engine/guard.ts',
    find: "  if (isTooMuch(done.connection)) return 'tooMuchOnConnection';\n",
    replace: '',
    tests: ['test/sync/engine/guard.test.ts'],
  },
  {
    name: 'a changed form lets one side win everywhere',
    protects: ['rule 7'],
    file: 'sync/engine/plan.ts',
    find: 'if (isOldForm && merged.bothMoved.length > 0 && !mayOverwrite) {',
    replace: 'if (isOldForm && merged.conflicts.length > 10_000 && !mayOverwrite) {',
    tests: [CYCLE],
  },
  {
    name: 'a create that may still land is repeated at once',
    protects: ['rule 8'],
    file: 'sync/engine/recover.ts',
    find: '  return millisecondsOf(work.clock.now()) < landsBefore;',
    replace: '  return millisecondsOf(work.clock.now()) < 0 * landsBefore;',
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'what was made and not confirmed is not found by its key',
    protects: ['rule 14', 'key'],
    file: 'sync/engine/recover.ts',
    find: 'const isOurs = mark?.key === intent.key && mark.owner === work.pair.id;',
    replace: 'const isOurs = mark?.key === `${intent.key}x` && mark.owner === work.pair.id;',
    tests: [SAFETY, CYCLE],
  },
  {
    name: "a colleague's deletion deletes the record for all",
    protects: ['rule 9'],
    file: 'sync/engine/translate-remove.ts',
    find: '  const isWhole = others.length === 0 || (isOwner && heirId === undefined);',
    replace: '  const isWhole = others.length === 0 || isOwner || heirId === undefined;',
    tests: ['test/scenarios/shared-series.test.ts', 'test/properties/shared.test.ts'],
  },
  {
    name: 'a reused id passes for the record it belonged to',
    protects: ['rule 14'],
    file: 'sync/engine/observe.ts',
    find: '  if (unit.link?.ended === null && seen.birth !== unit.link.recordBirth) {',
    replace: "  if (unit.link?.ended === null && seen.birth === '') {",
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'what was read and not finished is forgotten',
    protects: ['rule 17'],
    file: 'sync/engine/commit.ts',
    find: 'await work.store.advance(work.lease, { ...feed.next, erp }, ledger.owed);',
    replace:
      'await work.store.advance(work.lease, { ...feed.next, erp }, ledger.owed.slice(0, 0));',
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'the watermarks move before the work they cover',
    protects: ['watermark order'],
    file: 'sync/engine/cycle.ts',
    find: '  const ledger = openLedger(work, feed, interrupted);\n',
    replace:
      '  const ledger = openLedger(work, feed, interrupted);\n  await work.store.advance(work.lease, feed.next, []);\n',
    tests: [WATERMARKS],
  },
  {
    name: 'a deletion whose item cannot be read just now loses its proof',
    protects: ['watermark order', 'tombstone', 'rule 17'],
    file: 'sync/engine/commit.ts',
    find: 'ledger.keepsErpWatermark ? feed.since.watermarks.erp : feed.next.erp;',
    replace: 'feed.next.erp;',
    tests: [WATERMARKS],
  },
  {
    name: 'an item that was kept on purpose is revived',
    protects: ['rule 22'],
    file: 'sync/engine/plan.ts',
    find: "    case 'putBack':\n      return { kind: 'rest' };",
    replace: "    case 'putBack':\n      return decideUnlinked(work, record, item);",
    tests: [SAFETY, CYCLE],
  },
  {
    name: 'private items come over although they are to be left out',
    protects: ['private filter'],
    file: 'sync/engine/observe.ts',
    find: "    if (work.pair.policy.leavePrivateOut && work.kind.isPrivate(value)) {\n      return { kind: 'outOfScope', why: 'private', version: seen.ref.version };\n    }\n    const like",
    replace: '    const like',
    tests: [PRIVACY, PAIRING],
  },
  {
    name: 'a field travels against its direction',
    protects: ['direction'],
    file: 'sync/engine/travel.ts',
    find: "toErp: travel.rights.change && isOpen(field, rule, travel, 'toErp'),",
    replace: 'toErp: travel.rights.change,',
    tests: [MERGE, CYCLE],
  },
];
