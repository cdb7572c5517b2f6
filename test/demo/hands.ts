import { setTimeout as pause } from 'node:timers/promises';
import { dayAfter, lineOf, minuteOf, textOf } from './calendar-entry.js';
import { instantOfWall } from './erp-calendar.js';
import { ErpHand } from './erp-hand.js';
import { MailboxHand } from './mailbox-hand.js';
import { PEOPLE } from './people.js';
import type { Edit } from './script.js';
import { ERP } from './thing.js';
import type { Change, Outcome, Thing, Times, WishField, WishValue } from './thing.js';

/** Makes edits on both sides, and notes on the things what must be left of them. */
export class Hands {
  private readonly erp: ErpHand;
  private readonly mailboxes: MailboxHand;

  private constructor(erp: ErpHand, mailboxes: MailboxHand) {
    this.erp = erp;
    this.mailboxes = mailboxes;
  }

  /** `control`: as the fake Exchange announces it. */
  static async open(erpUrl: string, control: string): Promise<Hands> {
    const mailboxes = new MailboxHand(control);
    for (const { mailbox } of PEOPLE) await mailboxes.makeFolder(mailbox);
    return new Hands(await ErpHand.open(erpUrl), mailboxes);
  }

  async close(): Promise<void> {
    await this.erp.close();
  }

  /** Waits a while for something that has not arrived yet. */
  async perform(edit: Edit): Promise<Outcome> {
    const giveUpAt = Date.now() + PATIENCE_MS;
    let outcome = await this.tryOnce(edit);
    while (outcome === 'absent' && Date.now() < giveUpAt) {
      await pause(LOOK_AGAIN_MS);
      outcome = await this.tryOnce(edit);
    }
    edit.thing.edits.push(editLine(edit, outcome));
    if (outcome === 'done') noteEdit(edit);
    else if (ENDINGS.has(edit.change.kind)) edit.thing.fate = 'either';
    else if (edit.change.kind === 'private') edit.thing.hiddenIn = null; // it is as open as it was
    return outcome;
  }

  private async tryOnce({ place, thing, change }: Edit): Promise<Outcome> {
    return place === ERP
      ? await this.erp.perform(thing, change)
      : await this.mailboxes.perform(place, thing, change);
  }
}

const PATIENCE_MS = 8_000;
const LOOK_AGAIN_MS = 200;

/** Edits after which the script reckons with the thing being gone, or being back. */
const ENDINGS: ReadonlySet<Change['kind']> = new Set(['delete', 'moveBack', 'restore']);

function editLine({ place, change }: Edit, outcome: Outcome): string {
  const told = change.kind === 'copy' ? { kind: 'copy', as: change.as.number } : change;
  return `${new Date().toISOString()} ${place} ${JSON.stringify(told)} ${outcome}`;
}

function noteEdit({ place, thing, change }: Edit): void {
  if (change.kind !== 'create') thing.editedIn.add(place);
  switch (change.kind) {
    case 'create': {
      const { title, location, body, isPrivate, showAs, reminder, importance } = change.content;
      const wishes = { title, location, body, isPrivate, showAs, reminder, importance };
      for (const [field, value] of Object.entries(wishes)) wish(thing, field as WishField, value);
      wish(thing, 'when', whenText(change.content.times));
      break;
    }
    case 'text':
      wish(thing, change.field, change.value, place);
      break;
    case 'html':
      wish(thing, 'body', undefined, place); // what text becomes of it is the server's business
      break;
    case 'times':
      wish(thing, 'when', whenText(change.times), place);
      break;
    case 'shift':
      wish(thing, 'when', undefined, place); // from wherever it was
      break;
    case 'private':
      wish(thing, 'isPrivate', change.value, place);
      break;
    case 'showAs':
    case 'reminder':
    case 'importance':
      wish(thing, change.kind, change.value, place);
      break;
    default:
  }
}

function wish(thing: Thing, field: WishField, value: WishValue, place?: string): void {
  const known = thing.wishes.get(field) ?? { value, places: new Set<string>() };
  known.value = TEXTS[field]?.(String(value)) ?? value;
  if (value === undefined) known.value = undefined;
  if (place !== undefined) known.places.add(place);
  thing.wishes.set(field, known);
}

/** What both sides can hold of a text. */
const TEXTS: Partial<Record<WishField, (text: string) => string>> = {
  title: lineOf,
  location: lineOf,
  body: textOf,
};

/** As `history.ts` reads it off a calendar. */
function whenText(times: Times): string {
  if (times.kind === 'allDay') return `${times.day} – ${dayAfter(times.day, times.days - 1)}`;
  const start = instantOfWall(times.day, `${times.time}:00`, times.zone);
  return `${minuteOf(start)} – ${minuteOf(start + times.minutes * 60_000)}`;
}
