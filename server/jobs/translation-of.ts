import type { ErpPriority } from '../../mappings/erp-record.js';
import type { TranslationContext } from '../../mappings/kind.js';
import { meetingsOf } from '../../sync/ports/pair.js';
import type { Pair } from '../../sync/ports/pair.js';

/** What the translations of a pair must know: its settings, and the code tables of the ERP. */
export function translationOf(
  { employeeId, policy, mailbox }: Pair,
  priorities: readonly ErpPriority[],
): TranslationContext {
  const { zone, language, leavePrivateOut, options } = policy;
  const meetings = meetingsOf({ mailbox, policy });
  const { content } = options;
  return { zone, language, employeeId, priorities, content, meetings, leavePrivateOut };
}
