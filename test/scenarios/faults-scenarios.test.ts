import { describe, expect, test } from 'vitest';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import {
  bothSides,
  change,
  HOUR,
  inErp,
  inOutlook,
  itemOf,
  linksOf,
  meddle,
  memoryOf,
  patiently,
  recordOf,
  removeItem,
  subjects,
  titles,
} from './hands.js';
import { surviving } from './surviving.js';
import type { World } from './world.js';

/** I. Faults. What a server says on the wire is tried in faults.test.ts. */

const MINUTE = 60_000;

describe('55: "the server was busy, and we made it worse"', () => {
  test.each([90_000, null])('55: told to wait %s ms, only that mailbox waits', (retryAfterMs) =>
    surviving(async (world, { isCalm }) => {
      let busy = true;
      const asked: number[] = [];
      meddle(world, (port) => ({
        create: async (mailbox, entries, signal) => {
          if (mailbox.address !== world.outlook('anna').address || !busy)
            return port.create(mailbox, entries, signal);
          asked.push(Date.parse(world.clock.now()));
          const more = retryAfterMs === null ? {} : { retryAfterMs };
          return entries.map(() => failed(new ConnectorFailure('busy', 'told to wait', more)));
        },
      }));
      inErp(world, 'bei Anna');
      inErp(world, 'bei Eva', { ownerId: 'E05' });
      world.clock.advance(MINUTE);
      const report = await world.cycle('anna');
      await world.cycle('eva');
      if (isCalm) {
        expect(subjects(world, 'eva')).toEqual(['bei Eva']);
        expect(report?.retryAfterMs ?? 0).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
      }
      world.clock.advance(report?.retryAfterMs ?? 0);
      await patiently(world);
      // whoever dies forgets what they were told
      for (const [n, at] of asked.slice(isCalm ? 1 : asked.length).entries())
        expect(at - (asked[n] ?? 0)).toBeGreaterThanOrEqual(retryAfterMs ?? 0);
      busy = false;
      await patiently(world);
      expect([subjects(world, 'anna'), subjects(world, 'eva')]).toEqual([
        ['bei Anna'],
        ['bei Eva'],
      ]);
    }),
  );
});

test('56: "the server forgot how far we had read, and everything came twice"', () =>
  surviving(async (world) => {
    for (const title of ['bleibt', 'geht im ERP', 'geht in Outlook']) inErp(world, title);
    await world.settle();
    world.erp.person.remove(recordOf(world, 'geht im ERP').id);
    removeItem(world, itemOf(world, 'geht in Outlook').id);
    change(world, itemOf(world, 'bleibt').id, { Location: 'Halle 3' });
    world.outlook('anna').store.invalidateSyncStates();
    world.erp.forgetLog();
    await world.settle();
    expect(bothSides(world)).toEqual([['bleibt'], ['bleibt']]);
    expect(recordOf(world).record.location).toBe('Halle 3');
    expect(linksOf(world)).toHaveLength(1);
  }));

test('57: "the feed named an item that nobody could find, and the sync stood still"', () =>
  surviving(async (world) => {
    inErp(world, 'Wartung');
    await world.settle();
    const gone = inOutlook(world, 'niemand');
    world.outlook('anna').remove(itemTarget(gone), 'HardDelete', WRITING);
    let isThere = true;
    meddle(world, (port) => ({
      changesSince: async (...asked) => {
        const page = await port.changesSince(...asked);
        if (!isThere) return page;
        isThere = false;
        const ref = { id: gone, version: 'DQ-0' };
        const ghost = { kind: 'seen', ref, mark: null, isPrivate: null } as const;
        return { ...page, changes: [ghost, ...page.changes] };
      },
    }));
    inOutlook(world, 'Zahnarzt');
    await world.settle();
    expect(bothSides(world)).toEqual([
      ['Wartung', 'Zahnarzt'],
      ['Wartung', 'Zahnarzt'],
    ]);
    const { watermarks, owed } = memoryOf(world);
    expect([Object.keys(watermarks.exchange).length, owed]).toEqual([1, []]);
  }));

const refusing = (record: { readonly title: string }): string | null =>
  record.title.includes('Gift') ? 'Der Titel enthält ein verbotenes Wort.' : null;

test('58: "one bad appointment, and nobody’s calendar was synced any more"', () =>
  surviving(
    async (world) => {
      const id = inOutlook(world, 'Gift');
      inOutlook(world, 'Zahnarzt');
      inErp(world, 'Wartung');
      await world.settle();
      expect(titles(world)).toEqual(['Wartung', 'Zahnarzt']);
      const first = memoryOf(world).parked.get(`exchange ${id}`);
      expect(first).toMatchObject({ kind: 'rejected' });
      expect(first?.reason).toContain('verbotenes Wort');
      // it is tried again ever more rarely
      world.clock.advance(6 * HOUR);
      await world.settle();
      const later = memoryOf(world).parked.get(`exchange ${id}`);
      expect(later?.times).toBeGreaterThan(first?.times ?? 0);
      expect(memoryOf(world).owed).toEqual([]);
      // and at once when somebody mends it
      change(world, id, { Subject: 'Gegenmittel' });
      await world.settle();
      expect(titles(world)).toEqual(['Gegenmittel', 'Wartung', 'Zahnarzt']);
      expect(memoryOf(world).parked.size).toBe(0);
    },
    { erp: { refuse: refusing } },
  ));

test('58: "… and the server could not even hand it over"', () =>
  surviving(async (world) => {
    const id = inOutlook(world, 'kaputt');
    inOutlook(world, 'Zahnarzt');
    let isBroken = true;
    meddle(world, (port) => ({
      read: async (mailbox, ids, signal) => {
        const answers = await port.read(mailbox, ids, signal);
        return answers.map((answer, n) =>
          isBroken && ids[n] === id
            ? failed(
                new ConnectorFailure('rejected', 'The item is corrupt.', {
                  code: 'ErrorItemCorrupt',
                }),
              )
            : answer,
        );
      },
    }));
    inErp(world, 'Wartung');
    await world.settle();
    expect(titles(world)).toEqual(['Wartung', 'Zahnarzt']);
    const parked = memoryOf(world).parked.get(`exchange ${id}`);
    expect(parked).toMatchObject({ kind: 'untranslatable' });
    expect(parked?.reason).not.toBe('');
    isBroken = false;
    world.clock.advance(6 * HOUR);
    await world.settle();
    expect(titles(world)).toEqual(['Wartung', 'Zahnarzt', 'kaputt']);
    expect(memoryOf(world).parked.size).toBe(0);
  }));

test('59: "the password ran out in the middle of the night, and what happened then never came"', () =>
  surviving(async (world, { isCalm }) => {
    inErp(world, 'Wartung');
    await world.settle();
    world.connector = memoryExchange(world.organisation, 2);
    let isLocked = true;
    meddle(world, (port) => ({
      changesSince: async (...asked) => {
        const page = await port.changesSince(...asked);
        // the first page still comes
        if (isLocked && page.isLast) throw new ConnectorFailure('forbidden', 'the secret expired');
        return page;
      },
    }));
    for (const title of ['eins', 'zwei', 'drei', 'vier', 'fünf']) inOutlook(world, title);
    removeItem(world, itemOf(world, 'vier').id);
    world.clock.advance(MINUTE);
    const outcome = await world.cycle('anna').catch((error: unknown) => error);
    if (isCalm) expect(outcome).toMatchObject({ kind: 'forbidden' });
    await patiently(world);
    world.erp.person.edit(recordOf(world, 'Wartung').id, { location: 'Halle 3' });
    world.clock.advance(HOUR);
    isLocked = false;
    await patiently(world);
    const all = ['Wartung', 'drei', 'eins', 'fünf', 'zwei'];
    expect(bothSides(world)).toEqual([all, all]);
    expect(itemOf(world, 'Wartung').properties.Location).toBe('Halle 3');
  }));

/** Something of everything. */
async function busyDay(world: World): Promise<void> {
  const rrule = 'FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;WKST=MO;COUNT=5';
  inErp(world, 'alt');
  inErp(world, 'fort');
  inErp(world, 'Reihe', { rrule });
  inOutlook(world, 'aus Outlook');
  inOutlook(world, 'weg');
  await world.settle();
  world.erp.person.edit(recordOf(world, 'alt').id, { title: 'neu im ERP' });
  world.erp.person.remove(recordOf(world, 'fort').id);
  inErp(world, 'im ERP dazu');
  change(world, itemOf(world, 'aus Outlook').id, { Subject: 'neu in Outlook' });
  change(world, itemOf(world, 'Reihe').id, { Location: 'Halle 3' });
  world.erp.person.edit(recordOf(world, 'Reihe').id, { title: 'Reihe 2' });
  removeItem(world, itemOf(world, 'weg').id);
  inOutlook(world, 'in Outlook dazu');
  await world.settle();
}

const EXPECTED = ['Reihe 2', 'im ERP dazu', 'in Outlook dazu', 'neu im ERP', 'neu in Outlook'];

test('60: "the power failed in the middle of a busy day"', () =>
  surviving(async (world) => {
    await busyDay(world);
    expect(bothSides(world)).toEqual([EXPECTED, EXPECTED]);
    expect(recordOf(world, 'Reihe 2').record.location).toBe('Halle 3');
    expect(linksOf(world)).toHaveLength(5);
  }));
