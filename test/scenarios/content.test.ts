import { describe, expect, test } from 'vitest';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';
import type { ContentOptions } from '../../mappings/kind.js';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import { instantOf, parseEmail, parsePlainDate } from '../../mappings/values.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import { edit, make } from '../simulators/mailbox-bench.js';
import type { ItemInput } from '../simulators/mailbox/properties.js';
import { World } from './world.js';

function choose(world: World, content: Partial<ContentOptions>): void {
  const options = { ...DEFAULT_OPTIONS, content: { ...DEFAULT_CONTENT, ...content } };
  world.policy = { ...world.policy, options };
}

function worldWith(content: Partial<ContentOptions>): World {
  const world = new World({ policy: { stockFrom: parsePlainDate('2020-01-01') } });
  choose(world, content);
  return world;
}

const AHEAD = '2026-03-10T09:00:00Z';
const PAST = '2026-02-10T09:00:00Z';

function at(start: string) {
  const from = Date.parse(start);
  return {
    kind: 'timed' as const,
    startsAt: instantOf(from),
    endsAt: instantOf(from + 3_600_000),
  };
}

function inErp(world: World, more: ErpAppointmentPatch, start = AHEAD): string {
  return world.erp.person.create('E01', { title: 'Wartung', when: at(start), ...more });
}

function itemOf(world: World) {
  const [item] = [...world.outlook('anna').folder('calendar').items.values()];
  if (!item) throw new Error('no item');
  return item;
}
const bodyOf = (world: World): string => itemOf(world).properties.Body?.Value.trimEnd() ?? '';
const textInErp = (world: World): string => world.erp.rows[0]?.record.body ?? 'none';
const inOutlook = (world: World, input: ItemInput): void =>
  void edit(world.outlook('anna'), itemOf(world).id, input);
const text = (Value: string) => ({ Body: { BodyType: 'Text' as const, Value } });
const reminderOf = (world: World) => {
  const { ReminderIsSet, ReminderMinutesBeforeStart } = itemOf(world).properties;
  return ReminderIsSet === true ? ReminderMinutesBeforeStart : null;
};

async function quiet(world: World): Promise<void> {
  const before = [world.erp.writes, itemOf(world).changeKey];
  await world.settle();
  expect([world.erp.writes, itemOf(world).changeKey]).toEqual(before);
}

describe('texts from the ERP only', () => {
  test('what a person writes in Outlook stays there until the text of the ERP changes', async () => {
    const world = worldWith({ body: 'toExchange' });
    const id = inErp(world, { body: 'Ersatzteil mitnehmen' });
    await world.settle();
    expect(bodyOf(world)).toBe('Ersatzteil mitnehmen');
    inOutlook(world, text('Notiz von Anna'));
    await world.settle();
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect([bodyOf(world), textInErp(world)]).toEqual(['Notiz von Anna', 'Ersatzteil mitnehmen']);
    world.erp.person.edit(id, { body: 'Ersatzteil ist da' });
    await world.settle();
    expect(bodyOf(world)).toBe('Ersatzteil ist da');
    await quiet(world);
  });

  test('a text that was written in Outlook with a new appointment stays there, too', async () => {
    const world = worldWith({ body: 'toExchange' });
    make(world.outlook('anna'), { Subject: 'neu', ...text('nur für mich') });
    await world.settle();
    expect([bodyOf(world), textInErp(world)]).toEqual(['nur für mich', '']);
    await quiet(world);
  });

  test('nor does the text of one occurrence come over', async () => {
    const world = worldWith({ body: 'toExchange' });
    const id = inErp(world, {
      body: 'Serie',
      rrule: 'FREQ=DAILY;COUNT=4',
      exceptions: [
        {
          originalDate: parsePlainDate('2026-03-11'),
          deleted: false,
          fields: { body: 'am Mittwoch' },
        },
      ],
    });
    await world.settle();
    const occurrence = () => [...itemOf(world).exceptions.values()][0];
    expect(JSON.stringify(occurrence())).toContain('am Mittwoch');
    world.erp.person.edit(id, { title: 'Serie 2' });
    await world.settle();
    expect(JSON.stringify(occurrence())).toContain('am Mittwoch');
    expect(world.erp.rows[0]?.record.exceptions).toHaveLength(1);
    await quiet(world);
  });
});

describe('texts never', () => {
  test('neither text nor block of the ERP is written, at first or later', async () => {
    const world = worldWith({ body: 'never' });
    const participants = [
      {
        employeeId: null,
        email: parseEmail('x@kunde.example'),
        name: 'Frau X',
        reply: 'none' as const,
      },
    ];
    const id = inErp(world, { body: 'vertraulich', participants });
    await world.settle();
    expect(bodyOf(world)).toBe('');
    world.erp.person.edit(id, { body: 'sehr vertraulich', title: 'Wartung 2', location: 'Halle' });
    await world.settle();
    expect(bodyOf(world)).toBe('');
    expect(itemOf(world).properties).toMatchObject({ Subject: 'Wartung 2', Location: 'Halle' });
    await quiet(world);
  });

  test('a note in Outlook does not overwrite the text that its writer never saw', async () => {
    const world = worldWith({ body: 'never' });
    const id = inErp(world, { body: 'vertraulich' });
    await world.settle();
    inOutlook(world, text('Notiz'));
    await world.settle();
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect([bodyOf(world), textInErp(world)]).toEqual(['Notiz', 'vertraulich']);
  });

  test('what is new in Outlook brings its text to the ERP once', async () => {
    const world = worldWith({ body: 'never' });
    make(world.outlook('anna'), { Subject: 'neu', ...text('Gate 7') });
    await world.settle();
    expect(textInErp(world)).toBe('Gate 7');
    await quiet(world);
  });

  test('the text of an occurrence stays on its side, and is kept when other things are written', async () => {
    const world = worldWith({ body: 'never' });
    const exception = (date: string, fields: { body?: string; title?: string }) => ({
      originalDate: parsePlainDate(date),
      deleted: false,
      fields,
    });
    const first = exception('2026-03-11', { body: 'geheim', title: 'am Mittwoch' });
    const id = inErp(world, { rrule: 'FREQ=DAILY;COUNT=4', exceptions: [first] });
    await world.settle();
    expect(JSON.stringify([...itemOf(world).exceptions])).not.toContain('geheim');
    world.erp.person.edit(id, { exceptions: [first, exception('2026-03-12', { title: 'Do' })] });
    await world.settle();
    expect(itemOf(world).exceptions.size).toBe(2);
    inOutlook(world, { Subject: 'Serie neu' });
    await world.settle();
    expect(world.erp.rows[0]?.record.exceptions[0]?.fields.body).toBe('geheim');
    await quiet(world);
  });

  test('chosen later, and given up again, it rewrites nothing', async () => {
    const world = worldWith({});
    const id = inErp(world, { body: 'offen' });
    await world.settle();
    choose(world, { body: 'never' });
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect(bodyOf(world)).toBe('offen');
    choose(world, { body: 'both' });
    world.erp.person.edit(id, { title: 'Wartung 3' });
    await world.settle();
    expect([bodyOf(world), textInErp(world)]).toEqual(['offen', 'offen']);
    await quiet(world);
  });
});

describe('reminders', () => {
  test('what is over is written without one, and keeps it in the ERP', async () => {
    const world = worldWith({});
    inErp(world, { reminderMinutes: 15 }, PAST);
    await world.settle();
    expect([reminderOf(world), world.erp.rows[0]?.record.reminderMinutes]).toEqual([null, 15]);
    await quiet(world);
  });

  test('it comes when the appointment is moved ahead in the ERP', async () => {
    const world = worldWith({});
    const id = inErp(world, { reminderMinutes: 30 }, PAST);
    await world.settle();
    world.erp.person.edit(id, { when: at(AHEAD) });
    await world.settle();
    expect([reminderOf(world), world.erp.rows[0]?.record.reminderMinutes]).toEqual([30, 30]);
    await quiet(world);
  });

  test('moved ahead in Outlook it comes as well, and the ERP keeps its own', async () => {
    const world = worldWith({});
    inErp(world, { reminderMinutes: 30 }, PAST);
    await world.settle();
    inOutlook(world, { Start: AHEAD, End: '2026-03-10T10:00:00Z' });
    await world.settle();
    expect(world.erp.rows[0]?.record).toMatchObject({ reminderMinutes: 30, when: at(AHEAD) });
    expect(reminderOf(world)).toBe(30);
    await quiet(world);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])(
    'moved ahead in Outlook it comes although we die at call %i',
    async (call) => {
      for (const when of ['before', 'after'] as const) {
        const world = worldWith({});
        inErp(world, { reminderMinutes: 30 }, PAST);
        await world.settle();
        inOutlook(world, { Start: AHEAD, End: '2026-03-10T10:00:00Z' });
        await world.cycle('anna', { at: call, when });
        await world.settle();
        expect([reminderOf(world), world.erp.rows[0]?.record.reminderMinutes]).toEqual([30, 30]);
      }
    },
  );

  test('who moves it ahead in Outlook and sets another one means that one', async () => {
    const world = worldWith({});
    inErp(world, { reminderMinutes: 30 }, PAST);
    await world.settle();
    const reminder = { ReminderIsSet: true, ReminderMinutesBeforeStart: 5 };
    inOutlook(world, { Start: AHEAD, End: '2026-03-10T10:00:00Z', ...reminder });
    await world.settle();
    expect([reminderOf(world), world.erp.rows[0]?.record.reminderMinutes]).toEqual([5, 5]);
    await quiet(world);
  });

  test('an appointment that grows old is not written for it, whatever the ERP does to its reminder then', async () => {
    const world = worldWith({});
    const id = inErp(world, { reminderMinutes: 15 });
    await world.settle();
    expect(reminderOf(world)).toBe(15);
    world.clock.advance(30 * 86_400_000);
    await quiet(world);
    world.erp.person.edit(id, { reminderMinutes: 60 });
    await quiet(world);
    world.erp.person.edit(id, { title: 'Wartung 2' });
    await world.settle();
    expect([reminderOf(world), world.erp.rows[0]?.record.reminderMinutes]).toEqual([15, 60]);
  });

  test('where the administrator wants none, none is written; a person may set one, and the ERP has it', async () => {
    const world = worldWith({ reminders: 'never' });
    const id = inErp(world, { reminderMinutes: 15 });
    await world.settle();
    world.erp.person.edit(id, { reminderMinutes: 20, when: at('2026-03-11T09:00:00Z') });
    await world.settle();
    expect(reminderOf(world)).toBe(null);
    inOutlook(world, { ReminderIsSet: true, ReminderMinutesBeforeStart: 5 });
    await world.settle();
    expect(world.erp.rows[0]?.record.reminderMinutes).toBe(5);
    await quiet(world);
  });
});
