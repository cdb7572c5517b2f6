import type { Mutant } from './mutant.js';

const GATE = 'server/jobs/epoch-gate.ts';
const PORTS = 'server/jobs/gated-ports.ts';
const BOOK = 'db/epochs.ts';
const TESTS = ['test/server/jobs/epoch-gate.test.ts'];

/** Safety lines that recognise stores which went back, or were copied. */
export const EPOCH_MUTANTS: readonly Mutant[] = [
  {
    name: 'a store from a backup passes for the one we wrote to',
    protects: ['rule 1'],
    file: GATE,
    find: "  return token === '' ? 'missing' : 'foreign';",
    replace: "  return token === '' ? 'missing' : null;",
    tests: TESTS,
  },
  {
    name: 'a store that has lost its token passes for a new one',
    protects: ['rule 1'],
    file: GATE,
    find: "  return token === '' ? 'missing' : 'foreign';",
    replace: "  return token === '' ? null : 'foreign';",
    tests: TESTS,
  },
  {
    name: 'who lost our database goes on with stores that knew another one',
    protects: ['rule 1'],
    file: GATE,
    find: "  if (epoch === null) return token === '' ? null : 'unknown';",
    replace: '  if (epoch === null) return null;',
    tests: TESTS,
  },
  {
    name: 'a suspicion stops nobody',
    protects: ['rule 1'],
    file: GATE,
    find: '  if (ours.length === 0) return;',
    replace: '  if (ours.length >= 0) return;',
    tests: TESTS,
  },
  {
    name: 'a token from a backup is overwritten by a renewal',
    protects: ['rule 1'],
    file: GATE,
    find: '    standing.isChecked = false;\n',
    replace: '',
    tests: TESTS,
  },
  {
    name: 'a copy of us that writes first goes on while we stop',
    protects: ['rule 1'],
    file: GATE,
    find: "isNew && finding === 'foreign' ? disputing(epoch, token, deps) : null",
    replace: 'null',
    tests: TESTS,
  },
  {
    name: 'a feed that breaks off raises no doubt',
    protects: ['rule 1'],
    file: GATE,
    find: "      standingOf(side === 'erp' ? erp : mailbox).isChecked = false;\n",
    replace: '',
    tests: TESTS,
  },
  {
    name: 'a token that may have been written is promised anew, and passes for foreign',
    protects: ['rule 1'],
    file: BOOK,
    find: 'set pending = coalesce(known.pending, excluded.pending), changed_at = now()',
    replace: 'set pending = excluded.pending, changed_at = now()',
    tests: TESTS,
  },
  {
    name: 'a token of somebody else is forgotten when the store shows none',
    protects: ['rule 1'],
    file: BOOK,
    find: "   where known.finding = 'missing'`;",
    replace: '   where true`;',
    tests: TESTS,
  },
  {
    name: 'stores are read before they are recognised',
    protects: ['rule 1'],
    file: PORTS,
    find: '    await entered;\n',
    replace: '',
    tests: [...TESTS, 'test/server/jobs/gated-ports.test.ts'],
  },
  {
    name: 'nothing tells a backup of today from one of last year',
    protects: ['rule 1'],
    file: PORTS,
    find: '    await reading(signal, () => gate.beforeWrite(gated, signal));\n',
    replace: '    await reading(signal, async () => undefined);\n',
    tests: [...TESTS, 'test/server/jobs/gated-ports.test.ts'],
  },
];
