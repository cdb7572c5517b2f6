import type { Instant } from '../../../mappings/values.js';
import type { Intent, JournalEntry } from '../../ports/store.js';
import type { Reason } from '../reasons.js';

/** What is said of promises of an earlier cycle that are done with: nobody knows whether attendees were told, and nobody is told again. */
export function uncertainMails(intents: readonly Intent[], at: Instant): readonly JournalEntry[] {
  const detail = 'mailUncertain' satisfies Reason;
  return intents
    .filter((intent) => intent.mails === true)
    .map(({ side, recordId, itemId }) => {
      return { at, event: 'failed', side, recordId, itemId, fields: [], losses: [], detail };
    });
}
