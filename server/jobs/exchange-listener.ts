import type { EmailAddress } from '../../mappings/values.js';
import type { Clock } from '../../sync/ports/clock.js';
import type { Mailbox } from '../../sync/ports/exchange.js';
import type { ConnectorFailure } from '../../sync/ports/failure.js';
import type {
  Heard,
  Listening,
  NotificationPort,
  WatchedMailbox,
} from '../../sync/ports/notifications.js';
import type { Log } from '../log.js';
import type { Metrics } from '../metrics.js';
import { gatherChanges, type ChangeGatherer } from './gather-changes.js';
import type { Groups } from './mailbox-groups.js';

/** A pair whose mailbox is listened to. */
export interface ListenedPair {
  readonly pairId: string;
  readonly mailbox: Mailbox;
  readonly folders: readonly string[];
}

/** Who listens to what: one worker of the installation for each connection. */
export interface ListenerBook {
  connections(): Promise<readonly { readonly id: string; readonly name: string }[]>;
  pairsOf(connectionId: string): Promise<readonly ListenedPair[]>;
  /** Whether this worker listens to the connection for the next 15 s. */
  hold(connectionId: string): Promise<boolean>;
  release(connectionId: string): Promise<void>;
}

/** How a connection is listened to. */
export interface ConnectionEar {
  readonly notifications: NotificationPort;
  /** Another text after every change of the settings: then listening begins anew with them. */
  readonly gate: string;
}

export interface ExchangeListenerDeps {
  readonly book: ListenerBook;
  readonly earOf: (connectionId: string) => Promise<ConnectionEar>;
  /** Which mailboxes may share a stream, as far as it is known now; one that is not in it belongs to the common group. */
  readonly groupsOf: (connectionId: string, mailboxes: readonly EmailAddress[]) => Groups;
  readonly wake: (pairIds: readonly string[]) => Promise<void>;
  readonly gatherMs: number;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'heard' | 'listeningBrokeOff' | 'listening'>;
}

/** Well within the 15 s that a connection is held: a worker that dies is replaced, and a change of settings is seen. */
const LOOK_EVERY_MS = 4_000;

/**
 * Listens to every connection that no other worker listens to, until the signal fires, and wakes the pairs in whose folders something
 * happened. Employees who are switched on, off or moved are picked up within seconds. Never rejects: what fails is logged and tried
 * again, and until then polls find the changes.
 */
export async function keepExchangeListened(
  deps: ExchangeListenerDeps,
  signal: AbortSignal,
): Promise<void> {
  const { clock, log, book } = deps;
  const open = new Map<string, OpenConnection>();
  while (!signal.aborted) {
    await look(open, deps, signal).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'who listens to Exchange could not be looked up');
    });
    await clock.sleep(LOOK_EVERY_MS, signal).catch(() => undefined); // stopped
  }
  for (const [id, connection] of open) {
    await connection.close();
    await book.release(id).catch(() => undefined); // it runs out by itself
  }
}

/** One connection as this worker listens to it. */
interface OpenConnection {
  readonly gate: string;
  update(pairs: readonly ListenedPair[], groups: Groups): void;
  close(): Promise<void>;
}

/** Brings what is listened to in line with what should be. One connection that fails leaves the others alone. */
async function look(
  open: Map<string, OpenConnection>,
  deps: ExchangeListenerDeps,
  signal: AbortSignal,
): Promise<void> {
  const wanted = await deps.book.connections();
  const ids = new Set(wanted.map(({ id }) => id));
  for (const id of open.keys()) if (!ids.has(id)) await drop(id, open, deps);
  for (const connection of wanted) {
    if (signal.aborted) return;
    await lookAt(connection, open, deps).catch((error: unknown) => {
      const fields = { connection: connection.name, reason: String(error) };
      deps.log.warn(fields, 'a connection cannot be listened to');
    });
  }
}

async function lookAt(
  { id, name }: { readonly id: string; readonly name: string },
  open: Map<string, OpenConnection>,
  deps: ExchangeListenerDeps,
): Promise<void> {
  if (!(await deps.book.hold(id))) return drop(id, open, deps);
  const ear = await deps.earOf(id);
  if (open.get(id)?.gate !== ear.gate) {
    await drop(id, open, deps);
    open.set(id, openConnection(ear, name, deps));
  }
  const pairs = await deps.book.pairsOf(id);
  const addresses = [...new Set(pairs.map(({ mailbox }) => mailbox.address))];
  open.get(id)?.update(pairs, deps.groupsOf(id, addresses));
}

async function drop(
  id: string,
  open: Map<string, OpenConnection>,
  { book }: ExchangeListenerDeps,
): Promise<void> {
  const connection = open.get(id);
  if (connection === undefined) return;
  open.delete(id);
  await connection.close();
  await book.release(id); // only where it is ours
}

function openConnection(
  { notifications, gate }: ConnectionEar,
  name: string,
  { clock, log, metrics, wake, gatherMs }: ExchangeListenerDeps,
): OpenConnection {
  const stopping = new AbortController();
  const { signal } = stopping;
  let pairs: readonly ListenedPair[] = [];
  const wakeNow = (pairIds: readonly string[]): void => {
    wake(pairIds).catch((error: unknown) => {
      log.warn({ connection: name, reason: String(error) }, 'a wake was lost');
    });
  };
  const gatherer = gatherChanges({ clock, gatherMs, wake: wakeNow, signal });
  const listening = notifications.listen(
    {
      heard(change) {
        metrics.heard(name, change.why);
        pass(change, pairs, gatherer);
      },
      brokeOff(failure) {
        metrics.listeningBrokeOff(name, failure.kind);
        log.info(fieldsOf(name, failure), 'listening to Exchange broke off');
      },
    },
    signal,
  );
  return {
    gate,
    update(now, groups) {
      pairs = now;
      listening.watch(mailboxesOf(now, groups));
      metrics.listening(name, listening.states());
    },
    close: () => end(listening, stopping, () => metrics.listening(name, null)),
  };
}

async function end(
  { ended }: Listening,
  stopping: AbortController,
  after: () => void,
): Promise<void> {
  stopping.abort();
  await ended;
  after();
}

/** A mailbox may have several pairs, one for each kind; a folder belongs to one of them. */
function pass(
  { mailbox, folderId, why }: Heard,
  pairs: readonly ListenedPair[],
  gatherer: ChangeGatherer,
): void {
  for (const pair of pairs) {
    if (pair.mailbox.address !== mailbox.address) continue;
    if (folderId !== null && !pair.folders.includes(folderId)) continue;
    gatherer[why](pair.pairId);
  }
}

/** One subscription covers all folders of a mailbox. */
function mailboxesOf(pairs: readonly ListenedPair[], groups: Groups): readonly WatchedMailbox[] {
  const watched = new Map<Mailbox['address'], WatchedMailbox>();
  for (const { mailbox, folders } of pairs) {
    const known = watched.get(mailbox.address)?.folders ?? [];
    const all = [...new Set([...known, ...folders])];
    watched.set(mailbox.address, {
      mailbox,
      folders: all,
      grouping: groups.get(mailbox.address) ?? null,
    });
  }
  return [...watched.values()];
}

function fieldsOf(connection: string, { kind, code, message }: ConnectorFailure): object {
  return { connection, kind, code, reason: message };
}
