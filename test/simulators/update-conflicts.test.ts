import { expect, test } from 'vitest';
import { deleting, field, itemId, setting, update } from './item-requests.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { attributeOf, calendarItem, createItems, getItems, startSoapBench } from './soap-bench.js';

const SUBJECT = setting(field('item:Subject'), 'CalendarItem', '<t:Subject>von mir</t:Subject>');
const THEIRS = setting(field('item:Subject'), 'CalendarItem', '<t:Subject>von anderen</t:Subject>');
const PLACE = setting(
  field('calendar:Location'),
  'CalendarItem',
  '<t:Location>Halle 3</t:Location>',
);
const how = (conflict: string): string =>
  `ConflictResolution="${conflict}" SendMeetingInvitationsOrCancellations="SendToNone"`;

/** Somebody changes the subject; then we write with the key from before. */
async function afterTheirs(
  conflict: string,
  steps: string,
  modes: Partial<ExchangeModes> = {},
): Promise<string> {
  const bench = await startSoapBench(modes);
  const made = await bench.ask(createItems(calendarItem('<t:Subject>alt</t:Subject>')));
  const id = attributeOf(made, 'ItemId', 'Id');
  const stale = itemId(id, attributeOf(made, 'ItemId', 'ChangeKey'));
  await bench.ask(update(itemId(id), THEIRS, how('AlwaysOverwrite')));
  const answer = await bench.ask(update(stale, steps, how(conflict)));
  const read = await bench.ask(getItems(itemId(id)));
  await bench.exchange.stop();
  const texts = (name: string): string => read.all(name)[0]?.text ?? '';
  const count = answer.all('Count')[0]?.text ?? '-';
  return `${answer.codes.join()} ${count}: ${texts('Subject')}, ${texts('Location')}`;
}

// prettier-ignore
test.each<[string, string, string, Partial<ExchangeModes>, string]>([
  ['NeverOverwrite writes nothing', 'NeverOverwrite', PLACE, {}, 'ErrorIrresolvableConflict -: von anderen, '],
  ['AlwaysOverwrite wins', 'AlwaysOverwrite', SUBJECT, {}, 'NoError 0: von mir, '],
  ['AutoResolve merges what others left alone', 'AutoResolve', PLACE, {}, 'NoError 0: von anderen, Halle 3'],
  ['AutoResolve fails where both wrote the same', 'AutoResolve', SUBJECT + PLACE, {}, 'ErrorIrresolvableConflict -: von anderen, '],
  ['AutoResolve can keep theirs and count it', 'AutoResolve', SUBJECT + PLACE, { autoResolve: 'keepTheirs' }, 'NoError 1: von anderen, Halle 3'],
  ['AutoResolve keeps theirs against a delete too', 'AutoResolve', deleting(field('item:Subject')), { autoResolve: 'keepTheirs' }, 'NoError 1: von anderen, '],
  ['AutoResolve can refuse every stale key', 'AutoResolve', PLACE, { autoResolve: 'refuse' }, 'ErrorIrresolvableConflict -: von anderen, '],
])('%s', async (_name, conflict, steps, modes, outcome) => {
  expect(await afterTheirs(conflict, steps, modes)).toBe(outcome);
});

test('a key from too long ago is a conflict, also for what nobody touched', async () => {
  const bench = await startSoapBench();
  const made = await bench.ask(createItems(calendarItem()));
  const id = attributeOf(made, 'ItemId', 'Id');
  for (let time = 0; time < 9; time++) {
    await bench.ask(update(itemId(id), THEIRS, how('AlwaysOverwrite')));
  }
  const stale = itemId(id, attributeOf(made, 'ItemId', 'ChangeKey'));
  const late = await bench.ask(update(stale, PLACE, how('AutoResolve')));
  expect(late.codes).toEqual(['ErrorIrresolvableConflict']);
  await bench.exchange.stop();
});
