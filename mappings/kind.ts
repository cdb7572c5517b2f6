import type { ErpPriority } from './erp-record.js';
import type { FieldRules } from './field-rules.js';
import type { Successions } from './successions.js';
import type { Loss, Translated } from './translation.js';
import type { EmailAddress, IanaZone, Instant, PlainDate } from './values.js';

/** Fields of which those of one value beside those of another can mean what nobody has entered. */
export interface InseparableFields<R> {
  readonly fields: readonly string[];
  /** Whether any of them can be taken from the one value, and the others from the other. */
  mayBeMixed(one: R, other: R): boolean;
}

/** Occurrences that one of several employees does not take part in. */
export interface AbsenceFields<R> {
  /** The set-like field whose elements are the occurrences. */
  readonly field: string;
  /** The canonical text of one that is deleted. */
  readonly deleted: string;
  /** The value with one more deleted; as it is where it has none of that name. */
  without(value: R, element: string): R;
}

/** What a translation must know beside the value: settings and code tables of one pair. */
export interface TranslationContext {
  /** The zone of the mailbox: midnights of all-day items, and times of an item that names no zone. */
  readonly zone: IanaZone;
  readonly language: 'de' | 'en';
  readonly employeeId: string;
  readonly priorities: readonly ErpPriority[];
  readonly content: ContentOptions;
  /** Private things are left out: of an occurrence that is private by itself only its time is told. */
  readonly leavePrivateOut?: boolean;
  /** Left out: nobody's own address is known, and no attendee is written to Exchange. */
  readonly meetings?: MeetingContext;
}

/** How attendees are told apart and written. */
export interface MeetingContext {
  /** The mailbox's own address; null where only a sign-in name is known. */
  readonly address: EmailAddress | null;
  /** Which participants of the ERP become attendees in Exchange (features C4, C15). */
  readonly invites: 'nobody' | 'rooms' | 'everybody';
}

/** What an administrator chose about contents; part of the form, since fingerprints depend on it (rule 7). */
export interface ContentOptions {
  /**
   * `both`; `toExchange`: what a person writes in Outlook stays there until the ERP's text changes; `never`: no text of
   * the ERP is written to Exchange ("Informationen nicht hinterlegen", feature C10).
   */
  readonly body: 'both' | 'toExchange' | 'never';
  /**
   * Plain text instead of HTML (feature C11). Texts are written as plain text either way: what a server makes of HTML when
   * it is asked for text is its own affair (MS-OXCMSG 3.2.4.1), and would come back as somebody's edit.
   */
  readonly plainText: boolean;
  /** `never` writes no reminder to Exchange at all (feature C12). */
  readonly reminders: 'asIs' | 'never';
}

export const DEFAULT_CONTENT: ContentOptions = {
  body: 'both',
  plainText: false,
  reminders: 'asIs',
};

/** Per field its canonical text, or, for set-like fields, one text per element. What is not there is empty or regular. */
export type Canonical = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** The fields that `ContentOptions` limits. */
export interface ContentFields<R> {
  readonly body: string;
  /** What the ERP tells, shown below the body. */
  readonly block: string;
  readonly reminder: string;
  readonly privacy: string;
  /** What is left where its content must go: that something takes place, and when (feature C16). */
  withoutContent(value: R, context: TranslationContext): R;
  /** When the last of it is over; null = never. */
  endsAt(value: R, context: TranslationContext): Instant | null;
}

/** Which fields tell of meetings. */
export interface MeetingFields<R, Item, ItemPatch> {
  readonly isMeeting: string;
  readonly replies: string;
  /** Which message of the organiser a copy shows: it changes with each, and not by an attendee's own edits. */
  readonly sentAt: string;
  /** Who takes part. */
  readonly attendees: string;
  /** What an attendee has of their own in their copy. */
  readonly own: readonly string[];
  /** What attendees are told of when it changes. */
  readonly told: readonly string[];
  /** How attendees are told of single occurrences of a series; left out for kinds that have none. */
  readonly occurrences?: {
    /** The set-like field whose elements are the occurrences. */
    readonly field: string;
    /** Fields whose change makes attendees lose what their copies have of single occurrences (MS-OXOCAL 3.1.4.7.3.5). */
    readonly movedBy: readonly string[];
    /** What attendees must know of occurrences of `after` that are to come; `before` null = it is new. */
    news(
      write: { readonly before: R | null; readonly after: R; readonly current: Item | null },
      now: Instant,
      context: TranslationContext,
    ): readonly OccurrenceNews[];
  };
  /** The value with the answer "declined" of the owner of the mailbox; null where their address is not known. */
  declined(value: R, context: TranslationContext): R | null;
  /** Everybody on an item's lists, and whom a patch puts onto them. */
  guests(item: Item): readonly Guest[];
  newcomers(patch: ItemPatch): readonly Guest[];
  /** Whether somebody who shall go is on none of the item's lists once the patch is written. */
  takesOff(patch: ItemPatch | null, item: Item, address: string): boolean;
  /** Whether any of it is still to come: nobody is told of what is over. */
  endsAfter(value: R, now: Instant, context: TranslationContext): boolean;
}

/** An occurrence at a time or place of its own, or one that does not take place, or does again. */
export interface OccurrenceNews {
  readonly element: string;
  /** When the pattern has it. */
  readonly originalStart: Instant;
  /** The write makes it so; else it was so before. */
  readonly isNew: boolean;
  /** False for one that is regular again after it was deleted: no write to it brings that about. */
  readonly isSayable: boolean;
  /** Who takes part in it, by a list of its own or by that of its series. */
  readonly guests: readonly Guest[];
  readonly hasOwnList: boolean;
}

/** Somebody, or a room, on the list of a meeting. */
export interface Guest {
  readonly address: EmailAddress | null;
  readonly isRoom: boolean;
}

/**
 * All that the engine must know about one kind of record: how it is read and written on both sides.
 * Everything here is pure. Laws, tested with generated values for every kind:
 *  - what was put is got back: `asErpHolds(v)` is what `fromErp` shows after `toErp(v)` was written, and the same for Exchange;
 *  - putting back what was got changes nothing: `toErp(fromErp(r), r).value` is null, and the same for Exchange;
 *  - `asXHolds(asXHolds(v))` equals `asXHolds(v)`.
 * `toErp` and `toExchange` throw `Untranslatable` where half a record would be wrong.
 */
export interface Kind<R extends object, Rec, RecPatch, Item, ItemPatch> {
  readonly name: 'appointment' | 'task' | 'contact';
  readonly rules: FieldRules<R>;
  /** Version of the canonical form with a digest of the settings it depends on (rule 7). */
  form(context: TranslationContext): string;

  fromErp(record: Rec, context: TranslationContext): R;
  /** Changes only what differs from `current`; the value is null where nothing does. */
  toErp(value: R, current: Rec | null, context: TranslationContext): Translated<RecPatch | null>;
  fromExchange(item: Item, context: TranslationContext): R;
  toExchange(
    value: R,
    current: Item | null,
    context: TranslationContext,
  ): Translated<ItemPatch | null>;
  /**
   * What of an item the ERP does not get, whatever is written; one loss per field and reason. Left out where there is
   * nothing of that sort.
   */
  unread?(item: Item, context: TranslationContext): readonly Loss[];
  /**
   * The same the other way: what of a record Exchange does not get, and what therefore stays in the ERP through every write
   * from there. The translation to Exchange does not tell of it again.
   */
  unwritten?(record: Rec, context: TranslationContext): readonly Loss[];

  /** What the side would show after the value was put into an empty record of it. */
  asErpHolds(value: R, context: TranslationContext): R;
  asExchangeHolds(value: R, context: TranslationContext): R;

  canonical(value: R): Canonical;
  /**
   * What tells that a record and an item which nobody connected are one thing, from the narrowest text to the widest: they
   * are where they share one, and nothing else shares it. Asked of values that both sides can hold. Empty = nothing tells.
   */
  sameness(value: R): readonly string[];
  /** How many things of value a write takes away: texts emptied, occurrences newly deleted (rule 6). */
  destroyed(before: Canonical, after: Canonical): number;
  /** The value with one element of a set-like field as `from` has it (also: not there). */
  withElement(value: R, field: keyof R & string, element: string, from: R): R;

  /**
   * What something new shows in a field that does not travel to its side. A field that is not named here always travels
   * with something new: there is no appointment without its time, and none loses its privacy.
   */
  readonly blanks: Partial<R>;

  /** What is taken whole from one side where both changed it; left out for kinds whose fields stand by themselves. */
  readonly inseparable?: InseparableFields<R>;

  /** How somebody misses single occurrences of a series; left out for kinds that have none (rule 9). */
  readonly absences?: AbsenceFields<R>;

  /** Which fields the administrator's choice of contents is about; left out for kinds that have none (features C10 to C12). */
  readonly contents?: ContentFields<R>;

  /** How what comes again goes on when it is ticked off; left out for kinds that have nothing of the sort (rule 19). */
  readonly successions?: Successions<R, Rec>;

  /** How its meetings are told; left out for kinds that have none (feature C5). */
  readonly meetings?: MeetingFields<R, Item, ItemPatch>;

  recordFacts(record: Rec): {
    readonly ownerId: string;
    readonly isProtected: boolean;
    /** What people change or delete of it in Exchange is put back, whatever the pair does. */
    readonly isPutBack?: boolean;
    /** Marked as a meeting. */
    readonly isMeeting?: boolean;
    /** Told without translating it. */
    readonly isPrivate: boolean;
  };
  itemFacts(item: Item): {
    readonly uid: string | null;
    readonly lastModified: Instant | null;
    /** Outlook's, as its owner wrote them. */
    readonly categories: readonly string[];
    readonly isOrganizer: boolean;
    /** Told without translating it. */
    readonly isPrivate: boolean;
    /** Who invited; null where nobody did, or the server does not say. */
    readonly organizer?: EmailAddress | null;
    readonly isMeeting?: boolean;
    /** What organiser and attendees have in common, by which one meeting is known in every mailbox; null = it is none. */
    readonly meeting?: string | null;
    /** The organiser called it off. */
    readonly isCancelled?: boolean;
    /** What the owner of the mailbox answered; null = nothing, or nobody asked. */
    readonly answer?: 'accepted' | 'tentative' | 'declined' | null;
  };
  isPrivate(value: R): boolean;
  /** The last day on which it takes place, for "bring over what ends on or after"; null = it never ends. */
  lastDay(value: R, context: TranslationContext): PlainDate | null;
  /** The first day from `from` on (null = at all) on which it takes place; null = it does not any more. */
  nextDay(value: R, from: PlainDate | null, context: TranslationContext): PlainDate | null;
}
