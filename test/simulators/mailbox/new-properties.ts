import { settleTimes } from './calendar.js';
import { defaultsOf, storedValues } from './changes.js';
import type { MailboxHost } from './host.js';
import type { NewAttachment, NewItem } from './new-item.js';
import type { ItemProperties, StoredAttachment } from './properties.js';
import { checkTaskRecurrence, settledTask } from './tasks.js';
import type { ViewMailbox } from './view.js';
import { without } from './without.js';

/** What the properties of a new item depend on besides what was sent. */
export interface Birth {
  readonly owner: ViewMailbox;
  readonly host: MailboxHost;
  /** TimeZoneContext of the request. */
  readonly headerZone: string | null;
  /** A fresh number for an attachment. */
  number(): number;
}

/** The properties of a new item: what was sent over the defaults, settled as its class wants it. */
export function newProperties(plan: NewItem, birth: Birth): ItemProperties {
  const own = ownProperties(plan, birth);
  const { attachments = [] } = plan;
  if (attachments.length === 0) return own;
  return { ...own, Attachments: attachments.map((one) => storedAttachment(one, birth)) };
}

/** An attachment as it is kept; items inside are settled as any item. */
export function storedAttachment(attachment: NewAttachment, birth: Birth): StoredAttachment {
  const { item, ...rest } = attachment;
  return {
    ...rest,
    number: birth.number(),
    LastModifiedTime: Math.floor(birth.host.nowMs() / 1000) * 1000,
    item: item && {
      kind: item.kind,
      properties: newProperties(item, birth),
      extended: item.extended,
    },
  };
}

function ownProperties({ kind, input }: NewItem, birth: Birth): ItemProperties {
  const { headerZone, host, owner } = birth;
  const zone = headerZone ?? 'UTC';
  const given = { ...defaultsOf(kind), ...storedValues(input, zone) };
  const now = host.nowMs();
  const me = { Name: owner.name, EmailAddress: owner.address };
  switch (kind) {
    case 'CalendarItem': {
      const times = settleTimes(input, { before: null, headerZone, now });
      const kept = without(given, 'ReminderDueBy'); // it is the start, whatever was sent (EL)
      return { Organizer: me, ...kept, UID: given.UID ?? host.newUid(), ...times };
    }
    case 'Task':
      if (given.TaskRecurrence) checkTaskRecurrence(given.TaskRecurrence);
      return settledTask(given, Object.keys(input), { now, zone });
    case 'Contact':
    case 'DistributionList':
      return namedContact(given, input.Subject === undefined);
    case 'Message':
      return { From: me, InternetMessageId: newMessageId(birth), ...given };
    default:
      return given;
  }
}

/** An id for a mail that has none. */
export function newMessageId({ host, owner }: Pick<Birth, 'host' | 'owner'>): string {
  const [, domain = 'example'] = owner.address.split('@');
  return `<${host.newUid().slice(-40)}@${domain}>`;
}

/** A contact without a subject shows its name there, and one without FileAs gets it by its mapping. */
function namedContact(contact: ItemProperties, needsSubject: boolean): ItemProperties {
  const { DisplayName, FileAs = filedAs(contact) } = contact;
  return {
    ...contact,
    ...(needsSubject && DisplayName !== undefined ? { Subject: DisplayName.slice(0, 255) } : {}),
    ...(FileAs === undefined ? {} : { FileAs }),
  };
}

function filedAs(contact: ItemProperties): string | undefined {
  const { FileAsMapping, GivenName = '', Surname = '', CompanyName = '', DisplayName } = contact;
  const comma = [Surname, GivenName].filter((part) => part !== '').join(', ');
  const names: Readonly<Record<string, string | undefined>> = {
    LastCommaFirst: comma,
    FirstSpaceLast: `${GivenName} ${Surname}`.trim(),
    LastSpaceFirst: `${Surname} ${GivenName}`.trim(),
    Company: CompanyName,
    LastCommaFirstCompany: [comma, CompanyName].filter((part) => part !== '').join('\r\n'),
    DisplayName,
    FirstName: GivenName,
    LastName: Surname,
  };
  return FileAsMapping === undefined ? undefined : names[FileAsMapping];
}
