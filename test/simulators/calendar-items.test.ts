import { expect, test } from 'vitest';
import { ANNA, BERLIN, edit, make, newOrganisation, refusal, WRITING } from './mailbox-bench.js';
import { bodyAs } from './mailbox/bodies.js';
import type { Mailbox } from './mailbox/mailbox.js';
import type { ItemInput } from './mailbox/properties.js';
import { itemTarget } from './mailbox/targets.js';
import type { ItemView } from './mailbox/view.js';
import { formatTime } from './mailbox/zones.js';

function anna(): Mailbox {
  return newOrganisation().mailbox(ANNA);
}

function span({ properties: { Start = 0, End = 0 } }: ItemView): string {
  return `${formatTime(Start)} ${formatTime(End)}`;
}

const NINE = { Start: '2026-03-02T09:00:00', End: '2026-03-02T10:00:00' };

// prettier-ignore
const ZONES: readonly { name: string; input: ItemInput; headerZone?: string; span: string }[] = [
  { name: 'an offset wins over every zone', input: { Start: '2026-03-02T09:00:00+05:00', End: '2026-03-02T10:00:00Z', StartTimeZone: BERLIN },
    span: '2026-03-02T04:00:00Z 2026-03-02T10:00:00Z' },
  { name: 'without an offset the zone of the item counts', input: { ...NINE, StartTimeZone: BERLIN }, headerZone: 'Eastern Standard Time',
    span: '2026-03-02T08:00:00Z 2026-03-02T09:00:00Z' },
  { name: 'start and end can be in two zones', input: { ...NINE, StartTimeZone: BERLIN, EndTimeZone: 'GMT Standard Time' },
    span: '2026-03-02T08:00:00Z 2026-03-02T10:00:00Z' },
  { name: 'without a zone of its own the header counts', input: NINE, headerZone: 'Eastern Standard Time',
    span: '2026-03-02T14:00:00Z 2026-03-02T15:00:00Z' },
  { name: 'without any zone it is UTC', input: NINE, span: '2026-03-02T09:00:00Z 2026-03-02T10:00:00Z' },
  { name: 'a time in the gap of spring lands as much later', input: { Start: '2026-03-29T02:30:00', End: '2026-03-29T04:00:00', StartTimeZone: BERLIN },
    span: '2026-03-29T01:30:00Z 2026-03-29T02:00:00Z' },
  { name: 'a time that comes twice in autumn is the first', input: { Start: '2026-10-25T02:30:00', End: '2026-10-25T03:30:00', StartTimeZone: BERLIN },
    span: '2026-10-25T00:30:00Z 2026-10-25T02:30:00Z' },
  { name: 'fractions of a second are cut', input: { Start: '2026-03-02T09:00:07.9Z', End: '2026-03-02T09:00:08Z' },
    span: '2026-03-02T09:00:07Z 2026-03-02T09:00:08Z' },
  { name: 'all-day times are widened to midnights of the zone', input: { Start: '2026-03-02T09:00:00', End: '2026-03-03T10:00:00', IsAllDayEvent: true, StartTimeZone: BERLIN },
    span: '2026-03-01T23:00:00Z 2026-03-03T23:00:00Z' },
  { name: 'midnights of another zone are widened as well', input: { Start: '2026-03-02T00:00:00Z', End: '2026-03-03T00:00:00Z', IsAllDayEvent: true, StartTimeZone: BERLIN },
    span: '2026-03-01T23:00:00Z 2026-03-03T23:00:00Z' },
  { name: 'an all-day item of one point in time lasts a day', input: { Start: '2026-03-29T00:00:00', End: '2026-03-29T00:00:00', IsAllDayEvent: true, StartTimeZone: BERLIN },
    span: '2026-03-28T23:00:00Z 2026-03-29T22:00:00Z' },
];

for (const { name, input, headerZone = null, span: expected } of ZONES) {
  test(name, () => expect(span(make(anna(), input, { context: { headerZone } }))).toBe(expected));
}

test('changing only the zone keeps the wall clock', () => {
  const mailbox = anna();
  const { id } = make(mailbox, { ...NINE, StartTimeZone: BERLIN });
  const moved = edit(mailbox, id, {
    StartTimeZone: 'Eastern Standard Time',
    EndTimeZone: 'Eastern Standard Time',
  });
  expect(span(moved)).toBe('2026-03-02T14:00:00Z 2026-03-02T15:00:00Z');
});

test('a time of an update is read in the zone that the item has', () => {
  const mailbox = anna();
  const { id } = make(mailbox, { ...NINE, StartTimeZone: BERLIN });
  const moved = edit(mailbox, id, { Start: '2026-07-01T09:00:00', End: '2026-07-01T10:00:00' });
  expect(span(moved)).toBe('2026-07-01T07:00:00Z 2026-07-01T08:00:00Z');
});

test('an item is busy, reminds 15 minutes before, and belongs to its mailbox, unless said otherwise', () => {
  expect(make(anna(), NINE).properties).toMatchObject({
    LegacyFreeBusyStatus: 'Busy',
    ReminderIsSet: true,
    ReminderMinutesBeforeStart: 15,
    Sensitivity: 'Normal',
    Importance: 'Normal',
    MyResponseType: 'Organizer',
    Organizer: { Name: 'Anna Becker', EmailAddress: ANNA },
  });
});

test('without times it begins at the next half hour and lasts half an hour', () => {
  expect(span(make(anna(), {}))).toBe('2026-03-02T08:30:00Z 2026-03-02T09:00:00Z');
});

test('subject and categories are cut without a word, the location is not', () => {
  const long = 'ö'.repeat(400);
  const { properties } = make(anna(), {
    ...NINE,
    Subject: long,
    Categories: [long],
    Location: long,
  });
  expect([
    properties.Subject?.length,
    properties.Categories?.[0]?.length,
    properties.Location?.length,
  ]).toEqual([255, 255, 400]);
});

// prettier-ignore
const REFUSED: readonly { name: string; input: ItemInput; code: string }[] = [
  { name: 'an end before the start', input: { Start: NINE.End, End: NINE.Start }, code: 'ErrorCalendarEndDateIsEarlierThanStartDate' },
  { name: 'more than five years', input: { Start: '2026-01-01T00:00:00Z', End: '2032-01-01T00:00:00Z' }, code: 'ErrorCalendarDurationIsTooLong' },
  { name: 'a zone that is none', input: { ...NINE, StartTimeZone: 'Europe/Berlin' }, code: 'ErrorTimeZone' },
  { name: 'a time that is none', input: { ...NINE, Start: 'morgen' }, code: 'ErrorInvalidValueForProperty' },
  { name: 'a reminder years ahead', input: { ...NINE, ReminderMinutesBeforeStart: 2_629_801 }, code: 'ErrorInvalidValueForProperty' },
];

for (const { name, input, code } of REFUSED) {
  test(`refused: ${name}`, () => {
    const mailbox = anna();
    expect(refusal(() => make(mailbox, input))).toBe(code);
    expect(mailbox.folder('calendar').items.size).toBe(0);
  });
}

test('an update that is refused changes nothing', () => {
  const mailbox = anna();
  const made = make(mailbox, { ...NINE, Subject: 'bleibt' });
  const code = refusal(() =>
    edit(mailbox, made.id, { Subject: 'neu', Start: '2026-03-02T11:00:00Z' }),
  );
  expect(code).toBe('ErrorCalendarEndDateIsEarlierThanStartDate');
  const { changeKey, properties } = mailbox.get(itemTarget(made.id));
  expect([changeKey, properties.Subject]).toEqual([made.changeKey, 'bleibt']);
});

test('steps are done in order: what is deleted and set again is set', () => {
  const mailbox = anna();
  const { id } = make(mailbox, { ...NINE, Location: 'Halle 1' });
  const value = { Location: 'Halle 2' };
  const setThenDelete = mailbox.update(
    itemTarget(id),
    {
      changes: [
        { action: 'set', property: 'Location', value },
        { action: 'delete', property: 'Location' },
      ],
      conflict: 'AlwaysOverwrite',
    },
    WRITING,
  );
  expect(setThenDelete.properties.Location).toBe('');
  const deleteThenSet = mailbox.update(
    itemTarget(id),
    {
      changes: [
        { action: 'delete', property: 'Location' },
        { action: 'set', property: 'Location', value },
      ],
      conflict: 'AlwaysOverwrite',
    },
    WRITING,
  );
  expect(deleteThenSet.properties.Location).toBe('Halle 2');
});

test('a body can be appended to, a subject cannot', () => {
  const mailbox = anna();
  const { id } = make(mailbox, { ...NINE, Body: { BodyType: 'Text', Value: 'eins' } });
  const append = (property: 'Body' | 'Subject'): ItemView =>
    mailbox.update(
      itemTarget(id),
      {
        changes: [
          {
            action: 'append',
            property,
            value: { Body: { BodyType: 'Text', Value: ' zwei' }, Subject: 'x' },
          },
        ],
        conflict: 'AlwaysOverwrite',
      },
      WRITING,
    );
  expect(append('Body').properties.Body?.Value).toBe('eins zwei');
  expect(refusal(() => append('Subject'))).toBe('ErrorInvalidPropertyAppend');
});

// prettier-ignore
const KEYS = [
  { conflict: 'NeverOverwrite', key: 'current', answer: 'not refused' },
  { conflict: 'NeverOverwrite', key: 'stale', answer: 'ErrorIrresolvableConflict' },
  { conflict: 'NeverOverwrite', key: 'none', answer: 'ErrorChangeKeyRequiredForWriteOperations' },
  { conflict: 'AutoResolve', key: 'none', answer: 'ErrorChangeKeyRequiredForWriteOperations' },
  { conflict: 'AlwaysOverwrite', key: 'stale', answer: 'not refused' },
  { conflict: 'AlwaysOverwrite', key: 'none', answer: 'not refused' },
  { conflict: 'AlwaysOverwrite', key: 'nonsense', answer: 'ErrorInvalidChangeKey' },
] as const;

for (const { conflict, key, answer } of KEYS) {
  test(`${conflict} with ${key} key: ${answer}`, () => {
    const mailbox = anna();
    const stale = make(mailbox, NINE);
    const current = edit(mailbox, stale.id, { Subject: 'zwei' });
    const keys = { current: current.changeKey, stale: stale.changeKey, none: null, nonsense: 'x!' };
    const write = (): unknown =>
      mailbox.update(
        itemTarget(stale.id, keys[key]),
        { changes: [{ action: 'set', property: 'Subject', value: { Subject: 'drei' } }], conflict },
        WRITING,
      );
    expect(refusal(write)).toBe(answer);
  });
}

test('a property of another class is refused in an update', () => {
  const mailbox = anna();
  const { id } = make(mailbox, NINE);
  expect(refusal(() => edit(mailbox, id, { Status: 'Completed' }))).toBe(
    'ErrorInvalidPropertyRequest',
  );
});

// prettier-ignore
const BODIES = [
  { name: 'text comes back with CRLF between its lines', sent: { BodyType: 'Text', Value: 'eins\nzwei' }, asked: 'Best', got: 'Text:eins\r\nzwei' },
  { name: 'an empty body is empty text', sent: { BodyType: 'HTML', Value: '' }, asked: 'HTML', got: 'Text:' },
  { name: 'HTML as text loses its tags', sent: { BodyType: 'HTML', Value: '<p>Größe <b>3</b></p><p>a&nbsp;&lt;b</p>' }, asked: 'Text', got: 'Text:Größe 3\r\na <b\r\n' },
] as const;

for (const { name, sent, asked, got } of BODIES) {
  test(name, () => {
    const { properties } = make(anna(), { ...NINE, Body: sent });
    const { BodyType, Value } = bodyAs(properties.Body ?? sent, asked);
    expect(`${BodyType}:${Value}`).toBe(got);
  });
}

test('HTML comes back rewritten, and once only', () => {
  const mailbox = anna();
  const { id, properties } = make(mailbox, {
    ...NINE,
    Body: { BodyType: 'HTML', Value: '<p>Hallo</p>' },
  });
  const once = properties.Body?.Value ?? '';
  expect(once).toContain('charset=utf-8');
  const Body = { BodyType: 'HTML', Value: once } as const;
  expect(edit(mailbox, id, { Body }).properties.Body?.Value).toBe(once);
});

test('a move gives another id, a copy another UID; both keep extended properties', () => {
  const mailbox = anna();
  const path = {
    PropertySetId: '11111111-2222-3333-4444-555555555555',
    PropertyName: 'Mark',
    PropertyType: 'String',
  };
  const made = make(
    mailbox,
    { ...NINE, Subject: 'Original' },
    { extended: [{ path, value: 'k1' }] },
  );
  const copy = mailbox.copy(itemTarget(made.id), mailbox.folder('calendar'), 'Anna Becker');
  const moved = mailbox.move(itemTarget(made.id), mailbox.folder('deleteditems'));
  expect(moved.id).not.toBe(made.id);
  expect(refusal(() => mailbox.get(itemTarget(made.id)))).toBe('ErrorItemNotFound');
  expect([
    moved.properties.UID === made.properties.UID,
    copy.properties.UID === made.properties.UID,
  ]).toEqual([true, false]);
  const marked = mailbox.store.findByExtended(
    { ...path, PropertySetId: path.PropertySetId.toUpperCase() },
    'K1',
  );
  expect(marked.map(({ id }) => id).sort()).toEqual([moved.id, copy.id].sort());
});

test('ids differ by the case of single letters, and are not found in another case', () => {
  const mailbox = anna();
  const ids = Array.from({ length: 80 }, () => make(mailbox, NINE).id);
  const other = ids[0]?.replace(/[a-z]/, (letter) => letter.toUpperCase()) ?? '';
  expect(refusal(() => mailbox.get(itemTarget(other)))).toMatch(/^ErrorI/);
  expect(new Set(ids).size).toBe(80);
});

// prettier-ignore
const DELETES = [
  { type: 'MoveToDeletedItems', lies: 'deleteditems' },
  { type: 'SoftDelete', lies: 'recoverableitemsdeletions' },
  { type: 'HardDelete', lies: 'nowhere' },
] as const;

for (const { type, lies } of DELETES) {
  test(`after ${type} an item lies in ${lies}`, () => {
    const mailbox = anna();
    const { id } = make(mailbox, { ...NINE, Subject: 'weg' });
    mailbox.remove(itemTarget(id), type, WRITING);
    const full = mailbox.store.folders.all().filter(({ items }) => items.size > 0);
    expect(full.map(({ distinguished }) => distinguished)).toEqual(
      lies === 'nowhere' ? [] : [lies],
    );
  });
}

test('the server changes a key by itself where the mode says so, and nothing else', () => {
  const mailbox = newOrganisation({ keysBump: true }).mailbox(ANNA);
  const made = make(mailbox, { ...NINE, Subject: 'ruhig' });
  const keys = Array.from({ length: 6 }, () => mailbox.get(itemTarget(made.id)).changeKey);
  expect(new Set([made.changeKey, ...keys]).size).toBe(2);
  expect(mailbox.get(itemTarget(made.id)).properties).toEqual(made.properties);
});
