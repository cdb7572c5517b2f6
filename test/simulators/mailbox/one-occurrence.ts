import type { MailboxHost } from './host.js';
import { locate } from './locate.js';
import type { Mailbox } from './mailbox.js';
import { occurrenceProperties } from './series.js';
import { contentOf } from './stored-item.js';
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
  const properties = {
    ...occurrenceProperties(item, occurrence),
    RecurrenceId: occurrence.originalStart,
  };
  const alone = { ...item, ...contentOf(item), properties, exceptions: new Map<number, never>() };
  const subject = properties.Subject ?? '';
  host.post(mailbox, [{ kind: 'invitation', to, item: alone, subject }], cause);
}
