import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readXml } from './ews/xml.js';
import type { XmlNode } from './ews/xml.js';
import type { Mailbox } from './mailbox/mailbox.js';
import { ANNA, make } from './mailbox-bench.js';
import { CALENDAR, elementsNamed, envelope, startSoapBench } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

let bench: SoapBench;
let anna: Mailbox;
let subscriber: Server;
let address: string;
/** What the subscriber answers next. */
let answer: { status: number; word: string };
const calls: XmlNode[] = [];
let onCall: () => void = () => undefined;

beforeEach(async () => {
  bench = await startSoapBench();
  anna = bench.exchange.organisation.mailbox(ANNA);
  answer = { status: 200, word: 'OK' };
  calls.length = 0;
  subscriber = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const result = `<m:SendNotificationResult><m:SubscriptionStatus>${answer.word}</m:SubscriptionStatus></m:SendNotificationResult>`;
      response.writeHead(answer.status, { 'Content-Type': 'text/xml' });
      response.end(envelope(result, { as: null }));
      calls.push(readXml(text));
      onCall();
    });
  });
  await new Promise<void>((resolve) => subscriber.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(subscriber.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  await bench.exchange.stop();
  subscriber.closeAllConnections();
  await new Promise((resolve) => subscriber.close(resolve));
});

function push(url: string): string {
  return (
    `<m:Subscribe><m:PushSubscriptionRequest><t:FolderIds>${CALENDAR}</t:FolderIds><t:EventTypes>` +
    '<t:EventType>CreatedEvent</t:EventType></t:EventTypes><t:StatusFrequency>5</t:StatusFrequency>' +
    `<t:URL>${url}</t:URL></m:PushSubscriptionRequest></m:Subscribe>`
  );
}

/** Resolves when so many calls have been heard. */
function heard(count: number): Promise<void> {
  return new Promise((resolve) => {
    onCall = () => {
      if (calls.length >= count) resolve();
    };
    onCall();
  });
}

function told(call: XmlNode | undefined): string[] {
  const [notification] = call ? elementsNamed(call, 'Notification') : [];
  const events = notification?.children.filter(({ name }) => name.endsWith('Event')) ?? [];
  return events.map(({ name }) => name);
}

async function known(): Promise<number> {
  return ((await bench.control('GET', '/subscriptions')).json as unknown[]).length;
}

/** Resolves when the caller has read an answer that ends it. */
async function ended(): Promise<void> {
  while ((await known()) > 0);
}

test('a subscriber is called at once, for what happens, and when nothing does', async () => {
  expect((await bench.ask(push(address))).codes).toEqual(['NoError']);
  await heard(1);
  make(anna, { Subject: 'Termin' });
  await heard(2);
  bench.exchange.organisation.clock.shift(5 * 60_000);
  await heard(3);
  expect(calls.map(told)).toEqual([['StatusEvent'], ['CreatedEvent'], ['StatusEvent']]);
});

test('its answer ends the subscription, Unsubscribe does not', async () => {
  const subscribed = await bench.ask(push(address));
  await heard(1);
  const id = subscribed.all('SubscriptionId')[0]?.text ?? '';
  const refused = await bench.ask(
    `<m:Unsubscribe><m:SubscriptionId>${id}</m:SubscriptionId></m:Unsubscribe>`,
  );
  expect([refused.codes, await known()]).toEqual([['ErrorInvalidSubscription'], 1]);
  answer = { status: 200, word: 'Unsubscribe' };
  make(anna, { Subject: 'Termin' });
  await heard(2);
  await ended();
});

test('who fails is called again with the same, and after three times no more', async () => {
  answer = { status: 500, word: 'OK' };
  await bench.ask(push(address));
  await heard(1);
  make(anna, { Subject: 'Termin' });
  await heard(2);
  expect(told(calls[1])).toEqual(['CreatedEvent']);
  bench.exchange.organisation.clock.shift(5 * 60_000);
  await heard(3);
  expect(told(calls[2])).toEqual(['CreatedEvent']);
  await ended();
});

test('an address elsewhere may subscribe, and is never called', async () => {
  expect((await bench.ask(push('https://example.com/foo'))).codes).toEqual(['NoError']);
  expect((await bench.control('GET', '/subscriptions')).json).toMatchObject([
    { way: 'push', isListenedTo: false },
  ]);
});

test.each(['no address', 'ftp://127.0.0.1/x'])('%s is refused', async (url) => {
  expect((await bench.ask(push(url))).codes).toEqual(['ErrorInvalidPushSubscriptionUrl']);
  expect(await known()).toBe(0);
});
