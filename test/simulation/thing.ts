import { emptyStory } from './meeting-story.js';
import type { MeetingStory } from './meeting-story.js';
import { tokenOf } from './sight.js';
import type { Field, Sight } from './sight.js';

/** One outside edit of one field. What the place showed before is what it took into account. */
export interface Edit {
  readonly field: Field;
  readonly place: string;
  readonly token: string;
  readonly after: Edit | null;
}

/** One appointment as the people mean it, wherever it is. */
export interface Thing {
  readonly tag: string;
  readonly isSeries: boolean;
  /** Exchange carries it between the mailboxes as well: what it shows is judged by meeting-check.ts. */
  isMeeting: boolean;
  readonly story: MeetingStory;
  readonly edits: Edit[];
  /** What a person saw who deleted it: those edits are superseded. */
  readonly buried: Edit[];
  /** Where it was deleted, or somebody taken out of it; each a reason why something of it may go. */
  deletes: number;
  /** Fields in which something was seen that nobody wrote: not judged. */
  readonly blurred: Set<Field>;
  /** Places where it must never be seen again, unless somebody brings it back. */
  readonly goneAt: Set<string>;
  /** Places where it is on its own for a reason: left the scope, kept by an option, travels one way only. */
  readonly apart: Map<string, string>;
  /** Of whom something was changed that does not travel: in or out of the scope, it stays where it is. */
  readonly stuck: Set<string>;
  /**
   * Changed in a way that does not show: two places came to the same without a sync, or somebody else takes part. Whoever
   * deletes it elsewhere has not seen that.
   */
  isAltered: boolean;
  /** Who has deleted single occurrences of somebody else's series: that is theirs alone (rule 9). */
  readonly misses: Set<string>;
  /** Made anew, or brought back: there may be more than one record of it. */
  mayDouble: boolean;
}

/** Fields whose every outside edit has a value of its own. */
const TRACKED: readonly Field[] = ['subject', 'body', 'reminder', 'when'];

export function newThing(tag: string, isSeries: boolean): Thing {
  return {
    tag,
    isSeries,
    isMeeting: false,
    story: emptyStory(),
    edits: [],
    buried: [],
    deletes: 0,
    blurred: new Set(),
    goneAt: new Set(),
    apart: new Map(),
    stuck: new Set(),
    isAltered: false,
    misses: new Set(),
    mayDouble: false,
  };
}

/** When it takes place is told apart for single ones only: a changed pattern moves the start by itself. */
export function trackedOf(thing: Thing): readonly Field[] {
  return thing.isSeries ? TRACKED.filter((field) => field !== 'when') : TRACKED;
}

export function find(thing: Thing, field: Field, token: string): Edit | null {
  return thing.edits.findLast((edit) => edit.field === field && edit.token === token) ?? null;
}

export function tokenAt(sight: Sight, field: Field): string {
  return tokenOf(field, sight.texts[field]);
}
