import { describe, expect, test } from 'vitest';
import { instantOf, parsePlainDate } from '../../mappings/values.js';
import type { PairOptions } from '../../sync/ports/pair.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { pairId, World } from './world.js';

function worldWith(options: Partial<PairOptions>): World {
  return new World({ policy: { options: { ...DEFAULT_OPTIONS, ...options } } });
}

function choose(world: World, options: Partial<PairOptions>): void {
  world.policy = { ...world.policy, options: { ...DEFAULT_OPTIONS, ...options } };
}

function at(start: string): Pick<ItemInput, 'Start' | 'End'> {
  const end = new Date(Date.parse(start) + 3_600_000).toISOString();
  return { Start: new Date(start).toISOString(), End: end };
}

function inErp(world: World, title: string, start: string, rrule: string | null = null): string {
  const from = Date.parse(start);
  const when = {
    kind: 'timed' as const,
    startsAt: instantOf(from),
    endsAt: instantOf(from + 3_600_000),
  };
  return world.erp.person.create('E01', { title, when, rrule });
}

const items = (world: World) => [...world.outlook('anna').folder('calendar').items.values()];
const subjects = (world: World) =>
  items(world)
    .map(({ properties }) => properties.Subject)
    .sort();
const titles = (world: World) => world.erp.rows.map(({ record }) => record.title).sort();
const itemOf = (world: World, subject: string): string =>
  items(world).find(({ properties }) => properties.Subject === subject)?.id ?? '';
const links = (world: World) => [...world.store.pair(pairId('anna')).links.values()];
const parked = (world: World) => [...world.store.pair(pairId('anna')).parked.values()];

function remove(world: World, subject: string): void {
  const target = itemTarget(itemOf(world, subject));
  world.outlook('anna').remove(target, 'MoveToDeletedItems', WRITING);
}

/** Days of the firm's clock, which stands at 2 March 2026. */
const DAY_MS = 86_400_000;

describe('categories', () => {
  test('an item with a category that never is synced stays in Outlook, and leaves when it gets one', async () => {
    const world = worldWith({ categories: { only: null, never: ['Privates'] } });
    make(world.outlook('anna'), { Subject: 'Zahnarzt', Categories: ['privates '] });
    make(world.outlook('anna'), { Subject: 'Kunde', Categories: ['Vertrieb'] });
    await world.settle();
    expect(titles(world)).toEqual(['Kunde']);

    edit(world.outlook('anna'), itemOf(world, 'Kunde'), {
      Subject: 'Kunde privat',
      Categories: ['Vertrieb', 'Privates'],
    });
    await world.settle();
    expect(titles(world)).toEqual(['Kunde']);
    expect(links(world).map(({ ended }) => ended)).toEqual(['itemLeftScope']);

    edit(world.outlook('anna'), itemOf(world, 'Kunde privat'), { Categories: ['Vertrieb'] });
    await world.settle();
    expect(titles(world)).toEqual(['Kunde privat']);
    expect(world.erp.rows).toHaveLength(1);
  });

  test('only items with a category come over; what we made in Outlook has none, and stays connected', async () => {
    const world = worldWith({ categories: { only: ['ERP'], never: [] } });
    const id = inErp(world, 'Wartung', '2026-03-03T08:00:00Z');
    make(world.outlook('anna'), { Subject: 'eigenes' });
    make(world.outlook('anna'), { Subject: 'fürs ERP', Categories: ['erp'] });
    await world.settle();
    expect(titles(world)).toEqual(['Wartung', 'fürs ERP']);

    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect(subjects(world)).toEqual(['Wartung 2', 'eigenes', 'fürs ERP']);

    edit(world.outlook('anna'), itemOf(world, 'eigenes'), { Categories: ['ERP'] });
    await world.settle();
    expect(titles(world)).toContain('eigenes');
  });

  test('an item that loses the category it came over with leaves, and its record stays', async () => {
    const world = worldWith({ categories: { only: ['ERP'], never: [] } });
    make(world.outlook('anna'), { Subject: 'fürs ERP', Categories: ['ERP'] });
    await world.settle();
    edit(world.outlook('anna'), itemOf(world, 'fürs ERP'), { Subject: 'anders', Categories: [] });
    await world.settle();
    expect(titles(world)).toEqual(['fürs ERP']);
    expect(links(world).map(({ ended }) => ended)).toEqual(['itemLeftScope']);
  });
});

describe('a window of days', () => {
  const WINDOW = { window: { daysBack: 7, monthsAhead: 2 } };

  test('brings over what lies in it, on both sides, and the rest when its time has come', async () => {
    const world = worldWith(WINDOW);
    inErp(world, 'alt', '2026-02-20T08:00:00Z');
    inErp(world, 'bald', '2026-04-30T08:00:00Z');
    inErp(world, 'später', '2026-05-10T08:00:00Z');
    make(world.outlook('anna'), { Subject: 'im Juni', ...at('2026-06-01T08:00:00Z') });
    await world.settle();
    expect(subjects(world)).toEqual(['bald', 'im Juni']);
    expect(titles(world)).toEqual(['alt', 'bald', 'später']);
    expect(
      parked(world)
        .map(({ kind, retryAt }) => [kind, retryAt.slice(0, 10)])
        .sort(),
    ).toEqual([
      ['later', '2026-03-09'],
      ['later', '2026-03-31'],
    ]);

    world.clock.advance(8 * DAY_MS);
    await world.settle();
    expect(subjects(world)).toEqual(['bald', 'im Juni', 'später']);
    world.clock.advance(23 * DAY_MS);
    await world.settle();
    expect(titles(world)).toEqual(['alt', 'bald', 'im Juni', 'später']);
    expect(parked(world)).toEqual([]);
  });

  test('what was too far ahead and is deleted meanwhile is forgotten', async () => {
    const world = worldWith(WINDOW);
    const id = inErp(world, 'später', '2026-05-10T08:00:00Z');
    make(world.outlook('anna'), { Subject: 'im Juni', ...at('2026-06-01T08:00:00Z') });
    await world.settle();
    world.erp.person.remove(id);
    remove(world, 'im Juni');
    await world.settle();
    world.clock.advance(60 * DAY_MS);
    await world.settle();
    expect(parked(world)).toEqual([]);
    expect([...titles(world), ...subjects(world)]).toEqual([]);
  });

  test('a series is in it while it has an occurrence there, wherever it began (scenario 38)', async () => {
    const world = worldWith(WINDOW);
    inErp(world, 'jede Woche', '2020-01-06T08:00:00Z', 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO');
    inErp(world, 'jedes Jahr', '2020-09-01T08:00:00Z', 'FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1');
    inErp(world, 'vorbei', '2020-01-06T08:00:00Z', 'FREQ=DAILY;INTERVAL=1;COUNT=10');
    await world.settle();
    expect(subjects(world)).toEqual(['jede Woche']);
    world.clock.advance(125 * DAY_MS);
    await world.settle();
    expect(subjects(world)).toEqual(['jede Woche', 'jedes Jahr']);
  });

  test('an occurrence that was moved into it counts, one that was deleted does not', async () => {
    const world = worldWith(WINDOW);
    const rrule = 'FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=1';
    const moved = inErp(world, 'vorgezogen', '2020-09-01T08:00:00Z', rrule);
    const startsAt = instantOf(Date.parse('2026-03-20T08:00:00Z'));
    const endsAt = instantOf(Date.parse('2026-03-20T09:00:00Z'));
    const originalDate = parsePlainDate('2026-09-01');
    const when = { kind: 'timed' as const, startsAt, endsAt };
    world.erp.person.edit(moved, {
      exceptions: [{ originalDate, deleted: false, fields: { when } }],
    });
    const inMarch = 'FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=10;COUNT=3';
    const deleted = inErp(world, 'dieses Jahr nicht', '2026-03-10T08:00:00Z', inMarch);
    world.erp.person.edit(deleted, {
      exceptions: [{ originalDate: parsePlainDate('2026-03-10'), deleted: true, fields: {} }],
    });
    await world.settle();
    expect(subjects(world)).toEqual(['vorgezogen']);
  });

  test('what grows old stays connected and is left alone: no edit and no deletion travels', async () => {
    const world = worldWith(WINDOW);
    const ids = ['eins', 'zwei', 'drei'].map((name) => inErp(world, name, '2026-03-03T08:00:00Z'));
    await world.settle();
    const { writes } = world.erp;
    world.clock.advance(30 * DAY_MS);
    await world.settle();
    expect(links(world).map(({ ended }) => ended)).toEqual([null, null, null]);

    edit(world.outlook('anna'), itemOf(world, 'eins'), { Location: 'Archiv' });
    remove(world, 'zwei');
    world.erp.person.remove(ids[2] ?? '');
    await world.settle();
    expect(world.erp.writes).toBe(writes);
    expect(titles(world)).toEqual(['eins', 'zwei']);
    expect(subjects(world)).toEqual(['drei', 'eins']);

    // and what was edited meanwhile is not lost: a wider window takes it over
    choose(world, { window: { daysBack: 365, monthsAhead: 2 } });
    edit(world.outlook('anna'), itemOf(world, 'eins'), { Importance: 'High' });
    await world.settle();
    const [one] = world.erp.rows.filter(({ record }) => record.title === 'eins');
    expect(one?.record.location).toBe('Archiv');
  });

  test('what is moved out of it on one side is moved on the other, too', async () => {
    const world = worldWith(WINDOW);
    inErp(world, 'Termin', '2026-03-03T08:00:00Z');
    await world.settle();
    edit(world.outlook('anna'), itemOf(world, 'Termin'), at('2026-12-01T08:00:00Z'));
    await world.settle();
    const [row] = world.erp.rows;
    expect(row?.record.when).toMatchObject({ startsAt: '2026-12-01T08:00:00Z' });
    remove(world, 'Termin');
    await world.settle();
    expect(world.erp.rows).toEqual([]);
  });

  test('is quiet when it has done its work, night after night', async () => {
    const world = worldWith(WINDOW);
    inErp(world, 'bald', '2026-04-30T08:00:00Z');
    inErp(world, 'später', '2026-12-10T08:00:00Z');
    await world.settle();
    const { writes } = world.erp;
    const lines = world.store.pair(pairId('anna')).journal.length;
    for (let night = 0; night < 20; night += 1) {
      world.clock.advance(DAY_MS);
      await world.cycle('anna');
    }
    expect(world.erp.writes).toBe(writes);
    expect(world.store.pair(pairId('anna')).journal).toHaveLength(lines);
  });
});

describe('the sync start', () => {
  test('does not hold back an old item that a person copies today', async () => {
    const world = worldWith({});
    make(world.outlook('anna'), { Subject: 'alt', ...at('2026-03-10T08:00:00Z') });
    world.clock.advance(DAY_MS);
    world.policy = { ...world.policy, syncStart: world.clock.now() };
    await world.settle();
    expect(titles(world)).toEqual([]);
    make(world.outlook('anna'), { Subject: 'alt, kopiert', ...at('2026-03-10T08:00:00Z') });
    await world.settle();
    expect(titles(world)).toEqual(['alt, kopiert']);
  });
});
