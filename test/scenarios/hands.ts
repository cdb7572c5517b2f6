import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { instantOf } from '../../mappings/values.js';
import type { RecordSeen } from '../../sync/ports/erp.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Link } from '../../sync/ports/store.js';
import { BERLIN, edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { attachTo } from '../simulators/mailbox/attachment-work.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { localDay } from '../simulators/mailbox/calendar.js';
import { dateOfDay } from '../simulators/mailbox/recurrence.js';
import { deletedOccurrences, modifiedOccurrences } from '../simulators/mailbox/series.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import type { memoryExchange } from '../simulators/memory-exchange.js';
import { memoryExchange as directly } from '../simulators/memory-exchange.js';
import type { PairMemory } from '../simulators/memory-store.js';
import { pairId } from './world.js';
import type { Who, World } from './world.js';

/** What people do in a story, and what they see. */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A time of an ERP record: from then on, for an hour unless said otherwise. */
export function span(start: string, hours = 1) {
  const from = Date.parse(start);
  return {
    kind: 'timed' as const,
    startsAt: instantOf(from),
    endsAt: instantOf(from + hours * HOUR),
  };
}

/** The same for an item. */
export function itemSpan(start: string, hours = 1): Pick<ItemInput, 'Start' | 'End'> {
  const { startsAt, endsAt } = span(start, hours);
  return { Start: startsAt, End: endsAt };
}

const TUESDAY = '2026-03-10T09:00:00Z';

export function inErp(
  world: World,
  title: string,
  more: ErpAppointmentPatch & { readonly ownerId?: string } = {},
): string {
  return world.erp.person.create(more.ownerId ?? 'E01', { title, when: span(TUESDAY), ...more });
}

export function inOutlook(world: World, Subject: string, more: ItemInput = {}): string {
  const zones = { StartTimeZone: BERLIN, EndTimeZone: BERLIN };
  const { id } = make(
    world.outlook('anna'),
    { Subject, ...itemSpan(TUESDAY), ...zones, ...more },
    { context: { cause: 'person' } },
  );
  return id;
}

export function change(world: World, id: string, input: ItemInput): void {
  edit(world.outlook('anna'), id, input, { context: { cause: 'person' } });
}

/** A file, by drag and drop onto an item or onto an occurrence of it. */
export function attach(world: World, id: string, Name: string): void {
  const attaching = { host: world.organisation, headerZone: null, by: 'Anna Becker' };
  const file = {
    Name,
    IsInline: false,
    IsContactPhoto: false,
    Content: 'R3LDvMOfZQ==',
    item: null,
  };
  attachTo(world.outlook('anna'), itemTarget(id), { ...attaching, attachments: [file] });
}

export function removeItem(world: World, id: string): void {
  const context = { ...WRITING, cause: 'person' };
  world.outlook('anna').remove(itemTarget(id), 'MoveToDeletedItems', context);
}

export function itemsOf(world: World, who: Who = 'anna'): readonly StoredItem[] {
  return [...world.outlook(who).folder('calendar').items.values()];
}

/** The only item, or the only one with that subject. */
export function itemOf(world: World, subject?: string): StoredItem {
  const all = itemsOf(world).filter(
    ({ properties }) => subject === undefined || properties.Subject === subject,
  );
  const [item, ...others] = all;
  if (!item || others.length > 0) {
    throw new Error(`${String(all.length)} items ${subject ?? ''}: ${subjects(world).join(', ')}`);
  }
  return item;
}

export function recordOf(world: World, title?: string): RecordSeen<ErpAppointment> {
  const all = world.erp.rows.filter(({ record }) => title === undefined || record.title === title);
  const [row, ...others] = all;
  if (!row || others.length > 0) {
    throw new Error(`${String(all.length)} records ${title ?? ''}: ${titles(world).join(', ')}`);
  }
  return row;
}

export function titles(world: World): readonly string[] {
  return world.erp.rows.map(({ record }) => record.title).sort();
}

export function subjects(world: World, who: Who = 'anna'): readonly string[] {
  return itemsOf(world, who)
    .map(({ properties }) => properties.Subject ?? '')
    .sort();
}

/** What both sides show; the same list twice where all is well. */
export function bothSides(world: World): readonly (readonly string[])[] {
  return [titles(world), subjects(world)];
}

export function memoryOf(world: World, who: Who = 'anna'): PairMemory {
  return world.store.pair(pairId(who));
}

export function linksOf(world: World, who: Who = 'anna'): readonly Link[] {
  return [...memoryOf(world, who).links.values()].filter(({ ended }) => ended === null);
}

/** How the links that are not alive any more came to their ends. */
export function endsOf(world: World): readonly (string | null)[] {
  return [...memoryOf(world).links.values()].flatMap(({ ended }) => ended ?? []);
}

/** Cycles as a server runs them: a side that does not answer is asked again later. */
export async function patiently(world: World, rounds = 8): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    world.clock.advance(60_000);
    for (const who of world.order) {
      try {
        const report = await world.cycle(who);
        world.clock.advance(report?.retryAfterMs ?? 0);
      } catch (error) {
        if (!(error instanceof ConnectorFailure)) throw error;
        world.clock.advance(error.retryAfterMs ?? 30_000);
      }
    }
  }
}

type Port = ReturnType<typeof memoryExchange>;

/** The world's way to Exchange, changed a little. */
export function meddle(world: World, change: (port: Port) => Partial<Port>): void {
  const port = world.connector ?? directly(world.organisation);
  world.connector = { ...port, ...change(port) };
}

/** The occurrence that begins then, as Outlook names it. */
export function occurrenceAt(world: World, start: string, subject?: string): string {
  const item = itemOf(world, subject);
  const zone = item.properties.StartTimeZone ?? BERLIN;
  return occurrenceId(item, localDay(zone, Date.parse(start)), world.outlook('anna'));
}

/** The days of a series that are not as the pattern has them. */
export function exceptionDays(item: StoredItem) {
  return {
    changed: modifiedOccurrences(item).map(({ day }) => dateOfDay(day)),
    deleted: deletedOccurrences(item).map(({ day }) => dateOfDay(day)),
  };
}
