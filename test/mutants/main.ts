import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PROTECTIONS } from './mutant.js';
import type { Mutant, Protection } from './mutant.js';
import { MUTANTS } from './mutants.js';
import { openWorkshop } from './workshop.js';
import type { Workshop } from './workshop.js';

const HELP = `Takes out one safety line at a time and runs the tests that must notice.

npm run test:mutants -- [options]
  --only TEXT     mutants whose name or protection contains this
  --list          what would be tried, and nothing else
  --workshops N   how many are tried at once (2)

The last line is a JSON object; exit code 1: a line can be taken out and no test notices, or a test cannot be run.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      list: { type: 'boolean' },
      workshops: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return void process.stdout.write(HELP);
  const chosen = MUTANTS.filter((mutant) => isMeant(mutant, values.only ?? ''));
  if (values.list === true) {
    for (const mutant of chosen) say(nameOf(mutant));
    return say(`no mutant yet: ${unprotected().join(', ')}`);
  }
  if (chosen.length === 0)
    throw new Error(`no mutant is called or protects "${values.only ?? ''}"`);
  const report = await tryAll(chosen, workshopsIn(values.workshops ?? '2'));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.survivors + report.broken === 0 ? 0 : 1;
}

/** What the project cannot do without a line for, and no mutant takes out. */
function unprotected(): readonly Protection[] {
  const known = new Set(MUTANTS.flatMap(({ protects }) => protects));
  return PROTECTIONS.filter((one) => !known.has(one));
}

function workshopsIn(text: string): number {
  const count = /^\d{1,2}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 16) return count;
  throw new Error('--workshops takes a whole number from 1 to 16');
}

function isMeant({ name, protects }: Mutant, only: string): boolean {
  return name.includes(only) || protects.some((one) => one === only);
}

function nameOf({ name, protects }: Mutant): string {
  return `${name} (${protects.join(', ')})`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

interface Tried {
  readonly mutants: number;
  caught: number;
  survivors: number;
  /** Tests that do not run with the line taken out, or not even without: they prove nothing. */
  broken: number;
  seconds: number;
}

async function tryAll(mutants: readonly Mutant[], count: number): Promise<Tried> {
  const startedAt = Date.now();
  const tried: Tried = { mutants: mutants.length, caught: 0, survivors: 0, broken: 0, seconds: 0 };
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const workshops = await Promise.all(
    Array.from({ length: count }, async () => await openWorkshop(root)),
  );
  try {
    const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
    const asItIs = (await workshops[0]?.run(null, tests)) ?? 'broken';
    if (asItIs !== 'passed') throw new Error(`the tests do not pass as they are: ${asItIs}`);
    const left = [...mutants];
    await Promise.all(workshops.map(async (workshop) => await work(workshop, left, tried)));
  } finally {
    await Promise.all(workshops.map(async (workshop) => await workshop.close()));
  }
  tried.seconds = Math.round((Date.now() - startedAt) / 1000);
  return tried;
}

async function work(workshop: Workshop, left: Mutant[], tried: Tried): Promise<void> {
  for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
    const verdict = await workshop.run(mutant, mutant.tests);
    if (verdict === 'failed' || verdict === 'hung') tried.caught += 1;
    else if (verdict === 'passed') tried.survivors += 1;
    else tried.broken += 1;
    say(`${WORDS[verdict]}  ${nameOf(mutant)}`);
  }
}

const WORDS = { failed: 'caught  ', hung: 'caught  ', passed: 'SURVIVES', broken: 'BROKEN  ' };

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(2);
});
