import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mailbox } from './mailbox/mailbox.js';
import { ANNA, edit, EVA, make, WRITING } from './mailbox-bench.js';
import { itemTarget } from './mailbox/targets.js';
import {
  attributeOf,
  CALENDAR,
  calendarItem,
  createItems,
  getFolder,
  startSoapBench,
} from './soap-bench.js';
import type { Answered, Asking, SoapBench } from './soap-bench.js';

let bench: SoapBench;
let anna: Mailbox;

beforeEach(async () => {
  bench = await startSoapBench();
  anna = bench.exchange.organisation.mailbox(ANNA);
});
afterEach(() => bench.exchange.stop());

const ALL_TYPES = [
  'CopiedEvent',
  'CreatedEvent',
  'DeletedEvent',
  'ModifiedEvent',
  'MovedEvent',
  'NewMailEvent',
  'FreeBusyChangedEvent',
];
const NO_FREE_BUSY = ALL_TYPES.filter((type) => type !== 'FreeBusyChangedEvent');
const NINE = { Start: '2026-03-02T09:00:00Z', End: '2026-03-02T10:00:00Z', Subject: 'Termin' };

function eventTypes(types: readonly string[]): string {
  const inside = types.map((type) => `<t:EventType>${type}</t:EventType>`).join('');
  return `<t:EventTypes>${inside}</t:EventTypes>`;
}

interface PullWish {
  readonly folders?: string;
  readonly types?: readonly string[];
  readonly rest?: string;
  readonly timeout?: string;
}

function pull({
  folders = CALENDAR,
  types = NO_FREE_BUSY,
  rest = '',
  timeout = '10',
}: PullWish = {}): string {
  const isAll = folders === '';
  return (
    `<m:Subscribe><m:PullSubscriptionRequest${isAll ? ' SubscribeToAllFolders="true"' : ''}>` +
    (isAll ? '' : `<t:FolderIds>${folders}</t:FolderIds>`) +
    `${eventTypes(types)}${rest}<t:Timeout>${timeout}</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>`
  );
}

interface Pulled {
  readonly id: string;
  readonly watermark: string;
}

async function subscribed(wish: PullWish = {}): Promise<Pulled> {
  const answered = await bench.ask(pull(wish));
  return { id: textOf(answered, 'SubscriptionId'), watermark: textOf(answered, 'Watermark') };
}

function textOf(answered: Answered, name: string): string {
  return answered.all(name)[0]?.text ?? '';
}

function getEvents({ id, watermark }: Pulled, asking: Asking = {}): Promise<Answered> {
  return bench.ask(
    `<m:GetEvents><m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>${watermark}</m:Watermark></m:GetEvents>`,
    asking,
  );
}

function unsubscribe(id: string, asking: Asking = {}): Promise<Answered> {
  return bench.ask(
    `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`,
    asking,
  );
}

/** Each event as its name and what it is about. */
function told(answered: Answered): string[] {
  const [notification] = answered.all('Notification');
  const events = notification?.children.filter(({ name }) => name.endsWith('Event')) ?? [];
  return events.map(({ name, children }) => {
    const isFolder = children.some((child) => child.name === 'FolderId');
    return `${name.replace('Event', '')} ${isFolder ? 'folder' : 'item'}`;
  });
}

function nextOf(answered: Answered, { id }: Pulled): Pulled {
  return { id, watermark: answered.all('Watermark').at(-1)?.text ?? '' };
}

describe('what a pull subscription is told', () => {
  // prettier-ignore
  test.each([
    { name: 'nothing at all', work: () => undefined, told: [] },
    { name: 'an item was changed', work: (id: string) => { edit(anna, id, { Subject: 'neu' }); }, told: ['Modified item', 'Modified folder'] },
    { name: 'to Deleted Items', work: (id: string) => { anna.remove(itemTarget(id), 'MoveToDeletedItems', WRITING); }, told: ['Moved item', 'Modified folder'] },
    { name: 'soft delete', work: (id: string) => { anna.remove(itemTarget(id), 'SoftDelete', WRITING); }, told: ['Moved item', 'Modified folder'] },
    { name: 'hard delete', work: (id: string) => { anna.remove(itemTarget(id), 'HardDelete', WRITING); }, told: ['Deleted item', 'Modified folder'] },
    { name: 'a copy', work: (id: string) => void anna.copy(itemTarget(id), anna.folder('calendar'), 'Anna'), told: ['Copied item', 'Modified folder'] },
    { name: 'a subfolder', work: () => void anna.createFolder(anna.folder('calendar'), 'Werkstatt', 'IPF.Appointment'), told: ['Created folder', 'Modified folder'] },
    { name: 'something elsewhere', work: () => void anna.create(null, { kind: 'Task', input: {}, extended: [] }, WRITING), told: [] },
  ])('$name: $told', async (row) => {
    const { id } = make(anna, NINE);
    const subscription = await subscribed();
    row.work(id);
    const answered = await getEvents(subscription);
    expect(told(answered)).toEqual(row.told.length > 0 ? row.told : ['Status item']);
  });

  test('an item that came is named with its folder', async () => {
    const subscription = await subscribed();
    const made = await bench.ask(createItems(calendarItem()));
    const answered = await getEvents(subscription);
    expect(told(answered)).toEqual(['Created item', 'Modified folder']);
    const calendar = await bench.ask(getFolder(CALENDAR));
    expect(attributeOf(answered, 'ItemId', 'Id')).toBe(attributeOf(made, 'ItemId', 'Id'));
    expect(attributeOf(answered, 'ParentFolderId', 'Id')).toBe(
      attributeOf(calendar, 'FolderId', 'Id'),
    );
    expect(textOf(answered, 'TimeStamp')).toBe('2026-03-02T08:00:00Z');
  });

  // prettier-ignore
  test.each([
    { deletionEvents: '2013', type: 'MoveToDeletedItems', told: ['Deleted item', 'Created item', 'Modified folder', 'Modified folder'] },
    { deletionEvents: '2013', type: 'SoftDelete', told: ['Deleted item', 'Deleted item', 'Modified folder'] },
    { deletionEvents: '2013', type: 'HardDelete', told: ['Deleted item', 'Deleted item', 'Modified folder'] },
    { deletionEvents: '2010', type: 'MoveToDeletedItems', told: ['Moved item', 'Modified folder', 'Modified folder'] },
    { deletionEvents: '2010', type: 'SoftDelete', told: ['Deleted item', 'Modified folder'] },
  ] as const)('of all folders, $type on $deletionEvents: $told', async ({ deletionEvents, type, told: expected }) => {
    await bench.control('POST', '/settings', { deletionEvents });
    const { id } = make(anna, NINE);
    const subscription = await subscribed({ folders: '' });
    anna.remove(itemTarget(id), type, WRITING);
    expect(told(await getEvents(subscription))).toEqual(expected);
  });

  test('only the words that were asked for', async () => {
    const subscription = await subscribed({ types: ['DeletedEvent', 'FreeBusyChangedEvent'] });
    const { id } = make(anna, NINE);
    edit(anna, id, { Subject: 'nur der Betreff' });
    edit(anna, id, { LegacyFreeBusyStatus: 'Free' });
    anna.remove(itemTarget(id), 'HardDelete', WRITING);
    expect(told(await getEvents(subscription))).toEqual([
      'FreeBusyChanged item',
      'FreeBusyChanged item',
      'Deleted item',
      'FreeBusyChanged item',
    ]);
  });

  test('a move is told where it came from and where it went', async () => {
    const { id } = make(anna, NINE);
    const workshop = anna.createFolder(anna.folder('calendar'), 'Werkstatt', 'IPF.Appointment');
    const there = await subscribed({ folders: `<t:FolderId Id="${workshop.id}"/>` });
    const moved = anna.move(itemTarget(id), workshop);
    const answered = await getEvents(there);
    expect(told(answered)).toEqual(['Moved item', 'Modified folder']);
    expect(attributeOf(answered, 'ItemId', 'Id')).toBe(moved.id);
    expect(attributeOf(answered, 'OldItemId', 'Id')).toBe(id);
    expect(attributeOf(answered, 'OldParentFolderId', 'Id')).toBe(anna.folder('calendar').id);
  });
});

describe('watermarks', () => {
  test('one can ask again from where one was, and page by page to the end', async () => {
    await bench.control('POST', '/settings', { eventsPerAnswer: 4 });
    let at = await subscribed({ types: ['CreatedEvent'] });
    const first = at;
    for (let number = 0; number < 10; number++) make(anna, NINE);
    const sizes: number[] = [];
    for (let isMore = 'true'; isMore === 'true';) {
      const answered = await getEvents(at);
      sizes.push(told(answered).length);
      isMore = textOf(answered, 'MoreEvents');
      at = nextOf(answered, at);
    }
    expect(sizes).toEqual([4, 4, 2]);
    expect(told(await getEvents(at))).toEqual(['Status item']);
    expect(told(await getEvents(first)).length).toBe(4);
  });

  test('a new subscription begins where an old one stopped', async () => {
    const old = await subscribed();
    make(anna, NINE);
    await unsubscribe(old.id);
    const next = await subscribed({ rest: `<t:Watermark>${old.watermark}</t:Watermark>` });
    expect(told(await getEvents(next))).toEqual(['Created item', 'Modified folder']);
  });

  test('in the namespace of messages, as exchangelib writes it, it is understood too', async () => {
    const { watermark } = await subscribed();
    const answered = await bench.ask(pull({ rest: `<m:Watermark>${watermark}</m:Watermark>` }));
    expect(answered.codes).toEqual(['NoError']);
  });

  test('one of another mailbox, of another run, or invented is refused', async () => {
    const { id } = await subscribed();
    const other = await bench.ask(pull(), { as: EVA });
    const older = await startSoapBench();
    const foreign = textOf(await older.ask(pull()), 'Watermark');
    await older.exchange.stop();
    for (const watermark of [textOf(other, 'Watermark'), foreign, 'AAAA']) {
      expect((await getEvents({ id, watermark })).codes).toEqual(['ErrorInvalidWatermark']);
    }
  });

  test('from too far back, events are said to be missed', async () => {
    await bench.control('POST', '/settings', { rememberedEvents: 5 });
    const subscription = await subscribed();
    for (let number = 0; number < 12; number++) make(anna, NINE);
    expect((await getEvents(subscription)).codes).toEqual(['ErrorMissedNotificationEvents']);
  });
});

describe('subscriptions', () => {
  // prettier-ignore
  test.each([
    { name: 'folders of two mailboxes', body: pull({ folders: CALENDAR + `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${EVA}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>` }), asking: { as: null }, code: 'ErrorMissingEmailAddress' },
    { name: 'folders of two mailboxes by a delegate', body: pull({ folders: [ANNA, EVA].map((address) => `<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>`).join('') }), asking: { as: null }, code: 'ErrorInvalidSubscriptionRequest' },
    { name: 'no folder and not all', body: pull({ folders: '' }).replace(' SubscribeToAllFolders="true"', ''), asking: {}, code: 'ErrorInvalidSubscriptionRequest' },
    { name: 'a time-out of a day and a minute', body: pull({ timeout: '1441' }), asking: {}, code: 'ErrorSchemaValidation' },
    { name: 'a time-out of nothing', body: pull({ timeout: '0' }), asking: {}, code: 'ErrorSchemaValidation' },
    { name: 'a word that is none', body: pull({ types: ['FiredEvent'] }), asking: {}, code: 'ErrorSchemaValidation' },
    { name: 'a person’s own mailbox', body: pull(), asking: { user: ANNA, password: 'demo', as: null }, code: 'NoError' },
  ])('$name: $code', async ({ body, asking, code }) => {
    expect((await bench.ask(body, asking)).codes).toEqual([code]);
  });

  test('it ends once, and is then not found', async () => {
    const subscription = await subscribed();
    expect((await unsubscribe(subscription.id)).codes).toEqual(['NoError']);
    expect((await unsubscribe(subscription.id)).codes).toEqual(['ErrorSubscriptionNotFound']);
    expect((await getEvents(subscription)).codes).toEqual(['ErrorSubscriptionNotFound']);
    expect((await unsubscribe('AAA-')).codes).toEqual(['ErrorInvalidSubscription']);
  });

  test('nobody else can use it', async () => {
    const subscription = await subscribed();
    const asking = { user: ANNA, password: 'demo', as: null };
    expect((await getEvents(subscription, asking)).codes).toEqual([
      'ErrorSubscriptionAccessDenied',
    ]);
    expect((await getEvents(subscription, { as: EVA })).codes).toEqual(['NoError']);
  });

  test('it expires when nobody asks, and lives while somebody does', async () => {
    const subscription = await subscribed();
    const { clock } = bench.exchange.organisation;
    clock.shift(9 * 60_000);
    expect((await getEvents(subscription)).codes).toEqual(['NoError']);
    clock.shift(9 * 60_000);
    expect((await getEvents(subscription)).codes).toEqual(['NoError']);
    clock.shift(11 * 60_000);
    expect((await getEvents(subscription)).codes).toEqual(['ErrorExpiredSubscription']);
    expect((await getEvents(subscription)).codes).toEqual(['ErrorSubscriptionNotFound']);
  });

  test('there is a limit, for each mailbox by itself', async () => {
    await bench.control('POST', '/settings', { subscriptions: 2 });
    const codes = [ANNA, ANNA, ANNA, EVA].map(
      async (as) => (await bench.ask(pull(), { as })).codes[0],
    );
    expect((await Promise.all(codes)).sort()).toEqual([
      'ErrorExceededSubscriptionCount',
      'NoError',
      'NoError',
      'NoError',
    ]);
  });

  test('lost ones are answered as the server’s version does', async () => {
    const subscription = await subscribed();
    await bench.control('POST', '/subscriptions/lose', { mailbox: ANNA });
    expect((await getEvents(subscription)).codes).toEqual(['ErrorSubscriptionNotFound']);
    await bench.control('POST', '/settings', { lostSubscription: 'ErrorInvalidSubscription' });
    expect((await getEvents(subscription)).codes).toEqual(['ErrorInvalidSubscription']);
  });
});

test('events come twice or late where that is switched on', async () => {
  await bench.control('POST', '/settings', { duplicateEvents: true, lateEventsMs: 5000 });
  const subscription = await subscribed({ types: ['CreatedEvent'] });
  make(anna, NINE);
  expect(told(await getEvents(subscription))).toEqual(['Status item']);
  bench.exchange.organisation.clock.shift(5000);
  expect(told(await getEvents(subscription))).toEqual(['Created item', 'Created item']);
});
