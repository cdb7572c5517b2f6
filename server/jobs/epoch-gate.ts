import type { Chance, Clock } from '../../sync/ports/clock.js';
import type {
  Epoch,
  EpochBook,
  EpochFinding,
  EpochStore,
  EpochToken,
  ErpEpoch,
  MailboxEpochs,
} from '../../sync/ports/epoch.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Pair } from '../../sync/ports/pair.js';
import { concernedSentence } from '../repair-sentences.js';
import { naming } from './failure-side.js';

/** What the gate looks at besides the tokens, for one pair. */
export interface GatedPair {
  readonly pair: Pair;
  readonly mailboxes: MailboxEpochs;
  /** Whether the mailbox holds items of ours, though it shows no token; true where we expect none. */
  readonly hasOurItems: (signal: AbortSignal) => Promise<boolean>;
}

export interface EpochGateDeps {
  readonly book: EpochBook;
  readonly erp: ErpEpoch;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly chance: Pick<Chance, 'key'>;
}

/**
 * Recognises restored and copied stores by their tokens (rule 1). One gate per process: a store is asked for its token once
 * after the start, and again before writing when an hour has passed.
 */
export interface EpochGate {
  /** Throws `forbidden` with code `RepairMode` where nothing may be synced before an administrator has decided. */
  enter(gated: GatedPair, signal: AbortSignal): Promise<void>;
  /** The same, and gives both stores a new token when it is time. Called before every write to either of them. */
  beforeWrite(gated: GatedPair, signal: AbortSignal): Promise<void>;
  /** A feed broke off: the side may have been restored, so its token is looked at again. */
  doubt(side: 'erp' | 'exchange', gated: GatedPair): void;
}

/**
 * Tokens are renewed with the first write after a start, and with the first one of every hour after that: a process may run
 * for months, and a backup from before the last renewal is what is recognised.
 */
const RENEW_EVERY_MS = 3_600_000;

const LEAST_REST_MS = 60_000;

/** A store, and how it is asked. */
interface Asked {
  readonly store: EpochStore;
  /** The place in our memory: another mailbox of the same employee is another store. */
  readonly place: string;
  readonly read: (signal: AbortSignal) => Promise<EpochToken>;
  readonly write: (token: EpochToken, signal: AbortSignal) => Promise<void>;
}

interface Standing {
  isChecked: boolean;
  renewedAtMs: number | null;
  renewing: Promise<void> | null;
}

export function epochGate(deps: EpochGateDeps): EpochGate {
  const standings = new Map<string, Standing>();
  const standingOf = ({ place }: Pick<Asked, 'place'>): Standing => {
    const known = standings.get(place) ?? { isChecked: false, renewedAtMs: null, renewing: null };
    standings.set(place, known);
    return known;
  };

  const check = async (asked: Asked, gated: GatedPair, signal: AbortSignal): Promise<void> => {
    if (!(await isRecognised(asked, gated, { deps, signal }))) return;
    await deps.book.withdraw(asked.store);
    standingOf(asked).isChecked = true;
  };

  const enter = async (gated: GatedPair, signal: AbortSignal): Promise<void> => {
    for (const asked of storesOf(gated, deps)) {
      if (!standingOf(asked).isChecked) await check(asked, gated, signal);
    }
    await refuseSuspects(gated, deps);
  };

  const renew = async (asked: Asked, gated: GatedPair, signal: AbortSignal): Promise<void> => {
    const standing = standingOf(asked);
    standing.isChecked = false;
    await enter(gated, signal);
    const restMs = Math.max(LEAST_REST_MS, 2 * gated.pair.policy.writeTimeoutMs);
    const known = await deps.book.get(asked.store);
    const fresh = `${generationOf(known) + 1}.${deps.chance.key()}`;
    const token = await deps.book.promise(asked.store, fresh, restMs);
    if (token !== null && (await isKept(asked, { known, token, signal }))) {
      await deps.book.acknowledge(asked.store, token);
    }
    standing.renewedAtMs = deps.clock.monotonicMs();
  };

  return {
    enter,
    async beforeWrite(gated, signal) {
      for (const asked of storesOf(gated, deps)) {
        const standing = standingOf(asked);
        while (!isFresh(standing, deps)) {
          if (standing.renewing === null) {
            standing.renewing = renew(asked, gated, signal).finally(() => {
              standing.renewing = null;
            });
            await standing.renewing;
          } else {
            // how it ends for another pair is that pair's business
            await standing.renewing.catch(() => undefined);
          }
        }
      }
    },
    doubt(side, gated) {
      const [erp, mailbox] = storesOf(gated, deps);
      standingOf(side === 'erp' ? erp : mailbox).isChecked = false;
    },
  };
}

function isFresh({ renewedAtMs }: Standing, { clock }: Pick<EpochGateDeps, 'clock'>): boolean {
  return renewedAtMs !== null && clock.monotonicMs() - renewedAtMs < RENEW_EVERY_MS;
}

function storesOf(
  { pair, mailboxes }: GatedPair,
  { erp }: Pick<EpochGateDeps, 'erp'>,
): readonly [erp: Asked, mailbox: Asked] {
  const { employeeId, connectionId, mailbox } = pair;
  const store: EpochStore = `mailbox:${employeeId}`;
  return [
    {
      store: 'erp',
      place: 'erp',
      read: (signal) => naming('erp', erp.read(signal)),
      write: (token, signal) => naming('erp', erp.write(token, signal)),
    },
    {
      store,
      place: JSON.stringify([store, connectionId, mailbox]),
      read: (signal) => naming('exchange', mailboxes.read(mailbox, employeeId, signal)),
      write: (token, signal) =>
        naming('exchange', mailboxes.write(mailbox, employeeId, token, signal)),
    },
  ];
}

/** False where the store is suspicious, which is remembered. */
async function isRecognised(
  asked: Asked,
  gated: GatedPair,
  { deps, signal }: { readonly deps: EpochGateDeps; readonly signal: AbortSignal },
): Promise<boolean> {
  const { store } = asked;
  const { book } = deps;
  const { epoch, token } = await readBoth(asked, book, signal);
  if (epoch?.isTrustedAnew === true) {
    await book.adopt(store, token, epoch);
    return true;
  }
  const finding = judgeToken(epoch, token);
  if (finding === null) return true;
  const mayHaveMoved = epoch !== null && finding === 'missing' && store !== 'erp';
  if (mayHaveMoved && (await gated.hasOurItems(signal))) {
    // moved with its items by a way that leaves hidden messages behind
    await book.adopt(store, '', epoch);
    return true;
  }
  const { connectionId } = gated.pair;
  const isNew = await book.suspect({ connectionId, store, finding, found: token });
  const dispute = isNew && finding === 'foreign' ? disputing(epoch, token, deps) : null;
  if (dispute !== null) await asked.write(dispute, signal);
  return false;
}

/**
 * A copy of us that wrote first would go on while we stop. So whoever finds a token just as new as the next one of his own
 * writes one that neither knows, and both stop. One that is further ahead means that it is rather we who come from a backup
 * or are a copy, and the original shall not stop for that; an older one means that nobody else writes. null = no dispute.
 */
function disputing(
  epoch: Epoch | null,
  found: EpochToken,
  { chance }: Pick<EpochGateDeps, 'chance'>,
): EpochToken | null {
  const ahead = generationIn(found) - generationOf(epoch);
  if (ahead < 0 || ahead > 1) return null;
  return `${generationOf(epoch) + FAR_AHEAD}.${chance.key()}`;
}

const FAR_AHEAD = 1_000;

/** How often the token was renewed, as far as we know. */
function generationOf(epoch: Epoch | null): number {
  return Math.max(generationIn(epoch?.acknowledged ?? ''), generationIn(epoch?.pending ?? ''));
}

function generationIn(token: EpochToken): number {
  return Number(/^(\d{1,12})\./.exec(token)?.[1] ?? 0);
}

/** Our memory as it was before and after the token was read: another worker may renew it in between. */
async function readBoth(
  { store, read }: Asked,
  book: EpochBook,
  signal: AbortSignal,
): Promise<{ readonly epoch: Epoch | null; readonly token: EpochToken }> {
  let before = await book.get(store);
  for (;;) {
    const token = await readGenerously(read, before, signal);
    if (judgeToken(before, token) === null) return { epoch: before, token };
    const after = await book.get(store);
    if (isSame(before, after)) return { epoch: after, token };
    before = after;
  }
}

/**
 * Some servers speak EWS and keep no user configurations: a store that never had a token, and refuses to be asked for one, is
 * taken as it is. One that had a token must show it.
 */
async function readGenerously(
  read: Asked['read'],
  known: Epoch | null,
  signal: AbortSignal,
): Promise<EpochToken> {
  try {
    return await read(signal);
  } catch (error) {
    if (isRefusal(error) && (known?.acknowledged ?? '') === '') return '';
    throw error;
  }
}

/** Writes a token; false where the store, which never had one, refuses to keep it. */
async function isKept(
  { write }: Asked,
  { known, token, signal }: { known: Epoch | null; token: EpochToken; signal: AbortSignal },
): Promise<boolean> {
  try {
    await write(token, signal);
    return true;
  } catch (error) {
    if (isRefusal(error) && (known?.acknowledged ?? '') === '') return false;
    throw error;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConnectorFailure && error.kind === 'rejected';
}

function isSame(one: Epoch | null, other: Epoch | null): boolean {
  return (
    one?.acknowledged === other?.acknowledged &&
    one?.pending === other?.pending &&
    one?.isTrustedAnew === other?.isTrustedAnew
  );
}

/**
 * What a token says of its store; null = nothing bad. Pure.
 *
 *                       one of ours   none      another one
 *   we know of none     –             fine      unknown
 *   we know of one      fine          missing   foreign
 */
export function judgeToken(epoch: Epoch | null, token: EpochToken): EpochFinding | null {
  if (epoch === null) return token === '' ? null : 'unknown';
  if (token === epoch.acknowledged || token === epoch.pending) return null;
  return token === '' ? 'missing' : 'foreign';
}

/** A mailbox without any token stops its employee; any other suspicion stops the connection. */
async function refuseSuspects(
  { pair }: GatedPair,
  { book }: Pick<EpochGateDeps, 'book'>,
): Promise<void> {
  const all = await book.suspicions(pair.connectionId);
  const ours = all.filter(
    ({ store, finding }) =>
      store === 'erp' || finding !== 'missing' || store === `mailbox:${pair.employeeId}`,
  );
  if (ours.length === 0) return;
  const sentence = concernedSentence(ours);
  throw new ConnectorFailure('forbidden', sentence.en, { code: 'RepairMode', sentence });
}
