import type * as crypto from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ExchangeModes } from '../simulators/mailbox/modes.js';
import { livePrivately, series } from './private-life.js';
import type { Chapter } from './private-life.js';
import { rewoundCluster } from './rewound-cluster.js';
import type { RewoundCluster } from './rewound-cluster.js';
import { BRIEF, disguises, ELABORATE } from './secrets.js';
import type { Secret } from './secrets.js';
import { dumpDatabase, openStillInstallation } from './still-installation.js';
import { foresee, lookEverywhere } from './views.js';

vi.mock('../../server/clock.js', () => import('./injected-time.js'));
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof crypto>()),
  randomBytes: (await import('./injected-time.js')).repeatableBytes,
}));

let cluster: RewoundCluster;
let folder: string;
let exchangePort = 0;

/** All that is left of a life, and all that was shown of it, by what it is. */
type Traces = Readonly<Record<string, readonly string[]>>;

beforeAll(async () => {
  cluster = await rewoundCluster();
  folder = await mkdtemp(join(tmpdir(), 'abgleich-private-'));
});

afterAll(async () => {
  await cluster.discard();
  await rm(folder, { recursive: true, force: true });
});

interface Life {
  readonly chapters?: readonly Chapter[];
  readonly modes?: Partial<ExchangeModes>;
}

async function tracesOf(secret: Secret, { chapters, modes = {} }: Life = {}): Promise<Traces> {
  const place = { cluster, dataFolder: join(folder, 'data'), exchangePort, modes };
  const it = await openStillInstallation(place);
  exchangePort = Number(new URL(it.exchange.url).port);
  const foreseen: string[] = [];
  const sync = async (rounds = 1): Promise<void> => {
    foreseen.push(await foresee(it));
    await it.sync(rounds);
  };
  try {
    await livePrivately({ ...it, sync }, secret, chapters);
    return {
      previews: foreseen,
      shown: await lookEverywhere(it),
      erp: await dumpDatabase(it.urls.erp),
      own: await dumpDatabase(it.urls.own),
      log: it.logLines,
      ends: it.ends,
      metrics: [await it.metrics()],
    };
  } finally {
    await it.close();
  }
}

describe('two lives that differ only in what private appointments are about', () => {
  let brief: Traces;
  let elaborate: Traces;

  beforeAll(async () => {
    brief = await tracesOf(BRIEF);
    elaborate = await tracesOf(ELABORATE);
  }, 600_000);

  test.each(['previews', 'shown', 'erp', 'own', 'log', 'ends', 'metrics'])(
    'leave byte-identical traces: %s',
    (kind) => {
      expect(elaborate[kind]).toEqual(brief[kind]);
    },
  );

  test('leave no word of it, however it is written', () => {
    const text = JSON.stringify([brief, elaborate]);
    const all = [BRIEF, ELABORATE].flatMap(disguises);
    expect(
      all.filter((one) => text.includes(one) || text.includes(JSON.stringify(one).slice(1, -1))),
    ).toEqual([]);
  });
});

test('nor does it show in what Exchange is told of a series, however it keeps what differs from one', async () => {
  const modes = { exceptions: 'materialised', rangeChange: 'wipeAll' } as const;
  const [brief, elaborate] = [
    await tracesOf(BRIEF, { chapters: [series], modes }),
    await tracesOf(ELABORATE, { chapters: [series], modes }),
  ];
  expect(elaborate).toEqual(brief);
}, 300_000);
