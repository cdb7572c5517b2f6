import { describe, expect, test } from 'vitest';
import { instantOf } from '../../mappings/values.js';
import { edit, WRITING } from '../simulators/mailbox-bench.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { Crash } from '../simulators/crash.js';
import { change, invite, recordOf } from './meeting-world.js';
import { pairId, World } from './world.js';

/** What happens in the mailbox between our mark and our deletion, and after it. */
interface Passing {
  readonly between?: (id: string) => void;
  readonly diesAfter?: boolean;
}

/** A connector marks first and deletes then, in two requests; a person may act between the two. */
function twoSteps(world: World, { between, diesAfter }: Passing): void {
  const port = memoryExchange(world.organisation);
  world.connector = {
    ...port,
    remove: async (mailbox, entries, signal) => {
      world.connector = null;
      const marked = entries.map(({ ref, mark }) => ({ ref, patch: null, mark }));
      const answers = await port.update(mailbox, marked, signal);
      for (const { ref } of entries) {
        between?.(ref.id);
        world.outlook('anna').remove(itemTarget(ref.id), 'MoveToDeletedItems', WRITING);
      }
      if (diesAfter === true) throw new Crash('died after the deletion');
      return answers.map(() => ({ ok: true, value: null }));
    },
  };
}

async function deletedInErp(passing: (world: World) => Passing): Promise<World> {
  const world = new World();
  const from = Date.parse('2026-03-10T09:00:00Z');
  const when = {
    kind: 'timed' as const,
    startsAt: instantOf(from),
    endsAt: instantOf(from + 3.6e6),
  };
  const id = world.erp.person.create('E01', { title: 'Wartung', when });
  await world.settle();
  world.erp.person.remove(id);
  twoSteps(world, passing(world));
  world.clock.advance(60_000);
  await world.cycle('anna').catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error;
  });
  return world;
}

const subjects = (world: World, folder: 'calendar' | 'deleteditems') =>
  [...world.outlook('anna').folder(folder).items.values()].map(
    ({ properties }) => properties.Subject,
  );
const titles = (world: World) => world.erp.rows.map(({ record }) => record.title);
const ended = (world: World) =>
  [...world.store.pair(pairId('anna')).links.values()].map((link) => link.ended).sort();

test.each([false, true])(
  'a meeting whose changes stay in Outlook goes with them when the ERP deletes it (we die: %s)',
  async (diesAfter) => {
    const world = new World();
    await world.settle();
    const id = invite(world, 'anna');
    await world.settle();
    change(world.outlook('anna'), id, { Subject: 'Abnahme, mein Name dafür' });
    world.erp.person.remove(recordOf(world).id);
    twoSteps(world, { diesAfter });
    world.clock.advance(60_000);
    await world.cycle('anna').catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
    await world.settle();
    expect(subjects(world, 'calendar')).toEqual([]);
    expect(subjects(world, 'deleteditems')).toEqual(['Abnahme, mein Name dafür']);
    expect(titles(world)).toEqual([]);
    expect(ended(world)).toEqual(['deletedEverywhere']);
  },
);

describe('an appointment deleted in the ERP', () => {
  test.each([false, true])(
    'that a person edits while we delete it is put back with the edit (we die: %s)',
    async (diesAfter) => {
      const world = await deletedInErp((there) => ({
        between: (id) => edit(there.outlook('anna'), id, { Subject: 'Wartung, neuer Ort' }),
        diesAfter,
      }));
      await world.settle();
      expect(subjects(world, 'calendar')).toEqual(['Wartung, neuer Ort']);
      expect(subjects(world, 'deleteditems')).toEqual([]);
      expect(titles(world)).toEqual(['Wartung, neuer Ort']);
      expect(ended(world)).toEqual(['deletedEverywhere', null]);
      expect([...world.store.pair(pairId('anna')).intents.values()]).toEqual([]);
      expect(world.mails).toBe(0);
    },
  );

  test.each([false, true])('that nobody touches stays deleted (we die: %s)', async (diesAfter) => {
    const world = await deletedInErp(() => ({ diesAfter }));
    await world.settle();
    expect(subjects(world, 'calendar')).toEqual([]);
    expect(subjects(world, 'deleteditems')).toEqual(['Wartung']);
    expect(titles(world)).toEqual([]);
    expect(ended(world)).toEqual(['deletedEverywhere']);
  });

  test('whose reminder the server takes off with the deletion stays deleted', async () => {
    const world = await deletedInErp((there) => ({
      between: (id) => edit(there.outlook('anna'), id, { ReminderIsSet: true }),
    }));
    await world.settle();
    expect(subjects(world, 'calendar')).toEqual([]);
  });

  test('that a person takes out of the deleted items before we know that we deleted it is theirs again', async () => {
    const world = await deletedInErp(() => ({ diesAfter: true }));
    const mailbox = world.outlook('anna');
    const [item] = [...mailbox.folder('deleteditems').items.values()];
    mailbox.move(itemTarget(item?.id ?? ''), mailbox.folder('calendar'));
    await world.settle();
    expect(subjects(world, 'calendar')).toEqual(['Wartung']);
    expect(titles(world)).toEqual(['Wartung']);
  });

  test('that its owner edited and deleted too stays deleted', async () => {
    const world = new World();
    const from = Date.parse('2026-03-10T09:00:00Z');
    const when = {
      kind: 'timed' as const,
      startsAt: instantOf(from),
      endsAt: instantOf(from + 3.6e6),
    };
    const id = world.erp.person.create('E01', { title: 'Wartung', when });
    await world.settle();
    const port = memoryExchange(world.organisation);
    world.erp.person.remove(id);
    world.connector = {
      ...port,
      remove: async (mailbox, entries, signal) => {
        world.connector = null;
        for (const { ref } of entries) {
          edit(world.outlook('anna'), ref.id, { Subject: 'fällt aus' });
          world.outlook('anna').remove(itemTarget(ref.id), 'MoveToDeletedItems', WRITING);
        }
        return port.remove(mailbox, entries, signal);
      },
    };
    await world.settle();
    expect(subjects(world, 'calendar')).toEqual([]);
    expect(titles(world)).toEqual([]);
  });
});
