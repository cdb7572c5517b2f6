import type { Mutant } from './mutant.js';

const PRIVACY = 'test/scenarios/privacy.test.ts';
const CONTENTS = 'test/scenarios/private-contents.test.ts';
const LAWS = 'test/mappings/appointment/content-laws.test.ts';
const PLAN = 'test/sync/exchange/ews/exception-plan.test.ts';
const AGAIN = 'test/scenarios/private-again.test.ts';

/** Lines without which the contents of private things would decide about anything, or be told. */
export const PRIVACY_MUTANTS: readonly Mutant[] = [
  {
    name: 'private items come over although they are to be left out',
    protects: ['private filter'],
    file: 'sync/engine/observe.ts',
    find: '  if (isLeftOutUnread(work, work.kind.itemFacts(seen.item))) {',
    replace: "  if (work.pair.id === '') {",
    tests: [PRIVACY, CONTENTS],
  },
  {
    name: 'private records go out although they are to be left out',
    protects: ['private filter'],
    file: 'sync/engine/observe.ts',
    find: '  if (isLeftOutUnread(work, work.kind.recordFacts(seen.record))) {',
    replace: "  if (work.pair.id === '') {",
    tests: [PRIVACY, CONTENTS],
  },
  {
    name: 'what a private item shows among the deleted ones decides',
    protects: ['private filter'],
    file: 'sync/engine/observe.ts',
    find: "  if (isLeftOutUnread(work, work.kind.itemFacts(item))) return { kind: 'deleted' };\n",
    replace: '',
    tests: [CONTENTS],
  },
  {
    name: 'colleagues are taken out of what one of them makes private',
    protects: ['rule 9'],
    file: 'sync/engine/privacy.ts',
    find: 'value: withPeopleOfErp(work, link, record, bare) };',
    replace: 'value: bare };',
    tests: [CONTENTS],
  },
  {
    name: 'whom Outlook invited is still told of after it turned private',
    protects: ['private filter'],
    file: 'sync/engine/privacy.ts',
    find: "  const own = Object.keys(there).filter((one) => typeof told !== 'object' || !(one in told));",
    replace: "  const own = Object.keys(there).filter((one) => told !== '' || one !== '');",
    tests: [CONTENTS],
  },
  {
    name: 'what is normal again gets back what the ERP had before',
    protects: ['private filter'],
    file: 'sync/engine/privacy.ts',
    find: "  if (recordVersion !== '' && recordVersion === record.seen.version) {\n",
    replace: "  if (recordVersion === '' && itemVersion === '') {\n",
    tests: [AGAIN],
  },
  {
    name: 'what was private in the ERP gets back what Outlook had before',
    protects: ['private filter'],
    file: 'sync/engine/privacy.ts',
    find: "  if (itemVersion === '' || itemVersion !== item.seen.ref.version) return null;\n",
    replace: '  if (itemVersion !== null) return null;\n',
    tests: [AGAIN],
  },
  {
    name: 'what the ERP had changed when it turned private is overwritten when it is normal again',
    protects: ['private filter'],
    file: 'sync/engine/settle-privacy.ts',
    find: '  return seen.version === recordVersion || seen.version === landedVersion;\n',
    replace: "  return seen.version !== '' || recordVersion === landedVersion;\n",
    tests: [AGAIN],
  },
  {
    name: 'a day that a colleague misses goes for everybody when her copy is normal again',
    protects: ['rule 9'],
    file: 'sync/engine/colleagues/absences.ts',
    find: "  return item.kind === 'there' && seen.birth === recordBirth;\n",
    replace: "  return item.kind === 'none' && seen.birth === recordBirth;\n",
    tests: ['test/scenarios/missed-days.test.ts'],
  },
  {
    name: 'how a private day is shown is told',
    protects: ['private filter'],
    file: 'mappings/appointment/discreet.ts',
    find: '{ ...withoutUntold(fields, STATE), ...nothingOf(context) }',
    replace: '{ ...fields, ...nothingOf(context) }',
    tests: [LAWS],
  },
  {
    name: 'what is attached to a private day is told when its series moves',
    protects: ['private filter'],
    file: 'mappings/appointment/unread.ts',
    find: 'hasAttachments === true && !(fields !== null && isLeftOut(fields, context)),',
    replace: 'hasAttachments === true && fields !== undefined,',
    tests: [LAWS],
  },
  {
    name: 'a private day is called "Privat" in its own mailbox',
    protects: ['private filter'],
    file: 'mappings/appointment/exchange-exceptions.ts',
    find: "kind: 'changed', fields: withoutSecrets(fields), own };",
    replace: "kind: 'changed', fields, own };",
    tests: [LAWS],
  },
  {
    name: 'a private day is compared with its series, and written for it',
    protects: ['private filter'],
    file: 'sync/exchange/ews/exception-plan.ts',
    find: '  const there = has?.fields ?? own;\n',
    replace: '  const there = own;\n',
    tests: [PLAN],
  },
  {
    name: 'a private day that the server dropped comes back as the series has it',
    protects: ['rule 3', 'private filter'],
    file: 'sync/exchange/ews/exception-plan.ts',
    find: '  return { ...Object.fromEntries(kept), ...fields };',
    replace: '  return has === null ? fields : { ...Object.fromEntries(kept), ...fields };',
    tests: [PLAN],
  },
];
