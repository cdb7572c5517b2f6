import { expect, test } from 'vitest';
import { parsePlainDate } from '../../mappings/values.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import { parseMark } from '../../sync/ports/mark.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { memoryExchange, MARK_PATH } from '../simulators/memory-exchange.js';
import { extendedKey } from '../simulators/mailbox/extended.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import {
  bothSides,
  change,
  DAY,
  inErp,
  inOutlook,
  itemOf,
  itemsOf,
  linksOf,
  meddle,
  memoryOf,
  patiently,
  recordOf,
  removeItem,
  span,
  subjects,
  titles,
} from './hands.js';
import { invite } from './meeting-world.js';
import { migrated } from './migrated-mailbox.js';
import { surviving } from './surviving.js';
import { pairId } from './world.js';
import type { World } from './world.js';

/** A. Identity and duplicates. */

const keyOn = ({ extended }: StoredItem): string | undefined => {
  const value = extended.get(extendedKey(MARK_PATH))?.value;
  return parseMark(typeof value === 'string' ? value : null)?.key;
};

test('1: "the sync crashed, and now my appointment is there twice"', () =>
  surviving(async (world) => {
    inErp(world, 'Wartung');
    inOutlook(world, 'Zahnarzt');
    await world.settle();
    expect(bothSides(world)).toEqual([
      ['Wartung', 'Zahnarzt'],
      ['Wartung', 'Zahnarzt'],
    ]);
    expect(linksOf(world)).toHaveLength(2);
    const keys = linksOf(world).map(({ key }) => key);
    expect(itemsOf(world).map(keyOn).sort()).toEqual([...keys].sort());
  }));

test('2: "the server did not answer, we tried again, and now it is there twice"', () =>
  surviving(async (world) => {
    let lost = 0;
    meddle(world, (port) => ({
      create: async (...asked) => {
        const answers = await port.create(...asked);
        lost += 1;
        if (lost > 1) return answers;
        throw new ConnectorFailure('unreachable', 'the answer was lost');
      },
    }));
    inErp(world, 'Wartung');
    await patiently(world);
    expect(bothSides(world)).toEqual([['Wartung'], ['Wartung']]);
    expect(linksOf(world)).toHaveLength(1);
    expect(lost).toBe(1);
  }));

test('3: "we lost the sync database, and everything was doubled when it came back"', () =>
  surviving(async (world, { isCalm }) => {
    for (const title of ['Abnahme', 'Messe', 'Wartung']) inErp(world, title);
    inOutlook(world, 'Zahnarzt');
    await world.settle();
    const keys = linksOf(world).map(({ key }) => key);
    const before = [world.erp.writes, ...bothSides(world)];
    world.loseEverything('anna');
    const notes = await world.resync('anna');
    await world.settle();
    expect([world.erp.writes, ...bothSides(world)]).toEqual(before);
    expect(
      linksOf(world)
        .map(({ key }) => key)
        .sort(),
    ).toEqual([...keys].sort());
    if (isCalm) expect(notes.paired.map(({ by }) => by)).toEqual(['key', 'key', 'key', 'key']);
    expect(notes.unpaired).toEqual([]);
  }));

test('3: "we restored last week’s backup, and a week of deletions came back"', () =>
  surviving(async (world) => {
    inErp(world, 'bleibt');
    const gone = inErp(world, 'geht');
    await world.settle();
    const backup = structuredClone(memoryOf(world));
    inErp(world, 'neu seither');
    world.erp.person.remove(gone);
    await world.settle();
    const writes = world.erp.writes;
    const memory = memoryOf(world);
    memory.links.clear();
    for (const [id, link] of backup.links) memory.links.set(id, link);
    memory.watermarks = backup.watermarks;
    await world.resync('anna');
    await world.settle();
    expect(bothSides(world)).toEqual([
      ['bleibt', 'neu seither'],
      ['bleibt', 'neu seither'],
    ]);
    expect(world.erp.writes).toBe(writes);
  }));

test('4: "another tool had synced us before, and your first run doubled a thousand appointments"', () =>
  surviving(
    async (world) => {
      for (let n = 0; n < 12; n += 1) {
        inErp(world, `Termin ${String(n)}`, {
          when: span(new Date(Date.parse('2026-03-03T08:00:00Z') + n * DAY).toISOString()),
        });
      }
      inErp(world, 'Zwilling');
      inErp(world, 'Zwilling');
      await world.settle();
      const before = [world.erp.writes, ...bothSides(world)];
      world.loseEverything('anna');
      world.connector = migrated(memoryExchange(world.organisation), { keepsMarks: false });
      await world.settle();
      expect([world.erp.writes, ...bothSides(world)]).toEqual(before);
      expect(linksOf(world)).toHaveLength(14);
      expect(new Set(linksOf(world).map(({ recordId }) => recordId)).size).toBe(14);
      expect(new Set(linksOf(world).map(({ itemId }) => itemId)).size).toBe(14);
    },
    { policy: { stockFrom: parsePlainDate('2026-01-01') } },
  ));

test('5: "Anna invited Eva, and the ERP has the meeting twice"', () =>
  surviving(async (world) => {
    invite(world, 'anna', {
      RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: 'einkauf@kunde.example' }],
    });
    await world.settle();
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    expect(recordOf(world).record.ownerId).toBe('E01');
    expect([linksOf(world, 'anna').length, linksOf(world, 'eva').length]).toEqual([1, 1]);
    expect([itemsOf(world, 'anna').length, itemsOf(world, 'eva').length]).toEqual([1, 1]);
  }));

test('6: "I copied an appointment in Outlook, and the sync lost the original"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    await world.settle();
    const { id: original } = itemOf(world);
    const anna = world.outlook('anna');
    const { stored } = anna.copy(itemTarget(original), anna.folder('calendar'), 'Anna');
    change(world, stored.id, { Subject: 'Kopie' });
    await world.settle();
    expect(bothSides(world)).toEqual([
      ['Kopie', 'Wartung'],
      ['Kopie', 'Wartung'],
    ]);
    const links = linksOf(world);
    expect(links.find(({ recordId }) => recordId === id)?.itemId).toBe(original);
    expect(new Set(links.map(({ key }) => key)).size).toBe(2);
    expect(itemsOf(world).map(keyOn).sort()).toEqual(links.map(({ key }) => key).sort());
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect(subjects(world)).toEqual(['Kopie', 'Wartung 2']);
  }));

function moveTo(world: World, folder: 'Werkstatt' | 'calendar'): void {
  const anna = world.outlook('anna');
  const root = anna.folder('msgfolderroot');
  const other =
    anna.store.folders.childrenOf(root).find(({ displayName }) => displayName === 'Werkstatt') ??
    anna.createFolder(root, 'Werkstatt', 'IPF.Appointment');
  const [from, to] =
    folder === 'calendar' ? [other, anna.folder('calendar')] : [anna.folder('calendar'), other];
  for (const { id } of [...from.items.values()]) anna.move(itemTarget(id), to);
}

test.each([false, true])(
  '7: "I dragged it to another calendar and back, and the ERP lost it" (a sync in between: %s)',
  (syncsInBetween) =>
    surviving(async (world) => {
      const id = inErp(world, 'Wartung');
      await world.settle();
      const writes = world.erp.writes;
      moveTo(world, 'Werkstatt');
      if (syncsInBetween) await world.settle();
      expect(recordOf(world).id).toBe(id);
      moveTo(world, 'calendar');
      await world.settle();
      expect([recordOf(world).id, world.erp.writes]).toEqual([id, writes]);
      expect(linksOf(world)).toMatchObject([{ recordId: id, itemId: itemOf(world).id }]);
      change(world, itemOf(world).id, { Location: 'Halle 3' });
      await world.settle();
      expect(recordOf(world).record.location).toBe('Halle 3');
    }),
);

test('7: "our mailboxes were moved, all ids are new, and everything was made again"', () =>
  surviving(async (world) => {
    for (const title of ['Abnahme', 'Messe', 'Wartung']) inErp(world, title);
    await world.settle();
    const keys = linksOf(world).map(({ recordId, key }) => [recordId, key]);
    const before = [world.erp.writes, ...bothSides(world)];
    world.connector = migrated(memoryExchange(world.organisation), { keepsMarks: true });
    await world.settle();
    expect([world.erp.writes, ...bothSides(world)]).toEqual(before);
    expect(linksOf(world).map(({ recordId, key }) => [recordId, key])).toEqual(keys);
  }));

test('8: "the ERP gave the number of a deleted appointment to a new one, and the old item was overwritten"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'erster');
    await world.settle();
    const { id: first } = itemOf(world);
    world.erp.person.remove(id);
    world.erp.person.create('E01', { title: 'zweiter', when: span('2026-03-12T09:00:00Z') }, id);
    await world.settle();
    expect(bothSides(world)).toEqual([['zweiter'], ['zweiter']]);
    expect(itemOf(world).id).not.toBe(first);
    const deleted = [...world.outlook('anna').folder('deleteditems').items.values()];
    expect(deleted.map(({ properties }) => properties.Subject)).toEqual(['erster']);
  }));

test('8: "… while somebody was editing the old one in Outlook"', () =>
  surviving(async (world) => {
    const id = inErp(world, 'erster');
    await world.settle();
    world.erp.person.remove(id);
    world.erp.person.create('E01', { title: 'zweiter', when: span('2026-03-12T09:00:00Z') }, id);
    change(world, itemOf(world).id, { Location: 'Halle 3' });
    await world.settle();
    await world.settle();
    // an edit beats a deletion: the first one lives on as a record of its own
    expect(bothSides(world)).toEqual([
      ['erster', 'zweiter'],
      ['erster', 'zweiter'],
    ]);
    expect(recordOf(world, 'erster').record.location).toBe('Halle 3');
    expect(recordOf(world, 'zweiter').record.location).toBe('');
  }));

test('9: "somebody left the test server on, and both servers wrote into our calendars"', () =>
  surviving(async (world, { isCalm }) => {
    inErp(world, 'Wartung');
    await world.settle();
    const gone = inErp(world, 'geht');
    await world.settle();
    let struck = 0;
    meddle(world, (port) => ({
      create: async (...asked) => {
        // another server takes the pair over in the middle of our cycle
        struck += 1;
        if (struck === 1) world.store.acquire(pairId('anna'));
        return port.create(...asked);
      },
    }));
    world.erp.person.remove(gone);
    inErp(world, 'neu');
    world.clock.advance(60_000);
    const outcome = await world.cycle('anna').catch((error: unknown) => error);
    if (isCalm) expect(outcome).toMatchObject({ kind: 'stale' });
    await patiently(world);
    expect(bothSides(world)).toEqual([
      ['Wartung', 'neu'],
      ['Wartung', 'neu'],
    ]);
    removeItem(world, itemOf(world, 'neu').id);
    await world.settle();
    expect(titles(world)).toEqual(['Wartung']);
  }));
