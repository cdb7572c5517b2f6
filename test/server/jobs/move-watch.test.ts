import { beforeEach, describe, expect, test } from 'vitest';
import { moveWatch } from '../../../server/jobs/move-watch.js';
import type { Movable, MoveWatch } from '../../../server/jobs/move-watch.js';
import { parseEmail } from '../../../mappings/values.js';
import type { ServerFound } from '../../../sync/ports/discovery.js';
import type { ExchangePort } from '../../../sync/ports/exchange.js';
import { ConnectorFailure } from '../../../sync/ports/failure.js';
import { VirtualClock } from '../../simulators/clock.js';
import { keptLog } from '../quiet-log.js';

const ANNA = parseEmail('anna@firma.example');
const OLD = 'https://old.firma.example/EWS/Exchange.asmx';
const NEW = 'https://new.firma.example/EWS/Exchange.asmx';
const ENDPOINT = 'https://firma.example/autodiscover/autodiscover.svc';

const DISCOVERY = {
  ...{ by: 'autodiscover', mailbox: ANNA, endpoint: ENDPOINT, isOnly: false },
  addresses: [OLD],
};

let clock: VirtualClock;
let connection: Movable;
let watch: MoveWatch;
let lookups: number;
let stored: (Pick<Movable, 'url' | 'options'> & { id: string })[];
let server: ServerFound | null;

beforeEach(() => {
  clock = new VirtualClock();
  connection = { id: 'c1', name: 'firma', url: OLD, options: { room: 1, discovery: DISCOVERY } };
  server = { url: NEW, addresses: [NEW], endpoint: ENDPOINT, mailbox: ANNA };
  lookups = 0;
  stored = [];
  watch = moveWatch({
    get: async () => connection,
    find: async () => {
      lookups += 1;
      return { found: server, steps: [] };
    },
    store: async (id, changes) => void stored.push({ id, ...changes }),
    clock,
    log: keptLog(),
  });
});

/** A port of which only the folders are asked for; `failure` is how that ends. */
async function call(failure: ConnectorFailure | null): Promise<void> {
  const folders = async (): Promise<string[]> => {
    if (failure !== null) throw failure;
    return [];
  };
  const port = { folders } as unknown as ExchangePort<unknown, unknown>;
  const watched = watch.watched(connection, port);
  const { signal } = new AbortController();
  await watched.folders({ address: ANNA }, signal).catch(() => undefined);
}

const GONE = new ConnectorFailure('unreachable', 'x', { code: 'ENOTFOUND' });

/** Fails for the time given, in steps, and waits for a lookup that began. */
async function failFor(ms: number, failure = GONE): Promise<void> {
  await call(failure);
  for (let passed = 0; passed < ms; passed += 10_000) {
    clock.advance(10_000);
    await call(failure);
  }
  await new Promise((resolve) => setImmediate(resolve));
}

describe('an address that was looked up and does not answer', () => {
  test('is looked up again after a minute, and the new one is stored with how it was found', async () => {
    await failFor(50_000);
    expect(lookups).toBe(0);
    await failFor(10_000);
    expect(stored).toEqual([
      { id: 'c1', url: NEW, options: { room: 1, discovery: { ...DISCOVERY, addresses: [NEW] } } },
    ]);
  });

  test('is looked up every five minutes at most', async () => {
    server = null;
    await failFor(16 * 60_000);
    expect(lookups).toBe(4);
    expect(stored).toEqual([]);
  });

  test('is left alone once it answered in between', async () => {
    for (let round = 0; round < 10; round++) {
      await failFor(50_000);
      await call(null);
    }
    expect(lookups).toBe(0);
  });

  test.each([
    ['busy', 'ErrorServerBusy'],
    ['forbidden', 'HTTP401'],
    ['unreachable', 'CalledOff'],
    ['unreachable', 'NotSent'],
    ['unreachable', 'ProxyECONNREFUSED'],
    ['unreachable', 'ErrorTimeoutExpired'],
  ] as const)('is not meant by a failure that is %s (%s)', async (kind, code) => {
    await failFor(20 * 60_000, new ConnectorFailure(kind, 'x', { code }));
    expect(lookups).toBe(0);
  });

  test('stays where the lookup finds the same one, however it is written', async () => {
    server = { url: OLD.toUpperCase(), addresses: [OLD], endpoint: ENDPOINT, mailbox: ANNA };
    await failFor(60_000);
    expect({ lookups, stored }).toEqual({ lookups: 1, stored: [] });
  });

  test('stays where only the mailbox that was asked about has moved to another organisation', async () => {
    const mailbox = parseEmail('anna@tenant.example');
    server = { url: NEW, addresses: [NEW], endpoint: ENDPOINT, mailbox };
    await failFor(60_000);
    expect({ lookups, stored }).toEqual({ lookups: 1, stored: [] });
  });
});

test('an address that was typed is never looked up', async () => {
  connection = { ...connection, options: {} };
  await failFor(10 * 60_000);
  const { signal } = new AbortController();
  expect(await watch.lookAgain('c1', signal)).toBe(false);
  expect(lookups).toBe(0);
});

test('closing waits for a lookup that is under way, and none begins after it', async () => {
  await watch.close();
  await failFor(10 * 60_000);
  expect(lookups).toBe(0);
});
