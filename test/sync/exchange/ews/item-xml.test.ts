import { describe, expect, test } from 'vitest';
import type { ExchangeRecurrence } from '../../../../mappings/exchange-item.js';
import { writeChanges, writeNewAppointment } from '../../../../sync/exchange/ews/item-fields.js';
import { readAppointment, readItemRef } from '../../../../sync/exchange/ews/item-xml.js';
import { readMark } from '../../../../sync/exchange/ews/mark-property.js';
import { readRecurrence, writeRecurrence } from '../../../../sync/exchange/ews/recurrence-xml.js';
import { xmlReader, type XmlNode } from '../../../../sync/exchange/ews/xml-reader.js';
import { parseInstant } from '../../../../mappings/values.js';

const TIMES = '<Start>2026-03-02T08:00:00Z</Start><End>2026-03-02T09:00:00Z</End>';

function node(text: string): XmlNode {
  const reader = xmlReader();
  reader.write(text);
  return reader.end();
}

function item(content: string): XmlNode {
  return node(`<CalendarItem>${content}</CalendarItem>`);
}

describe('an item', () => {
  test('with nothing but its times has defaults that harm nobody', () => {
    expect(readAppointment(item(TIMES))).toEqual({
      uid: null,
      recurrenceId: null,
      type: 'Single',
      subject: '',
      bodyText: null,
      location: '',
      start: '2026-03-02T08:00:00Z',
      end: '2026-03-02T09:00:00Z',
      isAllDay: false,
      sensitivity: 'Normal',
      freeBusy: 'Busy',
      reminderIsSet: false,
      reminderMinutes: 0,
      importance: 'Normal',
      startTimeZone: null,
      endTimeZone: null,
      recurrence: null,
      modifiedOccurrences: [],
      deletedOccurrences: [],
      isMeeting: false,
      isOrganizer: true,
      organizer: null,
      attendees: [],
      myResponse: 'Unknown',
      isCancelled: false,
      organizerSentAt: null,
      categories: [],
      lastModified: null,
    });
  });

  test('that is one occurrence of a series alone has its original start; a series has none', () => {
    const rid = '<UID>U</UID><RecurrenceId>2026-03-02T08:00:00Z</RecurrenceId>';
    expect(readAppointment(item(TIMES + rid)).recurrenceId).toBe('2026-03-02T08:00:00Z');
    const weekly =
      '<Recurrence><DailyRecurrence><Interval>1</Interval></DailyRecurrence>' +
      '<NoEndRecurrence><StartDate>2026-03-02</StartDate></NoEndRecurrence></Recurrence>';
    expect(readAppointment(item(TIMES + rid + weekly)).recurrenceId).toBeNull();
    expect(readAppointment(item(TIMES)).recurrenceId).toBeNull();
  });

  test('may have its elements in any order, and others between them', () => {
    const read = readAppointment(
      item(
        '<EndTimeZone Id="W. Europe Standard Time"/><Unknown><Start>x</Start></Unknown>' +
          '<End>2026-03-02T09:00:00Z</End><Location> Halle 3</Location>' +
          '<StartTimeZone Id="W. Europe Standard Time" Name="(UTC+01:00) Berlin"><Periods/></StartTimeZone>' +
          '<Start>2026-03-02T08:00:00Z</Start><Subject>Wartung </Subject>',
      ),
    );
    expect(read).toMatchObject({
      subject: 'Wartung ',
      location: ' Halle 3',
      startTimeZone: 'W. Europe Standard Time',
      endTimeZone: 'W. Europe Standard Time',
    });
  });

  test.each([
    { written: '2026-03-02T08:00:00Z', read: '2026-03-02T08:00:00Z' },
    { written: '2026-03-02T09:00:00+01:00', read: '2026-03-02T08:00:00Z' },
    { written: '2026-03-02T08:00:00.0000000Z', read: '2026-03-02T08:00:00Z' },
    { written: '2026-03-02T08:00:00', read: '2026-03-02T08:00:00Z' },
    { written: '2026-03-02T08:00Z', read: '2026-03-02T08:00:00Z' },
    { written: ' 2026-03-02Z ', read: '2026-03-02T00:00:00Z' },
    { written: '2026-03-02-05:00', read: '2026-03-02T05:00:00Z' },
  ])('that starts at "$written"', ({ written, read }) => {
    expect(
      readAppointment(item(`<Start>${written}</Start><End>2026-03-03T09:00:00Z</End>`)).start,
    ).toBe(read);
  });

  test.each(['', 'yesterday', '2026-13-41T08:00:00Z', '08:00:00Z', '20260302T080000Z'])(
    'that starts at "%s" is refused',
    (start) => {
      expect(() => readAppointment(item(`<Start>${start}</Start>`))).toThrow(
        /not a usable instant/,
      );
    },
  );

  test.each([
    { element: '<Sensitivity>Geheim</Sensitivity>', shows: { sensitivity: 'Private' } },
    { element: '<LegacyFreeBusyStatus>Maybe</LegacyFreeBusyStatus>', shows: { freeBusy: 'Busy' } },
    { element: '<Importance>Urgent</Importance>', shows: { importance: 'Normal' } },
    { element: '<IsAllDayEvent>1</IsAllDayEvent>', shows: { isAllDay: true } },
    {
      element: '<ReminderMinutesBeforeStart>soon</ReminderMinutesBeforeStart>',
      shows: { reminderMinutes: 0 },
    },
    { element: '<Body BodyType="Text"/>', shows: { bodyText: '' } },
    { element: '<Body BodyType="HTML">&lt;p&gt;</Body>', shows: { bodyText: null } },
    { element: '<Body BodyType="Text" IsTruncated="true">ha</Body>', shows: { bodyText: null } },
    { element: '<StartTimeZone/>', shows: { startTimeZone: null } },
    { element: '<StartTimeZoneId>UTC</StartTimeZoneId>', shows: { startTimeZone: 'UTC' } },
    {
      element: '<Categories><String>Kunde</String><String>Größe</String></Categories>',
      shows: { categories: ['Kunde', 'Größe'] },
    },
  ])('with $element', ({ element, shows }) => {
    expect(readAppointment(item(TIMES + element))).toMatchObject(shows);
  });

  test.each([
    { says: '', organizer: true },
    {
      says: '<IsMeeting>true</IsMeeting><MyResponseType>Organizer</MyResponseType>',
      organizer: true,
    },
    {
      says: '<IsMeeting>true</IsMeeting><MyResponseType>Accept</MyResponseType>',
      organizer: false,
    },
    { says: '<IsMeeting>true</IsMeeting><AppointmentState>1</AppointmentState>', organizer: true },
    { says: '<IsMeeting>true</IsMeeting><AppointmentState>3</AppointmentState>', organizer: false },
    // whoever does not know that he invites must not write to those who are invited
    { says: '<IsMeeting>true</IsMeeting>', organizer: false },
  ])('whose organiser is told by "$says"', ({ says, organizer }) => {
    expect(readAppointment(item(TIMES + says)).isOrganizer).toBe(organizer);
  });

  test('that calls itself a series without a pattern is refused, not taken for a single one', () => {
    const master = '<CalendarItemType>RecurringMaster</CalendarItemType>';
    expect(() => readAppointment(item(TIMES + master))).toThrow(/without a pattern/);
  });

  test('without an id is refused', () => {
    expect(() => readItemRef(item(TIMES))).toThrow(/item id/);
  });

  test('is recognised by its mark in either case of the GUID, and by no other property', () => {
    const property = (set: string, name: string, value: string): string =>
      `<ExtendedProperty><ExtendedFieldURI PropertySetId="${set}" PropertyName="${name}" PropertyType="String"/>` +
      `<Value>${value}</Value></ExtendedProperty>`;
    const ours = 'FFF1AD88-45da-4196-849C-59721420D729';
    const others = property('c11ff724-aa03-4555-9952-8fa248a11c3e', 'AbgleichKey', 'theirs');
    expect(readMark(item(others + property(ours, 'AbgleichKey', 'ours')))).toBe('ours');
    expect(readMark(item(others + property(ours, 'Other', 'no')))).toBeNull();
  });
});

describe('a recurrence', () => {
  test.each([
    { written: '2026-03-02', what: 'a date' },
    { written: '2026-03-02Z', what: 'a date with a zone' },
    { written: '2026-03-02+01:00', what: 'a date with an offset' },
    { written: '2026-03-02T00:00:00', what: 'a time where a date belongs' },
  ])('may start on $what', ({ written }) => {
    const text = `<R><DailyRecurrence><Interval>1</Interval></DailyRecurrence><NoEndRecurrence><StartDate>${written}</StartDate></NoEndRecurrence></R>`;
    expect(readRecurrence(node(text)).range).toEqual({ kind: 'NoEnd', startDate: '2026-03-02' });
  });

  test('may have its range before its pattern', () => {
    const text =
      '<R><NumberedRecurrence><NumberOfOccurrences>4</NumberOfOccurrences><StartDate>2026-03-02Z</StartDate></NumberedRecurrence>' +
      '<WeeklyRecurrence><DaysOfWeek>\n Monday  Friday </DaysOfWeek><Interval>2</Interval></WeeklyRecurrence></R>';
    expect(readRecurrence(node(text))).toEqual({
      pattern: {
        kind: 'Weekly',
        interval: 2,
        daysOfWeek: ['Monday', 'Friday'],
        firstDayOfWeek: null,
      },
      range: { kind: 'Numbered', startDate: '2026-03-02', numberOfOccurrences: 4 },
    });
  });

  test.each([
    '<DailyRegeneration><Interval>1</Interval></DailyRegeneration>',
    '<WeeklyRecurrence><Interval>1</Interval><DaysOfWeek>Montag</DaysOfWeek></WeeklyRecurrence>',
    '<WeeklyRecurrence><Interval>1</Interval></WeeklyRecurrence>',
    '<DailyRecurrence><Interval>often</Interval></DailyRecurrence>',
    '<DailyRecurrence/>',
    '<AbsoluteYearlyRecurrence><DayOfMonth>1</DayOfMonth><Month>Brumaire</Month></AbsoluteYearlyRecurrence>',
  ])('that cannot be meant is refused: %s', (pattern) => {
    const range = '<NoEndRecurrence><StartDate>2026-03-02</StartDate></NoEndRecurrence>';
    expect(() => readRecurrence(node(`<R>${pattern}${range}</R>`))).toThrow(/not a usable/);
  });

  test('without an end or a beginning is refused', () => {
    const daily = '<DailyRecurrence><Interval>1</Interval></DailyRecurrence>';
    expect(() => readRecurrence(node(`<R>${daily}</R>`))).toThrow(/range/);
    expect(() => readRecurrence(node(`<R>${daily}<NoEndRecurrence/></R>`))).toThrow(/StartDate/);
  });

  test('is written in the order of the schema', () => {
    const weekly: ExchangeRecurrence = {
      pattern: {
        kind: 'Weekly',
        interval: 2,
        daysOfWeek: ['Monday', 'Friday'],
        firstDayOfWeek: 'Monday',
      },
      range: { kind: 'EndDate', startDate: '2026-03-02', endDate: '2026-12-31' },
    };
    expect(writeRecurrence(weekly)).toBe(
      '<t:Recurrence><t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Monday Friday</t:DaysOfWeek>' +
        '<t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence><t:EndDateRecurrence>' +
        '<t:StartDate>2026-03-02</t:StartDate><t:EndDate>2026-12-31</t:EndDate></t:EndDateRecurrence></t:Recurrence>',
    );
  });
});

describe('what is written', () => {
  const times = {
    start: parseInstant('2026-03-02T08:00:00Z'),
    end: parseInstant('2026-03-02T09:00:00Z'),
  };

  test('a new item has its elements in the order of the schema, and the mark among them', () => {
    const text = writeNewAppointment(
      { fields: { ...times, location: 'Halle 3', subject: 'Wartung' }, timeZone: 'UTC' },
      'the mark',
    );
    const names = node(text.replaceAll('t:', '')).children.map(({ name }) => name);
    expect(names).toEqual([
      'Subject',
      'ExtendedProperty',
      'Start',
      'End',
      'Location',
      'StartTimeZone',
      'EndTimeZone',
    ]);
  });

  test('an update changes only what it names: zone first, then all-day, then the times', () => {
    const changes = writeChanges({ fields: { ...times, isAllDay: true }, timeZone: 'UTC' }, null);
    const paths = changes.map((change) => /FieldURI="([\w:]+)"/.exec(change)?.[1]);
    expect(paths).toEqual([
      'calendar:StartTimeZone',
      'calendar:EndTimeZone',
      'calendar:IsAllDayEvent',
      'calendar:Start',
      'calendar:End',
    ]);
  });

  test('an empty text is set, not deleted, and false is written as false', () => {
    const changes = writeChanges({ fields: { location: '', reminderIsSet: false } }, null).join('');
    expect(changes).toContain('<t:Location/>');
    expect(changes).toContain('<t:ReminderIsSet>false</t:ReminderIsSet>');
  });

  test('the end of a repetition deletes the field', () => {
    expect(writeChanges({ fields: {}, recurrence: null }, null)).toEqual([
      '<t:DeleteItemField><t:FieldURI FieldURI="calendar:Recurrence"/></t:DeleteItemField>',
    ]);
  });

  test('an empty patch writes nothing', () => {
    expect(writeChanges({ fields: {} }, null)).toEqual([]);
  });
});
