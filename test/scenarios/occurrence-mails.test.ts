import { describe, expect, test } from 'vitest';
import type { PairOptions } from '../../sync/ports/pair.js';
import { edit, nth } from '../simulators/mailbox-bench.js';
import { CUSTOMER, itemOf, PERSON, recordOf, ROOM, saidOf } from './meeting-world.js';
import {
  anna,
  customer,
  except,
  exceptionsOf,
  GONE,
  mails,
  MOVED,
  on,
  REAL,
  room,
  span,
  withSeries,
} from './series-world.js';
import { pairId } from './world.js';

/** One occurrence of a series, moved or called off in the ERP, and who is told of it (features C4 to C6, rule 15). */

describe.each(['full', 'protected'] as const)('an edit in the ERP (mode %s)', (meetings) => {
  const options = { ...REAL, meetings };

  test('that calls one occurrence off tells its attendees, once', async () => {
    const world = await withSeries(options);
    except(world, [GONE]);
    await anna(world);
    expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`]);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted']);
    expect(itemOf(world, 'anna').properties.IsCancelled).toBe(false);
  });

  test('that moves one occurrence tells its attendees, once', async () => {
    const world = await withSeries(options);
    except(world, [MOVED]);
    await anna(world);
    expect(mails(world)).toEqual([`update ${CUSTOMER}`]);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['5 changed']);
  });

  test('that moves it elsewhere, and back, tells of each', async () => {
    const world = await withSeries(options);
    except(world, [{ ...MOVED, fields: { location: 'Halle 9' } }]);
    await anna(world);
    except(world, []);
    await anna(world);
    expect(mails(world)).toEqual([`update ${CUSTOMER}`, `update ${CUSTOMER}`]);
  });

  test('that does both in one tells of both, and of what was there before nothing', async () => {
    const world = await withSeries(options);
    except(world, [GONE]);
    await anna(world);
    except(world, [
      GONE,
      MOVED,
      { ...MOVED, originalDate: on('2026-03-23'), fields: { title: 'x' } },
    ]);
    await anna(world);
    expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`, `update ${CUSTOMER}`]);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed', '6 changed']);
  });
});

describe('nobody is told', () => {
  test.each<{ name: string; options: Partial<PairOptions> }>([
    { name: 'sending is off', options: { ...REAL, sendMail: false } },
    { name: 'meetings are copies', options: { ...REAL, realMeetings: false } },
    { name: 'only rooms may be asked', options: { bookRooms: true, meetings: 'full' } },
  ])('where $name', async ({ options }) => {
    const world = await withSeries(options, { participants: [customer, room] });
    except(world, [GONE, MOVED]);
    await anna(world);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed']);
    expect(mails(world).filter((mail) => mail.includes(CUSTOMER))).toEqual([]);
  });

  test('of another title, note or reminder of one occurrence', async () => {
    const world = await withSeries();
    const fields = { title: 'anders', body: 'Nur für uns', reminderMinutes: 5 };
    except(world, [{ ...MOVED, fields }]);
    await anna(world);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['5 changed']);
    expect(mails(world)).toEqual([]);
  });

  test('of another title of one that was moved before', async () => {
    const world = await withSeries();
    except(world, [MOVED]);
    await anna(world);
    except(world, [{ ...MOVED, fields: { ...MOVED.fields, title: 'anders' } }]);
    await anna(world);
    expect(mails(world)).toEqual([`update ${CUSTOMER}`]);
  });

  test('of what is over', async () => {
    const world = await withSeries();
    const past = { originalDate: on('2026-02-16') };
    except(world, [
      { ...GONE, ...past },
      { ...MOVED, originalDate: on('2026-02-23'), fields: { location: 'Halle 9' } },
    ]);
    await anna(world);
    expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['1 deleted', '2 changed']);
    expect(mails(world)).toEqual([]);
  });

  test('of what is put back, since nobody moved it in the ERP', async () => {
    const world = await withSeries({ ...REAL, meetings: 'protected', enforce: true });
    const { id } = itemOf(world, 'anna');
    edit(world.outlook('anna'), nth(id, 5), { Location: 'Halle 9' }, { context: PERSON });
    world.outlook('anna').remove(nth(id, 6), 'MoveToDeletedItems', {
      ...{ headerZone: null, send: 'SendToNone', cause: 'person', by: 'Anna' },
    });
    world.erp.person.edit(recordOf(world).id, { body: 'Nur für uns' });
    await anna(world, 6);
    expect(exceptionsOf(itemOf(world, 'anna')).filter((one) => one.endsWith('deleted'))).toEqual(
      [],
    );
    expect(mails(world)).toEqual([]);
  });

  test('by a first sync, a resync, a replay or an upgrade', async () => {
    const world = await withSeries();
    except(world, [GONE, MOVED]);
    world.forgetWatermarks('anna');
    await anna(world);
    await world.resync('anna');
    const { links } = world.store.pair(pairId('anna'));
    for (const [id, link] of links) links.set(id, { ...link, form: 'appointment.0' });
    except(world, [GONE]);
    await anna(world);
    await world.settle();
    expect(mails(world)).toEqual([]);
  });
});

test('a room is told of one occurrence where it is the only one on its list', async () => {
  const world = await withSeries({ bookRooms: true, meetings: 'full' }, { participants: [room] });
  const { id } = itemOf(world, 'anna');
  // to one of them somebody comes who must not be written to
  const more = { RequiredAttendees: [{ EmailAddress: CUSTOMER }] };
  edit(world.outlook('anna'), nth(id, 6), more, {});
  await anna(world);
  except(world, [GONE, { ...GONE, originalDate: on('2026-03-23') }]);
  await anna(world);
  expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '6 deleted']);
  expect(mails(world)).toEqual([`cancellation ${ROOM}`]);
  expect(saidOf(world, 'anna', 'attendeesUntold')).toEqual([]);
});

test('who takes part in one occurrence alone, or was taken out of the series, is not written to', async () => {
  const world = await withSeries(REAL);
  const { id } = itemOf(world, 'anna');
  const guest = 'gast@kunde.example';
  edit(world.outlook('anna'), nth(id, 5), { OptionalAttendees: [{ EmailAddress: guest }] }, {});
  await anna(world);
  except(world, [GONE]);
  await anna(world);
  except(world, [GONE, MOVED]);
  await anna(world);
  expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed']);
  expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`]);
  const said = saidOf(world, 'anna', 'attendeesUntold').map(({ fields }) => fields);
  expect(said).toEqual([['exceptions/2026-03-16']]);
});

test('together with another time of the series: one update of that, one of what was moved, and the rest is said', async () => {
  const world = await withSeries();
  except(world, [GONE]);
  await anna(world);
  expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`]);
  except(world, [GONE, MOVED], { when: span('2026-02-16T10:00:00Z') });
  await anna(world);
  expect(mails(world).slice(1)).toEqual([`update ${CUSTOMER}`, `update ${CUSTOMER}`]);
  expect(exceptionsOf(itemOf(world, 'anna'))).toEqual(['4 deleted', '5 changed']);
  const said = saidOf(world, 'anna', 'attendeesUntold');
  expect(said.map(({ fields }) => fields)).toEqual([['exceptions/2026-03-09']]);
});

test('a new series with occurrences of its own: the invitation, and the rest is said', async () => {
  const world = await withSeries(REAL, { exceptions: [GONE, MOVED] });
  const said = saidOf(world, 'anna', 'attendeesUntold');
  expect(said.map(({ fields }) => fields)).toEqual([
    ['exceptions/2026-03-09', 'exceptions/2026-03-16'],
  ]);
  expect(mails(world)).toEqual([]);
});

test('one that was called off and takes place again as before: nobody can be told, and that is said', async () => {
  const world = await withSeries();
  except(world, [GONE]);
  await anna(world);
  except(world, []);
  await anna(world);
  expect(exceptionsOf(itemOf(world, 'anna'))).toEqual([]);
  expect(mails(world)).toEqual([`cancellation ${CUSTOMER}`]);
  expect(saidOf(world, 'anna', 'attendeesUntold')).toHaveLength(1);
});
