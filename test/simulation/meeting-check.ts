import type { ErpAppointment } from '../../mappings/erp-record.js';
import type { RecordSeen } from '../../sync/ports/erp.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';
import { changedPaths, copiesOf, isHosted, isLaterThanInErp, listOf } from './meeting-story.js';
import type { CopySight } from './meeting-story.js';
import { judgeForeignMeeting } from './meeting-outside.js';
import { FIELDS, itemsOf, recordsOf, tagged } from './sight.js';
import type { Field, Sight } from './sight.js';
import { find, tokenAt, trackedOf } from './thing.js';
import type { Thing } from './thing.js';
import type { Violation } from './violation.js';

/**
 * What a meeting has to show once all is quiet.
 *
 * - An attendee's copy is Exchange's: it shows what the organiser sent last, and what its owner made of it, which shows nowhere
 *   else. Only of whose record it is, show-as, reminder and privacy are the record's as well.
 * - The organiser's item, and the copies of whoever takes part in the ERP alone, show what the record shows; where meetings
 *   are protected, what was changed there since stays there.
 * - The lists of Exchange are Exchange's. The record has everybody of them whom nobody took out, with their last answers.
 */
export function judgeMeeting(firm: Firm, thing: Thing): Violation[] {
  return [
    ...firm.people.flatMap((person) => [
      ...judgePlace(firm, thing, person),
      ...judgeList(firm, thing, person),
    ]),
    ...(thing.story.isScattered ? [] : judgeRecord(firm, thing)),
  ];
}

function judgeRecord(firm: Firm, thing: Thing): Violation[] {
  return [
    ...judgeWords(firm, thing),
    ...judgeParticipants(firm, thing),
    ...judgeForeignMeeting(firm, thing),
  ];
}

function judgePlace(firm: Firm, thing: Thing, person: Person): Violation[] {
  const { story, tag, apart } = thing;
  const copies = copiesOf(firm, person, tag);
  const isExpected = story.copies.has(person.name) && !story.leavers.has(person.name);
  if (copies.length > 0 || isExpected) return judgeCopies(firm, thing, person, copies);
  return apart.has(person.name) || story.isScattered ? [] : judgeItem(firm, thing, person);
}

function judgeCopies(
  firm: Firm,
  { tag, story }: Thing,
  person: Person,
  copies: readonly CopySight[],
): Violation[] {
  // what went may be gone, and no more than that
  const isLess = story.leavers.has(person.name);
  const owns = recordsOf(firm, tag).some(({ record }) => record.ownerId === person.employeeId);
  const judged = owns || story.owners.has(person.name) ? SHARED : FIELDS;
  const brought = copyTexts(story.copies.get(person.name) ?? [], judged);
  const shown = copyTexts(copies, judged);
  const isBrought = shown.every((one) => brought.includes(one));
  if (isBrought && (isLess || shown.length === brought.length)) return [];
  const lines = [
    ...brought.map((one) => `brought ${one}`),
    ...shown.map((one) => `shows   ${one}`),
  ];
  return [{ rule: '1 invitation', detail: [`${tag} of ${person.name}:`, ...lines].join('\n    ') }];
}

/** What is an attendee's own in their copy. */
const OWN: readonly Field[] = ['showAs', 'reminder', 'isPrivate'];
const SHARED = FIELDS.filter((field) => !OWN.includes(field));

function copyTexts(copies: readonly CopySight[], fields: readonly Field[]): readonly string[] {
  return copies
    .map(({ texts, list }) => JSON.stringify([...fields.map((field) => texts[field]), list]))
    .sort();
}

function judgeItem(firm: Firm, thing: Thing, person: Person): Violation[] {
  const { tag, story } = thing;
  const mine = recordsOf(firm, tag).filter(({ employees }) =>
    employees.includes(person.employeeId),
  );
  const inErp = mine.flatMap(({ id }) => tagged(firm, 'erp', tag).filter((one) => one.id === id));
  const inOutlook = tagged(firm, person, tag);
  const mayLack = story.leavers.has(person.name);
  if (inOutlook.length === 0 && (inErp.length === 0 || mayLack)) return [];
  // the ERP deleted it before their item was connected with it
  if (inErp.length === 0 && mayLack && !story.linked.has(person.name)) return [];
  const [record, item] = [inErp[0], inOutlook[0]];
  const fault = (what: string): Violation => {
    return { rule: '1 meeting', detail: `${tag} of ${person.name}: ${what}` };
  };
  if (record === undefined || item === undefined || inErp.length + inOutlook.length > 2) {
    return [fault(`${String(inErp.length)} records, ${String(inOutlook.length)} items`)];
  }
  const isProtected = firm.setup.meetings === 'protected';
  return changedPaths(record, item)
    .filter((path) => !(isProtected && isLaterThanInErp(story, person.name, path)))
    .map((path) => fault(differenceIn(path, record, item)));
}

function differenceIn(path: string, record: Sight, item: Sight): string {
  const field = FIELDS.find((one) => path.startsWith(one)) ?? 'exceptions';
  return `${path}\n    erp     ${record.texts[field]}\n    outlook ${item.texts[field]}`;
}

function judgeList(firm: Firm, { tag, story }: Thing, person: Person): Violation[] {
  const known = story.lists.get(person.name);
  return itemsOf(firm, person)
    .filter((item) => item.properties.Location === tag && isHosted(item) && listOf(item) !== known)
    .map((item) => {
      const detail = `${tag} of ${person.name}: ${listOf(item)} instead of ${known ?? 'nobody'}`;
      return { rule: '1 list of attendees', detail };
    });
}

/** The record says what its organiser or somebody in the ERP has written; what an attendee makes of their copy is theirs. */
function judgeWords(firm: Firm, thing: Thing): Violation[] {
  const { tag, story } = thing;
  const fields = trackedOf(thing).filter((field) => field !== 'reminder');
  return tagged(firm, 'erp', tag).flatMap((record) =>
    fields.flatMap((field) => {
      const token = tokenAt(record, field);
      const owner = story.own.get(`${field} ${token}`);
      const isUnclear = thing.blurred.has(field) || story.takenOver.has(field);
      const isKnown = isUnclear || find(thing, field, token) !== null;
      if (owner === undefined && isKnown) return [];
      const whose = owner === undefined ? 'nobody wrote it' : `of ${owner}'s own copy`;
      return [{ rule: '1 own edit', detail: `${tag} ${field} ${token}: ${whose}` }];
    }),
  );
}

function judgeParticipants(firm: Firm, thing: Thing): Violation[] {
  const [row, ...others] = recordsOf(firm, thing.tag);
  if (row === undefined || others.length > 0 || !row.isInScope) return [];
  const found = [
    ...missingPeople(firm, thing, row),
    ...wrongAnswers(firm, thing, row),
    ...wrongGuests(firm, thing, row),
  ];
  return found.map((what) => ({ rule: '1 participants', detail: `${thing.tag}: ${what}` }));
}

type Row = RecordSeen<ErpAppointment>;

/** Whoever has the invitation in their mailbox takes part. */
function missingPeople(firm: Firm, { tag, story, apart }: Thing, row: Row): readonly string[] {
  return firm.people
    .filter(({ name, employeeId }) => {
      const isFree = !apart.has(name) && !story.leavers.has(name);
      return isFree && story.copies.has(name) && !row.employees.includes(employeeId);
    })
    .map(({ name }) => `${name} has ${tag} and does not take part`);
}

function wrongAnswers(firm: Firm, { story, apart }: Thing, { record }: Row): readonly string[] {
  const judged = firm.people.filter(({ name }) => !apart.has(name));
  return judged.flatMap(({ name, employeeId }) => {
    const answer = story.answers.get(name);
    // whoever was taken out may have been put in again
    if (answer !== 'declined' && story.leavers.has(name)) return [];
    const shown = record.participants.find((one) => one.employeeId === employeeId)?.reply;
    if (answer === undefined || shown === undefined || shown === answer) return [];
    return [`${name} answered ${answer}, the record says ${shown}`];
  });
}

/** Who of outside is on the organiser's list takes part; where meetings are protected, only who was on it from the beginning. */
function wrongGuests(firm: Firm, { story, apart }: Thing, { record }: Row): readonly string[] {
  const isOurs = firm.people.some(({ name }) => name === story.host && !apart.has(name));
  if (!isOurs || story.leavers.has(story.host) || firm.setup.meetings !== 'full') return [];
  return [...story.guests]
    .filter(
      ([address, isOn]) => record.participants.some(({ email }) => email === address) !== isOn,
    )
    .map(
      ([address, isOn]) =>
        `${address} is ${isOn ? '' : 'not '}on the list, and not so in the record`,
    );
}
