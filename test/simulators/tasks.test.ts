import { describe, expect, test } from 'vitest';
import { settledTask, splitTask } from './mailbox/tasks.js';
import type { ItemProperties, TaskRecurrence } from './mailbox/properties.js';
import { without } from './mailbox/without.js';
import {
  createIn,
  deleting,
  field,
  findIn,
  getNamed,
  itemId,
  setting,
  update,
} from './item-requests.js';
import { attributeOf, getItems, startSoapBench } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

const AT = { now: Date.parse('2026-03-02T23:30:00Z'), zone: 'W. Europe Standard Time' };
const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

describe('status, percentage and completion date stay in step (fact 73)', () => {
  const begun: ItemProperties = { Status: 'InProgress', PercentComplete: 40 };
  const done: ItemProperties = {
    Status: 'Completed',
    PercentComplete: 100,
    CompleteDate: day('2026-02-01'),
  };
  // prettier-ignore
  test.each([
    ['100 % is completed today', begun, { PercentComplete: 100 }, 'Completed 100 2026-03-03'],
    ['completed is 100 %', begun, { Status: 'Completed' }, 'Completed 100 2026-03-03'],
    ['a completion date completes', begun, { CompleteDate: day('2026-01-05') }, 'Completed 100 2026-01-05'],
    ['not started is 0 %, without a date', done, { Status: 'NotStarted' }, 'NotStarted 0 –'],
    ['0 % is not started', done, { PercentComplete: 0 }, 'NotStarted 0 –'],
    ['some per cent of a finished task is in progress', done, { PercentComplete: 50 }, 'InProgress 50 –'],
    ['waiting keeps its share', begun, { Status: 'WaitingOnOthers' }, 'WaitingOnOthers 40 –'],
    ['of several, the last one wins: percentage', begun, { Status: 'Completed', PercentComplete: 0 }, 'NotStarted 0 –'],
    ['of several, the last one wins: status', begun, { PercentComplete: 0, Status: 'Completed' }, 'Completed 100 2026-03-03'],
  ] as const)('%s', (_name, before, write, after) => {
    const settled = settledTask({ ...before, ...write }, Object.keys(write), AT);
    const date = settled.CompleteDate;
    const shown = date === undefined ? '–' : new Date(date).toISOString().slice(0, 10);
    expect(`${settled.Status ?? ''} ${settled.PercentComplete ?? ''} ${shown}`).toBe(after);
  });

  test('taking the completion date away opens the task again', () => {
    expect(settledTask(without(done, 'CompleteDate'), ['CompleteDate'], AT).Status).toBe(
      'NotStarted',
    );
  });
});

describe('a recurring task goes on (facts 74, 75)', () => {
  const RANGE = { kind: 'NoEndRecurrence', StartDate: '2026-03-01' } as const;
  const after = (
    pattern: TaskRecurrence['pattern'],
    range: TaskRecurrence['range'] = RANGE,
  ): string => {
    const before: ItemProperties = {
      Status: 'NotStarted',
      StartDate: day('2026-02-27'),
      DueDate: day('2026-03-01'),
      TaskRecurrence: { pattern, range },
    };
    const split = splitTask(before, { ...before, Status: 'Completed' }, AT);
    if (!split) return 'ended';
    const dates = [split.series.StartDate, split.series.DueDate];
    return dates.map((one) => new Date(one ?? 0).toISOString().slice(0, 10)).join(' ');
  };
  // prettier-ignore
  test.each<[string, string, TaskRecurrence['pattern'], TaskRecurrence['range']?]>([
    ['every second day', '2026-03-01 2026-03-03', { kind: 'DailyRecurrence', Interval: 2 }],
    ['each first of a month', '2026-03-30 2026-04-01', { kind: 'AbsoluteMonthlyRecurrence', Interval: 1, DayOfMonth: 1 }],
    ['three days after it was done', '2026-03-04 2026-03-06', { kind: 'DailyRegeneration', Interval: 3 }],
    ['two weeks after it was done', '2026-03-15 2026-03-17', { kind: 'WeeklyRegeneration', Interval: 2 }],
    ['a month after it was done', '2026-04-01 2026-04-03', { kind: 'MonthlyRegeneration', Interval: 1 }],
    ['a year after it was done', '2027-03-01 2027-03-03', { kind: 'YearlyRegeneration', Interval: 1 }],
    ['not past its end', 'ended', { kind: 'DailyRecurrence', Interval: 1 }, { kind: 'EndDateRecurrence', StartDate: '2026-02-01', EndDate: '2026-03-01' }],
    ['not past its number', 'ended', { kind: 'DailyRecurrence', Interval: 1 }, { kind: 'NumberedRecurrence', StartDate: '2026-02-01', NumberOfOccurrences: 1 }],
  ])('%s', (_name, dates, pattern, range) => {
    expect(after(pattern, range)).toBe(dates);
  });
});

describe('through EWS', () => {
  const RECURRENCE =
    '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>' +
    '<t:NumberedRecurrence><t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';
  const COMPLETED = setting(field('task:Status'), 'Task', '<t:Status>Completed</t:Status>');

  async function series(bench: SoapBench): Promise<string> {
    const task = `<t:Task><t:Subject>Wartung prüfen</t:Subject>${RECURRENCE}</t:Task>`;
    const made = await bench.ask(createIn('tasks', task));
    expect(made.codes).toEqual(['NoError']);
    return attributeOf(made, 'ItemId', 'Id');
  }

  test('completing answers with the one-off; the old id is the series, one occurrence shorter', async () => {
    const bench = await startSoapBench();
    const id = await series(bench);
    const done = await bench.ask(update(itemId(id), COMPLETED));
    const oneOff = attributeOf(done, 'ItemId', 'Id');
    expect([done.codes, oneOff === id]).toEqual([['NoError'], false]);
    const read = await bench.ask(getItems(itemId(id) + itemId(oneOff)));
    const texts = (name: string): string[] => read.all(name).map(({ text }) => text);
    expect(texts('Status')).toEqual(['NotStarted', 'Completed']);
    expect(texts('DueDate')).toEqual(['2026-03-03T00:00:00Z', '2026-03-02T00:00:00Z']);
    expect(texts('NumberOfOccurrences')).toEqual(['2']);
    expect(texts('ChangeCount')[0]).toBe('2');
    await bench.exchange.stop();
  });

  test('the last occurrence completes the series itself', async () => {
    const bench = await startSoapBench();
    const id = await series(bench);
    await bench.ask(update(itemId(id), COMPLETED));
    await bench.ask(update(itemId(id), COMPLETED));
    const last = await bench.ask(update(itemId(id), COMPLETED));
    expect(attributeOf(last, 'ItemId', 'Id')).toBe(id);
    expect((await bench.ask(findIn('tasks'))).all('Task').length).toBe(3);
    await bench.exchange.stop();
  });

  test('deleting the occurrence alone skips it, deleting all takes the series away', async () => {
    const bench = await startSoapBench();
    const id = await series(bench);
    const remove = (affected: string): string =>
      `<m:DeleteItem DeleteType="MoveToDeletedItems" AffectedTaskOccurrences="${affected}"><m:ItemIds>${itemId(id)}</m:ItemIds></m:DeleteItem>`;
    expect((await bench.ask(remove('SpecifiedOccurrenceOnly'))).codes).toEqual(['NoError']);
    const read = await bench.ask(getItems(itemId(id)));
    expect(read.all('DueDate').map(({ text }) => text)).toEqual(['2026-03-03T00:00:00Z']);
    expect((await bench.ask(remove('AllOccurrences'))).codes).toEqual(['NoError']);
    expect((await bench.ask(getItems(itemId(id)))).codes).toEqual(['ErrorItemNotFound']);
    await bench.exchange.stop();
  });

  test('a regenerating pattern comes back as it was sent; other classes’ properties are refused', async () => {
    const bench = await startSoapBench();
    const pattern = '<t:WeeklyRegeneration><t:Interval>2</t:Interval></t:WeeklyRegeneration>';
    const range = '<t:NoEndRecurrence><t:StartDate>2026-03-02</t:StartDate></t:NoEndRecurrence>';
    const task = `<t:Task><t:Recurrence>${pattern}${range}</t:Recurrence></t:Task>`;
    const id = attributeOf(await bench.ask(createIn('tasks', task)), 'ItemId', 'Id');
    const read = await bench.ask(
      getNamed(itemId(id), field('task:Recurrence') + field('calendar:Start')),
    );
    expect([read.codes, read.all('WeeklyRegeneration').length]).toEqual([['NoError'], 1]);
    const strange = await bench.ask(update(itemId(id), deleting(field('calendar:Location'))));
    expect(strange.codes).toEqual(['ErrorInvalidPropertyRequest']);
    await bench.exchange.stop();
  });
});
