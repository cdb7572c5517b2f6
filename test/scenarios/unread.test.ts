import { describe, expect, test } from 'vitest';
import { parsePlainDate } from '../../mappings/values.js';
import { edit } from '../simulators/mailbox-bench.js';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import type { memoryExchange } from '../simulators/memory-exchange.js';
import {
  attach,
  change,
  inErp,
  inOutlook,
  itemOf,
  itemsOf,
  linksOf,
  meddle,
  memoryOf,
  occurrenceAt,
  recordOf,
} from './hands.js';
import { World } from './world.js';

/** What the journal says of what the ERP does not get. */
function told(world: World): readonly string[] {
  return memoryOf(world)
    .journal.filter(({ event }) => event === 'lost')
    .flatMap(({ losses }) => losses.map(({ field, reason }) => `${field} ${reason}`));
}

async function quiet(world: World): Promise<void> {
  const links = JSON.stringify(linksOf(world));
  const before = [world.erp.writes, itemsOf(world).map(({ changeKey }) => changeKey), told(world)];
  await world.settle();
  const after = [world.erp.writes, itemsOf(world).map(({ changeKey }) => changeKey), told(world)];
  expect(after).toEqual(before);
  expect(JSON.stringify(linksOf(world))).toBe(links);
}

/** As a mail program wrote it that brings zones of its own. */
function onMars<T extends Awaited<ReturnType<ReturnType<typeof memoryExchange>['read']>>[number]>(
  answer: T,
): T {
  if (!answer.ok || !answer.value.item.subject.includes('Mars')) return answer;
  const item = { ...answer.value.item, startTimeZone: 'Mars Standard Time' };
  return { ...answer, value: { ...answer.value, item } };
}

const attachments = ({ properties }: ReturnType<typeof itemOf>) =>
  (properties.Attachments ?? []).map(({ Name }) => Name);

describe('what the ERP does not get', () => {
  test('is said when the appointment comes over, and not again', async () => {
    const world = new World();
    const id = inOutlook(world, 'Abnahme');
    attach(world, id, 'Prüfprotokoll.pdf');
    await world.settle();
    expect(told(world)).toEqual(['attachments notSynced']);
    change(world, id, { Subject: 'Abnahme Halle 3' });
    await world.settle();
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 3' });
    await world.settle();
    expect(told(world)).toEqual(['attachments notSynced']);
    expect(recordOf(world).record.title).toBe('Abnahme Halle 3');
    await quiet(world);
  });

  test('is said when it comes later, and changes nothing on either side', async () => {
    const world = new World();
    inErp(world, 'Wartung');
    await world.settle();
    const writes = world.erp.writes;
    attach(world, itemOf(world).id, 'Plan.pdf');
    await world.settle();
    expect([told(world), world.erp.writes]).toEqual([['attachments notSynced'], writes]);
    change(world, itemOf(world).id, { LegacyFreeBusyStatus: 'NoData' });
    await world.settle();
    expect(told(world)).toEqual(['attachments notSynced', 'showAs valueUnknown']);
    attach(world, itemOf(world).id, 'Plan 2.pdf');
    await world.settle();
    expect(told(world)).toHaveLength(2);
    await quiet(world);
  });

  test('is said of a link of an older form, which waits for nobody because of it', async () => {
    const world = new World();
    const id = inOutlook(world, 'Abnahme');
    await world.settle();
    const { links, held } = memoryOf(world);
    for (const [key, link] of links) {
      expect(Object.keys(link.bases.exchange)).not.toContain('unread');
      links.set(key, { ...link, form: 'older' });
    }
    attach(world, id, 'Plan.pdf');
    change(world, id, { Subject: 'Abnahme 2' });
    await world.settle();
    expect([told(world), held.size]).toEqual([['attachments notSynced'], 0]);
    expect(recordOf(world).record.title).toBe('Abnahme 2');
    await quiet(world);
  });

  test('names the zone that nobody knows, and attendees without an address', async () => {
    const world = new World();
    meddle(world, (port) => ({
      read: async (...asked) => (await port.read(...asked)).map(onMars),
    }));
    inOutlook(world, 'Runde auf dem Mars');
    const nobody = { RequiredAttendees: [{ Name: 'Verteiler', EmailAddress: '/o=firma/cn=alle' }] };
    inOutlook(world, 'Runde 2', nobody);
    await world.settle();
    expect([...told(world)].sort()).toEqual(['attendees valueUnknown', 'when zoneUnknown']);
    await quiet(world);
  });

  test('stays unsaid of what is private and left out, and of a private occurrence', async () => {
    const world = new World({ policy: { leavePrivateOut: true } });
    attach(world, inOutlook(world, 'Arzt', { Sensitivity: 'Private' }), 'Befund.pdf');
    const rrule = 'FREQ=DAILY;COUNT=4';
    inErp(world, 'Serie', { rrule });
    await world.settle();
    const day = occurrenceAt(world, '2026-03-11T09:00:00Z', 'Serie');
    change(world, day, { Sensitivity: 'Private' });
    attach(world, occurrenceAt(world, '2026-03-11T09:00:00Z', 'Serie'), 'Attest.pdf');
    await world.settle();
    expect(told(world)).toEqual([]);
  });

  test('a write can still be taken back when a file was attached since', async () => {
    const world = new World();
    const id = inErp(world, 'Wartung');
    await world.settle();
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    attach(world, itemOf(world).id, 'Plan.pdf');
    await world.settle();
    const { writes, wishes } = memoryOf(world);
    const newest = writes.at(-1);
    if (newest === undefined) throw new Error('no write');
    const wanted = { kind: 'undo' as const, writes: [newest.write] };
    const wish = world.store.wish('pair-anna', newest.linkId, wanted);
    await world.settle();
    expect(wishes.get(wish)?.refusal).toBeNull();
    expect(itemOf(world).properties.Subject).toBe('Wartung');
    expect(attachments(itemOf(world))).toEqual(['Plan.pdf']);
  });
});

describe('attachments', () => {
  test('survive every write to their item', async () => {
    const world = new World();
    const id = inErp(world, 'Wartung', { body: 'alt' });
    await world.settle();
    attach(world, itemOf(world).id, 'Plan.pdf');
    world.erp.person.edit(id, {
      title: 'Wartung 2',
      body: 'neu',
      location: 'Halle',
      isPrivate: true,
    });
    await world.settle();
    world.erp.person.edit(id, { rrule: 'FREQ=DAILY;COUNT=3' });
    await world.settle();
    expect(itemOf(world).properties).toMatchObject({ Subject: 'Wartung 2', Location: 'Halle' });
    expect(attachments(itemOf(world))).toEqual(['Plan.pdf']);
  });

  const everyMode: readonly Partial<ExchangeModes>[] = [
    {},
    { exceptions: 'materialised' },
    { rangeChange: 'wipeAll', sameRecurrence: 'wipe' },
  ];
  test.each(everyMode)('survive writes to a series and its occurrences (%j)', async (modes) => {
    const world = new World({ modes });
    const exception = (date: string, title: string) => ({
      ...{ originalDate: parsePlainDate(date), deleted: false, fields: { title } },
    });
    const first = exception('2026-03-11', 'am Mittwoch');
    const id = inErp(world, 'Serie', { rrule: 'FREQ=DAILY;COUNT=5', exceptions: [first] });
    await world.settle();
    attach(world, itemOf(world).id, 'Serie.pdf');
    attach(world, occurrenceAt(world, '2026-03-11T09:00:00Z'), 'Mittwoch.pdf');
    await world.settle();
    const more = [exception('2026-03-11', 'Mittwochs'), exception('2026-03-12', 'Donnerstags')];
    world.erp.person.edit(id, { title: 'Serie 2', body: 'neu', exceptions: more });
    await world.settle();
    const item = itemOf(world);
    const own = [...item.exceptions.values()].flatMap((one) =>
      one.kind === 'changed' ? (one.properties.Attachments ?? []).map(({ Name }) => Name) : [],
    );
    expect([attachments(item), own]).toEqual([
      ['Serie.pdf'],
      expect.arrayContaining(['Mittwoch.pdf']),
    ]);
    edit(world.outlook('anna'), item.id, { Location: 'Halle' });
    await world.settle();
    expect(recordOf(world).record.exceptions).toHaveLength(2);
  });

  test('that go with a changed occurrence when a series is moved are said to', async () => {
    const world = new World({ modes: { rangeChange: 'wipeAll' } });
    const fields = { title: 'am Mittwoch' };
    const originalDate = parsePlainDate('2026-03-11');
    const exceptions = [{ originalDate, deleted: false, fields }];
    const id = inErp(world, 'Serie', { rrule: 'FREQ=DAILY;COUNT=5', exceptions });
    await world.settle();
    attach(world, occurrenceAt(world, '2026-03-11T09:00:00Z'), 'Mittwoch.pdf');
    await world.settle();
    world.erp.person.edit(id, { rrule: 'FREQ=DAILY;COUNT=6' });
    await world.settle();
    const written = memoryOf(world).journal.filter(({ event }) => event === 'updated');
    expect(written.at(-1)?.losses).toMatchObject([{ field: 'attachments', reason: 'notSynced' }]);
  });
});
