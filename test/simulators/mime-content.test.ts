import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRule, writeRule } from './mailbox/ical-recurrence.js';
import { readIcal, textIn, writeIcal, component, textLine } from './mailbox/ical-text.js';
import { DAY_OF_WEEK_INDEXES, DAYS_OF_WEEK, MONTHS } from './mailbox/properties.js';
import type { Recurrence, RecurrencePattern } from './mailbox/properties.js';
import { attributeOf, calendarItem, createItems, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const WITH_MIME =
  '<t:BaseShape>IdOnly</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent>';
const WHOLE = '<t:BaseShape>AllProperties</t:BaseShape>';

function mimeOf(answered: Answered): string {
  return Buffer.from(answered.all('MimeContent')[0]?.text ?? '', 'base64').toString('utf8');
}

async function mimeText(id: string): Promise<string> {
  return mimeOf(await bench.ask(getItems(`<t:ItemId Id="${id}"/>`, WITH_MIME)));
}

/** Unfolded lines, so that a test can look for one. */
async function mimeLines(id: string): Promise<string[]> {
  return (await mimeText(id)).replace(/\r\n /g, '').split('\r\n');
}

function event(...lines: readonly string[]): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'BEGIN:VEVENT',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');
}

function mimeItem(text: string, after = ''): string {
  const base64 = Buffer.from(text, 'utf8').toString('base64');
  return `<t:CalendarItem><t:MimeContent CharacterSet="UTF-8">${base64}</t:MimeContent>${after}</t:CalendarItem>`;
}

async function createdFrom(text: string): Promise<Answered> {
  const made = await bench.ask(createItems(mimeItem(text)));
  return bench.ask(getItems(`<t:ItemId Id="${attributeOf(made, 'ItemId', 'Id')}"/>`, WHOLE));
}

const DAILY =
  '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>' +
  '<t:NumberedRecurrence><t:StartDate>2026-03-02</t:StartDate><t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

async function made(before = '', after = ''): Promise<string> {
  return attributeOf(await bench.ask(createItems(calendarItem(before, after))), 'ItemId', 'Id');
}

describe('reading', () => {
  test('an appointment reads as iCalendar with its zone, reminder and show-as', async () => {
    const id = await made(
      '<t:Subject>Besuch; bei "Müller", Halle 3</t:Subject><t:Sensitivity>Private</t:Sensitivity>' +
        '<t:Body BodyType="Text">Zeile 1\nZeile 2</t:Body><t:Categories><t:String>ES_1_Wartung</t:String></t:Categories>',
      '<t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus><t:Location>Köln</t:Location>',
    );
    const lines = await mimeLines(id);
    expect(lines).toEqual(
      expect.arrayContaining([
        'BEGIN:VTIMEZONE',
        'TZID:W. Europe Standard Time',
        'RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3',
        'SUMMARY;LANGUAGE=de-DE:Besuch\\; bei "Müller"\\, Halle 3',
        'DESCRIPTION;LANGUAGE=de-DE:Zeile 1\\nZeile 2',
        'DTSTART;TZID=W. Europe Standard Time:20260302T090000',
        'DTEND;TZID=W. Europe Standard Time:20260302T100000',
        'CLASS:PRIVATE',
        'CATEGORIES:ES_1_Wartung',
        'LOCATION;LANGUAGE=de-DE:Köln',
        'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
        'TRIGGER;RELATED=START:-PT15M',
      ]),
    );
    expect(lines.some((one) => one.startsWith('RRULE:FREQ=DAILY'))).toBe(false);
  });

  test('no line is longer than 75 bytes, and no character is torn', async () => {
    const id = await made(`<t:Subject>${'ä€😀'.repeat(30)}</t:Subject>`);
    const text = await mimeText(id);
    expect(Math.max(...text.split('\r\n').map((one) => Buffer.byteLength(one)))).toBeLessThan(76);
    expect(text.replace(/\r\n /g, '')).toContain('ä€😀'.repeat(30));
  });

  test('a series carries its rule, its deleted days and its changed occurrences', async () => {
    const id = await made('<t:Subject>Serie</t:Subject>', DAILY);
    const occurrence = (index: number): string =>
      `<t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="${index}"/>`;
    await bench.ask(
      `<m:DeleteItem DeleteType="HardDelete" SendMeetingCancellations="SendToNone"><m:ItemIds>${occurrence(2)}</m:ItemIds></m:DeleteItem>`,
    );
    await bench.ask(
      '<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges>' +
        `<t:ItemChange>${occurrence(4)}<t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Subject"/>` +
        '<t:CalendarItem><t:Subject>Anders</t:Subject></t:CalendarItem></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>',
    );
    const lines = await mimeLines(id);
    expect(lines).toEqual(
      expect.arrayContaining([
        'RRULE:FREQ=DAILY;COUNT=5;INTERVAL=1',
        'EXDATE;TZID=W. Europe Standard Time:20260303T090000',
        'RECURRENCE-ID;TZID=W. Europe Standard Time:20260305T090000',
        'SUMMARY;LANGUAGE=de-DE:Anders',
      ]),
    );
    expect(lines.filter((one) => one === 'BEGIN:VEVENT')).toHaveLength(2);
  });

  test('whole days are dates without a zone', async () => {
    const id = await made('', '<t:IsAllDayEvent>true</t:IsAllDayEvent>');
    expect(await mimeLines(id)).toEqual(
      expect.arrayContaining(['DTSTART;VALUE=DATE:20260302', 'DTEND;VALUE=DATE:20260303']),
    );
  });

  test('lists refuse the switch and leave the property out', async () => {
    await made();
    const find = (shape: string): string =>
      `<m:FindItem Traversal="Shallow"><m:ItemShape>${shape}</m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id="calendar"/></m:ParentFolderIds></m:FindItem>`;
    const named = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI="item:MimeContent"/></t:AdditionalProperties>`;
    expect((await bench.ask(find(WITH_MIME))).codes).toEqual(['ErrorInvalidPropertyForOperation']);
    const answered = await bench.ask(find(named));
    expect([answered.codes, answered.all('MimeContent')]).toEqual([['NoError'], []]);
  });
});

describe('writing', () => {
  test('what another program sends becomes an appointment', async () => {
    const answered = await createdFrom(
      event(
        'UID:fremd-1@example',
        'DTSTART;TZID=Europe/Berlin:20260302T090000',
        'DTEND;TZID=Europe/Berlin:20260302T103000',
        'SUMMARY:Abnahme\\, Halle 3',
        'DESCRIPTION:Zeile 1\\nZeile 2',
        'CLASS:CONFIDENTIAL',
        'PRIORITY:1',
        'CATEGORIES:Eins,Zwei\\, drei',
        'TRANSP:TRANSPARENT',
        'ATTENDEE;CN="Vogel, Bernd";ROLE=OPT-PARTICIPANT:mailto:bernd.vogel@muster-maschinenbau.example',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'TRIGGER:-PT1H',
        'END:VALARM',
      ),
    );
    const text = (name: string): string => answered.all(name)[0]?.text ?? '';
    expect({
      uid: text('UID'),
      start: text('Start'),
      end: text('End'),
      zone: attributeOf(answered, 'StartTimeZone', 'Id'),
      subject: text('Subject'),
      sensitivity: text('Sensitivity'),
      importance: text('Importance'),
      showAs: text('LegacyFreeBusyStatus'),
      reminder: text('ReminderMinutesBeforeStart'),
      categories: answered.all('String').map((one) => one.text),
      attendees: answered.all('OptionalAttendees').length,
    }).toEqual({
      uid: 'fremd-1@example',
      start: '2026-03-02T08:00:00Z',
      end: '2026-03-02T09:30:00Z',
      zone: 'W. Europe Standard Time',
      subject: 'Abnahme, Halle 3',
      sensitivity: 'Confidential',
      importance: 'High',
      showAs: 'Free',
      reminder: '60',
      categories: ['Eins', 'Zwei, drei'],
      attendees: 1,
    });
    expect(bench.exchange.organisation.mails).toEqual([]);
  });

  test('a series comes with its exceptions', async () => {
    const text = event(
      'UID:serie-1',
      'DTSTART;TZID=W. Europe Standard Time:20260302T090000',
      'DURATION:PT1H',
      'RRULE:FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260318T080000Z',
      'EXDATE;TZID=W. Europe Standard Time:20260304T090000,20260101T090000',
      'SUMMARY:Serie',
    ).replace(
      'END:VCALENDAR',
      [
        'BEGIN:VEVENT',
        'UID:serie-1',
        'RECURRENCE-ID:20260309T080000Z',
        'DTSTART;TZID=W. Europe Standard Time:20260309T140000',
        'DTEND;TZID=W. Europe Standard Time:20260309T150000',
        'SUMMARY:Verschoben',
        'END:VEVENT',
        'END:VCALENDAR',
      ].join('\r\n'),
    );
    const answered = await createdFrom(text);
    const [modified] = answered.all('ModifiedOccurrences');
    const [deleted] = answered.all('DeletedOccurrences');
    expect(answered.all('WeeklyRecurrence')[0]?.children.map((one) => one.text)).toEqual([
      '1',
      'Monday Wednesday',
      'Monday',
    ]);
    expect(answered.all('EndDate').map((one) => one.text)).toEqual(['2026-03-18Z']);
    expect(modified?.children[0]?.children.slice(1).map((one) => one.text)).toEqual([
      '2026-03-09T13:00:00Z',
      '2026-03-09T14:00:00Z',
      '2026-03-09T08:00:00Z',
    ]);
    expect(deleted?.children.map((one) => one.children[0]?.text)).toEqual(['2026-03-04T08:00:00Z']);
  });

  test('what stands beside the content wins over it', async () => {
    const text = event('DTSTART:20260302T080000Z', 'SUMMARY:Aus dem Inhalt');
    const made = await bench.ask(createItems(mimeItem(text, '<t:Subject>Daneben</t:Subject>')));
    const id = attributeOf(made, 'ItemId', 'Id');
    const answered = await bench.ask(getItems(`<t:ItemId Id="${id}"/>`, WHOLE));
    expect(answered.all('Subject')[0]?.text).toBe('Daneben');
  });

  test('an update replaces the item by the content, its series included', async () => {
    const id = await made('<t:Subject>Serie</t:Subject>', DAILY);
    const content = mimeItem(
      event(
        'DTSTART;TZID=Europe/Vienna:20260303T110000',
        'DTEND;TZID=Europe/Vienna:20260303T113000',
        'SUMMARY:Einzeln',
      ),
    );
    const updated = await bench.ask(
      '<m:UpdateItem ConflictResolution="AlwaysOverwrite" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges>' +
        `<t:ItemChange><t:ItemId Id="${id}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:MimeContent"/>${content}` +
        '</t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>',
    );
    const answered = await bench.ask(getItems(`<t:ItemId Id="${id}"/>`, WHOLE));
    expect(updated.codes).toEqual(['NoError']);
    expect(answered.all('CalendarItemType')[0]?.text).toBe('Single');
    expect([answered.all('Subject')[0]?.text, answered.all('Start')[0]?.text]).toEqual([
      'Einzeln',
      '2026-03-03T10:00:00Z',
    ]);
  });

  // prettier-ignore
  test.each([
    { name: 'cut off', content: Buffer.from('BEGIN:VCALENDAR\r\nBEGIN:VEVENT').toString('base64') },
    { name: 'without an event', content: Buffer.from('BEGIN:VCALENDAR\r\nEND:VCALENDAR').toString('base64') },
    { name: 'without a start', content: Buffer.from(event('SUMMARY:x')).toString('base64') },
    { name: 'a rule that no pattern has', content: Buffer.from(event('DTSTART:20260302T080000Z', 'RRULE:FREQ=YEARLY;BYWEEKNO=3')).toString('base64') },
    { name: 'no base64', content: 'BEGIN:VCALENDAR!' },
  ])('content that is $name is refused', async ({ content }) => {
    const item = `<t:CalendarItem><t:MimeContent>${content}</t:MimeContent></t:CalendarItem>`;
    expect((await bench.ask(createItems(item))).codes).toEqual(['ErrorMimeContentInvalid']);
  });
});

test('what is written reads back as the same appointment', async () => {
  const first = await made(
    '<t:Subject>Hin, und; zurück\\n</t:Subject><t:Importance>Low</t:Importance>',
    `<t:LegacyFreeBusyStatus>WorkingElsewhere</t:LegacyFreeBusyStatus><t:Location>A, B</t:Location>${DAILY}`,
  );
  const again = attributeOf(
    await bench.ask(
      createItems(mimeItem((await mimeText(first)).replace(/^UID:.*$/m, 'UID:kopie'))),
    ),
    'ItemId',
    'Id',
  );
  const strip = (lines: readonly string[]): string[] =>
    lines.filter((one) => !/^(UID|DTSTAMP):/.test(one));
  expect(strip(await mimeLines(again))).toEqual(strip(await mimeLines(first)));
});

describe('rules', () => {
  const start = {
    date: '2026-03-02',
    dateOf: (until: string) => `${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6, 8)}`,
    untilOf: (date: string) => date.replace(/-/g, ''),
  };

  test('every pattern and every ending comes back as it was', () => {
    const interval = fc.integer({ min: 1, max: 99 });
    const day = fc.constantFrom(
      ...DAYS_OF_WEEK,
      'Day' as const,
      'Weekday' as const,
      'WeekendDay' as const,
    );
    const nth = { DaysOfWeek: day, DayOfWeekIndex: fc.constantFrom(...DAY_OF_WEEK_INDEXES) };
    const Month = fc.constantFrom(...MONTHS);
    const DayOfMonth = fc.integer({ min: 1, max: 31 });
    const pattern: fc.Arbitrary<RecurrencePattern> = fc.oneof(
      fc.record({ kind: fc.constant('DailyRecurrence' as const), Interval: interval }),
      fc.record({
        kind: fc.constant('WeeklyRecurrence' as const),
        Interval: interval,
        DaysOfWeek: fc.uniqueArray(fc.constantFrom(...DAYS_OF_WEEK), { minLength: 1 }),
        FirstDayOfWeek: fc.constantFrom(...DAYS_OF_WEEK),
      }),
      fc.record({
        kind: fc.constant('AbsoluteMonthlyRecurrence' as const),
        Interval: interval,
        DayOfMonth,
      }),
      fc.record({
        kind: fc.constant('RelativeMonthlyRecurrence' as const),
        Interval: interval,
        ...nth,
      }),
      fc.record({ kind: fc.constant('AbsoluteYearlyRecurrence' as const), DayOfMonth, Month }),
      fc.record({ kind: fc.constant('RelativeYearlyRecurrence' as const), ...nth, Month }),
    );
    const StartDate = fc.constant('2026-03-02');
    const range: fc.Arbitrary<Recurrence['range']> = fc.oneof(
      fc.record({ kind: fc.constant('NoEndRecurrence' as const), StartDate }),
      fc.record({
        kind: fc.constant('EndDateRecurrence' as const),
        StartDate,
        EndDate: fc.constant('2027-12-31'),
      }),
      fc.record({
        kind: fc.constant('NumberedRecurrence' as const),
        StartDate,
        NumberOfOccurrences: interval,
      }),
    );
    fc.assert(
      fc.property(pattern, range, (one, ending) => {
        const recurrence = { pattern: one, range: ending };
        expect(readRule(writeRule(recurrence, start), start)).toEqual(recurrence);
      }),
    );
  });

  // prettier-ignore
  test.each([
    { rule: 'FREQ=WEEKLY', pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday'], FirstDayOfWeek: 'Monday' } },
    { rule: 'FREQ=DAILY;BYDAY=MO,TU', pattern: { kind: 'WeeklyRecurrence', Interval: 1, DaysOfWeek: ['Monday', 'Tuesday'], FirstDayOfWeek: 'Monday' } },
    { rule: 'FREQ=YEARLY;INTERVAL=2', pattern: { kind: 'AbsoluteMonthlyRecurrence', Interval: 24, DayOfMonth: 2 } },
    { rule: 'FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-1', pattern: { kind: 'RelativeMonthlyRecurrence', Interval: 1, DaysOfWeek: 'Monday', DayOfWeekIndex: 'Last' } },
    { rule: 'FREQ=MONTHLY', pattern: { kind: 'AbsoluteMonthlyRecurrence', Interval: 1, DayOfMonth: 2 } },
  ])('$rule reads as Exchange would have it', ({ rule, pattern }) => {
    expect(readRule(rule, start).pattern).toEqual(pattern);
  });
});

test('any text survives the content lines', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const safe = text.replace(/[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]/g, '');
      const written = writeIcal(component('X', [textLine('SUMMARY', safe)]));
      expect(textIn(readIcal(written), 'SUMMARY')).toBe(safe.replace(/\r\n|\r|\n/g, '\r\n'));
    }),
  );
});
