import type { FastifyInstance } from 'fastify';
import { machineChance, machineClock } from './clock.js';
import type { Config } from './config.js';
import { httpApp, listenLocally } from './http/app.js';
import { discoveredOf } from './discovered.js';
import { keepExchangeListened } from './jobs/exchange-listener.js';
import type { ExchangeListenerDeps } from './jobs/exchange-listener.js';
import { mailboxGroups } from './jobs/mailbox-groups.js';
import { openGates } from './jobs/gates.js';
import { leaseKeeper } from './jobs/lease-keeper.js';
import { runPairCycle } from './jobs/run-cycle.js';
import type { CycleDeps } from './jobs/run-cycle.js';
import { keepSchedule } from './jobs/schedule.js';
import type { Chore } from './jobs/schedule.js';
import { refreshStaff } from './refresh-staff.js';
import { gatherWakes, keepListening } from './jobs/wake.js';
import type { Touched } from './jobs/wake.js';
import { startWorker } from './jobs/worker.js';
import type { Worker } from './jobs/worker.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { Abgleich } from './wire.js';

export interface Server {
  /** Where its HTTP side is, as `http://127.0.0.1:8480`. */
  readonly url: string;
  /** Takes no more work, waits for what is under way within the deadline, and calls off the rest. */
  stop(): Promise<void>;
}

export interface ServerParts {
  readonly abgleich: Abgleich;
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Starts syncing: the worker that takes due pairs, the listeners that wake pairs, the chores, and the HTTP side.
 * The ERP is claimed first; one that another installation holds fails as `forbidden`, naming the holder.
 */
export async function startServer(parts: ServerParts): Promise<Server> {
  const { abgleich, config, log } = parts;
  const stopping = new AbortController();
  await abgleich.claimErp(stopping.signal);
  const cycle = cycleDeps(parts);
  const worker = startWorker({
    queue: abgleich.queue,
    run: (claim, stop) => runPairCycle(claim, cycle, stop),
    size: config.workers,
    clock: machineClock,
    log,
  });
  const background = Promise.all([
    ...listeners(parts, worker).map((listening) => keepListening(listening, stopping.signal)),
    keepSchedule(chores(abgleich), { clock: machineClock, log }, stopping.signal),
    listenToExchange(parts, stopping.signal),
  ]);
  const app = healthApp(parts, worker);
  const stop = async (): Promise<void> => {
    stopping.abort();
    await worker.stop(config.shutdownMs * SHARE_FOR_CYCLES);
    await background;
    await app.close();
  };
  try {
    return { url: await listenLocally(app, config.httpPort), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The rest of the deadline is for calling off what did not end by itself, and for closing. */
const SHARE_FOR_CYCLES = 0.6;

const CYCLE_DEADLINE_MS = 30 * 60_000;

/** What every cycle works with, in the server and in `sync --once`. */
export function cycleDeps({ abgleich, config, log, metrics }: ServerParts): CycleDeps {
  const clock = machineClock;
  return {
    pairs: {
      get: (pairId) => abgleich.pairs.get(pairId),
      rememberFolders: (pairId, folders) => abgleich.pairs.setFolders(pairId, folders),
    },
    portsFor: (pair) => abgleich.portsFor(pair),
    audits: abgleich.audits,
    queue: abgleich.queue,
    keeper: leaseKeeper({ queue: abgleich.queue, clock, log }),
    gates: openGates(clock),
    clock,
    chance: machineChance,
    log,
    metrics,
    pollMs: config.pollMs,
    deadlineMs: CYCLE_DEADLINE_MS,
  };
}

/** Without it, and whenever it breaks off, changes in Exchange are found by polls. */
async function listenToExchange(
  { abgleich, config, log, metrics }: ServerParts,
  signal: AbortSignal,
): Promise<void> {
  if (!config.listens) return;
  const { gatherMs } = config;
  const { listeners: book, earOf, wakePairs: wake } = abgleich;
  const groups = mailboxGroups(machineClock);
  const groupsOf: ExchangeListenerDeps['groupsOf'] = (connectionId, mailboxes) =>
    groups.of(connectionId, mailboxes, async (asked) => {
      const connection = await abgleich.connections.get(connectionId);
      const found = discoveredOf(connection);
      if (found?.by !== 'autodiscover') return null;
      return abgleich.serversOf(connection, { mailboxes: asked, endpoint: found.endpoint }, signal);
    });
  await keepExchangeListened(
    { book, earOf, groupsOf, wake, gatherMs, clock: machineClock, log, metrics },
    signal,
  );
}

/** The ERP wakes the pairs of whom it names; woken pairs, by whichever worker, nudge ours. */
function listeners({ abgleich, log }: ServerParts, worker: Worker) {
  const clock = machineClock;
  const onErpWake: (touched: Touched) => void = gatherWakes(
    (touched) => abgleich.wake(touched),
    log,
  );
  return [
    {
      name: 'erp',
      listen: (signal: AbortSignal) => abgleich.directory.listen(onErpWake, signal),
      clock,
      log,
    },
    {
      name: 'wakes',
      listen: (signal: AbortSignal) => abgleich.listenForWakes(() => worker.nudge(), signal),
      clock,
      log,
    },
  ];
}

const STAFF_EVERY_MS = 5 * 60_000;
const FORGET_EVERY_MS = 24 * 3_600_000;

function chores(abgleich: Abgleich): readonly Chore[] {
  return [
    {
      name: 'staff',
      everyMs: STAFF_EVERY_MS,
      run: async (signal) => {
        await refreshStaff(abgleich, signal);
      },
    },
    { name: 'forget', everyMs: FORGET_EVERY_MS, run: () => abgleich.forgetOld() },
  ];
}

function healthApp({ abgleich, metrics }: ServerParts, worker: Worker): FastifyInstance {
  return httpApp({
    async problems() {
      const isThere = await abgleich.isDatabaseThere();
      return [...(isThere ? [] : ['database']), ...(worker.isWorking() ? [] : ['worker'])];
    },
    metrics: () => metrics.text(),
    metricsType: metrics.contentType,
  });
}
