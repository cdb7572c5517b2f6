import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Mutant } from './mutant.js';

/** How tests ended in a workshop: `broken` where nothing could be run, which proves nothing. */
export type Verdict = 'passed' | 'failed' | 'hung' | 'broken';

/** A copy of the project in which lines may be taken out. */
export interface Workshop {
  /** Runs tests over the copy, with a mutant or, with null, as it is. */
  run(mutant: Mutant | null, tests: readonly string[]): Promise<Verdict>;
  close(): Promise<void>;
}

/** `dist`: what starts PostgreSQL runs from there, and is never mutated. */
const COPIED = [
  'dist',
  'mappings',
  'sync',
  'db',
  'server',
  'test',
  'package.json',
  'tsconfig.json',
];

/** Copies the project; its packages are shared. */
export async function openWorkshop(root: string): Promise<Workshop> {
  const folder = await mkdtemp(join(tmpdir(), 'abgleich-mutants-'));
  for (const name of COPIED) {
    await cp(join(root, name), join(folder, name), { recursive: true });
  }
  // a junction needs no rights on Windows
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return {
    async run(mutant, tests) {
      const restore = mutant === null ? null : await putIn(folder, mutant);
      try {
        return await runTests(folder, tests);
      } finally {
        await restore?.();
      }
    },
    close: async () => await rm(folder, { recursive: true, force: true }),
  };
}

async function putIn(folder: string, mutant: Mutant): Promise<() => Promise<void>> {
  const file = join(folder, mutant.file);
  const text = await readFile(file, 'utf8');
  await writeFile(file, mutated(text, mutant));
  return async () => await writeFile(file, text);
}

/** The file with the line taken out. Throws where the line is not there, or more than once. */
export function mutated(text: string, { name, file, find, replace }: Mutant): string {
  const count = text.split(find).length - 1;
  if (count !== 1) {
    throw new Error(
      `"${name}": its line stands ${count} times in ${file}, and must stand there once`,
    );
  }
  return text.replace(find, () => replace);
}

const HANGS_AFTER_MS = 240_000;

async function runTests(folder: string, tests: readonly string[]): Promise<Verdict> {
  const output = join(folder, 'report.json');
  await rm(output, { force: true });
  const args = ['run', '--config', 'test/style/vitest.config.js', '--bail', '1'];
  const reports = ['--reporter', 'json', '--outputFile', output];
  const child = spawn(
    process.execPath,
    [join(folder, 'node_modules', 'vitest', 'vitest.mjs'), ...args, ...reports, ...tests],
    { cwd: folder, stdio: 'ignore', timeout: HANGS_AFTER_MS, windowsHide: true },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === null) return 'hung';
  const report = await readReport(output);
  if (report === null || report.numTotalTests === 0) return 'broken';
  if (report.numFailedTests > 0) return 'failed';
  return code === 0 ? 'passed' : 'broken';
}

const REPORT = z.object({ numTotalTests: z.number(), numFailedTests: z.number() });

async function readReport(file: string): Promise<z.infer<typeof REPORT> | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : REPORT.parse(JSON.parse(text));
}
