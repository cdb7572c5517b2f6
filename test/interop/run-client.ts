import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ROOT } from './clients.js';
import type { Client } from './clients.js';

const STEP = z.object({ step: z.string(), ok: z.boolean(), why: z.string().optional() });
const STARTED = z.looseObject({ caFile: z.string().nullish() });

export interface Result {
  readonly steps: number;
  readonly failed: number;
}

/** What is tried again on every other server. */
const ONE_STEP = 'comes back as written';
const LONGEST_MS = 240_000;

/** Runs a client against fake Exchanges of its own: all steps, then one step on every other server; prints the steps. */
export async function runClient(client: Client, part: string | undefined): Promise<Result> {
  const runs = [await runAgainst(client, [], part)];
  for (const options of part === undefined ? client.otherServers : []) {
    runs.push(await runAgainst(client, options, ONE_STEP));
  }
  return {
    steps: runs.reduce((sum, { steps }) => sum + steps, 0),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0),
  };
}

async function runAgainst(
  client: Client,
  options: readonly string[],
  part: string | undefined,
): Promise<Result> {
  const simulator = startSimulator(options);
  try {
    const firstLine = await lineFrom(simulator);
    return await drive(client, { firstLine, label: [client.name, ...options].join(' '), part });
  } finally {
    simulator.stdin?.end(); // it stops by itself
    await once(simulator, 'exit');
  }
}

function startSimulator(options: readonly string[]): ChildProcess {
  const main = join(ROOT, 'dist/test/simulators/main.js');
  const args = [...recording(), main, '--until-stdin-ends', ...options];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
}

/** For `npm run test:schema`. */
function recording(): string[] {
  const folder = process.env['ABGLEICH_RECORD_SOAP'] ?? '';
  if (folder === '') return [];
  return ['--import', pathToFileURL(join(ROOT, 'dist/test/schema/record.js')).href];
}

async function lineFrom(simulator: ChildProcess): Promise<string> {
  if (simulator.stdout === null) throw new Error('the simulator has no output');
  for await (const line of createInterface(simulator.stdout)) return line;
  throw new Error('the simulator has ended without a word');
}

async function drive(
  client: Client,
  { firstLine, label, part }: { firstLine: string; label: string; part: string | undefined },
): Promise<Result> {
  const { caFile } = STARTED.parse(JSON.parse(firstLine));
  const [program, ...args] = client.command;
  const child = spawn(program, part === undefined ? args : [...args, part], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...(caFile ? client.trusting(caFile) : {}) },
    timeout: LONGEST_MS,
  });
  const noise: string[] = [];
  child.stderr.on('data', (text: Buffer) => void noise.push(text.toString('utf8')));
  const ended = once(child, 'exit');
  child.stdin.end(`${firstLine}\n`);
  const result = { steps: 0, failed: 0 };
  for await (const line of createInterface(child.stdout)) note(line, label, result);
  const [code] = (await ended) as [number | null];
  if (code === 0) return result;
  const why = noise.join('').slice(-1500);
  process.stdout.write(`FAILED  ${label}: ended by itself after ${result.steps} steps\n${why}\n`);
  return { steps: result.steps + 1, failed: result.failed + 1 };
}

function note(line: string, label: string, result: { steps: number; failed: number }): void {
  if (!line.startsWith('{')) return; // the client talks
  const { step, ok, why = '' } = STEP.parse(JSON.parse(line));
  result.steps += 1;
  if (!ok) result.failed += 1;
  process.stdout.write(
    `${ok ? 'ok      ' : 'FAILED  '}${label}: ${step}${ok ? '' : `\n        ${why}`}\n`,
  );
}
