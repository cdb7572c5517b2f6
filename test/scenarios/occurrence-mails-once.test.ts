import { describe, expect, test } from 'vitest';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { EVA } from '../simulators/mailbox-bench.js';
import { memoryExchange } from '../simulators/memory-exchange.js';
import { CUSTOMER, itemOf, ourMails, recordOf, saidOf } from './meeting-world.js';
import {
  anna,
  customer,
  eva,
  except,
  exceptionsOf,
  GONE,
  mails,
  MOVED,
  REAL,
  withSeries,
} from './series-world.js';
import { pairId } from './world.js';

/** Of one occurrence everybody is told once, whatever dies and whatever fails in the middle. */

describe('a crash at any call may lose a mail and never doubles one', () => {
  const both = [`cancellation ${CUSTOMER}`, `update ${CUSTOMER}`];
  test.each([
    { name: 'called off', exceptions: [GONE], justified: [both[0]] },
    { name: 'moved', exceptions: [MOVED], justified: [both[1]] },
    { name: 'both', exceptions: [GONE, MOVED], justified: both },
  ])('$name', async ({ exceptions, justified }) => {
    let died = 0;
    for (let at = 1; at <= 16; at += 1) {
      for (const when of ['before', 'after'] as const) {
        const world = await withSeries();
        except(world, exceptions);
        await world.cycle('anna', { at, when });
        died += mails(world).length === justified.length ? 0 : 1;
        await world.settle();
        const sent = mails(world);
        expect([[], justified], `${when} call ${at}`).toContainEqual(sent);
        const isSaid = saidOf(world, 'anna', 'mailUncertain').length > 0;
        expect(sent.length > 0 || isSaid, `${when} call ${at}`).toBe(true);
        expect(exceptionsOf(itemOf(world, 'anna')).length).toBe(exceptions.length);
        expect(world.store.pair(pairId('anna')).intents.size).toBe(0);
      }
    }
    expect(died).toBeGreaterThan(0);
  });
});

test('what was told before the rest failed is not told again', async () => {
  const world = await withSeries();
  except(world, [GONE, MOVED]);
  const direct = memoryExchange(world.organisation);
  world.connector = {
    ...direct,
    update: async (mailbox, entries, signal) => {
      world.connector = null;
      // only the first of the two steps is done before the server is gone
      const part = entries.map((entry) => {
        const exceptions = entry.patch?.exceptions?.filter(({ kind }) => kind === 'deleted') ?? [];
        return { ...entry, patch: { fields: {}, exceptions } };
      });
      const answers = await direct.update(mailbox, part, signal);
      return answers.map(() => failed(new ConnectorFailure('unreachable', 'gone in the middle')));
    },
  };
  await anna(world);
  expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed']);
  expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`]);
  expect(saidOf(world, 'anna', 'mailUncertain')).toHaveLength(1);
});

describe("a colleague's copy", () => {
  test('follows its organiser in one occurrence, tells nobody, and settles', async () => {
    const world = await withSeries(REAL, { participants: [eva, customer] });
    expect(itemOf(world, 'eva').properties.Subject).toBe('Runde');
    except(world, [GONE, MOVED]);
    await world.settle();
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed']);
    expect(exceptionsOf(itemOf(world, 'eva'))).toEqual(['4 cancelled', '5 changed']);
    expect(itemOf(world, 'eva').properties.IsCancelled).toBe(false);
    const people = `${EVA} ${CUSTOMER}`;
    expect(mails(world).map((one) => one.split(' ').sort().join(' '))).toEqual(
      [`cancellation ${people}`, `update ${people}`].map((one) => one.split(' ').sort().join(' ')),
    );
    expect(recordOf(world).record.exceptions).toEqual([GONE, MOVED]);
    expect(recordOf(world).employees).toEqual(['E01', 'E05']);
    const before = recordOf(world).version;
    await world.resync('eva');
    await world.settle();
    expect(recordOf(world).version).toBe(before);
    expect(exceptionsOf(itemOf(world, 'eva'))).toEqual(['4 cancelled', '5 changed']);
  });

  test('that shows half of what we are writing brings none of it back, and nobody is told twice', async () => {
    // an exception with all fields of its own, which the mail about the series takes along as it was
    const modes = { exceptions: 'materialised' } as const;
    const note = { ...MOVED, fields: { body: 'Unterlagen' } };
    const world = await withSeries(
      REAL,
      { participants: [eva, customer], exceptions: [note] },
      { modes },
    );
    world.erp.person.edit(recordOf(world).id, { location: 'Halle 9' });
    await world.settle();
    expect(recordOf(world).record.exceptions).toEqual([note]);
    expect(ourMails(world).map(({ kind, to }) => [kind, to.length])).toEqual([['update', 2]]);
  });
});
