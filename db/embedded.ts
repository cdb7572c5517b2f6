import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { clusterSettings, clusterVersion, createCluster } from './postgres/cluster.js';
import { cannotStart, noPostgres } from './postgres/complaints.js';
import { discardHome, lastingHome, livesOn, readHolder, temporaryHome } from './postgres/home.js';
import type { Home } from './postgres/home.js';
import type { Installation, PostgresKind } from './postgres/installation.js';
import { endOrphans } from './postgres/orphans.js';
import { clusterOwner, ownerOf } from './postgres/owner.js';
import type { Owner } from './postgres/owner.js';
import { addressOf, findRunning } from './postgres/running.js';
import { supervise } from './postgres/supervise.js';
import { usableInstallations } from './postgres/usable-installations.js';

export interface PostgresOptions {
  /** Where the data stay. Without it the server is temporary: empty at the start, gone at the end, and not safe against a power cut. */
  readonly dataFolder?: string | undefined;
  /** Which programs to use; null prefers those of the machine. */
  readonly mode: PostgresKind | null;
  /** Takes a line for the log now and then, in English. */
  readonly log: (line: string) => void;
}

export interface RunningPostgres {
  /** The superuser's address of the database `postgres`, password included; `withDatabase` makes others of it. */
  readonly url: string;
  readonly kind: PostgresKind;
  /** Ends what this start began. A server that another living process holds goes on. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of our own on 127.0.0.1, or joins the one that already serves this data folder. It ends with
 * `stop` or with this process, a kill included. Without anything that can be started it fails as `unreachable`, with
 * a sentence that says what to do.
 *
 * Two processes on one data folder share one server; PostgreSQL's own lock keeps a second one out.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const owner = await clusterOwner();
  const home =
    options.dataFolder === undefined
      ? await temporaryHome(owner)
      : await lastingHome(owner, options.dataFolder);
  try {
    return (await joinRunning(home, options)) ?? (await startFresh(home, options));
  } catch (error) {
    await discardHome(home);
    throw error;
  }
}

const LOOK_AGAIN_MS = 100;
const LOOKS_WITHOUT_HOLDER = 10; // it writes its name a moment after the server is ready
const LOOKS_AT_A_LONELY_HOLDER = 900; // its parent is gone, so it is stopping the server; or its number is another's now
const LOOKS_AT_A_LOCK = 100; // its holder has not opened its port yet
const PORT_ATTEMPTS = 5;

/** Null when no server runs there. One that is about to stop is waited for. */
async function joinRunning(home: Home, options: PostgresOptions): Promise<RunningPostgres | null> {
  for (let look = 1; ; look++) {
    const url = home.temporary ? null : await findRunning(home);
    if (url === null) return null;
    const holder = await readHolder(home.folder);
    const lives = holder === null ? { pid: false, parent: false } : await livesOn(holder);
    if (holder !== null && lives.pid && lives.parent) {
      return { url, kind: holder.kind, stop: async () => undefined };
    }
    if (look >= (lives.pid ? LOOKS_AT_A_LONELY_HOLDER : LOOKS_WITHOUT_HOLDER)) {
      return await adopt(home, url, options);
    }
    await pause(LOOK_AGAIN_MS);
  }
}

/** An orphan: its supervisor was killed. It keeps its data and connections, and gets a new supervisor. */
async function adopt(home: Home, url: string, options: PostgresOptions): Promise<RunningPostgres> {
  options.log(`adopting the PostgreSQL that still runs in ${home.folder}`);
  const owner = await ownerOf(home.cluster);
  const installation = await chooseInstallation(home, owner, options);
  const supervised = await supervise({ home, installation, owner, settings: null });
  if (supervised.kind === 'failed') throw cannotStart(home.folder, supervised.log);
  return { url, kind: installation.kind, stop: stopOnce(supervised.stop) };
}

async function startFresh(home: Home, options: PostgresOptions): Promise<RunningPostgres> {
  const hasCluster = (await clusterVersion(home.cluster)) !== null;
  const owner = hasCluster ? await ownerOf(home.cluster) : await clusterOwner();
  const installation = await chooseInstallation(home, owner, options);
  if (home.temporary) await endOrphans(installation, owner);
  return await launch(home, installation, owner, options);
}

/** The first installation that can run what lies in the home; it also makes the cluster where there is none. */
async function chooseInstallation(
  home: Home,
  owner: Owner | null,
  options: PostgresOptions,
): Promise<Installation> {
  const major = await clusterVersion(home.cluster);
  let problem: Error | null = null;
  for await (const installation of usableInstallations({
    home,
    owner,
    mode: options.mode,
    major,
  })) {
    try {
      if (major === null) await createCluster(home, installation, owner);
      return installation;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problem = error;
      options.log(
        `PostgreSQL ${String(installation.major)} (${installation.kind}) is of no use: ${error.message}`,
      );
    }
  }
  throw problem ?? noPostgres(options.mode, major);
}

async function launch(
  home: Home,
  installation: Installation,
  owner: Owner | null,
  options: PostgresOptions,
): Promise<RunningPostgres> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const settings = clusterSettings(home, port);
    const supervised = await supervise({ home, installation, owner, settings });
    if (supervised.kind === 'ready') {
      const url = await addressOf(home, port);
      return { url, kind: installation.kind, stop: stopOnce(supervised.stop) };
    }
    const isLocked = supervised.log.includes('lock file "postmaster.pid" already exists');
    const running = await joinFaster(home, options, isLocked ? LOOKS_AT_A_LOCK : 1);
    if (running !== null) return running;
    const isPortTaken = /could not (create any TCP\/IP sockets|bind)/.test(supervised.log);
    if (!isPortTaken || attempt === PORT_ATTEMPTS) throw cannotStart(home.folder, supervised.log);
  }
}

/** Somebody else was faster with the same data folder; between its lock and its open port there is a moment. */
async function joinFaster(
  home: Home,
  options: PostgresOptions,
  looks: number,
): Promise<RunningPostgres | null> {
  for (let look = 1; ; look++) {
    const running = await joinRunning(home, options);
    if (running !== null || look >= looks) return running;
    await pause(LOOK_AGAIN_MS);
  }
}

function stopOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopped: Promise<void> | null = null;
  return () => (stopped ??= stop());
}

/** A port that was free a moment ago. Somebody may take it before PostgreSQL does: then the start tries the next. */
async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        resolve(typeof address === 'object' && address !== null ? address.port : 0),
      );
    });
  });
}
