import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { XmlNode } from './ews/xml.js';
import type { Mailbox } from './mailbox/mailbox.js';
import { ANNA, edit, EVA, make } from './mailbox-bench.js';
import { CALENDAR, elementsNamed, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';
import { getStreamingEvents, openStream } from './streaming-bench.js';

let bench: SoapBench;
let anna: Mailbox;
let eva: Mailbox;

beforeEach(async () => {
  bench = await startSoapBench();
  anna = bench.exchange.organisation.mailbox(ANNA);
  eva = bench.exchange.organisation.mailbox(EVA);
});
afterEach(() => bench.exchange.stop());

const NINE = { Start: '2026-03-02T09:00:00Z', End: '2026-03-02T10:00:00Z', Subject: 'Termin' };

const SUBSCRIBE =
  `<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>${CALENDAR}</t:FolderIds><t:EventTypes>` +
  '<t:EventType>CreatedEvent</t:EventType><t:EventType>ModifiedEvent</t:EventType></t:EventTypes>' +
  '</m:StreamingSubscriptionRequest></m:Subscribe>';

async function subscribed(as: string = ANNA): Promise<string> {
  return textIn((await bench.ask(SUBSCRIBE, { as })).all('SubscriptionId'));
}

function textIn(nodes: readonly XmlNode[]): string {
  return nodes[0]?.text ?? '';
}

/** A frame as a short text: its status, the events by subscription, its error. */
function told(frame: XmlNode): string {
  const texts = (name: string): string[] => elementsNamed(frame, name).map(({ text }) => text);
  const events = elementsNamed(frame, 'Notification').flatMap(({ children }) =>
    children.filter(({ name }) => name.endsWith('Event')).map(({ name }) => name),
  );
  const codes = texts('ResponseCode').filter((code) => code !== 'NoError');
  return [...codes, ...events, ...texts('ConnectionStatus')].join(' ');
}

const CAME = 'CreatedEvent ModifiedEvent';

describe('a stream', () => {
  test('says OK first, then what happened before it, then what happens', async () => {
    const id = await subscribed();
    const { id: item } = make(anna, NINE);
    const stream = await openStream(bench, [id]);
    expect(told(await stream.next())).toBe('OK');
    expect(told(await stream.next())).toBe(CAME);
    edit(anna, item, { Subject: 'neu' });
    const frame = await stream.next();
    expect(told(frame)).toBe('ModifiedEvent ModifiedEvent');
    expect(textIn(elementsNamed(frame, 'SubscriptionId'))).toBe(id);
    expect(elementsNamed(frame, 'Watermark')).toEqual([]);
  });

  test('has the SOAP namespace as the default one, chunked, as text/xml', async () => {
    const stream = await openStream(bench, [await subscribed()]);
    await stream.next();
    const text = Buffer.concat([...stream.chunks]).toString();
    expect(text.startsWith('<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/">')).toBe(
      true,
    );
    expect(stream.response.headers).toMatchObject({
      'transfer-encoding': 'chunked',
      'content-type': 'text/xml; charset=utf-8',
    });
  });

  test('says that it is alive, and ends when the time is up', async () => {
    const stream = await openStream(bench, [await subscribed()], { minutes: 1 });
    expect(told(await stream.next())).toBe('OK');
    const { clock } = bench.exchange.organisation;
    clock.shift(45_000);
    expect(told(await stream.next())).toBe('OK');
    clock.shift(15_000);
    expect(told(await stream.next())).toBe('Closed');
    expect(await stream.over).toBe('end');
  });

  test('goes on under the same id after it ended; what happened meanwhile is told', async () => {
    const id = await subscribed();
    const first = await openStream(bench, [id], { minutes: 1 });
    bench.exchange.organisation.clock.shift(60_000);
    await first.over;
    make(anna, NINE);
    const second = await openStream(bench, [id]);
    expect([told(await second.next()), told(await second.next())]).toEqual(['OK', CAME]);
  });

  test('tells of several mailboxes, each under its own id', async () => {
    const ids = [await subscribed(ANNA), await subscribed(EVA)];
    const stream = await openStream(bench, ids);
    await stream.next();
    make(eva, NINE);
    expect(textIn(elementsNamed(await stream.next(), 'SubscriptionId'))).toBe(ids[1]);
    make(anna, NINE);
    expect(textIn(elementsNamed(await stream.next(), 'SubscriptionId'))).toBe(ids[0]);
  });

  test('hands over to the next one that asks for the same id', async () => {
    const id = await subscribed();
    const first = await openStream(bench, [id]);
    expect(told(await first.next())).toBe('OK');
    const second = await openStream(bench, [id]);
    expect(told(await first.next())).toBe('Closed');
    await second.next();
    make(anna, NINE);
    expect(told(await second.next())).toBe(CAME);
  });

  test('ends with a word when its subscription is ended, or lost aloud', async () => {
    const id = await subscribed();
    const stream = await openStream(bench, [id]);
    await stream.next();
    await bench.ask(`<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`);
    const frame = await stream.next();
    expect(told(frame)).toBe('ErrorSubscriptionNotFound Closed');
    expect(elementsNamed(frame, 'ErrorSubscriptionIds')[0]?.children[0]?.text).toBe(id);
    expect(await stream.over).toBe('end');
  });

  test('goes on in silence when its subscription is lost without a word', async () => {
    const id = await subscribed();
    const stream = await openStream(bench, [id]);
    await stream.next();
    await bench.control('POST', '/subscriptions/lose');
    make(anna, NINE);
    bench.exchange.organisation.clock.shift(45_000);
    expect(told(await stream.next())).toBe('OK');
    const answered = await bench.ask(getStreamingEvents([id]));
    expect(codesOf(answered)).toEqual(['ErrorSubscriptionNotFound']);
  });

  test('is cut from outside', async () => {
    const stream = await openStream(bench, [await subscribed()]);
    await stream.next();
    expect((await bench.control('POST', '/streams/cut', { mailbox: ANNA })).json).toEqual({
      cut: 1,
    });
    expect(await stream.over).toBe('cut');
    expect((await bench.control('GET', '/streams')).json).toEqual([]);
  });

  test('a stopped server cuts it, and a new one does not know its id', async () => {
    const id = await subscribed();
    const stream = await openStream(bench, [id]);
    await stream.next();
    await bench.exchange.stop();
    expect(await stream.over).toBe('cut');
    bench = await startSoapBench();
    expect(codesOf(await bench.ask(getStreamingEvents([id])))).toEqual([
      'ErrorSubscriptionNotFound',
    ]);
  });
});

function codesOf({ codes }: Answered): readonly string[] {
  return codes;
}

describe('refusals', () => {
  test('one bad id fails the whole request, and is named', async () => {
    const id = await subscribed();
    const answered = await bench.ask(getStreamingEvents([id, 'AAA-']));
    expect(answered.codes).toEqual(['ErrorInvalidSubscription']);
    const [bad] = answered.all('ErrorSubscriptionIds');
    expect(bad?.children.map(({ text }) => text)).toEqual(['AAA-']);
    expect(answered.status).toBe(200);
  });

  // prettier-ignore
  test.each([
    { name: 'no minute', minutes: 0, code: 'ErrorSchemaValidation' },
    { name: '31 minutes', minutes: 31, code: 'ErrorSchemaValidation' },
  ])('$name: $code', async ({ minutes, code }) => {
    expect((await bench.ask(getStreamingEvents([await subscribed()], minutes))).codes).toEqual([code]);
  });

  test('no more streams than the budget allows, until one of them ends', async () => {
    await bench.control('POST', '/settings', { streamsAtOnce: 1 });
    const ids = [await subscribed(), await subscribed()] as const;
    const first = await openStream(bench, [ids[0]]);
    await first.next();
    const refused = await bench.ask(getStreamingEvents([ids[1]]));
    expect([refused.status, ...refused.codes]).toEqual([500, 'ErrorExceededConnectionCount']);
    const other = await openStream(bench, [ids[1]], { as: EVA });
    expect(told(await other.next())).toBe('OK');
    bench.exchange.organisation.clock.shift(30 * 60_000);
    await first.over;
    const again = await openStream(bench, [ids[0]]);
    expect(told(await again.next())).toBe('OK');
  });

  test('no more ids than a request may hold', async () => {
    await bench.control('POST', '/settings', { subscriptionsPerStream: 1 });
    const answered = await bench.ask(getStreamingEvents([await subscribed(), await subscribed()]));
    expect(answered.codes).toEqual(['ErrorInvalidSubscription']);
  });

  test('a pull subscription has no stream', async () => {
    const pull = SUBSCRIBE.replaceAll('Streaming', 'Pull').replace(
      '</m:Pull',
      '<t:Timeout>5</t:Timeout></m:Pull',
    );
    const id = textIn((await bench.ask(pull)).all('SubscriptionId'));
    expect((await bench.ask(getStreamingEvents([id]))).codes).toEqual(['ErrorInvalidSubscription']);
  });
});

describe('chunks', () => {
  test('several envelopes come in one', async () => {
    await bench.control('POST', '/settings', { streamChunks: 'gathered' });
    const id = await subscribed();
    make(anna, NINE);
    const stream = await openStream(bench, [id]);
    expect([told(await stream.next()), told(await stream.next())]).toEqual(['OK', CAME]);
    expect(stream.chunks.length).toBe(1);
  });

  test('an envelope and a letter come in several', async () => {
    await bench.control('POST', '/settings', { streamChunks: 'split' });
    const stream = await openStream(bench, [await subscribed()]);
    expect(told(await stream.next())).toBe('OK');
    expect(stream.chunks.length).toBe(3);
    expect(stream.chunks[0]?.toString()).toBe('<Enve');
    expect(stream.chunks[1]?.toString().endsWith('\ufffd')).toBe(true);
  });

  test('a proxy may withhold all until the end', async () => {
    await bench.control('POST', '/settings', { streamDelivery: 'withheld' });
    const opening = openStream(bench, [await subscribed()], { minutes: 1 });
    await bench.ask(SUBSCRIBE); // by then the stream is open
    expect((await bench.control('GET', '/streams')).json).toMatchObject([{ mailboxes: [ANNA] }]);
    make(anna, NINE);
    await bench.ask(SUBSCRIBE);
    bench.exchange.organisation.clock.shift(60_000);
    const stream = await opening;
    const frames = [await stream.next(), await stream.next(), await stream.next()];
    expect(frames.map(told).slice(0, 2)).toEqual(['OK', CAME]);
    expect(await stream.over).toBe('end');
  });
});

test('late events come late on a stream', async () => {
  await bench.control('POST', '/settings', { lateEventsMs: 2000 });
  const stream = await openStream(bench, [await subscribed()]);
  await stream.next();
  make(anna, NINE);
  const { clock } = bench.exchange.organisation;
  clock.shift(1999);
  clock.shift(1);
  expect(told(await stream.next())).toBe(CAME);
});

describe('affinity', () => {
  const ANCHORED = { 'X-AnchorMailbox': ANNA, 'X-PreferServerAffinity': 'true' };

  test('the cookie of the first subscription leads to all of its group, where the server insists', async () => {
    await bench.control('POST', '/settings', { affinity: 'insisted' });
    const first = await bench.ask(SUBSCRIBE, { headers: ANCHORED });
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
    expect(cookie).toMatch(/^X-BackEndOverrideCookie=\w+~\d+$/);
    const headers = { ...ANCHORED, Cookie: cookie };
    const second = await bench.ask(SUBSCRIBE, { as: EVA, headers });
    const ids = [first, second].map((one) => textIn(one.all('SubscriptionId')));
    const stream = await openStream(bench, ids, { headers });
    expect(told(await stream.next())).toBe('OK');
    const astray = await bench.ask(getStreamingEvents(ids));
    expect(astray.codes).toEqual(['ErrorSubscriptionNotFound']);
  });

  test('without a wish for affinity there is no cookie', async () => {
    expect((await bench.ask(SUBSCRIBE)).headers.get('set-cookie')).toBeNull();
  });
});
