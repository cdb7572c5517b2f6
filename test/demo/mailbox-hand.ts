import { z } from 'zod';
import { ianaOf } from '../simulators/mailbox/zones.js';
import { DateTime } from 'luxon';
import { isoOf, itemOf, propertiesOf } from './mailbox-words.js';
import { numberMark } from './thing.js';
import type { Change, Content, Outcome, Thing } from './thing.js';

const ITEM = z.object({
  id: z.string(),
  UID: z.string(),
  Subject: z.string().default(''),
  Start: z.string(),
  End: z.string(),
  StartTimeZone: z.string().default('UTC'),
  IsAllDayEvent: z.boolean().default(false),
});

type Item = z.infer<typeof ITEM>;

const ANSWER = z.object({ id: z.string().nullable() });
const REFUSAL = z.object({ error: z.string(), message: z.string() });

/** What the fake says about an edit that cannot be made, as `ErrorItemNotFound`. */
export class RefusedEdit extends Error {
  override readonly name = 'RefusedEdit';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/** The hand of somebody at their Outlook: edits by the fake Exchange's control address, without the sync's words. */
export class MailboxHand {
  private readonly control: string;
  /** Ids in the folder that appointments are put away in. */
  private readonly putAway = new Map<Thing, string | null>();

  /** `control`: as the fake Exchange announces it. */
  constructor(control: string) {
    this.control = control;
  }

  /** Makes one edit. */
  async perform(mailbox: string, thing: Thing, change: Change): Promise<Outcome> {
    if (change.kind === 'create') return await this.create(mailbox, thing, change.content);
    if (change.kind === 'moveBack') return await this.moveBack(mailbox, thing);
    const folder = change.kind === 'restore' ? 'deleteditems' : 'calendar';
    const item = await this.findItem(mailbox, thing, folder);
    if (item === null) return 'absent';
    thing.uids.set(mailbox, item.UID);
    try {
      if (change.kind === 'moveOut') await this.moveOut(mailbox, thing, item);
      else if (change.kind === 'occurrenceDelete')
        await this.deleteOccurrence(mailbox, thing, item, change.nth + 1);
      else await this.change(mailbox, item, change);
      return 'done';
    } catch (error) {
      if (error instanceof RefusedEdit && REFUSALS.has(error.code)) return 'refused';
      throw error;
    }
  }

  /** Makes the folder that appointments are put away in. */
  async makeFolder(mailbox: string): Promise<void> {
    await this.post('folders', { mailbox, displayName: AWAY, folderClass: 'IPF.Appointment' });
  }

  /** The item in a folder; null = not there. */
  private async findItem(
    mailbox: string,
    thing: Thing,
    folder: 'calendar' | 'deleteditems' = 'calendar',
  ): Promise<Item | null> {
    const items = await this.list(mailbox, folder);
    const uid = thing.uids.get(mailbox);
    const mark = numberMark(thing.number);
    const isIt = (item: Item): boolean =>
      uid === undefined ? item.Subject.startsWith(mark) : item.UID === uid;
    return items.find(isIt) ?? null;
  }

  private async list(mailbox: string, folder: string): Promise<Item[]> {
    const query = new URLSearchParams({ mailbox, folder });
    const response = await fetch(`${this.control}/items?${query.toString()}`);
    return z.array(ITEM).parse(await response.json());
  }

  private async create(mailbox: string, thing: Thing, content: Content): Promise<Outcome> {
    await this.edit({ mailbox, do: 'create', item: itemOf(content) });
    const item = await this.findItem(mailbox, thing);
    if (item !== null) thing.uids.set(mailbox, item.UID);
    return item === null ? 'absent' : 'done';
  }

  private async change(mailbox: string, item: Item, change: Change): Promise<void> {
    const { id } = item;
    switch (change.kind) {
      case 'copy': {
        const copy = await this.edit({ mailbox, do: 'copy', id });
        await this.edit({
          mailbox,
          do: 'update',
          id: copy,
          item: { Subject: `${numberMark(change.as.number)}Kopie` },
        });
        return;
      }
      case 'restore':
        await this.edit({ mailbox, do: 'restore', id });
        return;
      case 'delete':
        await this.edit({ mailbox, do: 'delete', id });
        return;
      case 'occurrenceTitle':
        await this.edit({
          mailbox,
          do: 'updateOccurrence',
          id,
          index: change.nth + 1,
          item: { Subject: change.value },
        });
        return;
      case 'occurrenceShift':
        await this.shiftOccurrence(mailbox, item, change);
        return;
      default:
        await this.edit({ mailbox, do: 'update', id, item: propertiesOf(change, item) });
    }
  }

  private async moveOut(mailbox: string, thing: Thing, { id }: Item): Promise<void> {
    this.putAway.set(thing, await this.edit({ mailbox, do: 'move', id, folder: AWAY }));
  }

  private async moveBack(mailbox: string, thing: Thing): Promise<Outcome> {
    const id = this.putAway.get(thing);
    if (id === undefined) return 'absent';
    await this.edit({ mailbox, do: 'move', id, folder: 'calendar' });
    return 'done';
  }

  /** Whoever only takes part throws it out of their own calendar alone. */
  private async deleteOccurrence(
    mailbox: string,
    thing: Thing,
    item: Item,
    index: number,
  ): Promise<void> {
    const day = await this.dayOfOccurrence(mailbox, item, index);
    await this.edit({ mailbox, do: 'deleteOccurrence', id: item.id, index });
    if (mailbox === thing.owner.mailbox) return;
    thing.missed.set(mailbox, (thing.missed.get(mailbox) ?? new Set()).add(day));
  }

  /** From where the pattern has it, wherever it lies now. */
  private async shiftOccurrence(
    mailbox: string,
    master: Item,
    { nth, minutes }: Change & { kind: 'occurrenceShift' },
  ): Promise<void> {
    const index = nth + 1;
    const day = await this.dayOfOccurrence(mailbox, master, index);
    const zone = ianaOf(master.StartTimeZone);
    const wall = DateTime.fromISO(master.Start, { zone }).toFormat('HH:mm:ss');
    const length = Date.parse(master.End) - Date.parse(master.Start);
    const start = DateTime.fromISO(`${day}T${wall}`, { zone }).toMillis() + minutes * 60_000;
    const times = { Start: isoOf(start), End: isoOf(start + length) };
    await this.edit({ mailbox, do: 'updateOccurrence', id: master.id, index, item: times });
  }

  /** An edit that changes nothing answers where the occurrence is. */
  private async dayOfOccurrence(mailbox: string, master: Item, index: number): Promise<string> {
    const occurrence = await this.edit({
      mailbox,
      do: 'updateOccurrence',
      id: master.id,
      index,
      item: {},
    });
    const query = new URLSearchParams({ mailbox, from: master.Start, to: '2032-01-01T00:00:00Z' });
    const response = await fetch(`${this.control}/items?${query.toString()}`);
    const all = z.array(z.looseObject({ id: z.string(), OriginalStart: z.string().optional() }));
    const found = all.parse(await response.json()).find(({ id }) => id === occurrence);
    const zone = ianaOf(master.StartTimeZone);
    return DateTime.fromISO(found?.OriginalStart ?? master.Start, { zone }).toFormat('yyyy-MM-dd');
  }

  private async edit(request: Readonly<Record<string, unknown>>): Promise<string | null> {
    return ANSWER.parse(await this.post('items', request)).id;
  }

  private async post(path: string, request: object): Promise<unknown> {
    const body = JSON.stringify(request);
    const response = await fetch(`${this.control}/${path}`, { method: 'POST', body });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { error, message } = REFUSAL.parse(answer);
    throw new RefusedEdit(error, message);
  }
}

const AWAY = 'Ablage';

/** What a person would see as "that does not work": the appointment has meanwhile gone or changed. */
const REFUSALS: ReadonlySet<string> = new Set([
  'ErrorItemNotFound',
  'ErrorCalendarOccurrenceIsDeletedFromRecurrence',
  'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
  'ErrorOccurrenceCrossingBoundary',
  'ErrorOccurrenceTimeSpanTooBig',
  'ErrorRecurrenceHasNoOccurrence',
]);
