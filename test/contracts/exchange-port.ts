import { describe, expect, test } from 'vitest';
import type { ExchangeOccurrenceFields } from '../../mappings/exchange-item.js';
import type { ItemRef } from '../../sync/ports/exchange.js';
import {
  benchStarter,
  never,
  parse,
  seenIds,
  subjectOrFailure,
  ZONE,
  type Bench,
  type ExchangeUnderTest,
} from './exchange-bench.js';
import { describeMeetingPromises } from './exchange-meetings.js';
import { describeSeriesPromises } from './exchange-series.js';

export type { ExchangeUnderTest, PersonWithOutlook } from './exchange-bench.js';

/**
 * Every promise of sync/ports/exchange.ts as a test. `open` starts an implementation afresh; it runs on the EWS connector
 * against the fake Exchange, and on the mailbox in memory.
 */
export function describeExchangePort(name: string, open: () => Promise<ExchangeUnderTest>): void {
  describe(`${name} keeps the promises of the Exchange port`, () => {
    const start = benchStarter(open);

    describe('folders', () => {
      test('the first one is the calendar, and a new appointment shows up in its feed', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'Wartung' });
        const { changes } = await bench.changes(null);
        expect(changes).toEqual([
          { kind: 'seen', ref: made, mark: bench.mark(1), isPrivate: false },
        ]);
      });
    });

    describe('the change feed', () => {
      test('of an empty calendar is empty, and goes on from there', async () => {
        const bench = await start();
        const first = await bench.changes(null);
        expect(first.changes).toEqual([]);
        expect((await bench.changes(first.cursor)).changes).toEqual([]);
      });

      test('goes on where its cursor stopped and skips nothing', async () => {
        const bench = await start();
        await bench.create({ subject: 'vorher' });
        const { cursor } = await bench.changes(null);
        const after = await bench.create({ subject: 'nachher' });
        expect(seenIds((await bench.changes(cursor)).changes)).toContain(after.id);
      });

      test('hands out more than one page until it says that it is at the end', async () => {
        const bench = await start();
        const refs = await bench.createMany(1030);
        const pages = await bench.pages(null);
        expect(pages.length).toBeGreaterThan(1);
        const ids = new Set(pages.flatMap((page) => seenIds(page.changes)));
        expect([...ids].sort()).toEqual(refs.map(({ id }) => id).sort());
      });

      test('from an old cursor repeats what has happened since', async () => {
        const bench = await start();
        const { cursor } = await bench.changes(null);
        const made = await bench.create({ subject: 'neu' });
        await bench.changes(cursor);
        expect(seenIds((await bench.changes(cursor)).changes)).toEqual([made.id]);
      });

      test('shows an edit with the version that a read shows', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'alt' });
        const { cursor } = await bench.changes(null);
        bench.person.rename(made.id, 'neu');
        const [change] = (await bench.changes(cursor)).changes;
        const { ref } = await bench.readOne(made.id);
        expect(ref.version).not.toBe(made.version);
        expect(change).toMatchObject({ kind: 'seen', ref });
      });

      test.each([
        { what: 'deleted', act: (bench: Bench, id: string) => bench.person.delete(id) },
        {
          what: 'deleted for good',
          act: (bench: Bench, id: string) => bench.person.deleteForGood(id),
        },
        {
          what: 'moved to another calendar',
          act: (bench: Bench, id: string) => bench.person.moveToOtherCalendar(id),
        },
      ])('shows an item that was $what as vanished', async ({ act }) => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        const { cursor } = await bench.changes(null);
        act(bench, made.id);
        const { changes } = await bench.changes(cursor);
        expect(changes).toEqual([{ kind: 'vanished', id: made.id }]);
      });

      test('tells private items by a flag, whatever kind of private they are', async () => {
        const bench = await start();
        await bench.create({ subject: 'Arzt', sensitivity: 'Private' });
        await bench.create({ subject: 'Verhandlung', sensitivity: 'Confidential' });
        const { changes } = await bench.changes(null);
        expect(changes.map((change) => change.kind === 'seen' && change.isPrivate)).toEqual([
          true,
          true,
        ]);
      });

      test("shows a person's copy with the same mark and another id", async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'Original' });
        bench.person.copy(made.id);
        const { changes } = await bench.changes(null);
        expect(changes.map((change) => change.kind === 'seen' && change.mark)).toEqual([
          bench.mark(1),
          bench.mark(1),
        ]);
        expect(new Set(seenIds(changes)).size).toBe(2);
      });

      test('fails as cursorExpired where the cursor cannot be continued', async () => {
        const bench = await start();
        const { cursor } = await bench.changes(null);
        bench.person.loseCursors();
        await expect(bench.changes(cursor)).rejects.toMatchObject({ kind: 'cursorExpired' });
        await expect(bench.changes('no cursor at all')).rejects.toMatchObject({
          kind: 'cursorExpired',
        });
      });
    });

    describe('read', () => {
      test('answers per id and in order, and what is not there is gone', async () => {
        const bench = await start();
        const [a, b] = [await bench.create({ subject: 'A' }), await bench.create({ subject: 'B' })];
        const lost = await bench.create({ subject: 'weg' });
        bench.person.deleteForGood(lost.id);
        const answers = await bench.read([b.id, lost.id, a.id]);
        expect(answers.map(subjectOrFailure)).toEqual(['B', 'gone', 'A']);
      });

      test('of nothing answers nothing', async () => {
        const bench = await start();
        expect(await bench.read([])).toEqual([]);
      });

      test('takes more ids than any server takes at once', async () => {
        const bench = await start();
        const refs = await bench.createMany(120);
        const answers = await bench.read(refs.map(({ id }) => id));
        expect(answers.map(subjectOrFailure)).toEqual(refs.map((_, at) => `Termin ${at}`));
      });

      test('shows every field as it was written', async () => {
        const bench = await start();
        const made = await bench.create(EVERY_FIELD);
        const { item, mark } = await bench.readOne(made.id);
        expect(item).toMatchObject({ ...EVERY_FIELD, bodyText: expect.any(String) as string });
        expect(item.bodyText?.replaceAll('\r\n', '\n').trimEnd()).toBe(EVERY_FIELD.bodyText);
        expect(item).toMatchObject({ type: 'Single', startTimeZone: ZONE, endTimeZone: ZONE });
        expect(mark).toBe(bench.mark(1));
      });

      test('shows whether something is attached, and every write keeps it', async () => {
        const bench = await start();
        const made = await bench.create(EVERY_FIELD);
        expect((await bench.readOne(made.id)).item.hasAttachments).toBe(false);
        bench.person.attach(made.id);
        const { ref } = await bench.readOne(made.id);
        expect(ref.version).not.toBe(made.version);
        await bench.updated(ref, { fields: { subject: 'neu', bodyText: 'neu', location: '' } });
        expect((await bench.readOne(made.id)).item.hasAttachments).toBe(true);
      });
    });

    describe('create', () => {
      test('never searches: the same mark twice makes two items', async () => {
        const bench = await start();
        await bench.createAs(bench.mark(1), { subject: 'eins' });
        await bench.createAs(bench.mark(1), { subject: 'zwei' });
        expect((await bench.changes(null)).changes).toHaveLength(2);
      });

      test('answers with the version that a read shows', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'Wartung' });
        expect((await bench.readOne(made.id)).ref).toEqual(made);
      });

      test('answers per entry: a refused one does not take the others with it', async () => {
        const bench = await start();
        const answers = await bench.createAll([
          { subject: 'gut' },
          { subject: 'endet vorher', end: parse('2026-03-01T08:00:00Z') },
          { subject: 'auch gut' },
        ]);
        expect(answers.map((answer) => (answer.ok ? 'made' : answer.failure.kind))).toEqual([
          'made',
          'rejected',
          'made',
        ]);
      });

      test('keeps texts that would break XML', async () => {
        const bench = await start();
        const subject = `Größe <b>"&amp;"</b> ]]> 'x' 🔧 &#10;`;
        const made = await bench.create({ subject, bodyText: 'a\u0001b\ud800c\nd' });
        const { item } = await bench.readOne(made.id);
        expect(item.subject).toBe(subject);
        expect(item.bodyText?.replaceAll('\r\n', '\n').trimEnd()).toBe('abc\nd');
      });
    });

    describe('update', () => {
      test('on an outdated version fails as stale and writes nothing', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'eins' });
        bench.person.rename(made.id, 'von Hand');
        expect(await bench.update(made, { fields: { subject: 'zwei' } })).toBe('stale');
        expect((await bench.readOne(made.id)).item.subject).toBe('von Hand');
      });

      test('keeps every field that the patch does not name', async () => {
        const bench = await start();
        const made = await bench.create(EVERY_FIELD);
        await bench.updated(made, { fields: { location: 'Halle 7' } });
        const { item } = await bench.readOne(made.id);
        expect(item).toMatchObject({
          ...EVERY_FIELD,
          bodyText: item.bodyText,
          location: 'Halle 7',
        });
        expect(item.bodyText).toContain('Dritte Zeile mit ß');
      });

      test('answers with the version that a read shows, and that the next update may use', async () => {
        const bench = await start();
        const first = await bench.create({ subject: 'eins' });
        const second = await bench.updated(first, { fields: { subject: 'zwei' } });
        expect((await bench.readOne(first.id)).ref).toEqual(second);
        await bench.updated(second, { fields: { subject: 'drei' } });
        expect((await bench.readOne(first.id)).item.subject).toBe('drei');
      });

      test('moves start and end together with the zone', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'Umzug' });
        const [begin, finish] = [parse('2026-07-06T13:00:00Z'), parse('2026-07-06T14:30:00Z')];
        const timeZone = 'Eastern Standard Time';
        await bench.updated(made, { fields: { start: begin, end: finish }, timeZone });
        const { item } = await bench.readOne(made.id);
        expect(item).toMatchObject({ start: begin, end: finish, startTimeZone: timeZone });
      });

      test('makes an all-day item of a timed one, and back', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'Messe' });
        const days = { start: parse('2026-03-28T23:00:00Z'), end: parse('2026-03-30T22:00:00Z') };
        const hours = { start: parse('2026-03-30T08:15:00Z'), end: parse('2026-03-30T09:00:00Z') };
        const allDay = await bench.updated(made, {
          fields: { ...days, isAllDay: true },
          timeZone: ZONE,
        });
        expect((await bench.readOne(made.id)).item).toMatchObject({ ...days, isAllDay: true });
        await bench.updated(allDay, { fields: { ...hours, isAllDay: false }, timeZone: ZONE });
        expect((await bench.readOne(made.id)).item).toMatchObject({ ...hours, isAllDay: false });
      });

      test('writes only the mark where there is no patch', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'bleibt' });
        const answers = await bench.exchange.port.update(
          bench.exchange.mailbox,
          [{ ref: made, patch: null, mark: bench.mark(9) }],
          never(),
        );
        expect(answers.map((answer) => answer.ok)).toEqual([true]);
        expect(await bench.readOne(made.id)).toMatchObject({
          mark: bench.mark(9),
          item: { subject: 'bleibt' },
        });
      });

      test('answers per entry: a stale one does not take the others with it', async () => {
        const bench = await start();
        const refs = await bench.createMany(3);
        bench.person.rename(refs[1]?.id ?? '', 'von Hand');
        const answers = await bench.exchange.port.update(
          bench.exchange.mailbox,
          refs.map((ref) => ({ ref, patch: { fields: { location: 'neu' } }, mark: null })),
          never(),
        );
        expect(answers.map((answer) => (answer.ok ? 'done' : answer.failure.kind))).toEqual([
          'done',
          'stale',
          'done',
        ]);
      });

      test('of an item that is not there fails as gone', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        bench.person.deleteForGood(made.id);
        expect(await bench.update(made, { fields: { subject: 'x' } })).toBe('gone');
      });
    });

    describe('remove', () => {
      test('puts it into Deleted Items', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        expect(await bench.remove(made, 1)).toBe('done');
        expect(await bench.find([1])).toEqual(['1 deleted']);
      });

      test('of an outdated version fails as stale and removes nothing', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        bench.person.rename(made.id, 'doch wichtig');
        expect(await bench.remove(made, 1)).toBe('stale');
        expect((await bench.readOne(made.id)).item.subject).toBe('doch wichtig');
      });

      test.each([
        {
          what: 'twice',
          before: (bench: Bench, ref: ItemRef) => bench.remove(ref, 1),
        },
        {
          what: 'after a person did',
          before: (bench: Bench, ref: ItemRef) =>
            Promise.resolve(bench.person.deleteForGood(ref.id)),
        },
      ])('$what succeeds', async ({ before }) => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        await before(bench, made);
        expect(await bench.remove(made, 1)).toBe('done');
      });
    });
    describe('bringBack', () => {
      test('lays a removed item into its folder again, as it was and with its mark', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'doch nicht' });
        await bench.remove(made, 1);
        const [landed] = await bench.findAll([1]);
        expect(await bench.bringBack(landed?.ref ?? made)).toBe('done');
        const [back, ...others] = await bench.findAll([1]);
        expect([back?.place, back?.mark, others]).toEqual(['inFolder', landed?.mark, []]);
        expect((await bench.readOne(back?.ref.id ?? '')).item.subject).toBe('doch nicht');
      });

      test('of one that is not there any more fails as gone', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'weg' });
        bench.person.deleteForGood(made.id);
        expect(await bench.bringBack(made)).toBe('gone');
      });
    });
    describe('findByKey', () => {
      test.each([
        { what: 'in its folder', act: () => undefined, place: 'inFolder' },
        {
          what: 'among the deleted items',
          act: (bench: Bench, id: string) => bench.person.delete(id),
          place: 'deleted',
        },
        {
          what: 'in another calendar',
          act: (bench: Bench, id: string) => bench.person.moveToOtherCalendar(id),
          place: 'elsewhere',
        },
      ])('finds an item $what', async ({ act, place }) => {
        const bench = await start();
        await bench.create({ subject: 'anderer' });
        const made = await bench.create({ subject: 'gesucht' });
        act(bench, made.id);
        const found = await bench.findAll([2]);
        expect(found).toMatchObject([{ key: bench.key(2), mark: bench.mark(2), place }]);
      });

      test('finds nothing where nothing is, and nothing for a key that another one begins with', async () => {
        const bench = await start();
        await bench.createAs(`${bench.key(1)}longer.1.pair`, { subject: 'fremd' });
        expect(await bench.find([1])).toEqual([]);
      });

      test('finds a key with every attempt', async () => {
        const bench = await start();
        await bench.createAs(bench.mark(1), { subject: 'eins' });
        await bench.createAs(bench.mark(1).replace('.1.', '.2.'), { subject: 'zwei' });
        expect(await bench.find([1])).toEqual(['1 inFolder', '1 inFolder']);
      });

      test('finds what was deleted beside the copy that a person had made of it', async () => {
        const bench = await start();
        const made = await bench.create({ subject: 'kopiert' });
        bench.person.copy(made.id);
        bench.person.delete(made.id);
        expect([...(await bench.find([1]))].sort()).toEqual(['1 deleted', '1 inFolder']);
      });

      test('looks for hundreds of keys at once', async () => {
        const bench = await start();
        await bench.createMany(260);
        const found = await bench.findAll(Array.from({ length: 300 }, (_, at) => at + 1));
        expect(found).toHaveLength(260);
      });
    });
  });
  describeMeetingPromises(name, open);
  describeSeriesPromises(name, open);
}

const EVERY_FIELD: ExchangeOccurrenceFields = {
  subject: 'Abnahme Presse Größe 3',
  bodyText: 'Erste Zeile\n\nDritte Zeile mit ß',
  location: 'Halle 3',
  start: parse('2026-03-02T08:00:00Z'),
  end: parse('2026-03-02T09:30:00Z'),
  isAllDay: false,
  sensitivity: 'Private',
  freeBusy: 'OOF',
  reminderIsSet: true,
  reminderMinutes: 45,
  importance: 'High',
};
