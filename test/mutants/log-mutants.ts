import type { Mutant } from './mutant.js';

const CHANGES = 'sync/erp/changes.ts';
const TESTS = ['test/sync/erp/changes.test.ts'];

/** Safety lines of reading the ERP's change log: each commit arrives, and a log that was restored is not continued. */
export const LOG_MUTANTS: readonly Mutant[] = [
  {
    name: 'what was under way at the last look is never read',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: '            union all\n            select * from erp.change_log where xid = any (:underWay::xid8[])) as l',
    replace: '            ) as l',
    tests: TESTS,
  },
  {
    name: 'the first transaction after the last look is never read',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: 'where xid >= :notBegun::xid8',
    replace: 'where xid > :notBegun::xid8',
    tests: TESTS,
  },
  {
    name: 'the log is read from the oldest transaction that was under way: what was read comes again',
    protects: ['rule 12', 'snapshot position'],
    file: 'sync/erp/position.ts',
    find: "  const [, notBegun = '0', list = ''] = snapshot.split(':');",
    replace: "  const [notBegun = '0', , list = ''] = snapshot.split(':');",
    tests: TESTS,
  },
  {
    name: 'another change log is continued',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: "  if (row.log !== since.log) throw expired('The position belongs to another change log.');\n",
    replace: '',
    tests: TESTS,
  },
  {
    name: 'a position from the future is continued',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: "  if (row.is_future) throw expired('The position is later than the change log: it was restored.');\n",
    replace: '',
    tests: TESTS,
  },
  {
    name: 'what was pruned is skipped',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: "  if (row.is_pruned) throw expired('The position is older than the change log.');\n",
    replace: '',
    tests: TESTS,
  },
  {
    name: 'a restored log that has gone on is continued',
    protects: ['rule 12', 'snapshot position'],
    file: CHANGES,
    find: '  if (row.is_same_row === false) {',
    replace: "  if (row.is_same_row === false && row.log === '') {",
    tests: TESTS,
  },
  {
    name: 'a TRUNCATE passes for silence',
    protects: ['rule 12'],
    file: CHANGES,
    find: '  if (row.everything) return readAll(db, employeeId, changes);\n',
    replace: '',
    tests: TESTS,
  },
  {
    name: 'who was taken out before a TRUNCATE keeps a ghost',
    protects: ['rule 9', 'rule 12', 'tombstone'],
    file: CHANGES,
    find: "  const taken = known.filter((change) => change.kind === 'removed');",
    replace: '  const taken = known.slice(0, 0);',
    tests: TESTS,
  },
  {
    name: 'a record that a view does not show passes for deleted',
    protects: ['rule 5', 'tombstone'],
    file: CHANGES,
    find: "[{ kind: 'seen', id, version: '' }];",
    replace: "[{ kind: 'removed', id, birth: touched.births[0] ?? '' }];",
    tests: [...TESTS, 'test/sync/erp/views.test.ts'],
  },
  {
    name: 'a change of another record with that id takes an employee out',
    protects: ['rule 9', 'tombstone'],
    file: CHANGES,
    find: '  return birth !== null && touched.births.includes(birth)\n',
    replace: '  return birth !== null\n',
    tests: TESTS,
  },
  {
    name: 'what the ERP only marks as deleted lives on',
    protects: ['rule 5', 'tombstone'],
    file: CHANGES,
    find: '(mark) => mark !== birth || touched.in_scope === false)',
    replace: '(mark) => mark !== birth)',
    tests: [...TESTS, 'test/sync/erp/views.test.ts'],
  },
];
