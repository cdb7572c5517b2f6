import { spawn } from 'node:child_process';
import type { Owner } from './owner.js';

/** What a program left behind. `code` is null when it could not be started or was ended by a signal. */
export interface Ran {
  readonly code: number | null;
  readonly output: string;
  readonly complaint: string;
}

/** Runs a program to its end, without a shell and without input. Never throws: a missing program is a complaint. */
export function run(
  program: string,
  args: readonly string[],
  as: { readonly owner: Owner | null; readonly folder: string },
): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      ...as.owner,
      cwd: as.folder, // the caller's own folder may be one that the owner cannot enter
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
    child.on('error', (error) => resolve({ code: null, output, complaint: error.message }));
    child.on('close', (code) => resolve({ code, output, complaint }));
  });
}
