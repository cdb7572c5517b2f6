import { Readable } from 'node:stream';
import { runCommandLine } from '../../../server/cli/command-line.js';
import { VERBS } from '../../../server/cli/verbs.js';
import type { Environment } from '../../../server/config.js';

/** What came of a command line. */
export interface Answered {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with an environment of its own. */
export async function typed(
  args: readonly string[],
  given: { readonly env?: Environment; readonly stdin?: string } = {},
): Promise<Answered> {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await runCommandLine(args, VERBS, {
    env: { LANG: 'en_GB.UTF-8', ABGLEICH_LOG: 'silent', ...given.env },
    stdin: Readable.from([given.stdin ?? '']),
    print: (text) => out.push(text),
    complain: (text) => err.push(text),
    stop: new AbortController().signal,
    endWithin: () => undefined,
  });
  return { exit, stdout: out.join(''), stderr: err.join('') };
}
