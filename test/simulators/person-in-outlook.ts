import type { PersonWithOutlook } from '../contracts/exchange-port.js';
import { attachTo } from './mailbox/attachment-work.js';
import type { Mailbox, WriteContext } from './mailbox/mailbox.js';
import type { Organisation } from './mailbox/organisation.js';
import type { ItemChange } from './mailbox/changes.js';
import { localDay } from './mailbox/calendar.js';
import type { Folder } from './mailbox/folders.js';
import { occurrenceOn } from './mailbox/series.js';
import { itemTarget } from './mailbox/targets.js';
import type { ItemTarget } from './mailbox/targets.js';
import { occurrenceId } from './mailbox/view.js';

/** The person whose mailbox it is, working in the same process: for contract tests of both skins. */
export function personInOutlook(organisation: Organisation, address: string): PersonWithOutlook {
  const mailbox = organisation.mailbox(address);
  const context: WriteContext = {
    headerZone: null,
    send: 'SendToAllAndSaveCopy',
    cause: 'person',
    by: mailbox.name,
  };
  const edit = (target: ItemTarget, change: ItemChange): void => {
    mailbox.update(target, { changes: [change], conflict: 'AlwaysOverwrite' }, context);
  };
  const occurrence = (masterId: string, originalStart: string): ItemTarget => {
    const { stored } = mailbox.get(itemTarget(masterId));
    const day = localDay(stored.properties.StartTimeZone ?? 'UTC', Date.parse(originalStart));
    if (!occurrenceOn(stored, day)) throw new Error(`no occurrence at ${originalStart}`);
    return itemTarget(occurrenceId(stored, day, mailbox));
  };
  return {
    rename: (id, subject) => edit(itemTarget(id), renamed(subject)),
    renameOccurrence: (id, start, subject) => edit(occurrence(id, start), renamed(subject)),
    deleteOccurrence: (id, start) =>
      mailbox.remove(occurrence(id, start), 'MoveToDeletedItems', context),
    delete: (id) => mailbox.remove(itemTarget(id), 'MoveToDeletedItems', context),
    deleteForGood: (id) => mailbox.remove(itemTarget(id), 'HardDelete', context),
    moveToOtherCalendar: (id) => mailbox.move(itemTarget(id), otherCalendar(mailbox)),
    copy: (id) => mailbox.copy(itemTarget(id), mailbox.folder('calendar'), mailbox.name),
    invite: (id, address) =>
      edit(itemTarget(id), {
        action: 'set',
        property: 'RequiredAttendees',
        value: { RequiredAttendees: [{ EmailAddress: address }] },
      }),
    attach: (id) => {
      const attaching = { host: organisation, headerZone: null, by: mailbox.name };
      attachTo(mailbox, itemTarget(id), { ...attaching, attachments: [FILE] });
    },
    beAskedToOccurrence: (UID, originalStart) => {
      const RecurrenceId = Date.parse(originalStart);
      const copy = { UID, RecurrenceId, MyResponseType: 'NoResponseReceived' } as const;
      const input = { Subject: 'Runde', Start: originalStart, ...copy, Organizer: INVITER };
      const plan = { kind: 'CalendarItem', input, extended: [] } as const;
      return mailbox.create(null, plan, { ...context, send: 'SendToNone' }).id;
    },
    loseCursors: () => mailbox.store.invalidateSyncStates(),
  };
}

const FILE = {
  ...{ Name: 'Plan.pdf', Content: 'R3LDvMOfZQ==' },
  ...{ IsInline: false, IsContactPhoto: false, item: null },
};

const INVITER = { Name: 'Olga', EmailAddress: 'olga@muster-maschinenbau.example' };

function renamed(Subject: string): ItemChange {
  return { action: 'set', property: 'Subject', value: { Subject } };
}

function otherCalendar(mailbox: Mailbox): Folder {
  const root = mailbox.folder('msgfolderroot');
  const there = mailbox.store.folders
    .childrenOf(root)
    .find(({ displayName }) => displayName === 'Werkstatt');
  return there ?? mailbox.createFolder(root, 'Werkstatt', 'IPF.Appointment');
}
