import { parseArgs } from 'node:util';
import { addTo, nothingYet } from './befell.js';
import { play } from './run.js';
import type { Outcome } from './run.js';
import { scriptOf } from './script.js';
import { shrink } from './shrink.js';

const HELP = `Plays random days of a firm whose workers die and whose servers lag, each repeatable by its seed.

npm run test:simulation -- [options]
  --seeds N   how many (1000)
  --from S    the first seed (1)
  --trace     what happened, line by line

The last line is a JSON object; exit code 1: something happened that must not be.
`;

/** Every so many seeds one is played twice: the same seed must do the same. */
const TWICE_EVERY = 50;

/** Shrinking takes time, and the first failures tell most. */
const SHRUNK = 3;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string' },
      from: { type: 'string' },
      trace: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return void process.stdout.write(HELP);
  const seeds = Math.max(1, Number(values.seeds ?? '1000') || 1);
  const from = Number(values.from ?? '1') || 1;
  const total = { seeds, failures: 0, cycles: 0, edits: 0, writes: 0, seconds: 0 };
  const befell = nothingYet();
  let seedsWithDeath = 0;
  const startedAt = performance.now();
  for (let seed = from; seed < from + seeds; seed += 1) {
    const outcome = await play(scriptOf(seed));
    total.cycles += outcome.cycles;
    total.edits += outcome.edits;
    total.writes += outcome.writes;
    seedsWithDeath += outcome.deaths > 0 ? 1 : 0;
    addTo(befell, outcome.befell);
    if (values.trace === true) say(outcome.trace.join('\n'));
    const isRepeatable = seed % TWICE_EVERY !== 0 || (await playsTheSame(seed, outcome));
    if (outcome.violations.length === 0 && isRepeatable) continue;
    total.failures += 1;
    if (!isRepeatable) say(`seed ${String(seed)}: 19 determinism: played twice, it differs`);
    else await explain(seed, outcome, total.failures <= SHRUNK);
  }
  total.seconds = Math.round((performance.now() - startedAt) / 1000);
  say(JSON.stringify({ ...total, seedsWithDeath, befell }));
  process.exitCode = total.failures === 0 ? 0 : 1;
}

async function playsTheSame(seed: number, { trace }: Outcome): Promise<boolean> {
  const again = await play(scriptOf(seed));
  return again.trace.join('\n') === trace.join('\n');
}

/** Without the calls that only read, and without cycles that did nothing. */
function brief(trace: readonly string[]): readonly string[] {
  const told = trace.filter(
    (line) => !/^  [0-9]+ (store[.]|[a-z]+[.](changesSince|read|find))|^  $/.test(line),
  );
  return told.filter(
    (line, index) => !line.startsWith('cycle') || told[index + 1]?.startsWith(' '),
  );
}

async function explain(seed: number, outcome: Outcome, isShrunk: boolean): Promise<void> {
  say(
    `seed ${String(seed)} fails; replay: npm run test:simulation -- --from ${String(seed)} --seeds 1 --trace`,
  );
  for (const { rule, detail } of outcome.violations) say(`  ${rule}: ${detail}`);
  const small = isShrunk ? await shrink(scriptOf(seed), outcome) : null;
  if (small === null) return;
  const shrunk = await play(small);
  say(`shrunk to ${String(small.events.length)} steps:`);
  say(`  ${JSON.stringify(small.setup)}`);
  say(
    brief(shrunk.trace)
      .map((line) => `  | ${line}`)
      .join('\n'),
  );
  for (const { rule, detail } of shrunk.violations) say(`  ${rule}: ${detail}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(2);
});
