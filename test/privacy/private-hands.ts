import { attachTo } from '../simulators/mailbox/attachment-work.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { Secret } from './secrets.js';
import type { StillInstallation } from './still-installation.js';

const ZONE = {
  StartTimeZone: 'W. Europe Standard Time',
  EndTimeZone: 'W. Europe Standard Time',
};
export const PRIVATE = { Sensitivity: 'Private' } as const;
export const NORMAL = { Sensitivity: 'Normal' } as const;
export const WEEKLY = {
  pattern: {
    kind: 'WeeklyRecurrence',
    Interval: 1,
    DaysOfWeek: ['Tuesday'],
    FirstDayOfWeek: 'Monday',
  },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-10', NumberOfOccurrences: 8 },
} as const;
export const OUTSIDER = { EmailAddress: 'gast@kunde.example', Name: 'Gast' };

/** An appointment that everybody may see. */
export function open(subject: string, day: string): ItemInput {
  return {
    Subject: subject,
    Location: 'Halle 2',
    Body: { BodyType: 'Text', Value: 'wie besprochen' },
    Start: `${day}T09:00:00Z`,
    End: `${day}T10:00:00Z`,
    ...ZONE,
  };
}

/** All that a secret may have changed, as it was. */
export function restored(subject: string, day: string): ItemInput {
  return {
    ...open(subject, day),
    ...NORMAL,
    Categories: [],
    Importance: 'Normal',
    LegacyFreeBusyStatus: 'Busy',
    ReminderIsSet: true,
    ReminderMinutesBeforeStart: 15,
  };
}

/** Its texts alone: where the rest stays visible, as the state of a day in a public series. */
export function texts({
  Subject = '',
  Location = '',
  Body = { BodyType: 'Text', Value: '' },
}: ItemInput): ItemInput {
  return { Subject, Location, Body };
}

export async function addRecord(
  { erp }: StillInstallation,
  owner: string,
  title: string,
  day: string,
  others: readonly string[] = [],
): Promise<string> {
  const { rows } = await erp.query<{ id: string }>(
    `with made as (
       insert into erp.appointments (owner_id, title, location, body, starts_at, ends_at, reminder_minutes)
       values ($1, $2, 'Halle 2', 'wie besprochen', $3::date + time '09:00', $3::date + time '10:00', 15) returning id)
     select id from made`,
    [owner, title, day],
  );
  const id = rows[0]?.id ?? '';
  for (const one of others) {
    await erp.query(
      'insert into erp.appointment_participants (appointment_id, employee_id) values ($1, $2)',
      [id, one],
    );
  }
  return id;
}

export function itemCalled(mailbox: Mailbox, subject: string): string {
  const items = [...mailbox.folder('calendar').items.values()];
  const found = items.find(({ properties }) => properties.Subject === subject);
  if (found === undefined) throw new Error(`${mailbox.address} has no ${subject}`);
  return found.id;
}

/** Whatever lies in Deleted Items, by somebody who thinks again. */
export function restoreDeleted(mailbox: Mailbox): void {
  for (const { id } of mailbox.folder('deleteditems').items.values()) {
    mailbox.move(itemTarget(id), mailbox.folder('calendar'));
  }
}

export function putAway(mailbox: Mailbox) {
  const root = mailbox.folder('msgfolderroot');
  const there = mailbox.store.folders
    .childrenOf(root)
    .find(({ displayName }) => displayName === 'Ablage');
  return there ?? mailbox.createFolder(root, 'Ablage', 'IPF.Appointment');
}

export function attach(
  { exchange }: StillInstallation,
  mailbox: Mailbox,
  id: string,
  secret: Secret,
): void {
  const file = { ...secret.file('Anlage'), IsInline: false, IsContactPhoto: false, item: null };
  const attaching = { host: exchange.organisation, headerZone: null, by: mailbox.name };
  attachTo(mailbox, itemTarget(id), { ...attaching, attachments: [file] });
}
