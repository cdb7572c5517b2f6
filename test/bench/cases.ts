import { z } from 'zod';
import type { Person } from '../demo/people.js';
import { withClient } from '../demo/sql-client.js';
import { checkSides } from './check-sides.js';
import { FROM_ERP, FROM_MAILBOX, WARM_UP } from './ground.js';
import type { Ground } from './ground.js';
import type { Cost } from './messages.js';

/** One line of the result. */
export interface Run {
  readonly case: string;
  /** Of the mailbox. */
  readonly size: number;
  /** How many appointments there was something to do for. */
  readonly items: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly cpuMsPerItem: number;
  readonly ratio: number;
  readonly peakRssMb: number;
  /** EWS requests. */
  readonly requests: number;
}

/** Runs all cases on one ground, checking both sides after each. */
export async function runCases(
  ground: Ground,
  size: number,
  calibrationMs: number,
): Promise<Run[]> {
  const { employeeId } = FROM_ERP;
  await warmUp(ground);
  const runs: Run[] = [];
  const note = (name: string, items: number, measured: Measured): void => {
    runs.push(lineOf({ case: name, size, items }, measured, calibrationMs));
  };

  note('first-to-exchange', size, await measure(ground, first(employeeId)));
  await checkSides(ground, FROM_ERP);
  note('first-to-erp', size, await measure(ground, first(FROM_MAILBOX.employeeId)));
  await checkSides(ground, FROM_MAILBOX);
  note('quiet', 0, await measureQuiet(ground));

  const share = Math.floor(size / 100);
  const inErp = async (): Promise<void> => await changeInErp(ground, FROM_ERP, share);
  note('one-percent-erp', share, await measureChanges(ground, inErp));
  const inMailbox = async (): Promise<void> => await changeInMailbox(ground, FROM_ERP, share);
  note('one-percent-exchange', share, await measureChanges(ground, inMailbox));
  return runs;
}

const ROUNDS = 7;

/** A few dozen milliseconds are at the mercy of the machine and of the compiler: the middle one of several rounds. */
async function measureChanges(ground: Ground, change: () => Promise<void>): Promise<Measured> {
  const rounds: Measured[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    await change();
    rounds.push(await measure(ground, settle(FROM_ERP.employeeId)));
    await checkSides(ground, FROM_ERP);
  }
  rounds.sort((a, b) => a.cpuMs - b.cpuMs);
  const middle = rounds[Math.floor(ROUNDS / 2)];
  if (middle === undefined) throw new Error('no round was measured');
  return middle;
}

/** A server runs for weeks: what is measured is code that ran before, in both directions and in quiet cycles. */
async function warmUp(ground: Ground): Promise<void> {
  const { employeeId } = WARM_UP;
  await ground.run(settle(employeeId));
  await checkSides(ground, WARM_UP);
  for (let round = 1; round <= WARM_UP_ROUNDS; round++) {
    await changeInErp(ground, WARM_UP, WARM_UP_SHARE);
    await changeInMailbox(ground, WARM_UP, WARM_UP_SHARE);
    await ground.run(settle(employeeId));
  }
  await checkSides(ground, WARM_UP);
  await ground.run({ employeeId, cycles: WARM_UP_CYCLES, isFresh: false });
}

const WARM_UP_ROUNDS = 5;
const WARM_UP_SHARE = 40;
const WARM_UP_CYCLES = 50;

interface Measured extends Cost {
  readonly requests: number;
}

function settle(employeeId: string): Parameters<Ground['run']>[0] {
  return { employeeId, cycles: null, isFresh: false };
}

function first(employeeId: string): Parameters<Ground['run']>[0] {
  return { ...settle(employeeId), isFresh: true };
}

async function measure(ground: Ground, order: Parameters<Ground['run']>[0]): Promise<Measured> {
  const before = await countRequests(ground);
  const cost = await ground.run(order);
  return { ...cost, requests: (await countRequests(ground)) - before };
}

const QUIET_CYCLES = 20;

/** A cycle that finds nothing: of several in a row, because a single one is too short to measure. */
async function measureQuiet(ground: Ground): Promise<Measured> {
  const order = { employeeId: FROM_ERP.employeeId, cycles: QUIET_CYCLES, isFresh: false };
  const { cpuMs, wallMs, requests, ...rest } = await measure(ground, order);
  return {
    ...rest,
    cpuMs: cpuMs / QUIET_CYCLES,
    wallMs: wallMs / QUIET_CYCLES,
    requests: requests / QUIET_CYCLES,
  };
}

async function countRequests({ exchange }: Ground): Promise<number> {
  const response = await fetch(`${exchange.control}/requests`);
  return z.object({ total: z.number() }).parse(await response.json()).total;
}

function lineOf(
  what: Pick<Run, 'case' | 'size' | 'items'>,
  { cpuMs, wallMs, peakRssMb, requests }: Measured,
  calibrationMs: number,
): Run {
  return {
    ...what,
    wallMs: rounded(wallMs),
    cpuMs: rounded(cpuMs),
    cpuMsPerItem: what.items === 0 ? 0 : rounded(cpuMs / what.items),
    ratio: rounded(cpuMs / calibrationMs),
    peakRssMb: rounded(peakRssMb),
    requests,
  };
}

function rounded(figure: number): number {
  return Math.round(figure * 1000) / 1000;
}

/** Records of the employee get another title, spread over all of them. */
async function changeInErp(
  { databases }: Ground,
  { employeeId }: Person,
  count: number,
): Promise<void> {
  await withClient(databases.erp, async (client) => {
    const { rowCount } = await client.query(
      `update erp.appointments set title = 'Neu angesetzt ' || version
        where id in (select id from erp.appointments where owner_id = $1 order by md5(id) limit $2)`,
      [employeeId, count],
    );
    if (rowCount !== count) throw new Error(`${rowCount} records were changed instead of ${count}`);
  });
}

/** So do items of the mailbox. */
async function changeInMailbox(
  { exchange }: Ground,
  { mailbox }: Person,
  count: number,
): Promise<void> {
  const list = await fetch(`${exchange.control}/items?mailbox=${mailbox}`);
  const items = z
    .array(z.looseObject({ id: z.string(), changeKey: z.string() }))
    .parse(await list.json());
  const step = Math.floor(items.length / count);
  for (let at = 0; at < count; at++) {
    const { id, changeKey } = items[at * step] ?? {};
    const body = { mailbox, do: 'update', id, item: { Subject: `Verlegt ${changeKey ?? ''}` } };
    const answer = await fetch(`${exchange.control}/items`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`an edit was refused: ${await answer.text()}`);
  }
}
