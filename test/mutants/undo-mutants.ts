import type { Mutant } from './mutant.js';

const OVERRULED = 'test/sync/engine/undo/overruled.test.ts';
const ONE_WAY = 'test/sync/engine/undo-one-way.test.ts';
const CARRIED = 'test/sync/engine/carried-over.test.ts';

/** Safety lines of undo in one-way pairs, and of what interrupted writes have overwritten or carried over. */
export const UNDO_MUTANTS: readonly Mutant[] = [
  {
    name: 'a value that lost is forgotten with the process that wrote over it',
    protects: ['rule 18'],
    file: 'sync/engine/ledger.ts',
    find: '      const overwritten = overwrittenBy(work.kind, kept, rest.links, noted);',
    replace:
      '      const overwritten = overwrittenBy(work.kind, kept.slice(0, 0), rest.links, noted);',
    tests: [OVERRULED],
  },
  {
    name: 'a value that lost is kept once more by the write that was repeated',
    protects: ['rule 18'],
    file: 'sync/engine/undo/overruled.ts',
    find: '      .filter((one) => !isNoted(one) && printAt',
    replace: '      .filter((one) => isNoted(one) || printAt',
    tests: [OVERRULED],
  },
  {
    name: 'a value that is still shown counts as lost',
    protects: ['rule 18'],
    file: 'sync/engine/undo/overruled.ts',
    find: ' && printAt(now, one.field) !== one.shown)',
    replace: ' && printAt(now, one.field) !== null)',
    tests: [OVERRULED],
  },
  {
    name: 'a value counts as lost although its write was refused',
    protects: ['rule 18'],
    file: 'sync/engine/settle-merge.ts',
    find: '    if (isWritten) ledger.conflict',
    replace: '    if (isWritten || !isWhole) ledger.conflict',
    tests: [OVERRULED],
  },
  {
    name: 'what was overwritten in a private item is kept',
    protects: ['rule 20', 'private filter'],
    file: 'db/overwritten.ts',
    find: "    .whereNotIn('link_id', [...purged]);",
    replace: "    .whereNotIn('link_id', purged.slice(0, 0));",
    tests: ['test/db/store.test.ts'],
  },
  {
    name: 'what was taken back one way comes again at once',
    protects: ['rule 18'],
    file: 'sync/engine/undo/undo-plan.ts',
    find: '    decision: isFreezing ? { ...decision, freezes: undone } : decision,',
    replace: '    decision: isFreezing ? { ...decision } : decision,',
    tests: [ONE_WAY],
  },
  {
    name: 'what was taken back one way rests for an hour only',
    protects: ['rule 18'],
    file: 'sync/engine/unrest.ts',
    find: '  const frozenUntil = UNTIL_THAWED;\n',
    replace: '  const frozenUntil = instantOf(millisecondsOf(now) + HOUR_MS);\n',
    tests: [ONE_WAY],
  },
  {
    name: 'what was thawed stays different for ever',
    protects: ['rule 18'],
    file: 'sync/engine/unrest.ts',
    find: '  const { toErp = [], toExchange = [] } = unrest?.undone ?? {};',
    replace: '  const { toErp = [], toExchange = [] } = unrest?.undone === undefined ? {} : CALM;',
    tests: [ONE_WAY],
  },
  {
    name: 'an undo writes a side that may not be written any more',
    protects: ['rule 18', 'direction'],
    file: 'sync/engine/undo/undo-plan.ts',
    find: '  return [{ path, to: isThere ? to : [],',
    replace: '  return [{ path, to: isThere ? to : [side],',
    tests: ['test/sync/engine/undo/undo.test.ts'],
  },
  {
    name: 'a record is made anew although it was deleted with what we had brought there',
    protects: ['tombstone'],
    file: 'sync/engine/plan-deleted.ts',
    find: '  const bases = withCarriedToErp(observed.unit, terms.bases, base);',
    replace: '  const bases = withCarriedToErp(observed.unit, terms.bases, {});',
    tests: [CARRIED],
  },
  {
    name: 'an item is made anew although it was deleted with what we had brought there',
    protects: ['tombstone'],
    file: 'sync/engine/observe.ts',
    find: "  return 'base' in shown ? { kind: 'deleted', last: shown.base } : { kind: 'deleted' };",
    replace: "  return 'base' in shown ? { kind: 'deleted' } : { kind: 'deleted' };",
    tests: [CARRIED],
  },
  {
    name: 'an update that never arrived makes a person’s edit ours',
    protects: ['rule 3'],
    file: 'sync/engine/stand.ts',
    find: '    if (terms.cameToNothing?.has(intent.id) === true) continue;\n',
    replace: '',
    tests: [CARRIED],
  },
  {
    name: 'an edit between two interrupted updates passes for ours',
    protects: ['rule 3'],
    file: 'sync/engine/stand.ts',
    find: '    if (version !== null && ledTo?.get(write.id) !== version) continue;\n',
    replace: '',
    tests: [CARRIED],
  },
  {
    name: 'what the ERP made of a record that we had made comes back as an edit',
    protects: ['rule 2'],
    file: 'sync/engine/terms/terms.ts',
    find: '  const landed = observed.unit.landedVersion ?? adoptedVersion(work, link);',
    replace: '  const landed = observed.unit.landedVersion;',
    tests: ['test/scenarios/echo.test.ts'],
  },
];
