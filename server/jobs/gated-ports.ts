import type { ErpPort } from '../../sync/ports/erp.js';
import type { ExchangePort } from '../../sync/ports/exchange.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { EpochGate, GatedPair } from './epoch-gate.js';

/**
 * The ports of one pair behind the gate of the tokens (rule 1): nothing is read before the stores were recognised, and
 * nothing is written before they have a new token. For one cycle: it asks our database once.
 */
export function gatedPorts<Record, RecordPatch, Item, ItemPatch>(
  ports: {
    readonly erp: ErpPort<Record, RecordPatch>;
    readonly exchange: ExchangePort<Item, ItemPatch>;
  },
  gate: EpochGate,
  gated: GatedPair,
): {
  readonly erp: ErpPort<Record, RecordPatch>;
  readonly exchange: ExchangePort<Item, ItemPatch>;
} {
  const { erp, exchange } = ports;
  let entered: Promise<void> | null = null;

  const reading = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
    entered ??= gate.enter(gated, signal);
    await entered;
    return call();
  };

  const writing = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
    await reading(signal, () => gate.beforeWrite(gated, signal));
    return call();
  };

  /** A feed that cannot be continued: the store may be a restored one. Then that is what we say. */
  const following = async <T>(
    side: 'erp' | 'exchange',
    signal: AbortSignal,
    call: () => Promise<T>,
  ): Promise<T> => {
    try {
      return await reading(signal, call);
    } catch (error) {
      if (!(error instanceof ConnectorFailure) || error.kind !== 'cursorExpired') throw error;
      gate.doubt(side, gated);
      await gate.enter(gated, signal);
      throw error;
    }
  };

  return {
    erp: {
      ...(erp.clockOffsetMs && { clockOffsetMs: () => erp.clockOffsetMs?.() ?? null }),
      changesSince: (employeeId, position, signal) =>
        following('erp', signal, () => erp.changesSince(employeeId, position, signal)),
      read: (employeeId, ids, signal) => reading(signal, () => erp.read(employeeId, ids, signal)),
      create: (lease, entries, signal) => writing(signal, () => erp.create(lease, entries, signal)),
      update: (lease, entries, signal) => writing(signal, () => erp.update(lease, entries, signal)),
      remove: (lease, entries, signal) => writing(signal, () => erp.remove(lease, entries, signal)),
      join: (lease, entries, signal) => writing(signal, () => erp.join(lease, entries, signal)),
      findMeetings: (keys, signal) => reading(signal, () => erp.findMeetings(keys, signal)),
      findByKey: (lease, keys, signal) => reading(signal, () => erp.findByKey(lease, keys, signal)),
    },
    exchange: {
      ...(exchange.clockOffsetMs && { clockOffsetMs: () => exchange.clockOffsetMs?.() ?? null }),
      folders: (mailbox, signal) => reading(signal, () => exchange.folders(mailbox, signal)),
      changesSince: (mailbox, from, signal) =>
        following('exchange', signal, () => exchange.changesSince(mailbox, from, signal)),
      read: (mailbox, ids, signal) => reading(signal, () => exchange.read(mailbox, ids, signal)),
      create: (mailbox, entries, signal) =>
        writing(signal, () => exchange.create(mailbox, entries, signal)),
      update: (mailbox, entries, signal) =>
        writing(signal, () => exchange.update(mailbox, entries, signal)),
      remove: (mailbox, entries, signal) =>
        writing(signal, () => exchange.remove(mailbox, entries, signal)),
      bringBack: (mailbox, entries, signal) =>
        writing(signal, () => exchange.bringBack(mailbox, entries, signal)),
      findByKey: (mailbox, search, signal) =>
        reading(signal, () => exchange.findByKey(mailbox, search, signal)),
    },
  };
}
