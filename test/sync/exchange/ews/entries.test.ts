import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../../sync/ports/clock.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { answer, failure, fault, itemMessage, success, type Reply } from './scripted-server.js';
import { against, asked, MAILBOX, never, readFrom, shown, xml } from './wire-bench.js';

const STOPPED = failure('GetItem', 'ErrorBatchProcessingStopped').replace('"Error"', '"Warning"');
const REFUSED = failure('GetItem', 'ErrorItemCorrupt');

describe('entries of an answer', () => {
  test('each keeps its own failure', async () => {
    const messages = [
      itemMessage('A'),
      failure('GetItem', 'ErrorItemNotFound'),
      failure('GetItem', 'ErrorThatNobodyKnows'),
      itemMessage('D'),
    ];
    const { answers } = await readFrom([xml(answer('GetItem', ...messages))], ['A', 'B', 'C', 'D']);
    expect(answers.map((one) => (one.ok ? one.value.ref.id : one.failure.kind))).toEqual([
      'A',
      'gone',
      'rejected',
      'D',
    ]);
  });

  test('the busy one carries its wait, and nothing more is asked', async () => {
    const busy = failure(
      'GetItem',
      'ErrorServerBusy',
      '<m:MessageXml><t:Value Name="BackOffMilliseconds">4000</t:Value></m:MessageXml>',
    );
    const ids = Array.from({ length: 120 }, (_, at) => `i${at}`);
    const first = ids.slice(0, 50).map((id, at) => (at === 3 ? busy : itemMessage(id)));
    const { answers, server } = await readFrom([xml(answer('GetItem', ...first))], ids);
    expect(server.received).toHaveLength(1);
    expect(answers.filter((one) => one.ok)).toHaveLength(49);
    expect(answers[119]).toMatchObject({ failure: { kind: 'busy', retryAfterMs: 4000 } });
  });

  test('those after a stopped batch were never tried and are asked for once more, in halves', async () => {
    const ids = ['A', 'B', 'C', 'D', 'E'];
    const { answers, server } = await readFrom(
      [
        xml(answer('GetItem', itemMessage('A'), REFUSED, STOPPED, STOPPED, STOPPED)),
        xml(answer('GetItem', itemMessage('C'), itemMessage('D'), itemMessage('E'))),
      ],
      ids,
    );
    expect(shown(answers)).toEqual(['A', 'rejected', 'C', 'D', 'E']);
    expect(asked(server)).toEqual(['ABCDE', 'CDE']);
  });

  test('a batch that is stopped again and again ends one by one', async () => {
    const all = (count: number): Reply =>
      xml(answer('GetItem', ...Array.from({ length: count }, () => STOPPED)));
    const { answers, server } = await readFrom(
      [all(3), all(2), all(1), all(1), all(1)],
      ['A', 'B', 'C'],
    );
    expect(shown(answers)).toEqual(['busy', 'busy', 'busy']);
    expect(asked(server)).toEqual(['ABC', 'AB', 'A', 'B', 'C']);
  });

  test('after a stop that is about the server nothing more is asked', async () => {
    const away = failure('GetItem', 'ErrorMailboxStoreUnavailable');
    const { answers, server } = await readFrom(
      [xml(answer('GetItem', itemMessage('A'), away, STOPPED))],
      ['A', 'B', 'C'],
    );
    expect(shown(answers)).toEqual(['A', 'unreachable', 'unreachable']);
    expect(server.received).toHaveLength(1);
  });

  test('where a batch was too much, the next ones are smaller as well', async () => {
    const ids = Array.from({ length: 80 }, (_, at) => `i${at}`);
    const these = (from: number, to: number): Reply =>
      xml(answer('GetItem', ...ids.slice(from, to).map((id) => itemMessage(id))));
    const { answers, server } = await readFrom(
      [
        xml(fault('ErrorTimeoutExpired'), { status: 500 }),
        these(0, 25),
        these(25, 50),
        these(50, 75),
        these(75, 80),
      ],
      ids,
    );
    expect(shown(answers)).toEqual(ids);
    expect(server.received).toHaveLength(5);
  });

  test('a server that has no time even for one is left alone', async () => {
    const { ews, server } = await against([xml(fault('ErrorTimeoutExpired'), { status: 500 })]);
    const ids = Array.from({ length: 50 }, (_, at) => `i${at}`);
    await expect(ews.appointments.read(MAILBOX, ids, never())).rejects.toMatchObject({
      kind: 'busy',
      code: 'ErrorTimeoutExpired',
    });
    expect(server.received).toHaveLength(7);
  });

  test('fewer than asked for are asked for again one by one, never guessed', async () => {
    const { answers } = await readFrom(
      [
        xml(answer('GetItem', itemMessage('B'))),
        xml(answer('GetItem')),
        xml(answer('GetItem', itemMessage('B'))),
      ],
      ['A', 'B'],
    );
    expect(answers).toMatchObject([
      { ok: false, failure: { kind: 'unreachable', code: 'AnswerIncomplete' } },
      { ok: true, value: { ref: { id: 'B' } } },
    ]);
  });

  test('of a create that are fewer than asked for leave every entry open', async () => {
    const { ews } = await against([xml(answer('CreateItem', success('CreateItem', '<m:Items/>')))]);
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    await expect(ews.appointments.create(MAILBOX, [entry, entry], never())).rejects.toMatchObject({
      kind: 'unreachable',
      code: 'AnswerIncomplete',
    });
  });

  test.each([
    { text: 'a &nosuch; b', code: 'AnswerMalformed' },
    { text: 'a & b', code: 'AnswerTruncated' },
  ])(
    'one that makes the answer unreadable is parked, the rest is read: $text',
    async ({ text, code }) => {
      const broken = itemMessage('B', `<t:Subject>${text}</t:Subject>`);
      const { answers } = await readFrom(
        [
          xml(answer('GetItem', itemMessage('A'), broken)),
          xml(answer('GetItem', itemMessage('A'))),
          xml(answer('GetItem', broken)),
        ],
        ['A', 'B'],
      );
      expect(answers).toMatchObject([
        { ok: true },
        { ok: false, failure: { kind: 'rejected', code } },
      ]);
    },
  );

  test('while no item can be read it is the server that is to blame, and nothing is parked', async () => {
    const broken = answer('GetItem', '<m:Items>&nosuch;</m:Items>');
    const { answers } = await readFrom([xml(broken)], ['A', 'B']);
    expect(answers.map((one) => (one.ok ? 'read' : one.failure.kind))).toEqual([
      'unreachable',
      'unreachable',
    ]);
  });

  test('an answer beyond the byte limit is halved until it fits', async () => {
    const ids = ['A', 'B', 'C'];
    const { answers, server } = await readFrom(
      [
        xml(answer('GetItem', ...ids.map((id) => itemMessage(id)))),
        xml(answer('GetItem', itemMessage('A'))),
        xml(answer('GetItem', itemMessage('C'))),
      ],
      ['A', 'C'],
      { maxAnswerBytes: 900 },
    );
    expect(answers.map((one) => one.ok)).toEqual([true, true]);
    expect(server.received).toHaveLength(3);
  });

  test('a server that needs too long for a batch gets half of it', async () => {
    const { answers } = await readFrom(
      [
        xml(fault('ErrorTimeoutExpired'), { status: 500 }),
        xml(answer('GetItem', itemMessage('A'))),
        xml(answer('GetItem', itemMessage('B'))),
      ],
      ['A', 'B'],
    );
    expect(answers.map((one) => one.ok)).toEqual([true, true]);
  });

  test('a request that is refused as a whole is sent again in halves to find who is to blame', async () => {
    const made = (id: string): string =>
      success(
        'CreateItem',
        `<m:Items><t:CalendarItem><t:ItemId Id="${id}" ChangeKey="K"/></t:CalendarItem></m:Items>`,
      );
    const { ews } = await against([
      xml(fault('ErrorSchemaValidation'), { status: 500 }),
      xml(answer('CreateItem', made('A'))),
      xml(fault('ErrorSchemaValidation'), { status: 500 }),
    ]);
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    const answers = await ews.appointments.create(MAILBOX, [entry, entry], never());
    expect(answers.map((one) => (one.ok ? one.value.id : one.failure.kind))).toEqual([
      'A',
      'rejected',
    ]);
  });
});

describe('writing', () => {
  test('never sends a request again whose answer was lost', async () => {
    const { ews, server } = await against([{ body: '<s:Env', cut: true }]);
    const entries = [{ folderId: 'F', mark: 'm', patch: { fields: {} } }];
    await expect(ews.appointments.create(MAILBOX, entries, never())).rejects.toMatchObject({
      kind: 'unreachable',
    });
    expect(server.received).toHaveLength(1);
  });

  test('sends nothing after its time is over, and says so of each entry', async () => {
    const made = success(
      'CreateItem',
      '<m:Items><t:CalendarItem><t:ItemId Id="A" ChangeKey="K"/></t:CalendarItem></m:Items>',
    );
    const times = [0, 0, 20_000];
    const clock: Clock = {
      now: () => new VirtualClock().now(),
      monotonicMs: () => times.shift() ?? 20_000,
      sleep: () => new Promise(() => undefined),
    };
    const replies = [xml(answer('CreateItem', ...Array.from({ length: 50 }, () => made)))];
    const { ews, server } = await against(replies, { clock });
    const entry = { folderId: 'F', mark: 'm', patch: { fields: {} } };
    const entries = Array.from({ length: 60 }, () => entry);
    const answers = await ews.appointments.create(MAILBOX, entries, never());
    expect(server.received).toHaveLength(1);
    expect(answers.filter((one) => one.ok)).toHaveLength(50);
    expect(answers[59]).toMatchObject({ failure: { kind: 'unreachable', code: 'NotSent' } });
  });
});
