import { setTimeout as pause } from 'node:timers/promises';
import { dayAfter } from '../demo/calendar-entry.js';
import type { Window } from '../demo/calendar-entry.js';
import type { CleanUp } from '../demo/clean-up.js';
import { Hands } from '../demo/hands.js';
import { writeReport } from '../demo/report.js';
import type { Report } from '../demo/report.js';
import { performAloud, settleAndLook } from '../demo/run-once.js';
import { Script } from '../demo/script.js';
import { buildGround, configure, serverEnvironment } from '../demo/stage.js';
import type { Stage } from '../demo/stage.js';
import { thingsOfStock } from '../demo/stock.js';
import type { Thing } from '../demo/thing.js';
import { Random } from '../simulators/random.js';
import { letAccidentsHappen } from './accidents.js';
import type { AccidentCount, Wires } from './accidents.js';
import type { ChaosOptions } from './arguments.js';
import { fragileWire } from './fragile-wire.js';
import { startWorkers } from './workers.js';
import type { Workers } from './workers.js';

/** The last line of a run. */
export interface ChaosReport extends Report, AccidentCount {
  /** Whatever should not be: differences, duplicates, mails, and a sync that did not come to rest. */
  readonly violations: number;
  readonly edits: number;
  readonly workers: number;
  readonly minutes: number;
  readonly seed: number;
}

export interface ChaosSettings extends ChaosOptions {
  readonly serverUrl: string | null;
  readonly mode: 'machine' | 'embedded' | null;
  readonly log: (text: string) => void;
  readonly say: (line: string) => void;
}

/** Takes over the stock, then lets people edit while accidents happen, and judges by what the people did. */
export async function runChaos(settings: ChaosSettings, cleanUp: CleanUp): Promise<ChaosReport> {
  const startedAt = Date.now();
  const today = new Date().toISOString().slice(0, 10);
  const window: Window = { from: dayAfter(today, -STOCK_DAYS), before: dayAfter(today, 500) };
  const { stage, workers, wires } = await buildChaosStage(settings, { today, window }, cleanUp);
  const watch = { ...settings, window };
  const { looks: stock } = await settleAndLook(stage, watch, 'stock');
  const until = Date.now() + settings.minutes * 60_000;
  const accidents = letAccidentsHappen({ workers, wires }, new Random(settings.seed + 1), {
    say: settings.say,
    until,
  });
  const editing = editUntil(stage, { settings, stock: thingsOfStock(stock), today, until });
  const [count, { things, edits }] = await Promise.all([accidents, editing]);
  const { looks, unrest } = await settleAndLook(stage, watch, 'accidents');
  const report = await writeReport(stage, { looks, things, startedAt, say: settings.say });
  const { differences, duplicates, mails } = report;
  const violations = differences + duplicates + mails + (unrest === '' ? 0 : 1);
  const { minutes, seed } = settings;
  return { violations, ...report, ...count, edits, workers: settings.workers, minutes, seed };
}

/** A little more than the year that the sample data go back. */
const STOCK_DAYS = 380;

interface ChaosStage {
  readonly stage: Pick<Stage, 'databases' | 'exchange' | 'isServerAlive'>;
  readonly workers: Workers;
  readonly wires: Wires;
}

async function buildChaosStage(
  settings: ChaosSettings,
  { today, window }: { readonly today: string; readonly window: Window },
  cleanUp: CleanUp,
): Promise<ChaosStage> {
  const ground = await buildGround({ ...settings, today }, cleanUp);
  const { databases, exchange, folder } = ground;
  const wires: Wires = {
    exchange: await fragileWire(portOf(exchange.url), cleanUp),
    database: await fragileWire(portOf(databases.own), cleanUp),
  };
  const env = serverEnvironment(
    {
      own: through(wires.database.port, databases.own),
      erp: through(wires.database.port, databases.erp),
    },
    folder,
  );
  const { url, users } = exchange;
  const shown = { url: through(wires.exchange.port, url), users };
  const { signal } = cleanUp;
  await configure({ env, folder, exchange: shown, stockFrom: window.from, signal });
  const workers = await startWorkers(settings.workers, { env, log: settings.log }, cleanUp);
  const stage = {
    databases,
    exchange,
    get isServerAlive() {
      return workers.areAlive;
    },
  };
  return { stage, workers, wires };
}

function portOf(url: string): number {
  return Number(new URL(url).port || '5432');
}

/** The same address, by the wire that can be cut. */
function through(port: number, url: string): string {
  const other = new URL(url);
  other.port = String(port);
  return other.toString();
}

async function editUntil(
  stage: ChaosStage['stage'],
  {
    settings,
    stock,
    today,
    until,
  }: {
    readonly settings: ChaosSettings;
    readonly stock: readonly Thing[];
    readonly today: string;
    readonly until: number;
  },
): Promise<{ readonly things: readonly Thing[]; readonly edits: number }> {
  const { seed, say } = settings;
  const script = new Script(stock, { random: new Random(seed), today });
  const hands = await Hands.open(stage.databases.erp, stage.exchange.control);
  const pace = new Random(seed + 2);
  let edits = 0;
  try {
    while (Date.now() < until) {
      for (const edit of script.next()) {
        if ((await performAloud(hands, edit, say)) === 'done') edits += 1;
      }
      await pause(pace.between(50, 450));
    }
    for (const edit of script.last()) await performAloud(hands, edit, say);
  } finally {
    await hands.close();
  }
  return { things: script.things, edits };
}
