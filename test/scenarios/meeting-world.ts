import type { ErpAppointment } from '../../mappings/erp-record.js';
import { parseEmail } from '../../mappings/values.js';
import type { RecordSeen } from '../../sync/ports/erp.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import type { JournalEntry } from '../../sync/ports/store.js';
import { edit, EVA, make } from '../simulators/mailbox-bench.js';
import type { Mailbox, WriteContext } from '../simulators/mailbox/mailbox.js';
import type { LedgerMail } from '../simulators/mailbox/ledger.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { answerMeeting } from '../simulators/mailbox/responses.js';
import type { AnswerKind } from '../simulators/mailbox/responses.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { pairId, World } from './world.js';
import type { Who, WorldOptions } from './world.js';

/** What people do with meetings; their Outlook sends mails, which are not ours. */

export const CUSTOMER = parseEmail('einkauf@kunde.example');
export const ROOM = parseEmail('raum1@muster-maschinenbau.example');

export const PERSON: Partial<WriteContext> = {
  send: 'SendToAllAndSaveCopy',
  cause: 'person',
  by: 'Person',
};

export const MEETING: ItemInput = {
  Subject: 'Abnahme Prüfstand',
  Body: { BodyType: 'Text', Value: 'Unterlagen mitbringen' },
  Start: '2026-03-10T09:00:00Z',
  End: '2026-03-10T10:00:00Z',
  StartTimeZone: 'W. Europe Standard Time',
  EndTimeZone: 'W. Europe Standard Time',
  RequiredAttendees: [{ EmailAddress: CUSTOMER, Name: 'Einkauf' }],
};

/** A world whose administrator chose something about meetings. */
export function worldOf(options: Partial<PairOptions>, more: WorldOptions = {}): World {
  const policy = { ...more.policy, options: { ...DEFAULT_OPTIONS, ...options } };
  return new World({ ...more, policy });
}

export function invite(world: World, who: Who, more: ItemInput = {}): string {
  return make(world.outlook(who), { ...MEETING, ...more }, { context: PERSON }).id;
}

/** Somebody outside, or a colleague who is not synced, invites Eva. */
export function inviteEva(host: Mailbox, more: ItemInput = {}): string {
  const lists = { RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: CUSTOMER }] };
  return make(host, { ...MEETING, ...lists, ...more }, { context: PERSON }).id;
}

export function change(mailbox: Mailbox, id: string, input: ItemInput): void {
  edit(mailbox, id, input, { context: PERSON });
}

export function answer(world: World, who: Who, id: string, kind: AnswerKind): void {
  const how = { host: world.organisation, cause: 'person', by: who, isSent: true };
  answerMeeting(world.outlook(who), itemTarget(id), { ...how, answer: kind });
}

export function remove(mailbox: Mailbox, id: string): void {
  const context = { headerZone: null, cause: 'person', by: 'Person' } as const;
  mailbox.remove(itemTarget(id), 'MoveToDeletedItems', { ...context, send: 'SendToNone' });
}

export function itemsOf(world: World, who: Who): readonly StoredItem[] {
  return [...world.outlook(who).folder('calendar').items.values()];
}

export function itemOf(world: World, who: Who): StoredItem {
  const [item, ...others] = itemsOf(world, who);
  if (!item || others.length > 0) throw new Error(`${String(itemsOf(world, who).length)} items`);
  return item;
}

export function recordOf(world: World): RecordSeen<ErpAppointment> {
  const [record, ...others] = world.erp.rows;
  if (!record || others.length > 0) throw new Error(`${String(world.erp.rows.length)} records`);
  return record;
}

/** Who takes part in the only record, with their answers. */
export function repliesIn(world: World): Readonly<Record<string, string>> {
  const { participants } = recordOf(world).record;
  return Object.fromEntries(participants.map((one) => [one.email ?? one.name, one.reply]));
}

/** Mails that went out because of us. */
export function ourMails(world: World): readonly LedgerMail[] {
  return world.organisation.mails.filter(({ cause }) => cause !== 'person');
}

/** What the journal says of a pair for one reason. */
export function saidOf(world: World, who: Who, detail: string): readonly JournalEntry[] {
  return world.store.pair(pairId(who)).journal.filter((entry) => entry.detail === detail);
}
