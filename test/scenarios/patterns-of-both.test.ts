import { expect, test } from 'vitest';
import { parsePlainDate } from '../../mappings/values.js';
import type { Recurrence } from '../simulators/mailbox/properties.js';
import { change, exceptionDays, inErp, itemOf, recordOf, span } from './hands.js';
import { World } from './world.js';

/** Wednesdays from 4 March on, of which the last has a title of its own. */
const SERIES = {
  when: span('2026-03-04T08:00:00Z'),
  rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=WE;WKST=MO;COUNT=6',
  exceptions: [
    {
      originalDate: parsePlainDate('2026-04-01'),
      deleted: false,
      fields: { title: 'Sonderrunde' },
    },
  ],
};

const FIVE_WEDNESDAYS: Recurrence = {
  pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Wednesday'] },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-04', NumberOfOccurrences: 5 },
};

test('"I changed the pattern, a colleague did too, and now Outlook and the ERP call one Wednesday differently"', async () => {
  const world = new World({ policy: { conflict: 'exchange' }, modes: { rangeChange: 'wipeAll' } });
  const id = inErp(world, 'Wochenrunde', SERIES);
  await world.settle();
  expect(exceptionDays(itemOf(world))).toMatchObject({ changed: ['2026-04-01'] });
  // Outlook drops what was changed with the pattern; the ERP keeps it, on a day that its own new pattern does not have
  change(world, itemOf(world).id, { Recurrence: FIVE_WEDNESDAYS });
  world.erp.person.edit(id, { rrule: 'FREQ=WEEKLY;INTERVAL=3;BYDAY=WE;WKST=MO' });
  await world.settle();
  expect(recordOf(world).record).toMatchObject({
    rrule: 'FREQ=WEEKLY;BYDAY=WE;COUNT=5',
    exceptions: [],
  });
  expect(exceptionDays(itemOf(world))).toMatchObject({ changed: [], deleted: [] });
});
