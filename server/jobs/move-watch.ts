import type { Clock } from '../../sync/ports/clock.js';
import type { Lookup } from '../../sync/ports/discovery.js';
import type { ExchangePort } from '../../sync/ports/exchange.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { ByAutodiscover } from '../discovered.js';
import { discoveredOf, isSameAddress } from '../discovered.js';
import type { Log } from '../log.js';

/** What a connection has that can move. */
export interface Movable {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface MoveWatchDeps<C extends Movable> {
  /** The connection as it is set up now. */
  readonly get: (id: string) => Promise<C>;
  /** Looks for the server of a connection, signed in as it is. */
  readonly find: (connection: C, how: ByAutodiscover, signal: AbortSignal) => Promise<Lookup>;
  /** Stores another address, with how it was found, and leaves an audit row. */
  readonly store: (id: string, changes: Pick<Movable, 'url' | 'options'>) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Looks for the server anew where an address that was looked up stops answering (feature A3). In memory, for each process: two that
 * find the same address store the same.
 */
export interface MoveWatch {
  /** The same port; how its calls end tells whether the address still answers. */
  watched<Item, Patch>(
    connection: Pick<Movable, 'id' | 'options'>,
    port: ExchangePort<Item, Patch>,
  ): ExchangePort<Item, Patch>;
  /** Looks at once; true where the connection has another address now. Does not throw for what servers say. */
  lookAgain(connectionId: string, signal: AbortSignal): Promise<boolean>;
  /** Calls off what is under way, and waits for it. */
  close(): Promise<void>;
}

/** A server that restarts is back within this time. */
const PATIENCE_MS = 60_000;

const LOOK_EVERY_MS = 5 * 60_000;

/** How one connection is getting on. */
interface Standing {
  /** Since when nothing answered; null = the last call was answered. */
  silentSinceMs: number | null;
  lookedAtMs: number | null;
}

export function moveWatch<C extends Movable>(deps: MoveWatchDeps<C>): MoveWatch {
  const { clock, log } = deps;
  const standings = new Map<string, Standing>();
  const looks = new Set<Promise<unknown>>();
  const closing = new AbortController();

  const standingOf = (id: string): Standing => {
    const known = standings.get(id) ?? { silentSinceMs: null, lookedAtMs: null };
    standings.set(id, known);
    return known;
  };

  const noteSilence = (id: string): void => {
    const standing = standingOf(id);
    const nowMs = clock.monotonicMs();
    standing.silentSinceMs ??= nowMs;
    if (nowMs - standing.silentSinceMs < PATIENCE_MS || closing.signal.aborted) return;
    if (standing.lookedAtMs !== null && nowMs - standing.lookedAtMs < LOOK_EVERY_MS) return;
    standing.lookedAtMs = nowMs;
    const look = lookAgain(id, deps, closing.signal)
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'a lookup failed'))
      .finally(() => looks.delete(look));
    looks.add(look);
  };

  const watch = async <T>(id: string, call: Promise<T>): Promise<T> => {
    try {
      const result = await call;
      standingOf(id).silentSinceMs = null;
      return result;
    } catch (error) {
      if (isSilence(error)) noteSilence(id);
      else standingOf(id).silentSinceMs = null;
      throw error;
    }
  };

  return {
    watched({ id, options }, port) {
      if (discoveredOf({ options })?.by !== 'autodiscover') return port;
      return around(port, (call) => watch(id, call));
    },
    lookAgain: (id, signal) => lookAgain(id, deps, signal),
    async close() {
      closing.abort('CalledOff');
      await Promise.all(looks);
    },
  };
}

function around<Item, Patch>(
  port: ExchangePort<Item, Patch>,
  watch: <T>(call: Promise<T>) => Promise<T>,
): ExchangePort<Item, Patch> {
  return {
    folders: (...args) => watch(port.folders(...args)),
    changesSince: (...args) => watch(port.changesSince(...args)),
    read: (...args) => watch(port.read(...args)),
    create: (...args) => watch(port.create(...args)),
    update: (...args) => watch(port.update(...args)),
    remove: (...args) => watch(port.remove(...args)),
    bringBack: (...args) => watch(port.bringBack(...args)),
    findByKey: (...args) => watch(port.findByKey(...args)),
  };
}

/** Nobody answered as Exchange does. What the proxy or we ourselves did says nothing about the address. */
function isSilence(error: unknown): boolean {
  if (!(error instanceof ConnectorFailure) || error.kind !== 'unreachable') return false;
  return !/^(CalledOff|NotSent|AnswerTooLarge|Proxy|Error)/.test(error.code ?? '');
}

async function lookAgain<C extends Movable>(
  id: string,
  { get, find, store, log }: MoveWatchDeps<C>,
  signal: AbortSignal,
): Promise<boolean> {
  const connection = await get(id);
  const how = discoveredOf(connection);
  if (how?.by !== 'autodiscover') return false;
  const { found } = await find(connection, how, signal);
  const fields = { connection: connection.name, from: connection.url, to: found?.url ?? null };
  if (found === null) {
    log.warn(fields, 'Exchange was looked for again and not found');
    return false;
  }
  if (found.mailbox !== how.mailbox) {
    // one mailbox has moved to another organisation: that says nothing about the others
    log.warn(fields, 'the mailbox that tells where Exchange is has moved elsewhere');
    return false;
  }
  if (isSameAddress(found.url, connection.url)) return false;
  const { endpoint, addresses } = found;
  const discovery: ByAutodiscover = { ...how, endpoint, addresses };
  await store(id, { url: found.url, options: { ...connection.options, discovery } });
  log.warn(fields, 'Exchange answers at another address now, which was stored');
  return true;
}
