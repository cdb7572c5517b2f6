import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ANNA, EVA, newOrganisation } from './mailbox-bench.js';
import type { ExchangeModes } from './mailbox/modes.js';
import { SERVICE_USER } from './sample-firm.js';
import {
  attributeOf,
  CALENDAR,
  calendarItem,
  createItems,
  findItems,
  getFolder,
  getItems,
  MARK,
  startSoapBench,
  syncItems,
} from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

async function made(before = '', after = ''): Promise<string> {
  return attributeOf(await bench.ask(createItems(calendarItem(before, after))), 'ItemId', 'Id');
}

function update(id: string, key: string, changes: string, conflict = 'NeverOverwrite'): string {
  const keyed = key === '' ? '' : ` ChangeKey="${key}"`;
  return (
    `<m:UpdateItem ConflictResolution="${conflict}" SendMeetingInvitationsOrCancellations="SendToNone"><m:ItemChanges>` +
    `<t:ItemChange><t:ItemId Id="${id}"${keyed}/><t:Updates>${changes}</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>`
  );
}

function setSubject(subject: string): string {
  return `<t:SetItemField><t:FieldURI FieldURI="item:Subject"/><t:CalendarItem><t:Subject>${subject}</t:Subject></t:CalendarItem></t:SetItemField>`;
}

describe('signing in', () => {
  test('a wrong password is answered 401 with the scheme', async () => {
    const { status, headers } = await bench.ask(getFolder(CALENDAR), { password: 'falsch' });
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Basic realm="127.0.0.1"']);
  });

  // prettier-ignore
  test.each([
    { name: 'a service account in the place of a person', asking: {}, code: 'NoError' },
    { name: 'a person as themselves', asking: { user: ANNA, password: 'demo', as: null }, code: 'NoError' },
    { name: 'a person in the place of another', asking: { user: EVA, password: 'demo', as: ANNA }, code: 'ErrorImpersonateUserDenied' },
    { name: 'in the place of nobody', asking: { as: 'niemand@muster-maschinenbau.example' }, code: 'ErrorNonExistentMailbox' },
    { name: 'a service account without a mailbox of its own', asking: { as: null }, code: 'ErrorMissingEmailAddress' },
    { name: 'a version that does not exist', asking: { version: 'Exchange2019' }, code: 'ErrorInvalidServerVersion' },
    { name: 'an old version', asking: { version: 'Exchange2007_SP1' }, code: 'NoError' },
  ])('$name: $code', async ({ asking, code }) => {
    expect((await bench.ask(getFolder(CALENDAR), asking)).codes).toEqual([code]);
  });

  test('an address in capitals is the same mailbox', async () => {
    expect((await bench.ask(getFolder(CALENDAR), { as: ANNA.toUpperCase() })).codes).toEqual([
      'NoError',
    ]);
  });

  test('delegation reaches the named mailbox, but not out of an impersonation', async () => {
    const folder = `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${EVA}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`;
    const asking = [
      { as: null },
      { as: EVA },
      { as: ANNA },
      { as: null, user: ANNA, password: 'demo' },
    ];
    const answers = await Promise.all(asking.map((one) => bench.ask(getFolder(folder), one)));
    expect(answers.map(({ codes }) => codes[0])).toEqual([
      'NoError',
      'NoError',
      'ErrorAccessDenied',
      'ErrorAccessDenied',
    ]);
  });

  test('an item of another mailbox is out of reach', async () => {
    const id = await made();
    expect((await bench.ask(getItems(`<t:ItemId Id="${id}"/>`), { as: EVA })).codes).toEqual([
      'ErrorAccessDenied',
    ]);
  });
});

describe('errors', () => {
  test('a fault has HTTP 500 and its code in the namespace of types', async () => {
    const answered = await bench.ask(syncItems('', 513));
    expect(answered.status).toBe(500);
    expect(answered.all('faultcode')[0]?.text).toBe('a:ErrorSchemaValidation');
    expect(answered.all('ResponseCode')[0]?.ns).toBe(
      'http://schemas.microsoft.com/exchange/services/2006/errors',
    );
  });

  // prettier-ignore
  test.each([
    { name: 'elements out of order', body: createItems(calendarItem('', '<t:Sensitivity>Private</t:Sensitivity>')) },
    { name: 'a word that is none', body: createItems(calendarItem('<t:Sensitivity>Geheim</t:Sensitivity>')) },
    { name: 'an unknown parameter', body: getItems('<t:ItemId Id="x"/>').replace('<m:ItemIds>', '<m:Depth/><m:ItemIds>') },
    { name: 'a foreign namespace', body: '<m:GetItem xmlns:x="urn:x"><x:ItemShape/></m:GetItem>' },
    { name: 'a missing attribute', body: findItems('').replace(' Traversal="Shallow"', '') },
    { name: 'broken XML', body: '<m:GetItem>' },
  ])('$name is a schema error', async ({ body }) => {
    const { status, codes } = await bench.ask(body);
    expect([status, codes]).toEqual([500, ['ErrorSchemaValidation']]);
  });

  test('an unknown operation is no request', async () => {
    const { status, codes } = await bench.ask('<m:DoSomething/>');
    expect([status, codes]).toEqual([500, ['ErrorInvalidRequest']]);
  });

  test('a batch is answered one by one and in order', async () => {
    const id = await made();
    const ids = `<t:ItemId Id="kaputt"/><t:ItemId Id="${id}"/><t:OccurrenceItemId RecurringMasterId="${id}" InstanceIndex="1"/>`;
    const { codes } = await bench.ask(getItems(ids));
    expect(codes).toEqual([
      'ErrorInvalidIdMalformed',
      'NoError',
      'ErrorCalendarCannotUseIdForRecurringMasterId',
    ]);
  });

  test('a calendar item is not written or deleted without a word on mails', async () => {
    const id = await made();
    const answers = [
      await bench.ask(createItems(calendarItem(), '')),
      await bench.ask(
        update(id, '', setSubject('x'), 'AlwaysOverwrite').replace(
          ' SendMeetingInvitationsOrCancellations="SendToNone"',
          '',
        ),
      ),
      await bench.ask(
        `<m:DeleteItem DeleteType="HardDelete"><m:ItemIds><t:ItemId Id="${id}"/></m:ItemIds></m:DeleteItem>`,
      ),
    ];
    expect(answers.flatMap(({ codes }) => codes)).toEqual([
      'ErrorSendMeetingInvitationsRequired',
      'ErrorSendMeetingInvitationsOrCancellationsRequired',
      'ErrorSendMeetingCancellationsRequired',
    ]);
  });

  test('an invalid sync state still has a state and an end', async () => {
    const answered = await bench.ask(syncItems('abc'));
    expect(answered.codes).toEqual(['ErrorInvalidSyncStateData']);
    expect([
      answered.all('SyncState')[0]?.text,
      answered.all('IncludesLastItemInRange')[0]?.text,
    ]).toEqual(['', 'true']);
  });

  test('an update whose item does not hold the named property is refused', async () => {
    const change = setSubject('x').replace('item:Subject', 'calendar:Location');
    expect((await bench.ask(update(await made(), '', change, 'AlwaysOverwrite'))).codes).toEqual([
      'ErrorUpdatePropertyMismatch',
    ]);
  });
});

describe('reading and writing', () => {
  test('texts come back as they went, umlauts and markup too', async () => {
    const subject = 'Größe &lt;3&gt; &amp; &quot;Übergabe&quot; 🔧';
    const id = await made(`<t:Subject>${subject}</t:Subject>`);
    const answered = await bench.ask(getItems(`<t:ItemId Id="${id}"/>`));
    expect(answered.all('Subject')[0]?.text).toBe('Größe <3> & "Übergabe" 🔧');
    expect(answered.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(attributeOf(answered, 'ServerVersionInfo', 'MajorVersion')).toBe('15');
  });

  test('an extended property is answered only when asked for, under the address it was asked by', async () => {
    const id = await made(`<t:ExtendedProperty>${MARK}<t:Value>k1</t:Value></t:ExtendedProperty>`);
    const without = await bench.ask(getItems(`<t:ItemId Id="${id}"/>`));
    const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${MARK}</t:AdditionalProperties>`;
    const answered = await bench.ask(getItems(`<t:ItemId Id="${id}"/>`, shape));
    expect([without.all('ExtendedProperty').length, answered.all('Value')[0]?.text]).toEqual([
      0,
      'k1',
    ]);
  });

  // prettier-ignore
  test.each([
    { name: 'a set and a tag at once', path: '<t:ExtendedFieldURI PropertyTag="0x3001" PropertySetId="11111111-2222-3333-4444-555555555555" PropertyName="x" PropertyType="String"/>' },
    { name: 'a tag that belongs to names', path: '<t:ExtendedFieldURI PropertyTag="0x8001" PropertyType="String"/>' },
    { name: 'a GUID that is none', path: MARK.replace('11111111-', 'xyz-') },
  ])('an address of an extended property is refused: $name', async ({ path }) => {
    const shape = `<t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>${path}</t:AdditionalProperties>`;
    const { codes } = await bench.ask(getItems(`<t:ItemId Id="${await made()}"/>`, shape));
    expect(codes).toEqual(['ErrorInvalidExtendedProperty']);
  });

  test('lists leave out what they cannot deliver', async () => {
    const body = '<t:Subject>Liste</t:Subject><t:Body BodyType="Text">lang</t:Body>';
    await made(
      body,
      '<t:RequiredAttendees><t:Attendee><t:Mailbox><t:EmailAddress>a@b.example</t:EmailAddress></t:Mailbox></t:Attendee></t:RequiredAttendees>',
    );
    const counts = (answered: Answered): number[] =>
      ['Subject', 'Body', 'RequiredAttendees', 'EmailAddress'].map(
        (name) => answered.all(name).length,
      );
    expect(counts(await bench.ask(syncItems()))).toEqual([1, 0, 0, 0]);
    expect(counts(await bench.ask(findItems('')))).toEqual([1, 0, 0, 0]);
  });

  test('only a current key updates, and the answer carries the next one', async () => {
    const first = await bench.ask(createItems(calendarItem()));
    const [id, key] = [
      attributeOf(first, 'ItemId', 'Id'),
      attributeOf(first, 'ItemId', 'ChangeKey'),
    ];
    const second = await bench.ask(update(id, key, setSubject('zwei')));
    const stale = await bench.ask(update(id, key, setSubject('drei')));
    const third = await bench.ask(
      update(id, attributeOf(second, 'ItemId', 'ChangeKey'), setSubject('vier')),
    );
    expect([...second.codes, ...stale.codes, ...third.codes]).toEqual([
      'NoError',
      'ErrorIrresolvableConflict',
      'NoError',
    ]);
  });

  test('dates of a recurrence carry the offset of the header, or Z', async () => {
    const recurrence =
      '<t:Recurrence><t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence><t:EndDateRecurrence>' +
      '<t:StartDate>2026-03-02+01:00</t:StartDate><t:EndDate>2026-07-01Z</t:EndDate></t:EndDateRecurrence></t:Recurrence>';
    const ids = `<t:ItemId Id="${await made('', recurrence)}"/>`;
    const dates = (answered: Answered): (string | undefined)[] => [
      answered.all('StartDate')[0]?.text,
      answered.all('EndDate')[0]?.text,
    ];
    expect(dates(await bench.ask(getItems(ids)))).toEqual(['2026-03-02Z', '2026-07-01Z']);
    expect(dates(await bench.ask(getItems(ids), { zone: 'W. Europe Standard Time' }))).toEqual([
      '2026-03-02+01:00',
      '2026-07-01+02:00',
    ]);
  });

  test('control characters come out as references that XML forbids', async () => {
    const put = {
      mailbox: ANNA,
      do: 'create',
      item: { Subject: 'a\u001fb', Start: '2026-03-02T08:00:00Z', End: '2026-03-02T09:00:00Z' },
    };
    await bench.control('POST', '/items', put);
    await expect(bench.ask(findItems(''))).rejects.toThrow(/schema validation/);
  });
});

describe('searching', () => {
  const constant = (value: string): string =>
    `<t:FieldURIOrConstant><t:Constant Value="${value}"/></t:FieldURIOrConstant>`;
  const start = '<t:FieldURI FieldURI="calendar:Start"/>';
  const subject = '<t:FieldURI FieldURI="item:Subject"/>';

  beforeEach(async () => {
    for (const [name, mark] of [
      ['eins', 'A'],
      ['zwei', 'b'],
      ['drei', 'B'],
    ]) {
      await made(
        `<t:Subject>${name ?? ''}</t:Subject><t:ExtendedProperty>${MARK}<t:Value>${mark ?? ''}</t:Value></t:ExtendedProperty>`,
      );
    }
    await made('<t:Subject>vier</t:Subject>');
  });

  // prettier-ignore
  test.each([
    { name: 'by an extended property, without case', restriction: `<t:IsEqualTo>${MARK}${constant('b')}</t:IsEqualTo>`, found: ['zwei', 'drei'] },
    { name: 'by any of several', restriction: `<t:Or><t:IsEqualTo>${MARK}${constant('A')}</t:IsEqualTo><t:IsEqualTo>${MARK}${constant('b')}</t:IsEqualTo></t:Or>`, found: ['eins', 'zwei', 'drei'] },
    { name: 'by its being there', restriction: `<t:Exists>${MARK}</t:Exists>`, found: ['eins', 'zwei', 'drei'] },
    { name: 'by its not being there', restriction: `<t:Not><t:Exists>${MARK}</t:Exists></t:Not>`, found: ['vier'] },
    { name: 'by two conditions', restriction: `<t:And><t:Exists>${MARK}</t:Exists><t:IsNotEqualTo>${subject}${constant('eins')}</t:IsNotEqualTo></t:And>`, found: ['zwei', 'drei'] },
    { name: 'by a time', restriction: `<t:IsGreaterThan>${start}${constant('2026-03-02T07:59:59Z')}</t:IsGreaterThan>`, found: ['eins', 'zwei', 'drei', 'vier'] },
    { name: 'by a part of the subject', restriction: `<t:Contains ContainmentMode="Substring" ContainmentComparison="IgnoreCase">${subject}<t:Constant Value="EI"/></t:Contains>`, found: ['eins', 'zwei', 'drei'] },
  ])('$name', async ({ restriction, found }) => {
    const answered = await bench.ask(findItems(`<m:Restriction>${restriction}</m:Restriction>`));
    expect(answered.all('Subject').map(({ text }) => text)).toEqual(found);
  });

  test('pages follow one another to the last', async () => {
    const page = async (offset: number): Promise<(string | undefined)[]> => {
      const answered = await bench.ask(
        findItems(
          `<m:IndexedPageItemView MaxEntriesReturned="3" Offset="${String(offset)}" BasePoint="Beginning"/>`,
        ),
      );
      const root = answered.all('RootFolder')[0]?.attributes;
      return [
        String(answered.all('CalendarItem').length),
        root?.['IndexedPagingOffset'],
        root?.['IncludesLastItemInRange'],
      ];
    };
    expect([await page(0), await page(3)]).toEqual([
      ['3', '3', 'false'],
      ['1', '4', 'true'],
    ]);
  });

  test('sorted as asked', async () => {
    const sort = `<m:SortOrder><t:FieldOrder Order="Descending">${subject}</t:FieldOrder></m:SortOrder>`;
    const answered = await bench.ask(findItems(sort));
    expect(answered.all('Subject').map(({ text }) => text)).toEqual([
      'zwei',
      'vier',
      'eins',
      'drei',
    ]);
  });

  // prettier-ignore
  test.each([
    { name: 'more than two years', from: '2026-01-01', to: '2028-02-01', more: '', code: 'ErrorCalendarViewRangeTooBig' },
    { name: 'with a restriction', from: '2026-01-01', to: '2026-02-01', more: `<m:Restriction><t:Exists>${MARK}</t:Exists></m:Restriction>`, code: 'ErrorInvalidOperation' },
    { name: 'that ends before it begins', from: '2026-02-01', to: '2026-01-01', more: '', code: 'ErrorCalendarEndDateIsEarlierThanStartDate' },
  ])('a calendar view is refused: $name', async ({ from, to, more, code }) => {
    const view = `<m:CalendarView StartDate="${from}T00:00:00Z" EndDate="${to}T00:00:00Z"/>`;
    expect((await bench.ask(findItems(view + more))).codes).toEqual([code]);
  });
});

describe('faults', () => {
  const plant = (rule: object): Promise<unknown> => bench.control('POST', '/faults', rule);
  const create = createItems(calendarItem());
  const count = (): number =>
    bench.exchange.organisation.mailbox(ANNA).folder('calendar').items.size;

  // prettier-ignore
  test.each([
    { name: 'busy', rule: { kind: 'busy', backOffMilliseconds: 4321 }, status: 500, codes: ['ErrorServerBusy'], done: 0 },
    { name: 'busy without a hint', rule: { kind: 'busy', form: 'faultWithoutHint' }, status: 500, codes: ['ErrorServerBusy'], done: 0 },
    { name: 'busy inside another error', rule: { kind: 'busy', form: 'inner' }, status: 200, codes: ['ErrorInternalServerError'], done: 0 },
    { name: 'busy by each entry', rule: { kind: 'busy', form: 'message' }, status: 200, codes: ['ErrorServerBusy'], done: 0 },
    { name: 'too many subscriptions', rule: { kind: 'busy', form: 'subscriptions' }, status: 500, codes: ['ErrorExceededSubscriptionCount'], done: 0 },
    { name: 'too many finds', rule: { kind: 'busy', form: 'finds' }, status: 500, codes: ['ErrorExceededFindCountLimit'], done: 0 },
    { name: 'a batch that took too long', rule: { kind: 'busy', form: 'timeout' }, status: 500, codes: ['ErrorTimeoutExpired'], done: 0 },
    { name: 'too many connections', rule: { kind: 'busy', form: 'connections' }, status: 500, codes: ['ErrorExceededConnectionCount'], done: 0 },
    { name: '503', rule: { kind: '503' }, status: 503, codes: [], done: 0 },
    { name: '401', rule: { kind: '401' }, status: 401, codes: [], done: 0 },
    { name: 'denied', rule: { kind: 'denied' }, status: 500, codes: ['ErrorImpersonateUserDenied'], done: 0 },
    { name: 'an error of one entry', rule: { kind: 'itemError', code: 'ErrorQuotaExceeded' }, status: 200, codes: ['ErrorQuotaExceeded'], done: 0 },
    { name: 'a stale key', rule: { kind: 'staleKey' }, status: 200, codes: ['ErrorIrresolvableConflict'], done: 0 },
    { name: 'a conflict after the write', rule: { kind: 'conflictAfterWrite' }, status: 200, codes: ['ErrorIrresolvableConflict'], done: 1 },
    { name: 'a page of a proxy', rule: { kind: 'garbage' }, status: 200, codes: [], done: 0 },
  ])('$name', async ({ rule, status, codes, done }) => {
    await plant(rule);
    const struck = await bench.ask(create);
    expect([struck.status, struck.codes, count()]).toEqual([status, codes, done]);
    expect((await bench.ask(create)).codes).toEqual(['NoError']);
  });

  test.each([
    { kind: 'dropBefore', done: 0 },
    { kind: 'dropAfter', done: 1 },
    { kind: 'dropMidAnswer', done: 1 },
    { kind: 'dropMidBatch', done: 1 },
  ])('$kind cuts the connection', async ({ kind, done }) => {
    await plant({ kind });
    await expect(bench.ask(create)).rejects.toThrow();
    expect(count()).toBe(done);
  });

  test('in the middle of a batch, what was done before the cut stays done', async () => {
    await plant({ kind: 'dropMidBatch', entry: 2 });
    await expect(bench.ask(createItems(calendarItem().repeat(5)))).rejects.toThrow();
    expect(count()).toBe(2);
  });

  test('503 names the seconds to wait where that is asked for', async () => {
    await plant({ kind: '503', retryAfterSeconds: 17 });
    expect((await bench.ask(create)).headers.get('retry-after')).toBe('17');
    await plant({ kind: '503' });
    expect((await bench.ask(create)).headers.get('retry-after')).toBeNull();
  });

  test.each(['inner', 'message'])('busy as %s answers each entry', async (form) => {
    await plant({ kind: 'busy', form, backOffMilliseconds: 77 });
    const answered = await bench.ask(createItems(calendarItem().repeat(3)));
    expect(answered.codes.length).toBe(3);
    const hints = answered.all('Value').filter(({ text }) => text === '77');
    expect(hints.map(({ attributes }) => attributes['Name'])).toEqual(
      Array(3).fill('BackOffMilliseconds'),
    );
  });

  test('a hanging request is answered late, or never', async () => {
    await plant({ kind: 'hang', delayMs: 30 });
    expect((await bench.ask(create)).codes).toEqual(['NoError']);
    await plant({ kind: 'hang' });
    const never = bench.ask(create);
    never.catch(() => undefined);
    await expect(bench.ask(getFolder(CALENDAR))).resolves.toMatchObject({ status: 200 });
    await bench.exchange.stop();
    await expect(never).rejects.toThrow();
    expect(count()).toBe(1);
  });

  test('a late request takes effect after its connection was cut', async () => {
    const arrived = new Promise<void>((resolve) => bench.exchange.organisation.onChange(resolve));
    await plant({ kind: 'late', delayMs: 300 });
    await expect(bench.ask(create)).rejects.toThrow();
    expect(count()).toBe(0);
    await arrived;
    expect(count()).toBe(1);
  });

  test('a rule waits for its operation, its mailbox and its turn', async () => {
    await plant({ kind: '503', operation: 'CreateItem', mailbox: EVA, nth: 2, times: 2 });
    const as = async (address: string): Promise<number> =>
      (await bench.ask(create, { as: address })).status;
    const statuses = [await as(ANNA), await as(EVA), await as(EVA), await as(EVA), await as(EVA)];
    expect(statuses).toEqual([200, 200, 503, 503, 200]);
    expect((await bench.ask(getFolder(CALENDAR), { as: EVA })).status).toBe(200);
  });

  test('rules are listed and taken away', async () => {
    await plant({ kind: '503', times: null });
    expect((await bench.control('GET', '/faults')).json).toEqual([
      { kind: '503', times: null, struck: 0 },
    ]);
    await bench.control('DELETE', '/faults');
    expect((await bench.ask(create)).status).toBe(200);
  });

  test('a rule of an unknown kind is refused', async () => {
    expect((await bench.control('POST', '/faults', { kind: 'explode' })).status).toBe(400);
  });
});

test('the service account has no mailbox, everybody else has one', () => {
  const organisation = newOrganisation();
  expect(organisation.mailboxes.map(({ address }) => address)).toEqual([ANNA, EVA]);
  expect(() => organisation.mailbox(SERVICE_USER.address)).toThrow();
});

test('zones are listed with periods and rules, also those without summer time', async () => {
  const ids = '<m:Ids><t:Id>W. Europe Standard Time</t:Id><t:Id>India Standard Time</t:Id></m:Ids>';
  const answered = await bench.ask(
    `<m:GetServerTimeZones ReturnFullTimeZoneData="true">${ids}</m:GetServerTimeZones>`,
  );
  expect(answered.all('Period').map(({ attributes }) => attributes['Bias'])).toEqual([
    '-PT330M',
    '-PT60M',
    '-PT120M',
  ]);
  const rules = answered
    .all('RecurringDayTransition')
    .map(({ children }) => children.map(({ text }) => text).join(' '));
  expect(rules).toEqual(['trule:Daylight PT2H 3 Sunday -1', 'trule:Standard PT3H 10 Sunday -1']);
  const all = await bench.ask('<m:GetServerTimeZones ReturnFullTimeZoneData="false"/>');
  expect(all.all('TimeZoneDefinition').length).toBeGreaterThan(120);
});

const MODES: readonly Partial<ExchangeModes>[] = [{ bestBody: 'native' }, { bestBody: 'html' }];

test.each(MODES)('a text body asked for as Best: %o', async (modes) => {
  const own = await startSoapBench(modes);
  const item = await own.ask(createItems(calendarItem('<t:Body BodyType="Text">Hallo</t:Body>')));
  const answered = await own.ask(getItems(`<t:ItemId Id="${attributeOf(item, 'ItemId', 'Id')}"/>`));
  expect(attributeOf(answered, 'Body', 'BodyType')).toBe(
    modes.bestBody === 'html' ? 'HTML' : 'Text',
  );
  await own.exchange.stop();
});
