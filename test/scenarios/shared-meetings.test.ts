import { describe, expect, test } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { parseEmail } from '../../mappings/values.js';
import type { RecordSeen } from '../../sync/ports/erp.js';
import { ConnectorFailure, failed } from '../../sync/ports/failure.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { ANNA, EVA, edit, make, WRITING } from '../simulators/mailbox-bench.js';
import { deliver } from '../simulators/mailbox/delivery.js';
import { DEFAULT_MODES } from '../simulators/mailbox/modes.js';
import { Organisation } from '../simulators/mailbox/organisation.js';
import type { ItemInput, Recurrence } from '../simulators/mailbox/properties.js';
import { answerMeeting } from '../simulators/mailbox/responses.js';
import type { StoredItem } from '../simulators/mailbox/stored-item.js';
import { itemTarget } from '../simulators/mailbox/targets.js';
import { mailboxUser } from '../simulators/sample-firm.js';
import { pairId, World } from './world.js';
import type { Who, WorldOptions } from './world.js';

const PERSON = { send: 'SendToAllAndSaveCopy', cause: 'person', by: 'Anna Becker' } as const;

const MEETING: ItemInput = {
  Subject: 'Abnahme Prüfstand',
  Start: '2026-03-03T09:00:00Z',
  End: '2026-03-03T10:00:00Z',
  StartTimeZone: 'W. Europe Standard Time',
  EndTimeZone: 'W. Europe Standard Time',
  RequiredAttendees: [{ EmailAddress: EVA }, { EmailAddress: 'einkauf@kunde.example' }],
};

const WEEKLY: Recurrence = {
  pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Tuesday'] },
  range: { kind: 'NumberedRecurrence', StartDate: '2026-03-03', NumberOfOccurrences: 6 },
};

/** Anna has invited Eva; both calendars hold the meeting, and nobody has synced yet. */
function invited(options: WorldOptions = {}, more: ItemInput = {}): World {
  const world = new World(options);
  make(world.outlook('anna'), { ...MEETING, ...more }, { context: PERSON });
  return world;
}

const calendar = (world: World, who: Who): readonly StoredItem[] => [
  ...world.outlook(who).folder('calendar').items.values(),
];

function onlyRecord(world: World): RecordSeen<ErpAppointment> {
  const [record, ...others] = world.erp.rows;
  if (!record || others.length > 0) throw new Error(`${String(world.erp.rows.length)} records`);
  return record;
}

const ORDERS: readonly (readonly Who[])[] = [
  ['anna', 'eva'],
  ['eva', 'anna'],
];

describe.each(ORDERS)('one meeting in two synced calendars (%s before %s)', (...order) => {
  const cycles = async (world: World): Promise<void> => {
    for (let round = 0; round < 4; round += 1) {
      world.clock.advance(60_000);
      for (const who of order) await world.cycle(who);
    }
  };

  test('is one appointment of the organiser with the other one as participant', async () => {
    const world = invited();
    await cycles(world);
    const { record, employees } = onlyRecord(world);
    expect(record.ownerId).toBe('E01');
    expect(employees).toEqual(['E01', 'E05']);
    expect([calendar(world, 'anna').length, calendar(world, 'eva').length]).toEqual([1, 1]);
    expect(world.mails).toBe(0);
  });

  test('is left alone from then on', async () => {
    const world = invited();
    await cycles(world);
    const [writes, version] = [world.erp.writes, onlyRecord(world).version];
    const keys = ['anna', 'eva'].map((who) => calendar(world, who as Who)[0]?.changeKey);
    await cycles(world);
    expect([world.erp.writes, onlyRecord(world).version]).toEqual([writes, version]);
    expect(['anna', 'eva'].map((who) => calendar(world, who as Who)[0]?.changeKey)).toEqual(keys);
  });

  test('a series is one too', async () => {
    const world = invited({}, { Recurrence: WEEKLY });
    await cycles(world);
    expect(onlyRecord(world).employees).toEqual(['E01', 'E05']);
    expect(onlyRecord(world).record.rrule).toContain('FREQ=WEEKLY');
  });

  test('whoever dies in between, it stays one', async () => {
    for (let call = 1; call <= 24; call += 1) {
      for (const when of ['before', 'after'] as const) {
        for (const victim of order) {
          const world = invited();
          for (const who of order) {
            world.clock.advance(60_000);
            await world.cycle(who, who === victim ? { at: call, when } : null);
          }
          await cycles(world);
          expect(onlyRecord(world).employees).toEqual(['E01', 'E05']);
          expect(onlyRecord(world).record.ownerId).toBe('E01');
          expect([calendar(world, 'anna').length, calendar(world, 'eva').length]).toEqual([1, 1]);
        }
      }
    }
  });

  test('the copy that somebody deleted, and that she accepts when the organiser’s next message brings it back, belongs to it again', async () => {
    const world = invited();
    await cycles(world);
    const eva = world.outlook('eva');
    const [mine] = calendar(world, 'eva');
    const context = { headerZone: null, send: 'SendToNone', cause: 'person', by: 'Eva' } as const;
    eva.remove(itemTarget(mine?.id ?? ''), 'MoveToDeletedItems', context);
    const [hers] = calendar(world, 'anna');
    edit(world.outlook('anna'), hers?.id ?? '', { Subject: 'Verschoben' }, { context: PERSON });
    const [back] = calendar(world, 'eva');
    const answering = { host: world.organisation, cause: 'person', by: 'Eva', isSent: true };
    answerMeeting(eva, itemTarget(back?.id ?? ''), { ...answering, answer: 'Accept' });
    await cycles(world);
    const links = [...world.store.pair(pairId('eva')).links.values()];
    const live = links.filter(({ ended }) => ended === null).map(({ itemId }) => itemId);
    expect(live).toEqual(calendar(world, 'eva').map(({ id }) => id));
    expect(live).toHaveLength(1);
  });

  test('stays one where the ERP is too busy to show the record that stands for it', async () => {
    const world = invited();
    const read = world.erp.read.bind(world.erp);
    let refusals = 3;
    world.erp.read = async (...asked) => {
      if (asked[1].length === 0 || refusals === 0) return read(...asked);
      refusals -= 1;
      return asked[1].map(() => failed(new ConnectorFailure('busy', 'busy')));
    };
    await cycles(world);
    expect(onlyRecord(world).employees).toEqual(['E01', 'E05']);
    expect([calendar(world, 'anna').length, calendar(world, 'eva').length]).toEqual([1, 1]);
  });

  test('stays one where a colleague is taken out of it in the ERP while she accepts it', async () => {
    const options = { ...DEFAULT_OPTIONS, meetings: 'full' } as const;
    const world = invited({ policy: { deleteInExchange: false, options } });
    await cycles(world);
    const [mine] = calendar(world, 'eva');
    const answering = { host: world.organisation, cause: 'person', by: 'Eva', isSent: true };
    answerMeeting(world.outlook('eva'), itemTarget(mine?.id ?? ''), {
      ...answering,
      answer: 'Accept',
    });
    const { id, record } = onlyRecord(world);
    const participants = record.participants.filter(({ employeeId }) => employeeId !== 'E05');
    world.erp.person.edit(id, { participants });
    await cycles(world);
    expect(onlyRecord(world).employees).toEqual(['E01']);
    expect([calendar(world, 'anna').length, calendar(world, 'eva').length]).toEqual([1, 1]);
    const { writes } = world.erp;
    await cycles(world);
    expect(world.erp.writes).toBe(writes);
    expect(world.store.pair(pairId('eva')).owed).toEqual([]);
  });

  test('and who gets another appointment under the id of its deleted record has that one as well', async () => {
    const options = { ...DEFAULT_OPTIONS, meetings: 'full' } as const;
    const world = invited({ policy: { deleteInExchange: false, options } });
    await cycles(world);
    const [mine] = calendar(world, 'eva');
    const [hers] = calendar(world, 'anna');
    const answering = { host: world.organisation, cause: 'person', by: 'Eva', isSent: true };
    answerMeeting(world.outlook('eva'), itemTarget(mine?.id ?? ''), {
      ...answering,
      answer: 'Accept',
    });
    edit(world.outlook('anna'), hers?.id ?? '', { Location: 'Halle 3' }, { context: PERSON });
    const { id } = onlyRecord(world);
    world.erp.person.remove(id);
    world.erp.person.create('E05', { title: 'Zahnarzt' }, id);
    await cycles(world);
    const subjects = calendar(world, 'eva').map(({ properties }) => properties.Subject ?? '');
    expect(subjects.sort()).toEqual(['Abnahme Prüfstand', 'Zahnarzt']);
    expect(world.erp.rows).toHaveLength(2);
  });

  test('an appointment of the ERP that only has the same name is another one', async () => {
    const world = invited();
    await cycles(world);
    make(world.outlook('eva'), { ...MEETING, RequiredAttendees: [] });
    await cycles(world);
    expect(world.erp.rows).toHaveLength(2);
  });
});

/** A customer invites the list `vertrieb@…`, which Anna and Eva are on: neither is named in their calendars. */
function invitedByCustomer(): World {
  const world = new World();
  const address = parseEmail('leitung@kunde.example');
  const users = [mailboxUser(address, 'Leitung')];
  const customer = new Organisation({ users, clock: world.clock, seed: 11 });
  const from = customer.mailbox(address);
  const list = [{ EmailAddress: parseEmail('vertrieb@muster-maschinenbau.example') }];
  make(from, { ...MEETING, RequiredAttendees: list });
  const [item] = from.folder('calendar').items.values();
  if (!item) throw new Error('the customer has no meeting');
  const mailboxes = new Map(
    [ANNA, EVA].map((to) => [to.toLowerCase(), world.organisation.mailbox(to)]),
  );
  const now = world.clock.nowMs();
  deliver(
    { kind: 'invitation', item, to: [ANNA, EVA], subject: '' },
    { from, mailboxes, modes: DEFAULT_MODES, now },
  );
  return world;
}

describe('a meeting of somebody outside', () => {
  test.each(ORDERS)(
    'is one appointment, of the first by number, whoever’s turn comes first (%s, %s)',
    async (...order) => {
      const world = invitedByCustomer();
      for (let round = 0; round < 4; round += 1) {
        world.clock.advance(60_000);
        for (const who of order) await world.cycle(who);
      }
      const { record, employees } = onlyRecord(world);
      expect([record.ownerId, employees]).toEqual(['E01', ['E01', 'E05']]);
      expect([calendar(world, 'anna').length, calendar(world, 'eva').length]).toEqual([1, 1]);
      expect(world.mails).toBe(0);
    },
  );
});

describe('a colleague who was invited', () => {
  test('never gets a copy beside the invitation, however late that comes', async () => {
    const world = invited();
    const eva = world.outlook('eva');
    for (const { id } of calendar(world, 'eva')) eva.remove(itemTarget(id), 'HardDelete', WRITING);
    await world.settle();
    expect(onlyRecord(world).employees).toEqual(['E01', 'E05']);
    expect(calendar(world, 'eva')).toEqual([]);
    const [item] = calendar(world, 'anna');
    edit(world.outlook('anna'), item?.id ?? '', { Location: 'Werk 2' }, { context: PERSON });
    await world.settle();
    expect(calendar(world, 'eva')).toHaveLength(1);
    expect(world.erp.rows).toHaveLength(1);
  });

  test('in the ERP alone gets a copy like any other', async () => {
    const world = new World();
    make(
      world.outlook('anna'),
      { ...MEETING, RequiredAttendees: [{ EmailAddress: 'einkauf@kunde.example' }] },
      { context: PERSON },
    );
    await world.settle();
    const { id, record } = onlyRecord(world);
    world.erp.person.edit(id, {
      participants: [
        ...record.participants,
        { employeeId: 'E05', email: null, name: 'Eva Müller', reply: 'none' },
      ],
    });
    await world.settle();
    expect(calendar(world, 'eva').map(({ properties }) => properties.Subject)).toEqual([
      'Abnahme Prüfstand',
    ]);
    expect(world.mails).toBe(0);
  });
});
