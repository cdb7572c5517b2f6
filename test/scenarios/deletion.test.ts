import { describe, expect, test } from 'vitest';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import {
  bothSides,
  change,
  DAY,
  endsOf,
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
import {
  change as changeMeeting,
  invite,
  itemOf as meetingOf,
  saidOf,
  worldOf,
} from './meeting-world.js';
import { surviving } from './surviving.js';
import { pairId } from './world.js';
import type { World } from './world.js';

/** D. Deletion. */

const SIX = ['eins', 'zwei', 'drei', 'vier', 'fünf', 'sechs'];

function six(world: World): readonly string[] {
  return SIX.map((title) => inErp(world, title));
}

function restoreDeleted(world: World): void {
  const anna = world.outlook('anna');
  for (const { id } of [...anna.folder('deleteditems').items.values()]) {
    anna.move(itemTarget(id), anna.folder('calendar'));
  }
}

describe('23: "one side showed nothing for a moment, and everything was deleted on the other"', () => {
  test('23: the mailbox is empty, and every item unknown', () =>
    surviving(async (world) => {
      six(world);
      await world.settle();
      let isAway = true;
      meddle(world, (port) => ({
        changesSince: async (mailbox, from, signal) => {
          if (!isAway) return port.changesSince(mailbox, from, signal);
          if (from.cursor !== null && from.cursor !== 'leer')
            throw new ConnectorFailure('cursorExpired', 'the sync state is not valid');
          return { changes: [], cursor: 'leer', isLast: true };
        },
        read: async (mailbox, ids, signal) =>
          isAway
            ? ids.map(() => failed(new ConnectorFailure('gone', 'not found')))
            : port.read(mailbox, ids, signal),
        findByKey: async (...asked) => (isAway ? [] : port.findByKey(...asked)),
      }));
      await patiently(world);
      expect(titles(world)).toEqual([...SIX].sort());
      isAway = false;
      world.outlook('anna').store.invalidateSyncStates();
      world.forgetWatermarks('anna');
      await patiently(world);
      expect(bothSides(world)).toEqual([[...SIX].sort(), [...SIX].sort()]);
    }));

  test.each(['truncated', 'gone without a trace'])('23: the table of the ERP is %s', (how) =>
    surviving(async (world) => {
      const ids = six(world);
      await world.settle();
      if (how === 'truncated') world.erp.person.truncate();
      else {
        for (const id of ids) world.erp.person.loseWithoutTrace(id);
        world.erp.forgetLog();
      }
      await world.settle();
      expect(subjects(world)).toEqual([...SIX].sort());
      expect(memoryOf(world).held.size).toBe(6);
    }),
  );

  test('23: the view of the ERP shows nothing of its rows', () =>
    surviving(async (world) => {
      const ids = six(world);
      await world.settle();
      for (const id of ids) world.erp.person.setInScope(id, false);
      await world.settle();
      expect(subjects(world)).toEqual([...SIX].sort());
      for (const id of ids) world.erp.person.setInScope(id, true);
      await world.settle();
      expect(bothSides(world)).toEqual([[...SIX].sort(), [...SIX].sort()]);
    }));

  test('23: the network is cut in the middle of an enumeration', () =>
    surviving(async (world) => {
      six(world);
      await world.settle();
      world.forgetWatermarks('anna');
      let cut = 0;
      meddle(world, (port) => ({
        changesSince: async (...asked) => {
          const page = await port.changesSince(...asked);
          cut += 1;
          if (cut % 2 === 0 && cut < 5)
            throw new ConnectorFailure('unreachable', 'the network was cut');
          return cut < 5 ? { ...page, changes: page.changes.slice(0, 2), isLast: false } : page;
        },
      }));
      await patiently(world, 12);
      expect(bothSides(world)).toEqual([[...SIX].sort(), [...SIX].sort()]);
    }));

  test('23: many are deleted at once: an administrator is asked', () =>
    surviving(
      async (world) => {
        const ids = six(world);
        await world.settle();
        for (const id of ids) world.erp.person.remove(id);
        await world.settle();
        expect(subjects(world)).toEqual([...SIX].sort());
        expect(memoryOf(world).held.size).toBe(6);
        world.store.decide(pairId('anna'), 'approved');
        await world.settle();
        expect(subjects(world)).toEqual([]);
      },
      { policy: { guard: { count: 3, percent: 20 } } },
    ));
});

describe('24: "it only left the filter, and was cancelled on the other side"', () => {
  test('24: the filter of the ERP leaves it out', () =>
    surviving(async (world) => {
      const id = inErp(world, 'Wartung');
      await world.settle();
      world.erp.person.setInScope(id, false);
      world.erp.person.edit(id, { title: 'nicht mehr für Outlook' });
      await world.settle();
      expect(subjects(world)).toEqual(['Wartung']);
      expect(endsOf(world)).toEqual(['recordLeftScope']);
    }));

  test('24: its owner gives it a category that is never synced', () =>
    surviving(
      async (world) => {
        inOutlook(world, 'Zahnarzt');
        await world.settle();
        change(world, itemOf(world).id, { Categories: ['Privates'] });
        await world.settle();
        expect(bothSides(world)).toEqual([['Zahnarzt'], ['Zahnarzt']]);
        expect(endsOf(world)).toEqual(['itemLeftScope']);
      },
      {
        policy: {
          options: { ...DEFAULT_OPTIONS, categories: { only: null, never: ['Privates'] } },
        },
      },
    ));

  test('24: it is set private while private ones stay out', () =>
    surviving(
      async (world) => {
        inErp(world, 'Wartung');
        await world.settle();
        change(world, itemOf(world).id, { Sensitivity: 'Private' });
        await world.settle();
        expect(bothSides(world)).toEqual([['Wartung'], ['Wartung']]);
        expect(linksOf(world)).toEqual([]);
      },
      { policy: { leavePrivateOut: true } },
    ));

  test('24: its day leaves the window', () =>
    surviving(
      async (world) => {
        inErp(world, 'Wartung', { when: span('2026-03-03T09:00:00Z') });
        await world.settle();
        world.clock.advance(60 * DAY);
        await world.settle();
        expect(bothSides(world)).toEqual([['Wartung'], ['Wartung']]);
      },
      { policy: { options: { ...DEFAULT_OPTIONS, window: { daysBack: 7, monthsAhead: 2 } } } },
    ));
});

test('25: "the service was down for three weeks, and what we had deleted came back"', () =>
  surviving(async (world) => {
    const gone = inErp(world, 'im ERP gelöscht');
    inErp(world, 'in Outlook gelöscht');
    inErp(world, 'bleibt');
    await world.settle();
    world.clock.advance(5 * DAY);
    world.erp.person.remove(gone);
    removeItem(world, itemOf(world, 'in Outlook gelöscht').id);
    const brief = inErp(world, 'kam und ging');
    removeItem(world, inOutlook(world, 'kam und ging auch'));
    world.clock.advance(16 * DAY);
    world.erp.person.remove(brief);
    await world.settle();
    expect(bothSides(world)).toEqual([['bleibt'], ['bleibt']]);
    expect(JSON.stringify(memoryOf(world).journal)).not.toContain(brief);
  }));

test('26: "I deleted it in Outlook, where nothing may be deleted in the ERP, and it keeps coming back"', () =>
  surviving(
    async (world) => {
      const id = inErp(world, 'Wartung');
      await world.settle();
      removeItem(world, itemOf(world).id);
      await world.settle();
      expect(bothSides(world)).toEqual([['Wartung'], []]);
      expect(endsOf(world)).toEqual(['itemDeletedRecordKept']);
      world.erp.person.edit(id, { location: 'Halle 3' });
      await world.settle();
      await world.resync('anna');
      world.forgetWatermarks('anna');
      await world.settle();
      expect(bothSides(world)).toEqual([['Wartung'], []]);
    },
    { policy: { deleteInErp: false } },
  ));

test.each(['erp', 'exchange'])(
  '27: "I took it out of the deleted items, and it was deleted again" (deleted in %s)',
  (side) =>
    surviving(async (world) => {
      const id = inErp(world, 'Wartung', { location: 'Halle 3' });
      await world.settle();
      if (side === 'erp') world.erp.person.remove(id);
      else removeItem(world, itemOf(world).id);
      await world.settle();
      expect(bothSides(world)).toEqual([[], []]);
      restoreDeleted(world);
      await world.settle();
      await world.settle();
      expect(bothSides(world)).toEqual([['Wartung'], ['Wartung']]);
      expect(recordOf(world).record.location).toBe('Halle 3');
      expect(linksOf(world)).toHaveLength(1);
    }),
);

const REVIVALS: Record<string, (world: World) => unknown> = {
  'a resync': (world) => world.resync('anna'),
  'a watermark that was lost': (world) => world.forgetWatermarks('anna'),
  'a sync state that is not valid any more': (world) => {
    world.outlook('anna').store.invalidateSyncStates();
    world.erp.forgetLog();
  },
  'a sync database that was lost': async (world) => {
    world.loseEverything('anna');
    await world.resync('anna');
  },
  'a conflict on another appointment': (world) => {
    world.erp.person.edit(recordOf(world, 'bleibt').id, { location: 'ERP' });
    change(world, itemOf(world, 'bleibt').id, { Location: 'Outlook' });
  },
};

test.each(
  Object.keys(REVIVALS).flatMap(
    (how) =>
      [
        [how, 'erp'],
        [how, 'exchange'],
      ] as const,
  ),
)('28: "what I deleted last month is back" (%s; deleted in %s)', (how, side) =>
  surviving(async (world) => {
    const id = inErp(world, 'Wartung');
    inErp(world, 'bleibt');
    await world.settle();
    if (side === 'erp') world.erp.person.remove(id);
    else removeItem(world, itemOf(world, 'Wartung').id);
    await world.settle();
    await REVIVALS[how]?.(world);
    await world.settle();
    expect(bothSides(world)).toEqual([['bleibt'], ['bleibt']]);
  }),
);

test('29: "our ERP deletes rows without a trace, and Outlook keeps them for ever"', () =>
  surviving(async (world) => {
    const [gone = ''] = six(world);
    await world.settle();
    world.erp.person.loseWithoutTrace(gone);
    world.erp.forgetLog();
    await world.settle();
    // nothing says that it was deleted: an administrator is asked about this one, and about no other
    expect(subjects(world)).toEqual([...SIX].sort());
    const held = [...memoryOf(world).held.values()];
    expect(held.map(({ linkId }) => memoryOf(world).links.get(linkId)?.recordId)).toEqual([gone]);
    world.store.decide(pairId('anna'), 'approved');
    await world.settle();
    expect(subjects(world)).toEqual(SIX.slice(1).sort());
  }));

test.each(['a conference record', 'a meeting with attendees'])(
  '30: "a colleague moved the conference in Outlook, and the ERP followed" (%s)',
  (what) =>
    surviving(async (world) => {
      if (what === 'a conference record') {
        inErp(world, 'Konferenz', { isProtected: true, isMeeting: true });
      } else invite(world, 'anna');
      await world.settle();
      const { version } = recordOf(world);
      changeMeeting(world.outlook('anna'), meetingOf(world, 'anna').id, { Subject: 'verlegt' });
      await world.settle();
      expect(recordOf(world).version).toBe(version);
      const said = [
        ...saidOf(world, 'anna', 'meetingProtected'),
        ...saidOf(world, 'anna', 'recordProtected'),
      ];
      expect(said.map(({ event, fields }) => [event, ...fields])).toEqual([['ignored', 'subject']]);
      removeItem(world, meetingOf(world, 'anna').id);
      await world.settle();
      expect(recordOf(world).version).toBe(version);
      expect(itemsOf(world)).toEqual([]);
    }, worldOptions()),
);

/** As `worldOf` makes it. */
function worldOptions() {
  return { policy: worldOf({}).policy };
}

test('31: "a colleague left, her mailbox was closed, and her appointments vanished from the ERP"', () =>
  surviving(async (world) => {
    six(world);
    inErp(world, 'bei Eva', { ownerId: 'E05' });
    await world.settle();
    let isClosed = true;
    meddle(world, (port) => ({
      changesSince: async (mailbox, from, signal) => {
        if (isClosed && mailbox.address === world.outlook('anna').address)
          throw new ConnectorFailure('forbidden', 'the mailbox is disabled');
        return port.changesSince(mailbox, from, signal);
      },
    }));
    await patiently(world);
    world.erp.person.edit(recordOf(world, 'bei Eva').id, { location: 'Halle 3' });
    await patiently(world);
    expect(titles(world)).toEqual(['bei Eva', ...SIX].sort());
    expect(linksOf(world)).toHaveLength(6);
    expect(itemsOf(world, 'eva').map(({ properties }) => properties.Location)).toEqual(['Halle 3']);
    isClosed = false;
    await patiently(world);
    expect(subjects(world)).toEqual([...SIX].sort());
  }));
