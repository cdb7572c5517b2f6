import type { Mutant } from './mutant.js';

const MERGE = 'test/sync/engine/merge.test.ts';
const TRAVEL = 'test/sync/engine/terms/travel.test.ts';
const DIRECTIONS = 'test/properties/directions.test.ts';
const SCOPE = 'test/scenarios/scope.test.ts';
const PAUSES = 'test/server/jobs/pauses.test.ts';
const LEASES = 'test/db/leases.test.ts';

/** Lines that keep to what the administrator chose. */
export const POLICY_MUTANTS: readonly Mutant[] = [
  {
    name: 'an edit travels without the right to change',
    protects: ['direction'],
    file: 'sync/engine/terms/travel.ts',
    find: "toErp: travel.rights.change && isOpen(field, rule, travel, 'toErp'),",
    replace: "toErp: isOpen(field, rule, travel, 'toErp'),",
    tests: [MERGE, TRAVEL],
  },
  {
    name: 'the choice for a single field counts for nothing',
    protects: ['direction'],
    file: 'sync/engine/terms/travel.ts',
    find: ' && leads(own, way);',
    replace: ';',
    tests: [MERGE, TRAVEL],
  },
  {
    name: 'something new brings fields that do not travel',
    protects: ['direction'],
    file: 'sync/engine/terms/travel.ts',
    find: '  if (stays.length === 0) return value;\n',
    replace: '  if (stays.length >= 0) return value;\n',
    tests: [TRAVEL, DIRECTIONS],
  },
  {
    name: 'a person’s item is made in an ERP that is only read',
    protects: ['direction'],
    file: 'sync/engine/terms/scope.ts',
    find: "  if (!mayReach('erp', travel)) return 'direction';\n",
    replace: '',
    tests: [TRAVEL, DIRECTIONS],
  },
  {
    name: 'a record is made without the right to create',
    protects: ['direction'],
    file: 'sync/engine/terms/scope.ts',
    find: "  if (!travel.rights.create) return 'rights';\n",
    replace: '',
    tests: [DIRECTIONS],
  },
  {
    name: 'a deletion reaches an ERP that is only read, or without the right to delete',
    protects: ['direction'],
    file: 'sync/engine/plan-deleted.ts',
    find: "  const mayTravel = mayReach('erp', travel) && travel.rights.delete;\n",
    replace: '  const mayTravel = true;\n',
    tests: [TRAVEL, DIRECTIONS],
  },
  {
    name: 'edits are put back though nothing is enforced',
    protects: ['direction'],
    file: 'sync/engine/merge.ts',
    find: '  if (!enforce) return null;\n',
    replace: '',
    tests: [MERGE, TRAVEL],
  },
  {
    name: 'what was deleted is made again for ever',
    protects: ['rule 22'],
    file: 'sync/engine/terms/put-back.ts',
    find: "links.filter((link) => link.ended === 'putBack')",
    replace: 'links.filter(() => false)',
    tests: [TRAVEL],
  },
  {
    name: 'a person’s words in our second item are thrown away in a pair that goes one way',
    protects: ['rule 8', 'direction'],
    file: 'sync/engine/plan.ts',
    find: 'travel: EVERYWHERE, open: [] };',
    replace: 'open: [] };',
    tests: [TRAVEL],
  },
  {
    name: 'an archive that is emptied behind the window deletes records',
    protects: ['rule 5'],
    file: 'sync/engine/plan-deleted.ts',
    find: "  if (isPast(work, record.shown.value)) return kept(link, 'itemDeletedRecordKept');\n",
    replace: '',
    tests: [SCOPE],
  },
  {
    name: 'records that go behind the window delete items',
    protects: ['rule 5'],
    file: 'sync/engine/plan-deleted.ts',
    find: "  if (isPast(work, item.shown.value)) return kept(link, 'recordDeletedItemKept');\n",
    replace: '',
    tests: [SCOPE],
  },
  {
    name: 'what lies too far ahead is forgotten',
    protects: ['rule 17'],
    file: 'sync/engine/settle.ts',
    find: '  ledger.later(side, id, until);\n',
    replace: '',
    tests: [SCOPE],
  },
  {
    name: 'an item with a category that is left out stays connected',
    protects: ['private filter'],
    file: 'sync/engine/terms/scope.ts',
    find: '  if (link === null) return false;\n',
    replace: '  if (link !== null || link === null) return false;\n',
    tests: [SCOPE],
  },
  {
    name: 'what is moved ahead in Outlook gets no reminder',
    protects: ['rule 2'],
    file: 'sync/engine/merge.ts',
    find: '  return at(exchange.base, path) !== at(bases.exchange, path);\n',
    replace:
      '  return at(exchange.base, path) === undefined && bases.exchange === exchange.base;\n',
    tests: ['test/scenarios/content.test.ts'],
  },
  {
    name: 'a cycle begins in a pause',
    protects: ['direction'],
    file: 'server/jobs/run-cycle.ts',
    find: "    if (pausedMs > 0) return { end: { kind: 'paused' }, release: dueIn(pausedMs) };\n",
    replace: '',
    tests: [PAUSES],
  },
  {
    name: 'an employee without a client is synced',
    protects: ['direction'],
    file: 'db/leases.ts',
    find: "              and (client_id is not null or installation.options -> 'erpHasClients' is distinct from 'true')\n",
    replace: '',
    tests: [LEASES],
  },
];
