import { afterEach, describe, expect, test } from 'vitest';
import { parseEmail } from '../../../../../mappings/values.js';
import { openEws, type Ews } from '../../../../../sync/exchange/ews/adapter.js';
import { maxStreamsOf } from '../../../../../sync/exchange/ews/notifications/listen.js';
import { overrideCookieIn } from '../../../../../sync/exchange/ews/notifications/wire.js';
import { basicSignIn } from '../../../../../sync/exchange/ews/sign-in.js';
import type { Heard, Listening } from '../../../../../sync/ports/notifications.js';
import type { ServerSettings } from '../../../../simulators/server-settings.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { startFakeExchange, type FakeExchange } from '../../../../simulators/ews-server.js';
import { mailboxUser, SERVICE_USER } from '../../../../simulators/sample-firm.js';

const NAMES = ['anna', 'jörg', 'zoe'];
const addressOf = (name: string) => parseEmail(`${name}@firma.example`);

/** The connector listening to the fake Exchange over HTTP. */
class World {
  readonly clock = new VirtualClock();
  readonly stopping = new AbortController();
  private readonly heard: Heard[] = [];
  private told: () => void = () => undefined;
  private ews: Ews | null = null;
  private fake: FakeExchange | null = null;
  private listening: Listening | null = null;

  async start(
    settings: Partial<ServerSettings> = {},
    prepare: (fake: FakeExchange) => void = () => undefined,
  ): Promise<void> {
    const users = [SERVICE_USER, ...NAMES.map((name) => mailboxUser(addressOf(name), name))];
    const fake = (this.fake = await startFakeExchange({ users, clock: this.clock, settings }));
    prepare(fake);
    const { address: user, password } = SERVICE_USER;
    this.ews = openEws({
      url: fake.url,
      signIn: basicSignIn({ user, password }),
      clock: this.clock,
    });
    this.listening = this.ews.notifications.listen(
      {
        heard: (change) => {
          this.heard.push(change);
          this.told();
        },
        brokeOff: () => this.told(),
      },
      this.stopping.signal,
    );
    this.listening.watch(
      NAMES.map((name) => ({
        mailbox: { address: addressOf(name) },
        folders: [this.calendarOf(name)],
        grouping: null,
      })),
    );
  }

  /** Waits for the first look at each. */
  async begun(names: readonly string[] = NAMES): Promise<void> {
    for (const name of names) await this.hear(name, 'gap');
  }

  /** Waits until that many are heard over a stream. */
  async streaming(mailboxes: number): Promise<void> {
    while (this.states()?.streaming !== mailboxes) await turn();
  }

  calendarOf(name: string): string {
    return this.exchange.organisation.mailbox(addressOf(name)).folder('calendar').id;
  }

  get exchange(): FakeExchange {
    if (this.fake === null) throw new Error('not started');
    return this.fake;
  }

  /** Somebody makes an appointment in Outlook. */
  async create(name: string): Promise<void> {
    const item = { Subject: 'Wartung', Start: '2026-03-03T09:00:00Z', End: '2026-03-03T10:00:00Z' };
    const request = { mailbox: addressOf(name), do: 'create', item };
    await fetch(`${this.exchange.control}/items`, {
      method: 'POST',
      body: JSON.stringify(request),
    });
  }

  states() {
    return this.listening?.states();
  }

  /** Waits for something of this mailbox; what else is heard meanwhile stays. */
  async hear(name: string, why: Heard['why']): Promise<Heard> {
    for (;;) {
      const at = this.heard.findIndex(
        ({ mailbox, why: reason }) => mailbox.address === addressOf(name) && reason === why,
      );
      const [found] = at < 0 ? [] : this.heard.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => (this.told = resolve));
    }
  }

  /** Waits until so many requests of an operation came in. */
  async asked(operation: string, times: number): Promise<void> {
    while ((this.exchange.requests.get(operation) ?? 0) < times) await turn();
  }

  /** Moves time once what is under way has been read. */
  async pass(ms: number): Promise<void> {
    for (let turns = 0; turns < 50; turns++) await turn();
    this.clock.advance(ms);
    for (let turns = 0; turns < 50; turns++) await turn();
  }

  /** The same server after its process was ended and started again; it has forgotten all subscriptions. */
  async restart(settings: Partial<ServerSettings>): Promise<void> {
    const { organisation, url } = this.exchange;
    await this.exchange.stop();
    this.fake = await startFakeExchange({
      ...{ organisation, settings, clock: this.clock },
      port: Number(new URL(url).port),
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort('CalledOff');
    await this.listening?.ended;
    await this.ews?.close();
    await this.fake?.stop();
  }
}

async function turn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

let world: World;
const open = async (settings: Partial<ServerSettings> = {}): Promise<void> => {
  world = new World();
  await world.start(settings);
  await world.begun();
};
afterEach(async () => await world.stop());

describe('what a person does in Outlook is heard', () => {
  test.each<[string, Partial<ServerSettings>]>([
    ['from a server as it is', {}],
    ['in envelopes that share a chunk', { streamChunks: 'gathered' }],
    ['in chunks that end in a tag and in a letter', { streamChunks: 'split' }],
    ['told twice', { duplicateEvents: true }],
    ['from a server that insists on the affinity cookie', { affinity: 'insisted' }],
    ['from a server that insists on the anchor', { anchorMailbox: 'refused' }],
  ])('%s', async (_name, settings) => {
    await open(settings);
    await world.streaming(3);
    for (const name of NAMES) {
      await world.create(name);
      expect((await world.hear(name, 'event')).folderId).toBe(world.calendarOf(name));
    }
    expect(world.exchange.requests.get('Subscribe')).toBe(3);
    expect(world.exchange.requests.get('GetStreamingEvents')).toBe(1);
  });

  test('beside a mailbox that the account may not act for', async () => {
    world = new World();
    await world.start({}, ({ faults }) =>
      faults.add({ kind: 'denied', mailbox: addressOf('anna'), times: null }),
    );
    await world.begun(['jörg', 'zoe']);
    await world.streaming(2);
    await world.create('zoe');
    await world.hear('zoe', 'event');
    expect(world.states()).toEqual({ streaming: 2, pulling: 0, polling: 0, denied: 1 });
  });

  test('behind a proxy that holds streams back, by asking', async () => {
    await open({ streamDelivery: 'withheld' });
    await world.asked('GetStreamingEvents', 1);
    await world.pass(30_000);
    await world.pass(1_000);
    await world.asked('GetStreamingEvents', 2);
    await world.pass(30_000);
    await world.asked('GetEvents', 3);
    await world.create('jörg');
    await world.pass(20_000);
    await world.hear('jörg', 'event');
    expect(world.states()).toMatchObject({ streaming: 0, pulling: 3 });
  });
});

describe.each(['ErrorSubscriptionNotFound', 'ErrorInvalidSubscription'] as const)(
  'a server that was started anew and says %s',
  (lostSubscription) => {
    test('is heard again, and every mailbox is looked at', async () => {
      await open({ lostSubscription });
      await world.streaming(3);
      await world.restart({ lostSubscription });
      await world.pass(1_000);
      await world.begun();
      await world.streaming(3);
      await world.create('zoe');
      await world.hear('zoe', 'event');
    });
  },
);

test('a stream that the server closes after half an hour goes on with the same subscriptions', async () => {
  await open();
  await world.streaming(3);
  for (let passed = 0; passed < 30 * 60_000; passed += 40_000) await world.pass(40_000);
  await world.asked('GetStreamingEvents', 2);
  await world.streaming(3);
  await world.create('anna');
  await world.hear('anna', 'event');
  expect(world.exchange.requests.get('Subscribe')).toBe(3);
});

test.each([
  [null, 3],
  [[15, 0, 1497, 2], 3],
  [[15, 1, 2507, 6], 10],
  [[15, 2, 1544, 4], 10],
  [[16, 0, 1, 0], 10],
])('build %j allows %i streams', (build, streams) => {
  expect(maxStreamsOf(build)).toBe(streams);
});

test.each([
  ['X-BackEndOverrideCookie=MBX01~1942; path=/; secure; HttpOnly', 'MBX01~1942'],
  [['exchangecookie=a', 'x-backendoverridecookie=b; path=/'], 'b'],
  [['X-BackEndOverrideCookie='], null],
  ['exchangecookie=X-BackEndOverrideCookie', null],
  [undefined, null],
])('of the cookies %j the one for affinity is kept', (header, cookie) => {
  expect(overrideCookieIn(header)).toBe(cookie);
});
