import type { MailboxHost } from './host.js';
import { locate } from './locate.js';
import type { Mailbox } from './mailbox.js';
import { occurrenceAlone } from './occurrence-delivery.js';
import type { ItemTarget } from './targets.js';

/**
 * The organiser invites people to one occurrence and to nothing else of the series: each gets an item of its own, with the
 * UID of the series and the occurrence's original start as RecurrenceId.
 */
export function inviteToOccurrence(
  mailbox: Mailbox,
  target: ItemTarget,
  {
    host,
    to,
    cause,
  }: { readonly host: MailboxHost; readonly to: readonly string[]; readonly cause: string },
): void {
  const { item, occurrence } = locate(mailbox, target);
  if (!occurrence) throw new Error('not an occurrence');
  const alone = occurrenceAlone(item, occurrence);
  const subject = alone.properties.Subject ?? '';
  host.post(mailbox, [{ kind: 'invitation', to, item: alone, subject }], cause);
}
