import type { ItemInput } from '../simulators/mailbox/properties.js';
import { edit as write, make, WRITING } from '../simulators/mailbox-bench.js';
import { extendedKey } from '../simulators/mailbox/extended.js';
import { ExchangeError } from '../simulators/mailbox/failure.js';
import type { Folder } from '../simulators/mailbox/folders.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import { isMaster } from '../simulators/mailbox/series.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { MARK_PATH } from '../simulators/memory-exchange.js';
import type { Person } from './person.js';
import type { Oracle } from './oracle.js';
import { laterTimes, someOccurrence, timesOf, weekly } from './outlook-times.js';
import { itemsOf, recordsOf } from './sight.js';
import type { Place } from './sight.js';
import type { Act, Stage } from './stage.js';

/** What people do in Outlook. */
export const OUTLOOK_ACTS: readonly Act[] = [
  create,
  create,
  create,
  edit('subject', ({ token }) => ({ Subject: `${token} mit einem langen Titel` })),
  edit('subject', ({ token }) => ({ Subject: `${token} neu` })),
  edit('body', ({ token }) => ({
    Body: { BodyType: 'HTML', Value: `<p>Größe</p><b>${token}</b>` },
  })),
  edit('body', ({ token }) => ({ Body: { BodyType: 'Text', Value: `Zeile 1\r\n${token}` } })),
  edit('reminder', ({ number }) => ({ ReminderIsSet: true, ReminderMinutesBeforeStart: number })),
  edit('time', ({ number }, item) => (isMaster(item) ? {} : timesOf(number))),
  edit('time', ({ number }, item) => (isMaster(item) ? {} : timesOf(number))),
  edit('show as', ({ random }) => ({
    LegacyFreeBusyStatus: random.oneOf(['Free', 'OOF', 'Busy']),
  })),
  edit('importance', ({ random }) => ({ Importance: random.oneOf(['Low', 'Normal', 'High']) })),
  edit('pattern', ({ random }, item) =>
    isMaster(item) ? { Recurrence: weekly(item.properties.Start ?? 0, random) } : {},
  ),
  changeOccurrence,
  changeOccurrence,
  deleteOccurrence,
  togglePrivate,
  remove,
  remove,
  restore,
  moveAwayOrBack,
  copy,
];

function create({ firm, oracle, random, token, number }: Stage): void {
  const person = random.oneOf(firm.people);
  const tag = oracle.newTag();
  const isPrivate = random.chance(0.15);
  const times = timesOf(number);
  const start = Date.parse(times.Start);
  make(firm.mailbox(person), {
    Subject: `${token} aus Outlook`,
    Location: tag,
    ...times,
    StartTimeZone: 'W. Europe Standard Time',
    EndTimeZone: 'W. Europe Standard Time',
    Body: { BodyType: 'HTML', Value: `<p>Grüße</p><p>${token}</p>` },
    ...(isPrivate ? { Sensitivity: random.oneOf(['Private', 'Personal', 'Confidential']) } : {}),
    ...(random.chance(0.35) ? { Recurrence: weekly(start, random) } : {}),
  });
  oracle.made(person, tag);
  if (isPrivate) oracle.hide(oracle.thing(tag), [person]);
}

function edit(what: string, change: (stage: Stage, item: StoredItem) => ItemInput): Act {
  return (stage) => {
    const chosen = someItem(stage);
    if (chosen === null) return;
    const { person, item } = chosen;
    stage.oracle.edit(person, item.id, what, () => {
      tolerant(() => write(stage.firm.mailbox(person), item.id, change(stage, item)));
    });
  };
}

function changeOccurrence(stage: Stage): void {
  const { firm, oracle, random, token } = stage;
  const chosen = someItem(stage);
  if (chosen === null) return;
  const { person, item } = chosen;
  const occurrence = someOccurrence(firm.mailbox(person), item, random);
  if (occurrence === null) return;
  const input = random.chance(0.6) ? { Subject: `${token} einzeln` } : laterTimes(occurrence);
  oracle.edit(person, item.id, `occurrence ${occurrence.id.slice(-6)}`, () => {
    tolerant(() => write(firm.mailbox(person), occurrence.id, input));
  });
}

function deleteOccurrence(stage: Stage): void {
  const { firm, oracle, random } = stage;
  const chosen = someItem(stage);
  if (chosen === null) return;
  const { person, item } = chosen;
  const mailbox = firm.mailbox(person);
  const occurrence = someOccurrence(mailbox, item, random);
  if (occurrence === null) return;
  const [row] = recordsOf(firm, tagOf(item));
  if (row !== undefined && row.record.ownerId !== person.employeeId) {
    oracle.thing(tagOf(item)).misses.add(person.name);
  }
  oracle.edit(person, item.id, 'an occurrence away', () => {
    tolerant(() => mailbox.remove(itemTarget(occurrence.id), 'MoveToDeletedItems', WRITING));
  });
}

function togglePrivate(stage: Stage): void {
  const { firm, oracle } = stage;
  const chosen = someItem(stage);
  if (chosen === null) return;
  const { person, item } = chosen;
  const isPrivate = (item.properties.Sensitivity ?? 'Normal') === 'Normal';
  oracle.edit(person, item.id, isPrivate ? 'private' : 'not private', () => {
    write(firm.mailbox(person), item.id, { Sensitivity: isPrivate ? 'Private' : 'Normal' });
  });
  if (!isPrivate) return;
  const thing = oracle.thing(tagOf(item));
  // whose privacy is not synced keeps it to herself; otherwise it reaches the record, and so everybody
  oracle.hide(thing, person.setup.leavePrivateOut ? [person] : firm.people);
}

function remove(stage: Stage): void {
  const { firm, oracle, random } = stage;
  const chosen = someItem(stage);
  if (chosen === null || random.chance(0.3)) return;
  const { person, item } = chosen;
  if (hasSharedMark(firm.mailbox(person), item)) return;
  const type = random.chance(0.8) ? 'MoveToDeletedItems' : 'SoftDelete';
  oracle.delete(person, tagOf(item), reachOf(stage, person, tagOf(item)), () => {
    firm.mailbox(person).remove(itemTarget(item.id), type, WRITING);
  });
}

/** Where a deletion in this mailbox must be followed. */
function reachOf({ firm, oracle }: Stage, person: Person, tag: string): readonly Place[] {
  const thing = oracle.thing(tag);
  const [row] = recordsOf(firm, tag);
  const { direction, deleteInErp } = person.setup;
  const others = firm.people.filter(
    (one) => one !== person && row?.employees.includes(one.employeeId) === true,
  );
  if (thing.apart.has(person.name)) {
    // on its own, it may still take the record along, or not
    for (const one of [person, ...others]) thing.apart.set(one.name, 'unclear');
    return [];
  }
  if (!deleteInErp || direction === 'toExchange') {
    thing.apart.set(person.name, 'kept');
    return [person];
  }
  if (row === undefined) return ['erp', person];
  // taken out of it already, she deletes a copy that is hers alone
  if (!row.employees.includes(person.employeeId)) return [person];
  const isWhole = row.record.ownerId === person.employeeId || row.employees.length === 1;
  if (!isWhole) return [person];
  return ['erp', person, ...others.filter((one) => oracle.losesItem(thing, one))];
}

/** Out of Deleted Items again: whoever does that means it. */
function restore({ firm, oracle, random }: Stage): void {
  const person = random.oneOf(firm.people);
  const mailbox = firm.mailbox(person);
  const deleted = [...mailbox.folder('deleteditems').items.values()].filter((one) =>
    isPlain(oracle, one),
  );
  if (deleted.length === 0) return;
  const item = random.oneOf(deleted);
  if (hasSharedMark(mailbox, item)) return;
  const thing = oracle.thing(tagOf(item));
  if (itemsOf(firm, person).some((one) => tagOf(one) === thing.tag)) return;
  mailbox.move(itemTarget(item.id), mailbox.folder('calendar'));
  oracle.fresh.add(`${person.name} ${thing.tag}`);
  oracle.restored(person, thing.tag);
}

function moveAwayOrBack({ firm, oracle, random }: Stage): void {
  const person = random.oneOf(firm.people);
  const mailbox = firm.mailbox(person);
  const other = otherCalendar(mailbox);
  const [away] = [...other.items.values()].filter((one) => tagOf(one) !== '');
  const isBack = away !== undefined;
  const items = itemsOf(firm, person).filter((one) => isPlain(oracle, one));
  if (!isBack && items.length === 0) return;
  const item = away ?? random.oneOf(items);
  if (hasSharedMark(mailbox, item)) return;
  const thing = oracle.thing(tagOf(item));
  mailbox.move(itemTarget(item.id), isBack ? mailbox.folder('calendar') : other);
  firm.note(`${person.name} moves ${thing.tag} ${isBack ? 'back' : 'to another folder'}`);
  oracle.edits += 1;
  oracle.fresh.add(`${person.name} ${thing.tag}`);
  oracle.moveScope(thing, person, 'moved', isBack);
}

/** A copy carries our mark as well; whoever makes one writes another place into it. */
function copy(stage: Stage): void {
  const { firm, oracle } = stage;
  const chosen = someItem(stage);
  if (chosen === null) return;
  const { person, item } = chosen;
  const mailbox = firm.mailbox(person);
  // in a new place, an original is not told from its copy
  if (oracle.fresh.has(`${person.name} ${tagOf(item)}`)) return;
  const tag = oracle.newTag();
  const made = mailbox.copy(itemTarget(item.id), mailbox.folder('calendar'), person.name);
  write(mailbox, made.id, { Location: tag });
  oracle.made(person, tag, true);
  if ((item.properties.Sensitivity ?? 'Normal') !== 'Normal') {
    oracle.hide(oracle.thing(tag), [person]);
  }
}

/** Not a meeting: what people do with those is in meeting-hand.ts. */
function someItem({
  firm,
  oracle,
  random,
}: Stage): { readonly person: Person; readonly item: StoredItem } | null {
  const person = random.oneOf(firm.people);
  const items = itemsOf(firm, person).filter((item) => isPlain(oracle, item));
  return items.length === 0 ? null : { person, item: random.oneOf(items) };
}

/** As long as a copy is not told from its original, nobody can say which of the two goes. */
function hasSharedMark(mailbox: Mailbox, item: StoredItem): boolean {
  const key = extendedKey(MARK_PATH);
  const mark = item.extended.get(key)?.value;
  if (mark === undefined) return false;
  return mailbox.store.folders
    .all()
    .some(({ items }) =>
      [...items.values()].some((one) => one !== item && one.extended.get(key)?.value === mark),
    );
}

function isPlain(oracle: Oracle, item: StoredItem): boolean {
  return tagOf(item) !== '' && oracle.things.get(tagOf(item))?.isMeeting !== true;
}

function tagOf(item: StoredItem): string {
  return item.properties.Location ?? '';
}

/** Exchange refuses people things too. */
function tolerant(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
  }
}

function otherCalendar(mailbox: Mailbox): Folder {
  const root = mailbox.folder('msgfolderroot');
  const there = mailbox.store.folders
    .childrenOf(root)
    .find(({ displayName }) => displayName === 'Werkstatt');
  return there ?? mailbox.createFolder(root, 'Werkstatt', 'IPF.Appointment');
}
