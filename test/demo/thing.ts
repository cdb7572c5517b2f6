import type { Person } from './people.js';
import type { Rhythm } from './rhythm.js';

/** Where an edit is made: in the ERP, or in the mailbox of a person (its address). */
export type Place = string;
export const ERP: Place = 'erp';

export type Importance = 'low' | 'normal' | 'high';
export type ShowAs = 'free' | 'tentative' | 'busy' | 'away' | 'elsewhere';

/** What an appointment of the script begins with. */
export interface Content {
  readonly title: string;
  readonly body: string;
  readonly location: string;
  readonly times: Times;
  readonly rhythm: Rhythm | null;
  readonly isPrivate: boolean;
  readonly showAs: ShowAs;
  readonly reminder: number | null;
  readonly importance: Importance;
}

/** `time` is a wall clock, `10:15`. */
export type Times =
  | {
      readonly kind: 'timed';
      readonly day: string;
      readonly time: string;
      readonly minutes: number;
      readonly zone: string;
    }
  | { readonly kind: 'allDay'; readonly day: string; readonly days: number };

/** One edit of one appointment. Which ones a side knows is up to those who choose. */
export type Change =
  | { readonly kind: 'create'; readonly content: Content }
  | {
      readonly kind: 'text';
      readonly field: 'title' | 'location' | 'body';
      readonly value: string;
    }
  /** In mailboxes only. */
  | { readonly kind: 'html'; readonly value: string }
  | { readonly kind: 'shift'; readonly minutes: number }
  | { readonly kind: 'times'; readonly times: Times }
  | { readonly kind: 'zone'; readonly zone: string }
  | { readonly kind: 'private'; readonly value: boolean }
  | { readonly kind: 'showAs'; readonly value: ShowAs }
  | { readonly kind: 'reminder'; readonly value: number | null }
  | { readonly kind: 'importance'; readonly value: Importance }
  | { readonly kind: 'rhythm'; readonly rhythm: Rhythm }
  /** `nth` counts the days of the pattern from 0. */
  | { readonly kind: 'occurrenceShift'; readonly nth: number; readonly minutes: number }
  | { readonly kind: 'occurrenceTitle'; readonly nth: number; readonly value: string }
  | { readonly kind: 'occurrenceDelete'; readonly nth: number }
  /** In the ERP only. */
  | { readonly kind: 'addPerson'; readonly person: Person }
  | { readonly kind: 'removePerson'; readonly person: Person }
  /** In mailboxes only: a copy under another title; out of the calendar and back; out of Deleted Items. */
  | { readonly kind: 'copy'; readonly as: Thing }
  | { readonly kind: 'moveOut' }
  | { readonly kind: 'moveBack' }
  | { readonly kind: 'restore' }
  | { readonly kind: 'delete' };

/** Fields whose last value must be there at the end. */
export type WishField =
  'title' | 'when' | 'location' | 'body' | 'isPrivate' | 'showAs' | 'reminder' | 'importance';

export type WishValue = string | boolean | number | null | undefined;

export interface Wish {
  /** undefined = not known any more. */
  value: WishValue;
  /** Where it was edited; with more than one, either value may have won. */
  readonly places: Set<Place>;
}

/** One appointment as the script knows it: what it did to it, and what must be left of it. */
export interface Thing {
  /** Part of the title of those that the script made: `#1047 Montage`. */
  readonly number: number;
  readonly owner: Person;
  /** Whose calendars it belongs to, the owner first. */
  people: Person[];
  readonly isSeries: boolean;
  isAllDay: boolean;
  isPrivate: boolean;
  readonly firstDay: string;
  /** Known for those of the stock and those made in the ERP; else it is looked for by the title. */
  recordId: string | null;
  /** By mailbox. */
  readonly uids: Map<string, string>;
  readonly bornAt: number;
  /** Where it was made; null = it was there before. */
  readonly bornIn: Place | null;
  /** What must be left at the end; `either`: deleted on one side and changed on the other. */
  fate: 'there' | 'deleted' | 'either';
  /** Where it lies when it is in no calendar: in a folder of this mailbox, or in its Deleted Items; or who keeps it private. */
  away: { readonly place: Place; readonly where: 'folder' | 'trash' | 'private' } | null;
  /** The mailbox whose owner has made it private for good, where private ones are not synced; null = nobody has. */
  hiddenIn: Place | null;
  /** Days that somebody who only takes part has thrown out of their own calendar, by mailbox. */
  readonly missed: Map<Place, Set<string>>;
  /** Not to be edited any more. */
  isDone: boolean;
  readonly editedIn: Set<Place>;
  readonly wishes: Map<WishField, Wish>;
  /** What was done to it, a line each, for whoever looks for the cause of a difference. */
  readonly edits: string[];
}

/** How the titles of the script's own begin. */
export function numberMark(number: number): string {
  return `#${number} `;
}

/** What became of an edit: `absent` = it is not there (yet, or any more), `refused` = it cannot be edited so. */
export type Outcome = 'done' | 'absent' | 'refused';
