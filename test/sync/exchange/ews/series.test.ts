import { afterEach, describe, expect, test } from 'vitest';
import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
} from '../../../../mappings/exchange-item.js';
import { parseInstant } from '../../../../mappings/values.js';
import type { ItemRef } from '../../../../sync/ports/exchange.js';
import type { Answer } from '../../../../sync/ports/failure.js';
import type { FaultKind } from '../../../simulators/faults.js';
import { itemTarget } from '../../../simulators/mailbox/targets.js';
import { ANNA, openEwsAgainstFake, type EwsUnderTest } from './fake-exchange.js';

/** Series writes take several requests. Here something happens before, during or after each of them. */

const ZONE = 'W. Europe Standard Time';
const at = parseInstant;

const CREATE: ExchangeAppointmentPatch = {
  fields: {
    subject: 'Wartung',
    location: 'Halle 3',
    start: at('2026-03-02T08:00:00Z'),
    end: at('2026-03-02T09:00:00Z'),
    reminderIsSet: false,
  },
  timeZone: ZONE,
  recurrence: {
    pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' },
    range: { kind: 'NoEnd', startDate: '2026-03-02' },
  },
  exceptions: [
    { originalStart: at('2026-03-09T08:00:00Z'), kind: 'deleted' },
    { originalStart: at('2026-03-16T08:00:00Z'), kind: 'changed', fields: { subject: 'anders' } },
  ],
};

/** Moves the series to another time, with two deleted and two changed occurrences, one of them moved. */
const MOVE: ExchangeAppointmentPatch = {
  fields: { start: at('2026-03-02T10:00:00Z'), end: at('2026-03-02T11:30:00Z') },
  timeZone: ZONE,
  exceptions: [
    { originalStart: at('2026-03-09T10:00:00Z'), kind: 'deleted' },
    { originalStart: at('2026-03-16T10:00:00Z'), kind: 'changed', fields: { subject: 'anders' } },
    { originalStart: at('2026-03-23T10:00:00Z'), kind: 'deleted' },
    {
      originalStart: at('2026-03-30T09:00:00Z'), // summer time
      kind: 'changed',
      fields: { start: at('2026-03-31T06:00:00Z'), end: at('2026-03-31T07:00:00Z') },
    },
  ],
};

const MOVED = {
  start: '2026-03-02T10:00:00Z',
  deleted: ['2026-03-09T10:00:00Z', '2026-03-23T10:00:00Z'],
  changed: [
    '2026-03-16T10:00:00Z anders 2026-03-16T10:00:00Z 2026-03-16T11:30:00Z',
    '2026-03-30T09:00:00Z Wartung 2026-03-31T06:00:00Z 2026-03-31T07:00:00Z',
  ],
};

const opened: EwsUnderTest[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

interface Scene {
  readonly exchange: EwsUnderTest;
  readonly made: ItemRef;
}

async function seriesInCalendar(
  onRequest: (operation: string) => void = () => undefined,
): Promise<Scene> {
  const exchange = await openEwsAgainstFake({}, { onRequest });
  opened.push(exchange);
  const [folderId = ''] = await exchange.port.folders(exchange.mailbox, never());
  const entry = { folderId, mark: 'testkey-000000000001.1.pair', patch: CREATE };
  const [answer] = await exchange.port.create(exchange.mailbox, [entry], never());
  if (answer?.ok !== true) throw new Error('the series was not made');
  return { exchange, made: answer.value };
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function update({ exchange }: Scene, ref: ItemRef, patch = MOVE): Promise<Answer<ItemRef>> {
  const [answer] = await exchange.port.update(
    exchange.mailbox,
    [{ ref, patch, mark: null }],
    never(),
  );
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** An update as the engine sees it: a call that throws is a failure of its entries. */
async function tryUpdate(scene: Scene, ref: ItemRef): Promise<string> {
  try {
    const answer = await update(scene, ref);
    return answer.ok ? 'done' : answer.failure.kind;
  } catch {
    return 'thrown';
  }
}

async function read({
  exchange,
  made,
}: Scene): Promise<{ ref: ItemRef; item: ExchangeAppointment }> {
  const [answer] = await exchange.port.read(exchange.mailbox, [made.id], never());
  if (answer?.ok !== true) throw new Error('the series cannot be read');
  return answer.value;
}

function shown(item: ExchangeAppointment): typeof MOVED {
  return {
    start: item.start,
    deleted: [...item.deletedOccurrences].sort(),
    changed: item.modifiedOccurrences
      .map(({ originalStart, fields }) =>
        [originalStart, fields?.subject, fields?.start, fields?.end].join(' '),
      )
      .sort(),
  };
}

/** The move takes seven requests; the steps beyond show that nothing is said to have happened that has not. */
const STEPS = Array.from({ length: 12 }, (_, step) => step + 1);

describe('a series write whose connection fails', () => {
  const KINDS: readonly FaultKind[] = ['dropBefore', 'dropAfter', 'dropMidAnswer', 'garbage'];
  const rows = KINDS.flatMap((kind) => STEPS.map((nth) => ({ kind, nth })));

  test.each(rows)(
    'at request $nth ($kind) ends as planned when it is done again',
    async ({ kind, nth }) => {
      const scene = await seriesInCalendar();
      scene.exchange.fake.faults.add({ kind, nth });
      await tryUpdate(scene, scene.made);
      scene.exchange.fake.faults.clear();
      const { ref } = await read(scene);
      const again = await update(scene, ref);
      const seen = await read(scene);
      expect(shown(seen.item)).toEqual(MOVED);
      expect(again).toEqual({ ok: true, value: seen.ref });
      expect(scene.exchange.mails()).toBe(0);
    },
  );
});

describe('a series write that the server refuses with a conflict although it was done', () => {
  test.each(STEPS)('at request %i ends as planned when it is done again', async (nth) => {
    const scene = await seriesInCalendar();
    scene.exchange.fake.faults.add({ kind: 'conflictAfterWrite', nth });
    await tryUpdate(scene, scene.made);
    scene.exchange.fake.faults.clear();
    await update(scene, (await read(scene)).ref);
    expect(shown((await read(scene)).item)).toEqual(MOVED);
  });
});

describe('a person who edits the series while it is being written', () => {
  /** Before request `step` of the update the person does `edit`. */
  async function withEdit(
    step: number,
    edit: (scene: Scene) => void,
  ): Promise<{ scene: Scene; outcome: Answer<ItemRef>; happened: boolean }> {
    let left = Number.POSITIVE_INFINITY;
    let happened = false;
    const scene: Scene = await seriesInCalendar(() => {
      left -= 1;
      if (left !== 0) return;
      happened = true;
      edit(scene);
    });
    left = step;
    const outcome = await update(scene, scene.made);
    left = Number.POSITIVE_INFINITY;
    return { scene, outcome, happened };
  }

  test.each(STEPS)('never loses a new subject of the series (before request %i)', async (step) => {
    const { scene, outcome, happened } = await withEdit(step, ({ exchange, made }) => {
      exchange.person.rename(made.id, 'von Hand');
    });
    const { item, ref } = await read(scene);
    expect(item.subject).toBe(happened ? 'von Hand' : 'Wartung');
    expect(outcome.ok && outcome.value.version === ref.version).toBe(!happened);
  });

  test.each(STEPS)('never loses an edited occurrence (before request %i)', async (step) => {
    const { scene, outcome, happened } = await withEdit(step, ({ exchange, made }) => {
      const isMoved = shownStart(exchange, made) === '2026-03-02T10:00:00Z';
      const april6 = at(isMoved ? '2026-04-06T09:00:00Z' : '2026-04-06T07:00:00Z');
      exchange.person.renameOccurrence(made.id, april6, 'von Hand');
    });
    const { item, ref } = await read(scene);
    const subjects = item.modifiedOccurrences.map(({ fields }) => fields?.subject);
    expect(subjects.includes('von Hand')).toBe(happened);
    expect(outcome.ok && outcome.value.version === ref.version).toBe(!happened);
  });
});

describe('a server that gives items another key by itself', () => {
  test('has a series as planned after a few tries, each from what is true then', async () => {
    const scene = await seriesInCalendar();
    scene.exchange.fake.organisation.modes = {
      ...scene.exchange.fake.organisation.modes,
      keysBump: true,
    };
    const outcomes: string[] = [];
    for (let tries = 0; tries < 6 && outcomes.at(-1) !== 'done'; tries++) {
      outcomes.push(await tryUpdate(scene, (await read(scene)).ref));
    }
    expect(outcomes.at(-1)).toBe('done');
    expect(shown((await read(scene)).item)).toEqual(MOVED);
  });
});

describe('exceptions of what is no series', () => {
  test('are refused, and the appointment stays', async () => {
    const { exchange, made } = await seriesInCalendar();
    const single = await update({ exchange, made }, made, { fields: {}, recurrence: null });
    if (!single.ok) throw single.failure;
    const exceptions = [{ originalStart: at('2026-03-02T08:00:00Z'), kind: 'deleted' as const }];
    const answer = await update({ exchange, made }, single.value, { fields: {}, exceptions });
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'rejected' } });
    expect((await read({ exchange, made })).item.subject).toBe('Wartung');
  });
});

describe('a new series whose exceptions fail', () => {
  test.each([
    { kind: 'dropBefore', nth: 2 },
    { kind: 'dropAfter', nth: 3 },
    { kind: 'busy', nth: 4 },
  ] as const)('exists all the same and is to be read again ($kind)', async ({ kind, nth }) => {
    const exchange = await openEwsAgainstFake();
    opened.push(exchange);
    const [folderId = ''] = await exchange.port.folders(exchange.mailbox, never());
    exchange.fake.faults.add({ kind, nth });
    const entry = { folderId, mark: 'testkey-000000000001.1.pair', patch: CREATE };
    const [answer] = await exchange.port.create(exchange.mailbox, [entry], never());
    expect(answer).toMatchObject({ ok: true, value: { version: '' } });
  });
});

describe('many series at once', () => {
  test('take as many requests as one does', async () => {
    const exchange = await openEwsAgainstFake();
    opened.push(exchange);
    const [folderId = ''] = await exchange.port.folders(exchange.mailbox, never());
    const entries = Array.from({ length: 20 }, (_, number) => ({
      folderId,
      mark: `testkey-0000000000${10 + number}.1.pair`,
      patch: CREATE,
    }));
    const before = exchange.requests.length;
    const answers = await exchange.port.create(exchange.mailbox, entries, never());
    expect(answers.every((answer) => answer.ok && answer.value.version !== '')).toBe(true);
    expect(exchange.requests.slice(before)).toEqual([
      'CreateItem',
      'GetItem', // the series
      'GetItem', // the occurrences
      'DeleteItem',
      'GetItem', // nothing but the deleted ones differs
      'UpdateItem',
    ]);
  });
});

function shownStart({ fake }: EwsUnderTest, { id }: ItemRef): string {
  const { properties } = fake.organisation.mailbox(ANNA).get(itemTarget(id));
  return new Date(properties.Start ?? 0).toISOString().replace('.000Z', 'Z');
}
