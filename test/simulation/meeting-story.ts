import { attendeesOf, isMeeting, isOrganizer } from '../simulators/mailbox/ledger.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';
import { FIELDS, itemSight, itemsOf, recordsOf, tokenOf } from './sight.js';
import type { Field, Place, Sight } from './sight.js';

export type Answer = 'accepted' | 'tentative' | 'declined';

/** What people did with one meeting, as far as it decides what each place has to show of it. */
export interface MeetingStory {
  /** Field of a place, an exception as `exceptions/date` → when somebody last changed it there, counted in edits. */
  readonly lastEdits: Map<string, number>;
  /** What Exchange brought into attendees' copies, and what their owners made of it: nobody else writes there. */
  readonly copies: Map<string, readonly CopySight[]>;
  /** The list of the organiser's item, with the answers in it: Exchange's alone where nobody invites by the ERP. */
  readonly lists: Map<string, string>;
  /** What attendees wrote into their own copies, as `field token` → who. */
  readonly own: Map<string, string>;
  /**
   * Fields that attendees had changed in their copies before the ERP had any of it, or that may have been taken for the
   * organiser's: those may show what an attendee made of them.
   */
  readonly takenOver: Set<string>;
  /** Who of outside was put onto the list by the organiser, or taken off it. */
  readonly guests: Map<string, boolean>;
  /** What each answered last, unless the ERP's people have changed that they take part. */
  readonly answers: Map<string, Answer>;
  /** Whose item may be gone: they took it away, were taken out, or it was called off. */
  readonly leavers: Set<string>;
  /** Who owned the record when it was changed in the ERP: it is their own show-as and reminder that it shows. */
  readonly owners: Set<string>;
  /** Whose mailbox it was called together from. */
  host: string;
  edits: number;
  /** Somebody was invited to one occurrence alone: that is a meeting of its own, and has the same name here. */
  isScattered: boolean;
  /** Who had it in their mailbox, and took part in it, when all was at rest: then the two are known for one. */
  readonly linked: Set<string>;
  /** The record was made of an attendee's copy, and the organiser's own item is still to be taken over into it. */
  isOfCopy: boolean;
  /** Everything came to rest, and nobody has touched it since. */
  isQuiet: boolean;
}

/** An attendee's copy of an invitation. */
export interface CopySight {
  readonly texts: Sight['texts'];
  readonly list: string;
}

export function emptyStory(): MeetingStory {
  return {
    lastEdits: new Map(),
    copies: new Map(),
    lists: new Map(),
    own: new Map(),
    takenOver: new Set(),
    guests: new Map(),
    answers: new Map(),
    leavers: new Set(),
    linked: new Set(),
    owners: new Set(),
    host: '',
    edits: 0,
    isScattered: false,
    isOfCopy: false,
    isQuiet: false,
  };
}

/** Takes down which fields a person has changed at a place. */
export function noteEdit(
  firm: Firm,
  story: MeetingStory,
  {
    place,
    before,
    after,
  }: { readonly place: Place; readonly before: Sight; readonly after: Sight },
): void {
  story.edits += 1;
  const name = place === 'erp' ? place : place.name;
  for (const path of changedPaths(before, after)) {
    story.lastEdits.set(`${name} ${path}`, story.edits);
  }
  if (place !== 'erp') return noteExchange(firm, story, after.tag);
  const owners = recordsOf(firm, after.tag).map(({ record }) => record.ownerId);
  for (const { name: owner, employeeId } of firm.people) {
    if (owners.includes(employeeId)) story.owners.add(owner);
  }
}

/** An attendee changes their own copy. */
export function noteOwnEdit(
  firm: Firm,
  story: MeetingStory,
  {
    person,
    before,
    after,
  }: { readonly person: Person; readonly before: Sight; readonly after: Sight },
): void {
  // what comes together with a message of the organiser is not told from it, unless the organiser's own mailbox brings that
  const host = firm.people.find(({ name }) => name === story.host);
  const rows = recordsOf(firm, after.tag);
  const isMixed = !story.isQuiet && rows.some(({ record }) => record.ownerId !== host?.employeeId);
  const isTaken = isMixed || rows.length === 0;
  for (const path of isTaken ? changedPaths(before, after) : []) story.takenOver.add(path);
  for (const field of isTaken ? [] : (['subject', 'body'] as const)) {
    const token = tokenOf(field, after.texts[field]);
    if (after.texts[field] !== before.texts[field]) story.own.set(`${field} ${token}`, person.name);
  }
  noteExchange(firm, story, after.tag);
}

/** Somebody takes it away: an attendee their own copy, the ERP or the organiser everybody's. */
export function noteLeave(firm: Firm, story: MeetingStory, tag: string, place: Place): void {
  const isOwnCopy = place !== 'erp' && story.copies.has(place.name);
  if (!isOwnCopy) story.answers.clear();
  if (place === 'erp') {
    // made anew, it is taken over from whatever there is
    for (const name of story.own.keys()) story.takenOver.add(name.split(' ')[0] ?? '');
    story.own.clear();
  }
  for (const person of isOwnCopy ? [place] : firm.people) story.leavers.add(person.name);
  if (place !== 'erp') noteExchange(firm, story, tag);
}

/** All is at rest. */
export function noteRest(firm: Firm, story: MeetingStory, tag: string): void {
  story.isQuiet = true;
  story.isOfCopy = false;
  story.linked.clear();
  const employees = recordsOf(firm, tag).flatMap((row) => row.employees);
  for (const person of firm.people) {
    const isThere = itemsOf(firm, person).some(({ properties }) => properties.Location === tag);
    if (isThere && employees.includes(person.employeeId)) story.linked.add(person.name);
  }
}

/** Takes down what Exchange shows: a person has just done something, and it has told the others. */
export function noteExchange(firm: Firm, story: MeetingStory, tag: string): void {
  story.copies.clear();
  story.lists.clear();
  for (const person of firm.people) {
    const items = itemsOf(firm, person).filter(({ properties }) => properties.Location === tag);
    const copies = items.filter(isCopy);
    if (copies.length > 0) story.copies.set(person.name, copySights(firm, person, copies));
    for (const item of items) {
      story.isScattered ||= item.properties.RecurrenceId !== undefined;
      if (isHosted(item)) story.lists.set(person.name, listOf(item));
    }
  }
}

/** The invitations of a tag in a mailbox. */
export function copiesOf(firm: Firm, person: Person, tag: string): readonly CopySight[] {
  const items = itemsOf(firm, person).filter(({ properties }) => properties.Location === tag);
  return copySights(firm, person, items.filter(isCopy));
}

function copySights(
  firm: Firm,
  person: Person,
  copies: readonly StoredItem[],
): readonly CopySight[] {
  return copies.map((item) => {
    return { texts: itemSight(firm, person, item).texts, list: listOf(item) };
  });
}

function isCopy({ properties }: StoredItem): boolean {
  return !isOrganizer(properties);
}

/** A meeting that was called together from this mailbox. */
export function isHosted({ properties }: StoredItem): boolean {
  return isMeeting(properties) && isOrganizer(properties);
}

/** Who is on the list of an item, with the answers in it. */
export function listOf({ properties }: StoredItem): string {
  const all = attendeesOf(properties).map(
    ({ EmailAddress, ResponseType = 'Unknown' }) => `${EmailAddress} ${ResponseType}`,
  );
  return all.sort().join(', ');
}

/** Whether a field, or an exception, was changed at the place after the last time that it was in the ERP. */
export function isLaterThanInErp(
  { lastEdits }: MeetingStory,
  place: string,
  path: string,
): boolean {
  return (lastEdits.get(`${place} ${path}`) ?? 0) > (lastEdits.get(`erp ${path}`) ?? 0);
}

/** Fields in which two sights differ; of exceptions each by its day. */
export function changedPaths(a: Sight, b: Sight): readonly string[] {
  return FIELDS.flatMap((field): readonly string[] => {
    if (a.texts[field] === b.texts[field]) return [];
    return field === 'exceptions' ? changedDays(a, b) : [field];
  });
}

function changedDays(a: Sight, b: Sight): readonly string[] {
  const [before, after] = [exceptionsOf(a), exceptionsOf(b)];
  const days = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...days]
    .filter((day) => before[day] !== after[day])
    .sort()
    .map((day) => `exceptions/${day}`);
}

/** Day → what is special about it, as a text. */
export function exceptionsOf({ texts }: Sight): Readonly<Record<string, string>> {
  const field: Field = 'exceptions';
  return texts[field] === '' ? {} : (JSON.parse(texts[field]) as Readonly<Record<string, string>>);
}
