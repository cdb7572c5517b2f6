import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Node process of ours that said, with its first line, that it is ready. */
export interface Child {
  readonly pid: number;
  /** The first line of its output. */
  readonly firstLine: string;
  /** Whether it still runs. */
  readonly isAlive: boolean;
  /** Ends it at once, without a chance to tidy up. */
  kill(): Promise<void>;
  /** Asks it to end by closing its standard input, then by signal; kills it when it does not within 15 seconds. */
  stop(): Promise<void>;
}

export interface ChildOptions {
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Takes what it writes to standard error. */
  readonly log: (text: string) => void;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
}

/** The compiled file of the project, `server/main.js` as seen from its root. */
export function compiledFile(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** Starts a script of ours and waits for its first line; fails with what it wrote when it ends before. */
export async function startChild(script: string, options: ChildOptions): Promise<Child> {
  const child = spawn(
    process.execPath,
    [...(options.nodeFlags ?? []), compiledFile(script), ...options.args],
    { env: options.env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true },
  );
  const tail: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    tail.push(text);
    if (tail.length > 200) tail.shift();
    options.log(text);
  });
  child.stdin.on('error', () => undefined); // it may be gone when we close its input
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const firstLine = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    exited.then(() => null),
  ]);
  if (firstLine === null) throw new Error(`${script} ended before it was ready:\n${tail.join('')}`);
  lines.on('line', options.log); // further output must be read, or it stands still one day
  return handleOf(child, firstLine, exited);
}

function handleOf(child: ChildProcess, firstLine: string, exited: Promise<unknown>): Child {
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
  return {
    pid: child.pid ?? 0,
    firstLine,
    get isAlive() {
      return isAlive();
    },
    async kill() {
      if (isAlive()) child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (!isAlive()) return;
      child.stdin?.end();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

const STOP_WITHIN_MS = 15_000;

export interface ScriptOptions extends Omit<ChildOptions, 'log'> {
  /** Calls the script off. */
  readonly signal: AbortSignal;
}

/** Runs a script of ours to its end and answers its output; fails with what it wrote when it does not end well. */
export async function runScript(script: string, options: ScriptOptions): Promise<string> {
  const child = spawn(process.execPath, [compiledFile(script), ...options.args], {
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    signal: options.signal,
    killSignal: 'SIGKILL',
  });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return output;
  throw new Error(
    `${script} ${options.args.join(' ')} ended with ${code}:\n${output}${complaints}`,
  );
}
