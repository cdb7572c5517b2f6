import { describe, expect, test } from 'vitest';
import { parseInstant, parsePlainDate } from '../../mappings/values.js';
import { BERLIN, edit, WRITING } from '../simulators/mailbox-bench.js';
import { localDay } from '../simulators/mailbox/calendar.js';
import { dateOfDay } from '../simulators/mailbox/recurrence.js';
import { deletedOccurrences, modifiedOccurrences } from '../simulators/mailbox/series.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { pairId, World } from './world.js';
import type { WorldOptions } from './world.js';

const ONCE = {
  title: 'Montage',
  when: {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-10T09:00:00Z'),
    endsAt: parseInstant('2026-03-10T10:00:00Z'),
  },
};

const WEEKLY = {
  title: 'Wochenrunde',
  when: {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-02T08:00:00Z'),
    endsAt: parseInstant('2026-03-02T09:00:00Z'),
  },
  rrule: 'FREQ=WEEKLY;BYDAY=MO;COUNT=10',
  exceptions: [
    { originalDate: parsePlainDate('2026-03-09'), deleted: true, fields: {} },
    {
      originalDate: parsePlainDate('2026-03-16'),
      deleted: false,
      fields: { title: 'bei Kunde Müller' },
    },
  ],
};

const memory = (world: World) => world.store.pair(pairId('anna'));

function itemOf(world: World) {
  const [item, ...others] = world.outlook('anna').folder('calendar').items.values();
  if (!item || others.length > 0) throw new Error(`${String(others.length + 1)} items`);
  return item;
}

/** All that a person sees of it on both sides. */
function shown(world: World) {
  const item = itemOf(world);
  const { title, when, rrule, exceptions } = world.erp.rows[0]?.record ?? {};
  return {
    erp: { title, when, rrule, exceptions },
    exchange: {
      subject: item.properties.Subject,
      changed: modifiedOccurrences(item).map(({ day }) => dateOfDay(day)),
      deleted: deletedOccurrences(item).map(({ day }) => dateOfDay(day)),
    },
  };
}

/** Takes all writes to the one link since `from` back, as one edit. */
async function undo(world: World, from: number): Promise<void> {
  const writes = memory(world).writes.slice(from);
  const linkId = writes[0]?.linkId ?? '';
  const newestFirst = writes.map(({ write }) => write).reverse();
  const id = world.store.wish(pairId('anna'), linkId, { kind: 'undo', writes: newestFirst });
  await world.settle();
  expect(memory(world).wishes.get(id)?.refusal).toBeNull();
}

async function withRecord(
  content: Parameters<World['erp']['person']['create']>[1],
  options: WorldOptions = {},
): Promise<{ readonly world: World; readonly id: string; readonly from: number }> {
  const world = new World(options);
  const id = world.erp.person.create('E01', content);
  await world.settle();
  return { world, id, from: memory(world).writes.length };
}

describe('taken back', () => {
  test('a new rhythm of a series has its old occurrences again, the moved and the deleted ones as well', async () => {
    const { world, id, from } = await withRecord(WEEKLY);
    const before = shown(world);
    world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO;COUNT=5' });
    await world.settle();
    expect(shown(world)).not.toEqual(before);
    await undo(world, from);
    expect(shown(world)).toEqual(before);
  });

  test('an occurrence that was deleted in Outlook is there again on both sides', async () => {
    const { world, from } = await withRecord(WEEKLY);
    const before = shown(world);
    const outlook = world.outlook('anna');
    const day = localDay(BERLIN, Date.parse('2026-03-23T08:00:00Z'));
    outlook.remove(
      itemTarget(occurrenceId(itemOf(world), day, outlook)),
      'MoveToDeletedItems',
      WRITING,
    );
    await world.settle();
    expect(shown(world)).not.toEqual(before);
    await undo(world, from);
    expect(shown(world)).toEqual(before);
    expect(world.mails).toBe(0);
  });

  test('what was written to both sides at once goes back on both, as one edit', async () => {
    const { world, id, from } = await withRecord(ONCE);
    const before = shown(world);
    world.erp.person.edit(id, { title: 'Montage verschoben' });
    edit(world.outlook('anna'), itemOf(world).id, { Location: 'Halle 3' });
    await world.settle();
    expect(memory(world).writes.slice(from)).toHaveLength(2);
    await undo(world, from);
    expect(shown(world)).toEqual(before);
    expect(itemOf(world).properties.Location ?? '').toBe('');
  });
});

describe('turned private', () => {
  test('an appointment leaves none of its values behind', async () => {
    const policy = { leavePrivateOut: true };
    const { world, id } = await withRecord({ ...ONCE, title: 'Kündigung Müller' }, { policy });
    edit(world.outlook('anna'), itemOf(world).id, { Subject: 'Abfindung' });
    world.erp.person.edit(id, { title: 'Kündigung Meier' });
    await world.settle();
    expect(memory(world).lostValues).toHaveLength(1);
    expect(memory(world).writes.filter(({ write }) => write.before !== null)).not.toEqual([]);
    edit(world.outlook('anna'), itemOf(world).id, { Sensitivity: 'Private' });
    await world.settle();
    expect(memory(world).lostValues).toEqual([]);
    expect(memory(world).writes.filter(({ write }) => write.before !== null)).toEqual([]);
    expect(JSON.stringify(memory(world).journal)).not.toMatch(/Kündigung|Abfindung/);
  });
});
