import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { VirtualClock } from './clock.js';
import { ANNA, EVA } from './mailbox-bench.js';
import { Organisation } from './mailbox/organisation.js';
import { mailboxUser, SERVICE_USER } from './sample-firm.js';
import { attributeOf, calendarItem, createItems, getFolder, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

describe('ConvertId', () => {
  function convert(id: string, from: string, to: string): Promise<Answered> {
    return bench.ask(
      `<m:ConvertId DestinationFormat="${to}"><m:SourceIds><t:AlternateId Format="${from}" Id="${id}" Mailbox="${ANNA}"/></m:SourceIds></m:ConvertId>`,
    );
  }

  test('every format leads back to the id, and tells the mailbox', async () => {
    const answered = await bench.ask(getFolder('<t:DistinguishedFolderId Id="calendar"/>'));
    const id = attributeOf(answered, 'FolderId', 'Id');
    for (const format of ['EwsLegacyId', 'EntryId', 'HexEntryId', 'StoreId', 'OwaId', 'EwsId']) {
      const there = await convert(id, 'EwsId', format);
      const back = await convert(attributeOf(there, 'AlternateId', 'Id'), format, 'EwsId');
      expect([format, attributeOf(back, 'AlternateId', 'Id')]).toEqual([format, id]);
      expect(attributeOf(there, 'AlternateId', 'Mailbox')).toBe(ANNA);
    }
  });

  test('a text that is no id is refused, and the answer still names the version', async () => {
    const answered = await convert('DUMMY', 'EwsId', 'EntryId');
    expect(answered.codes).toEqual(['ErrorInvalidIdMalformed']);
    expect(attributeOf(answered, 'ServerVersionInfo', 'MajorVersion')).toBe('15');
  });
});

describe('ResolveNames', () => {
  function resolve(entry: string, full = false): Promise<Answered> {
    return bench.ask(
      `<m:ResolveNames ReturnFullContactData="${String(full)}"><m:UnresolvedEntry>${entry}</m:UnresolvedEntry></m:ResolveNames>`,
    );
  }

  test('an address is one person, with what the directory knows', async () => {
    const answered = await resolve(`smtp:${ANNA}`, true);
    expect(answered.codes).toEqual(['NoError']);
    expect(answered.all('EmailAddress')[0]?.text).toBe(ANNA);
    expect(answered.all('Entry')[0]?.text).toBe(`SMTP:${ANNA}`);
  });

  test('several people are a warning that lists them', async () => {
    const people = ['Anna Becker', 'Anton Beck', 'Eva Müller'].map((name, at) =>
      mailboxUser(`person${at}@muster-maschinenbau.example`, name),
    );
    const users = [SERVICE_USER, ...people];
    const organisation = new Organisation({ users, clock: new VirtualClock() });
    const crowd = await startSoapBench({}, { organisation });
    onTestFinished(() => crowd.exchange.stop());
    const body =
      '<m:ResolveNames ReturnFullContactData="false"><m:UnresolvedEntry>beck</m:UnresolvedEntry></m:ResolveNames>';
    const answered = await crowd.ask(body, { as: people[0]?.address ?? null });
    expect(answered.codes).toEqual(['ErrorNameResolutionMultipleResults']);
    expect(attributeOf(answered, 'ResolveNamesResponseMessage', 'ResponseClass')).toBe('Warning');
    expect(answered.all('Name').map(({ text }) => text)).toEqual(['Anna Becker', 'Anton Beck']);
  });

  test('nobody is an error', async () => {
    expect((await resolve('niemand')).codes).toEqual(['ErrorNameResolutionNoResults']);
  });
});

describe('free/busy', () => {
  const BERLIN =
    '<t:TimeZone><t:Bias>-60</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>03:00:00</t:Time><t:DayOrder>5</t:DayOrder>' +
    '<t:Month>10</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>-60</t:Bias><t:Time>02:00:00</t:Time>' +
    '<t:DayOrder>5</t:DayOrder><t:Month>3</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>';

  interface Question {
    readonly address?: string;
    readonly view?: string;
    readonly from?: string;
    readonly to?: string;
  }

  function ask(question: Question = {}): Promise<Answered> {
    const { address = ANNA, view = 'DetailedMerged' } = question;
    const { from = '2026-03-02T08:00:00', to = '2026-03-02T12:00:00' } = question;
    return bench.ask(
      `<m:GetUserAvailabilityRequest>${BERLIN}<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>${address}</t:Address></t:Email>` +
        '<t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray><t:FreeBusyViewOptions><t:TimeWindow>' +
        `<t:StartTime>${from}</t:StartTime><t:EndTime>${to}</t:EndTime></t:TimeWindow>` +
        `<t:MergedFreeBusyIntervalInMinutes>60</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>${view}</t:RequestedView>` +
        '</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>',
    );
  }

  const texts = (answered: Answered, name: string): string[] =>
    answered.all(name).map(({ text }) => text);

  test('times are told on the clock that the request speaks', async () => {
    await bench.ask(createItems(calendarItem('<t:Subject>Besuch</t:Subject>')));
    const answered = await ask();
    expect(texts(answered, 'MergedFreeBusy')).toEqual(['0200']);
    expect(texts(answered, 'CalendarEventDetails')).toHaveLength(1);
    expect([
      texts(answered, 'Subject'),
      answered.all('CalendarEvent')[0]?.children[0]?.text,
    ]).toEqual([['Besuch'], '2026-03-02T09:00:00']);
  });

  test('summer time is counted from the day on that the rules name', async () => {
    const item = calendarItem().replaceAll('2026-03-02', '2026-03-30');
    await bench.ask(createItems(item));
    const answered = await ask({ from: '2026-03-30T08:00:00', to: '2026-03-30T12:00:00' });
    expect(texts(answered, 'MergedFreeBusy')).toEqual(['0200']);
  });

  test('colleagues see when, but not what', async () => {
    await bench.ask(createItems(calendarItem('<t:Subject>Besuch</t:Subject>')), {
      as: EVA,
    });
    const answered = await ask({ address: EVA });
    expect(texts(answered, 'FreeBusyViewType')).toEqual(['FreeBusyMerged']);
    expect([texts(answered, 'BusyType'), texts(answered, 'Subject')]).toEqual([['Busy'], []]);
  });

  test('of a private appointment nothing but the time is told', async () => {
    const item = calendarItem('<t:Subject>Arzt</t:Subject><t:Sensitivity>Private</t:Sensitivity>');
    await bench.ask(createItems(item));
    const answered = await ask();
    expect([texts(answered, 'Subject'), texts(answered, 'IsPrivate')]).toEqual([[], ['true']]);
  });

  test('an address that nobody has is an error of its own', async () => {
    const answered = await ask({ address: 'niemand@muster-maschinenbau.example' });
    expect([answered.status, answered.codes]).toEqual([200, ['ErrorMailRecipientNotFound']]);
  });

  // prettier-ignore
  test.each([
    { name: 'ends before it begins', to: '2026-03-01T08:00:00', code: 'ErrorInvalidTimeInterval' },
    { name: 'is longer than 62 days', to: '2026-06-02T08:00:00', code: 'ErrorTimeIntervalTooBig' },
  ])('a window that $name is refused', async ({ to, code }) => {
    expect((await ask({ to })).codes).toEqual([code]);
  });
});

describe('settings of a mailbox', () => {
  const MAILBOX = `<t:Mailbox><t:Address>${ANNA}</t:Address></t:Mailbox>`;

  test('out-of-office settings are read as they were set, and tell who writes', async () => {
    const set = await bench.ask(
      `<m:SetUserOofSettingsRequest>${MAILBOX}<t:UserOofSettings><t:OofState>Scheduled</t:OofState><t:ExternalAudience>Known</t:ExternalAudience>` +
        '<t:Duration><t:StartTime>2026-03-02T08:00:00Z</t:StartTime><t:EndTime>2026-03-09T08:00:00Z</t:EndTime></t:Duration>' +
        '<t:InternalReply><t:Message>Bin weg &amp; froh</t:Message></t:InternalReply></t:UserOofSettings></m:SetUserOofSettingsRequest>',
    );
    const answered = await bench.ask(
      `<m:GetUserOofSettingsRequest>${MAILBOX}</m:GetUserOofSettingsRequest>`,
    );
    expect(set.codes).toEqual(['NoError']);
    expect(
      answered
        .all('OofSettings')[0]
        ?.children.slice(0, 2)
        .map(({ text }) => text),
    ).toEqual(['Scheduled', 'Known']);
    expect(answered.all('EndTime')[0]?.text).toBe('2026-03-09T08:00:00Z');
    const tips = await bench.ask(
      `<m:GetMailTips><m:SendingAs><t:EmailAddress>${EVA}</t:EmailAddress></m:SendingAs><m:Recipients><t:Mailbox><t:EmailAddress>${ANNA}</t:EmailAddress></t:Mailbox></m:Recipients><m:MailTipsRequested>All</m:MailTipsRequested></m:GetMailTips>`,
    );
    expect(tips.all('Message')[0]?.text).toBe('Bin weg & froh');
  });

  test('somebody else may not set them', async () => {
    const other = `<m:GetUserOofSettingsRequest>${MAILBOX}</m:GetUserOofSettingsRequest>`;
    expect((await bench.ask(other, { as: EVA })).codes).toEqual(['ErrorAccessDenied']);
  });

  // prettier-ignore
  test.each([
    { name: 'nobody has a list of rooms', body: '<m:GetRoomLists/>', code: 'NoError' },
    { name: 'an unknown list of rooms', body: '<m:GetRooms><m:RoomList><t:EmailAddress>r@example</t:EmailAddress></m:RoomList></m:GetRooms>', code: 'ErrorNameResolutionNoResults' },
    { name: 'an unknown distribution list', body: '<m:ExpandDL><m:Mailbox><t:EmailAddress>r@example</t:EmailAddress></m:Mailbox></m:ExpandDL>', code: 'ErrorNameResolutionNoResults' },
    { name: 'no delegates', body: `<m:GetDelegate IncludePermissions="true"><m:Mailbox><t:EmailAddress>${ANNA}</t:EmailAddress></m:Mailbox></m:GetDelegate>`, code: 'NoError' },
    { name: 'a role that nobody has', body: '<m:GetSearchableMailboxes/>', code: 'ErrorAccessDenied' },
    { name: 'when the password expires', body: '<m:GetPasswordExpirationDate/>', code: 'NoError' },
  ])('$name: $code', async ({ body, code }) => {
    expect((await bench.ask(body)).codes).toEqual([code]);
  });
});

describe('time zones', () => {
  function zones(ids: readonly string[], full: boolean): Promise<Answered> {
    const wanted = ids.map((id) => `<t:Id>${id}</t:Id>`).join('');
    return bench.ask(
      `<m:GetServerTimeZones ReturnFullTimeZoneData="${String(full)}">${wanted === '' ? '' : `<m:Ids>${wanted}</m:Ids>`}</m:GetServerTimeZones>`,
    );
  }

  test('there are about 130, and full data names periods that its transitions use', async () => {
    const all = await zones([], true);
    expect(all.all('TimeZoneDefinition').length).toBeGreaterThan(120);
    const dangling = all.all('TimeZoneDefinition').filter((zone) => {
      const parts = zone.children;
      const periods = parts[0]?.children.map(({ attributes }) => attributes['Id']) ?? [];
      const used = parts[1]?.children.flatMap(({ children }) =>
        children.map((one) => one.children[0]?.text),
      );
      return used?.some((id) => !periods.includes(id)) ?? true;
    });
    expect(dangling).toEqual([]);
  });

  test('Berlin changes at 2 and at 3 on last Sundays, and the bias has the reversed sign', async () => {
    const answered = await zones(['W. Europe Standard Time'], true);
    expect(answered.all('Period').map(({ attributes }) => attributes['Bias'])).toEqual([
      '-PT60M',
      '-PT120M',
    ]);
    const texts = answered
      .all('RecurringDayTransition')
      .map(({ children }) => children.slice(1).map(({ text }) => text));
    expect(texts).toEqual([
      ['PT2H', '3', 'Sunday', '-1'],
      ['PT3H', '10', 'Sunday', '-1'],
    ]);
  });
});
