/**
 * A small process of its own between us and PostgreSQL. It starts the server and holds a pipe to the process that
 * asked for it. When that pipe closes, for whatever reason, a kill included, it stops the server; what was temporary
 * is removed. Its one argument is a SupervisorJob as JSON; it answers with one SupervisorAnswer as a line of JSON.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { discardHome, writeHolder } from './home.js';
import type { Home } from './home.js';
import { program } from './installation.js';
import type { Installation } from './installation.js';
import type { Owner } from './owner.js';
import { disownStaleLock, readPostmaster } from './postmaster.js';
import { run } from './run.js';

export interface SupervisorJob {
  readonly home: Home;
  readonly installation: Installation;
  readonly owner: Owner | null;
  /** `name=value` for each; null when the server runs already and only needs someone who stops it. */
  readonly settings: readonly string[] | null;
  /** The process that asks, and holds the pipe. */
  readonly parent: number;
}

export type SupervisorAnswer =
  { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly log: string };

const LOOK_AGAIN_MS = 20;
const LOG_TAIL = 2_000;

/** Something that happens once: it can be waited for and asked about. */
interface Happening {
  readonly happened: Promise<void>;
  hasHappened(): boolean;
}

/** What is running: how to learn that it ended, and how to end it. */
interface Server {
  /** Null where the server is not our child: then whatever its lock file says is true. */
  readonly pid: number | null;
  readonly end: Happening;
  /** The last of what it wrote since this start. */
  log(): string;
  stop(): Promise<void>;
}

async function supervise(job: SupervisorJob): Promise<void> {
  const parentGone = closingOf(process.stdin);
  // A service manager signals every process at once; the server must outlive its clients' clean end.
  for (const signal of DEAF_TO) process.on(signal, () => undefined);
  process.stdout.on('error', () => undefined); // nobody reads any more: parentGone says so too

  const server = job.settings === null ? alreadyRunning(job) : await start(job, job.settings);
  if ((await outcomeOf(job, server, parentGone)) === 'failed') {
    return await tell({ kind: 'failed', log: server.log() }); // the parent may try again in the same folder
  }
  await writeHolder(job.home.folder, job.parent, job.installation.kind);
  await tell({ kind: 'ready' });
  await Promise.race([parentGone.happened, server.end.happened]);
  await server.stop();
  await discardHome(job.home);
}

const DEAF_TO = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function tell(answer: SupervisorAnswer): Promise<void> {
  await new Promise((written) => process.stdout.write(`${JSON.stringify(answer)}\n`, written));
}

/** The other end of the pipe is gone. */
function closingOf(pipe: NodeJS.ReadStream): Happening {
  return happening((happens) => {
    pipe.once('close', happens).once('end', happens).once('error', happens).resume();
  });
}

function happening(arrange: (happens: () => void) => void): Happening {
  let hasHappened = false;
  const happened = new Promise<void>((resolve) => {
    arrange(() => {
      hasHappened = true;
      resolve();
    });
  });
  return { happened, hasHappened: () => hasHappened };
}

async function outcomeOf(
  job: SupervisorJob,
  server: Server,
  parentGone: Happening,
): Promise<'ready' | 'failed' | 'abandoned'> {
  while (!server.end.hasHappened()) {
    if (parentGone.hasHappened()) return 'abandoned';
    const postmaster = await readPostmaster(job.home.cluster);
    const isOurs = server.pid === null || postmaster?.pid === server.pid; // a stale file can say "ready" as well
    if (isOurs && postmaster?.isReady === true) return 'ready';
    await pause(LOOK_AGAIN_MS);
  }
  return 'failed';
}

async function start(job: SupervisorJob, settings: readonly string[]): Promise<Server> {
  await disownStaleLock(job.home.cluster);
  return process.platform === 'win32'
    ? await startOnWindows(job, settings)
    : spawnServer(job, settings);
}

function spawnServer(job: SupervisorJob, settings: readonly string[]): Server {
  const log = openSync(logFile(job.home), 'a', 0o600); // never cut: another server may be writing
  const before = fstatSync(log).size;
  const child = spawn(
    program(job.installation, 'postgres'),
    ['-D', job.home.cluster, ...settings.flatMap((setting) => ['-c', setting])],
    {
      ...job.owner,
      cwd: job.home.folder,
      stdio: ['ignore', log, log], // a file, not a pipe: it outlives us
      detached: true, // a group of its own: Ctrl-C in a terminal is not meant for it
    },
  );
  closeSync(log);
  const end = endOf(child);
  return {
    pid: child.pid ?? null,
    end,
    log: () => logSince(job.home, before),
    async stop() {
      // What is thrown away needs no checkpoint; what stays gets a clean end, and a hard one if that hangs.
      if (!job.home.temporary) {
        child.kill('SIGINT');
        await Promise.race([end.happened, pause(CLEAN_STOP_MS)]);
      }
      if (!end.hasHappened()) child.kill('SIGQUIT');
      await end.happened;
    },
  };
}

const CLEAN_STOP_MS = 60_000;

function endOf(child: ChildProcess): Happening {
  return happening((happens) => {
    child.once('exit', happens).once('error', happens);
  });
}

/** PostgreSQL refuses an administrator's rights on Windows; pg_ctl takes them away before it starts the server. */
async function startOnWindows(job: SupervisorJob, settings: readonly string[]): Promise<Server> {
  const options = settings.map((setting) => `-c ${setting}`).join(' ');
  const wait = ['-w', '-t', '600', '-l', logFile(job.home)];
  const { code } = await controlServer(job, ['start', ...wait, '-o', options]);
  const server = alreadyRunning(job);
  return code === 0 ? server : { ...server, end: happening((happens) => happens()) };
}

/** A server that is not our child: nobody tells us that it ended, so only the pipe does. */
function alreadyRunning(job: SupervisorJob): Server {
  return {
    pid: null,
    end: happening(() => undefined),
    log: () => logSince(job.home, 0),
    async stop() {
      const how = job.home.temporary ? 'immediate' : 'fast';
      const { code } = await controlServer(job, ['stop', '-w', '-t', '60', '-m', how]);
      if (code !== 0) await controlServer(job, ['stop', '-w', '-t', '10', '-m', 'immediate']);
    },
  };
}

function controlServer(job: SupervisorJob, args: readonly string[]): ReturnType<typeof run> {
  return run(program(job.installation, 'pg_ctl'), ['-D', job.home.cluster, ...args], {
    owner: job.owner,
    folder: job.home.folder,
  });
}

function logFile(home: Home): string {
  return join(home.folder, 'postgres.log');
}

function logSince(home: Home, before: number): string {
  try {
    return readFileSync(logFile(home)).subarray(before).toString('utf8').slice(-LOG_TAIL).trim();
  } catch {
    return '';
  }
}

await supervise(JSON.parse(process.argv[2] ?? '') as SupervisorJob);
process.exit(0); // the pipe from the parent may still be open
