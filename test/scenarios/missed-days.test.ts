import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { PairPolicy } from '../../sync/ports/pair.js';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { dayOfDate } from '../simulators/mailbox/recurrence.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { occurrenceId } from '../simulators/mailbox/view.js';
import { exceptionDays, inErp, itemsOf, recordOf, span } from './hands.js';
import { surviving } from './surviving.js';
import type { Who, World } from './world.js';

/** Eva takes part in Anna's series; her copy is not synced for a while, and then again. */

const DAY = '2026-03-09';

const theItem = (world: World, who: Who) => itemsOf(world, who)[0] ?? expect.fail('no item');
const missed = (world: World, who: Who) => exceptionDays(theItem(world, who)).deleted;

function set(world: World, input: ItemInput): void {
  edit(world.outlook('eva'), theItem(world, 'eva').id, input);
}

function skip(world: World): void {
  const mailbox = world.outlook('eva');
  const id = occurrenceId(theItem(world, 'eva'), dayOfDate(DAY), mailbox);
  mailbox.remove(itemTarget(id), 'MoveToDeletedItems', WRITING);
}

interface Way {
  readonly how: string;
  readonly policy: Partial<PairPolicy>;
  readonly away: ItemInput;
  readonly back: ItemInput;
}

const WAYS: readonly Way[] = [
  {
    how: 'she makes it private',
    policy: { leavePrivateOut: true },
    away: { Sensitivity: 'Private' },
    back: { Sensitivity: 'Normal' },
  },
  {
    how: 'she gives it a category that is not synced',
    policy: {
      options: { ...DEFAULT_OPTIONS, categories: { only: null, never: ['Gesperrt'] } },
    },
    away: { Categories: ['Gesperrt'] },
    back: { Categories: [] },
  },
];

type Step = (world: World) => void;

const nothing: Step = () => undefined;
const renamed: Step = (world) =>
  world.erp.person.edit(recordOf(world).id, { title: 'Runde der Meister' });

const STORIES: readonly { readonly says: string; readonly before: Step; readonly then: Step }[] = [
  { says: 'the day that she deleted before', before: skip, then: nothing },
  { says: 'the day that she deletes meanwhile', before: nothing, then: skip },
  { says: 'the day, also where the ERP changes the series meanwhile', before: skip, then: renamed },
];

describe.each(WAYS)('$how', ({ policy, away, back }) => {
  test.each(STORIES)('$says is hers to miss, and nobody else’s', async ({ before, then }) => {
    await surviving(
      async (world) => {
        inErp(world, 'Wochenrunde', {
          when: span('2026-03-02T08:00:00Z'),
          rrule: 'FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;WKST=MO;COUNT=6',
          participants: [{ employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' }],
        });
        await world.settle();
        before(world);
        await world.settle();
        set(world, away);
        await world.settle();
        then(world);
        await world.settle();
        set(world, back);
        await world.settle();
        expect(recordOf(world).record.exceptions).toEqual([]);
        expect([missed(world, 'anna'), missed(world, 'eva')]).toEqual([[], [DAY]]);
      },
      { policy },
    );
  });
});
