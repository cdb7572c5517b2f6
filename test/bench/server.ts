import { readConfig } from '../../server/config.js';
import { keepHeapLean } from '../../server/heap.js';
import { openLog } from '../../server/log.js';
import { openMetrics } from '../../server/metrics.js';
import { runPairCycle } from '../../server/jobs/run-cycle.js';
import type { CycleDeps } from '../../server/jobs/run-cycle.js';
import { cycleDeps } from '../../server/serve.js';
import { openAbgleich } from '../../server/wire.js';
import type { Abgleich } from '../../server/wire.js';
import { ORDER } from './messages.js';
import type { Cost, Message, Order } from './messages.js';
import { forgetPeak, peakRssMb } from './peak-memory.js';

/** The server process of the bench: the product's own wiring and cycles, started once, told what to run when. */
async function main(): Promise<void> {
  keepHeapLean(); // as server/main.ts does
  const config = readConfig(process.env);
  const log = openLog(config.logLevel ?? 'error');
  const metrics = openMetrics();
  const observer = { log, ewsRequest: metrics.ewsRequest.bind(metrics) };
  const abgleich = await openAbgleich(config, observer);
  const never = new AbortController().signal;
  await abgleich.claimErp(never);
  const deps = cycleDeps({ abgleich, config, log, metrics });
  process.on('disconnect', () => process.exit()); // the bench is gone
  process.on('message', (order) => {
    void answer(ORDER.parse(order), abgleich, deps).then(tell);
  });
  tell({ kind: 'ready' });
}

function tell(message: Message): void {
  process.send?.(message);
}

async function answer(order: Order, abgleich: Abgleich, deps: CycleDeps): Promise<Message> {
  try {
    return { kind: 'done', cost: await measure(order, abgleich, deps) };
  } catch (error) {
    return { kind: 'failed', why: error instanceof Error ? (error.stack ?? '') : String(error) };
  }
}

/** CPU of this process alone. */
async function measure(order: Order, abgleich: Abgleich, deps: CycleDeps): Promise<Cost> {
  const [pair] = await abgleich.pairs.list(order.employeeId);
  if (pair === undefined) throw new Error(`no pair of ${order.employeeId}`);
  if (order.isFresh) globalThis.gc?.();
  forgetPeak();
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const work = await runCycles(pair.id, order.cycles, abgleich, deps);
  const { user, system } = process.cpuUsage(cpu);
  const wallMs = performance.now() - startedAt;
  return { cpuMs: (user + system) / 1000, wallMs, peakRssMb: peakRssMb(), ...work };
}

async function runCycles(
  pairId: string,
  wanted: Order['cycles'],
  abgleich: Abgleich,
  deps: CycleDeps,
): Promise<Pick<Cost, 'cycles' | 'created' | 'updated'>> {
  const sum = { cycles: 0, created: 0, updated: 0 };
  for (;;) {
    const claim = await abgleich.queue.acquire(pairId);
    if (claim === null) throw new Error('somebody else holds the pair');
    const end = await runPairCycle(claim, deps, new AbortController().signal);
    if (end.kind !== 'done') throw new Error(`the cycle ended as ${JSON.stringify(end)}`);
    const { created, updated, removed, owed } = end.report;
    sum.cycles += 1;
    sum.created += created.erp + created.exchange;
    sum.updated += updated.erp + updated.exchange;
    const writes = [created, updated, removed].reduce(
      (all, one) => all + one.erp + one.exchange,
      0,
    );
    const isOver = wanted === null ? writes === 0 && owed === 0 : sum.cycles === wanted;
    if (isOver) return sum;
    if (wanted === null && sum.cycles > MOST_CYCLES) throw new Error('it does not come to rest');
  }
}

const MOST_CYCLES = 20;

main().catch((error: unknown) => {
  tell({ kind: 'failed', why: error instanceof Error ? (error.stack ?? '') : String(error) });
  process.exitCode = 1;
});
