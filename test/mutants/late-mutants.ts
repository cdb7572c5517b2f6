import type { Mutant } from './mutant.js';

const LATE = 'test/scenarios/late-invitations.test.ts';
const ORGANIZER = 'test/scenarios/organizers-item.test.ts';
const BROUGHT = 'test/scenarios/brought-back.test.ts';
const COPIED = 'test/scenarios/copied-and-deleted.test.ts';
const PASSING = 'test/scenarios/edited-in-passing.test.ts';
const OFF = 'test/scenarios/uninvited.test.ts';
const BOTH = 'test/scenarios/deleted-by-both.test.ts';
const REST = 'test/sync/engine/at-rest.test.ts';

/** Safety lines of what comes late: invitations, answers, deletions, and the echo of our own writes. */
export const LATE_MUTANTS: readonly Mutant[] = [
  {
    name: 'the ERP takes somebody out before their copy is linked, and the copy puts them back',
    protects: ['rule 9'],
    file: 'sync/engine/colleagues/join.ts',
    find: '    } else if (wasTakenOut(work, known)) {',
    replace: '    } else if (work.signal.aborted) {',
    tests: [LATE],
  },
  {
    name: 'a meeting that the ERP deleted comes back by an invitation',
    protects: ['rule 10'],
    file: 'sync/engine/colleagues/join.ts',
    find: '    const isDeleted = deleted.has(one.claim.key) && one.observed.unit.link === null;',
    replace: '    const isDeleted = false;',
    tests: [LATE],
  },
  {
    name: 'an invitation whose record could not be read once is never linked',
    protects: ['rule 17'],
    file: 'sync/engine/colleagues/link-matches.ts',
    find: "    if (one !== null || isUnread(again[at])) ledger.owe('exchange', item.seen.ref.id);\n",
    replace: '',
    tests: [LATE],
  },
  {
    name: 'what somebody answered before they were linked, or while they owned the record, is lost',
    protects: ['rule 10'],
    file: 'sync/engine/terms/terms.ts',
    find: 'withOwnAnswer(work, observed, basesWithNewFields(work, observed, link))',
    replace: 'basesWithNewFields(work, observed, link)',
    tests: [LATE],
  },
  {
    name: 'an organiser’s item counts as agreed with what a copy had made',
    protects: ['rule 10'],
    file: 'sync/engine/colleagues/link-matches.ts',
    find: '    match?.claim.isOrganizer === true\n',
    replace: "    match?.claim.key === ''\n",
    tests: [ORGANIZER],
  },
  {
    name: 'edits in the ERP are overwritten when the organiser is linked',
    protects: ['rule 7'],
    file: 'sync/engine/colleagues/organizers-item.ts',
    find: '  if (!isUntouched) return',
    replace: '  if (!isUntouched && keysOf(kind.rules).length === 0) return',
    tests: [ORGANIZER],
  },
  {
    name: 'a colleague’s copy brings back what the ERP has overruled',
    protects: ['rule 16'],
    file: 'sync/engine/meetings/meeting.ts',
    find: '  if (record.seen.meeting?.isOrganizers === true && ownerId !== pair.employeeId) return true;\n',
    replace: '',
    tests: [ORGANIZER],
  },
  {
    name: 'a refused write is tried again at its own echo',
    protects: ['rule 17'],
    file: 'sync/engine/units.ts',
    find: '  if (isEchoOfRefused(unit, feed)) return false;\n',
    replace: '',
    tests: [BROUGHT],
  },
  {
    name: 'a copy takes the place of the original that was deleted',
    protects: ['rule 14'],
    file: 'sync/engine/places.ts',
    find: '    return uid !== null && uids.get(id) === uid ? 1 : 2;',
    replace: '    return 1;',
    tests: [COPIED],
  },
  {
    name: 'what somebody changed before an interrupted write of ours passes for ours',
    protects: ['rule 2'],
    file: 'sync/engine/stand.ts',
    find: '  if (intent.fields !== undefined) return intent.fields.includes(nameOf(path));\n',
    replace: '',
    tests: [REST],
  },
  {
    name: 'an edit that was looked past takes a deletion back',
    protects: ['rule 11'],
    file: 'sync/engine/edited-in-passing.ts',
    find: 'planned: intent?.target?.exchange ?? bases.exchange',
    replace: 'planned: bases.exchange',
    tests: [PASSING],
  },
  {
    name: 'whom the organiser takes off the list stays in the record',
    protects: ['rule 10'],
    file: 'sync/engine/merge.ts',
    find: '      asTheyAre(path) && staysEqual(path) && !(isPeople && wasTakenOff(path, sides, terms));',
    replace: '      asTheyAre(path) && staysEqual(path);',
    tests: [OFF],
  },
  {
    name: 'two who delete one meeting bring it back to each other',
    protects: ['rule 9'],
    file: 'sync/engine/has-moved.ts',
    find: '      if (leavers.includes(nameOf(path))) return false;\n',
    replace: '',
    tests: [BOTH],
  },
  {
    name: 'a meeting that is called off takes an edit in the ERP along',
    protects: ['rule 22'],
    file: 'sync/engine/meetings/plan-answer.ts',
    find: "  if (hasMoved(work.kind, 'erp', record.shown.base, terms))\n    return { kind: 'endLink', link, why: 'itemDeletedRecordKept' };\n",
    replace: '',
    tests: [BOTH],
  },
];
