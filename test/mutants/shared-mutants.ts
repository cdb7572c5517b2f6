import type { Mutant } from './mutant.js';

const MEETINGS = 'test/scenarios/shared-meetings.test.ts';
const WAITING = 'test/scenarios/waiting-for-invitations.test.ts';
const SERIES = 'test/scenarios/shared-series.test.ts';
const CONFLICTS = 'test/scenarios/shared-conflicts.test.ts';
const SHARED = 'test/properties/shared.test.ts';
const NEWER = 'test/sync/engine/terms/newer.test.ts';
const ERP = 'test/sync/erp/adapter.test.ts';

/** Safety lines of what lies in several mailboxes: one record, one winner, and nobody deletes for all. */
export const SHARED_MUTANTS: readonly Mutant[] = [
  {
    name: 'who is invited gets a copy beside the invitation',
    protects: ['rule 10'],
    file: 'sync/engine/meetings/invitation.ts',
    find: "if (meeting?.invited.includes(pair.employeeId) === true) return { kind: 'sent' };",
    replace:
      "if (meeting?.invited.includes(`${pair.employeeId}?`) === true) return { kind: 'sent' };",
    tests: [MEETINGS],
  },
  {
    name: 'who will be invited gets a copy beside the invitation',
    protects: ['rule 10'],
    file: 'sync/engine/meetings/invitation.ts',
    find: "  return { kind: 'willCome', lookAgain };",
    replace:
      "  return lookAgain === '' ? { kind: 'willCome', lookAgain } : { kind: 'willNotCome' };",
    tests: [WAITING],
  },
  {
    name: 'an invitation that never comes is waited for',
    protects: ['rule 10'],
    file: 'sync/engine/meetings/invitation.ts',
    find: "  if (!doesOwnerInvite) return { kind: 'willNotCome' };\n",
    replace: '',
    tests: [WAITING],
  },
  {
    name: 'a meeting that a colleague’s mailbox makes just now is made in the ERP again',
    protects: ['rule 10'],
    file: 'sync/engine/meetings/invitation.ts',
    find: 'return isColleague && now < since + PATIENCE_MS ? instantOf(now + MOMENT_MS) : null;',
    replace: 'return isColleague && now < since ? instantOf(now + MOMENT_MS) : null;',
    tests: [WAITING],
  },
  {
    name: 'a meeting that the ERP knows is made again by the second mailbox',
    protects: ['rule 10'],
    file: 'sync/engine/colleagues/join.ts',
    find: '    const known = records.get(one.claim.key);',
    replace: '    const known = records.get(`${one.claim.key}?`);',
    tests: [MEETINGS],
  },
  {
    name: 'one occurrence that somebody was invited to is taken for the whole series',
    protects: ['rule 10'],
    file: 'mappings/appointment/kind.ts',
    find: '`${uid} ${recurrenceId}`',
    replace: '`${uid}`',
    tests: ['test/mappings/appointment/kind.test.ts', MEETINGS],
  },
  {
    name: 'a second record of a meeting is refused like any other, and never joined',
    protects: ['rule 10'],
    file: 'sync/erp/create-records.ts',
    find: '    if (known.has(meeting.key)) others.add(key);\n',
    replace: '',
    tests: [ERP],
  },
  {
    name: 'a meeting that somebody else makes at the same time is made twice',
    protects: ['rule 10'],
    file: 'sync/erp/create-records.ts',
    find: '  await claimMeetings(trx, made.flatMap(claimOf));\n',
    replace: '',
    tests: ['test/sync/erp/meetings.test.ts'],
  },
  {
    name: 'whose pair came first owns the meeting',
    protects: ['rule 10', 'rule 16'],
    file: 'sync/engine/colleagues/join.ts',
    find: '  return claim.isOrganizer || employeeId < ownerId;',
    replace: '  return claim.isOrganizer;',
    tests: [MEETINGS, SHARED],
  },
  {
    name: 'an occurrence that a guest deletes goes for all',
    protects: ['rule 9'],
    file: 'sync/engine/plan-batch.ts',
    find: '  const observed = whole.map((one) => withAbsences(work, one));',
    replace:
      '  const observed = whole.map((one) => (one.linkId === null ? withAbsences(work, one) : one));',
    tests: [SERIES],
  },
  {
    name: 'an occurrence that a guest deleted goes for all with the next change',
    protects: ['rule 9'],
    file: 'sync/engine/colleagues/absences.ts',
    find: '  if (absences === undefined) return value;\n',
    replace: '  if (absences !== undefined || value !== null) return value;\n',
    tests: [SERIES],
  },
  {
    name: 'an occurrence that a guest deleted comes back after an interruption',
    protects: ['rule 3', 'rule 9'],
    file: 'sync/engine/colleagues/absences.ts',
    find: "item.kind !== 'there' || isRewritten || isDeleted",
    replace: "item.kind !== 'there' || isDeleted",
    tests: [SERIES],
  },
  {
    name: 'the deletion of the owner is only his own',
    protects: ['rule 9'],
    file: 'sync/engine/colleagues/absences.ts',
    find: '  return employees.length > 1 && kind.recordFacts(record).ownerId !== pair.employeeId;',
    replace:
      '  return employees.length > 1 && kind.recordFacts(record).ownerId !== `${pair.employeeId}?`;',
    tests: [SERIES],
  },
  {
    name: 'a colleague’s edit brings back what a guest has deleted',
    protects: ['rule 9'],
    file: 'sync/engine/plan-deleted.ts',
    find: '  if (moved && !isOnlyGuest) return',
    replace: '  if (moved) return',
    tests: [SHARED, SERIES],
  },
  {
    name: 'of two mailboxes the one whose turn comes last wins',
    protects: ['rule 16'],
    file: 'sync/engine/merge.ts',
    find: "  if (mailbox !== null && rule.direction === 'both') return mailbox;\n",
    replace: '',
    tests: [CONFLICTS],
  },
  {
    name: 'nobody remembers from which mailbox a value came',
    protects: ['rule 16'],
    file: 'sync/engine/apply.ts',
    find: '  await rememberSources(work, steps);\n',
    replace: '',
    tests: [CONFLICTS],
  },
  {
    name: 'a value that the ERP cut is nobody’s',
    protects: ['rule 16'],
    file: 'sync/engine/apply.ts',
    find: '  await correctSources(work, erp);\n',
    replace: '',
    tests: [CONFLICTS],
  },
  {
    name: 'what the ERP has changed since still counts as a mailbox’s',
    protects: ['rule 16'],
    file: 'sync/engine/colleagues/sources.ts',
    find: 'one.field === field && one.value === value)\n      .map',
    replace: 'one.field === field)\n      .map',
    tests: [CONFLICTS],
  },
  {
    name: 'the owner’s mailbox ranks like any other',
    protects: ['rule 16'],
    file: 'sync/engine/colleagues/sources.ts',
    find: '? [ownerId, ...others] : others;',
    replace: '? [...others, ownerId] : others;',
    tests: [CONFLICTS],
  },
  {
    name: '`newest` trusts skewed clocks',
    protects: ['rule 16'],
    file: 'sync/engine/terms/newer.ts',
    find: '  return offsetMs === null ? null : Date.parse(at) - offsetMs;',
    replace: '  return offsetMs === null ? null : Date.parse(at);',
    tests: [NEWER],
  },
  {
    name: '`newest` decides though a clock was not measured',
    protects: ['rule 16'],
    file: 'sync/engine/terms/newer.ts',
    find: '  return offsetMs === null ? null : Date.parse(at) - offsetMs;',
    replace: '  return Date.parse(at) - (offsetMs ?? 0);',
    tests: [NEWER],
  },
  {
    name: '`newest` decides within two minutes',
    protects: ['rule 16'],
    file: 'sync/engine/terms/newer.ts',
    find: 'const SURE_MS = 120_000;',
    replace: 'const SURE_MS = 1_000;',
    tests: [NEWER],
  },
];
