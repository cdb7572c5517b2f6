import { describe, expect, test } from 'vitest';
import { parseInstant, parsePlainDate } from '../../mappings/values.js';
import { BERLIN, edit, make, WRITING } from '../simulators/mailbox-bench.js';
import {
  modifiedOccurrences,
  deletedOccurrences,
  occurrenceOn,
} from '../simulators/mailbox/series.js';
import { localDay } from '../simulators/mailbox/calendar.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { dateOfDay } from '../simulators/mailbox/recurrence.js';
import type { Mailbox } from '../simulators/mailbox/mailbox.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { World } from './world.js';

const WEEKLY = {
  title: 'Wochenrunde',
  when: {
    kind: 'timed' as const,
    startsAt: parseInstant('2026-03-02T08:00:00Z'),
    endsAt: parseInstant('2026-03-02T09:00:00Z'),
  },
  rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=10',
};

function calendarOf(mailbox: Mailbox): readonly StoredItem[] {
  return [...mailbox.folder('calendar').items.values()];
}

function onlyItem(mailbox: Mailbox): StoredItem {
  const [item, ...others] = calendarOf(mailbox);
  if (!item || others.length > 0) throw new Error(`${String(others.length + 1)} items`);
  return item;
}

function occurrenceTarget(mailbox: Mailbox, start: string): string {
  const item = onlyItem(mailbox);
  const day = localDay(BERLIN, Date.parse(start));
  if (!occurrenceOn(item, day)) throw new Error(`no occurrence on ${start}`);
  return occurrenceId(item, day, mailbox);
}

function exceptionDays(mailbox: Mailbox): {
  readonly changed: string[];
  readonly deleted: string[];
} {
  const item = onlyItem(mailbox);
  return {
    changed: modifiedOccurrences(item).map(({ day }) => dateOfDay(day)),
    deleted: deletedOccurrences(item).map(({ day }) => dateOfDay(day)),
  };
}

describe('a series', () => {
  test('made in the ERP with a moved and a deleted occurrence looks the same in Outlook', async () => {
    const world = new World();
    world.erp.person.create('E01', {
      ...WEEKLY,
      exceptions: [
        { originalDate: parsePlainDate('2026-03-09'), deleted: true, fields: {} },
        {
          originalDate: parsePlainDate('2026-03-16'),
          deleted: false,
          fields: {
            title: 'Wochenrunde bei Kunde Müller',
            when: {
              kind: 'timed',
              startsAt: parseInstant('2026-03-17T12:00:00Z'),
              endsAt: parseInstant('2026-03-17T13:00:00Z'),
            },
          },
        },
      ],
    });
    await world.settle();
    expect(exceptionDays(world.outlook('anna'))).toEqual({
      changed: ['2026-03-16'],
      deleted: ['2026-03-09'],
    });
    expect(world.mails).toBe(0);
    const writes = world.erp.writes;
    await world.settle();
    expect(world.erp.writes).toBe(writes);
  });

  test('made in the ERP, with a crash before its exceptions are in Outlook, loses none of them', async () => {
    const world = new World();
    world.dieBetweenItemAndExceptions = true;
    const exceptions = [
      { originalDate: parsePlainDate('2026-03-09'), deleted: true, fields: {} },
      { originalDate: parsePlainDate('2026-03-16'), deleted: false, fields: { title: 'anders' } },
    ];
    const id = world.erp.person.create('E01', { ...WEEKLY, exceptions });
    await world.settle();
    expect(exceptionDays(world.outlook('anna'))).toEqual({
      changed: ['2026-03-16'],
      deleted: ['2026-03-09'],
    });
    expect(world.erp.rows.find((row) => row.id === id)?.record.exceptions).toEqual(exceptions);
  });

  test('one occurrence moved in Outlook is exactly that exception in the ERP', async () => {
    const world = new World();
    const id = world.erp.person.create('E01', WEEKLY);
    await world.settle();
    const anna = world.outlook('anna');
    edit(anna, occurrenceTarget(anna, '2026-03-16T08:00:00Z'), {
      Start: '2026-03-16T10:00:00Z',
      End: '2026-03-16T11:00:00Z',
    });
    await world.settle();
    const row = world.erp.rows.find((one) => one.id === id);
    expect(row?.record.rrule).toBe(WEEKLY.rrule);
    expect(row?.record.exceptions).toEqual([
      {
        originalDate: '2026-03-16',
        deleted: false,
        fields: {
          when: { kind: 'timed', startsAt: '2026-03-16T10:00:00Z', endsAt: '2026-03-16T11:00:00Z' },
        },
      },
    ]);
  });

  test('one occurrence deleted in Outlook is deleted in the ERP, and the series stays', async () => {
    const world = new World();
    const id = world.erp.person.create('E01', WEEKLY);
    await world.settle();
    const anna = world.outlook('anna');
    anna.remove(
      itemTarget(occurrenceTarget(anna, '2026-03-23T08:00:00Z')),
      'MoveToDeletedItems',
      WRITING,
    );
    await world.settle();
    const row = world.erp.rows.find((one) => one.id === id);
    expect(row?.record.exceptions).toEqual([
      { originalDate: '2026-03-23', deleted: true, fields: {} },
    ]);
  });
});

describe('an appointment made in Outlook', () => {
  test('comes to the ERP with its zone and everything else', async () => {
    const world = new World();
    make(world.outlook('anna'), {
      Subject: 'Abnahme „Süd“',
      Start: '2026-03-05T09:00:00Z',
      End: '2026-03-05T10:30:00Z',
      StartTimeZone: BERLIN,
      EndTimeZone: BERLIN,
      Location: 'Halle 3',
      Importance: 'High',
      LegacyFreeBusyStatus: 'OOF',
      ReminderIsSet: false,
    });
    await world.settle();
    expect(world.erp.rows.map((row) => row.record)).toMatchObject([
      {
        title: 'Abnahme „Süd“',
        location: 'Halle 3',
        showAs: 'away',
        priorityId: 'P3',
        reminderMinutes: null,
        timeZone: 'Europe/Berlin',
      },
    ]);
  });
});
