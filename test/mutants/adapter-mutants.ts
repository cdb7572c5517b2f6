import type { Mutant } from './mutant.js';

/** Safety lines of the two sides and of the store. */
export const ADAPTER_MUTANTS: readonly Mutant[] = [
  {
    name: 'updates let Exchange send mail',
    protects: ['mail flag'],
    file: 'sync/exchange/ews/operations/update-item.ts',
    find: "SendMeetingInvitationsOrCancellations: 'SendToNone'",
    replace: "SendMeetingInvitationsOrCancellations: 'SendToAllAndSaveCopy'",
    tests: ['test/sync/exchange/ews/adapter.test.ts', 'test/scenarios'],
  },
  {
    name: 'a worker whose lease is over still writes to the ERP',
    protects: ['rule 8', 'fencing'],
    file: 'sync/erp/write-batch.ts',
    find: '    returning fence > :fence as is_outdated',
    replace: '    returning fence < 0 and :fence < 0 as is_outdated',
    tests: ['test/sync/erp/write-batch.test.ts', 'test/sync/erp/adapter.test.ts'],
  },
];
