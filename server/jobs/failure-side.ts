import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { ErpPort } from '../../sync/ports/erp.js';
import type { ExchangePort } from '../../sync/ports/exchange.js';
import type { Side } from '../../sync/ports/store.js';

/** The side that a failure came from; null = our own database, or nobody said. */
export function sideOf(failure: ConnectorFailure): Side | null {
  return sides.get(failure) ?? null;
}

/** The failure itself stays as it is: the engine looks at its kind. */
const sides = new WeakMap<ConnectorFailure, Side>();

/** The same port; what a call of it throws is remembered as coming from Exchange. */
export function namedExchange<Item, Patch>(
  port: ExchangePort<Item, Patch>,
): ExchangePort<Item, Patch> {
  const from = <T>(call: Promise<T>): Promise<T> => naming('exchange', call);
  return {
    ...(port.clockOffsetMs && { clockOffsetMs: () => port.clockOffsetMs?.() ?? null }),
    folders: (...args) => from(port.folders(...args)),
    changesSince: (...args) => from(port.changesSince(...args)),
    read: (...args) => from(port.read(...args)),
    create: (...args) => from(port.create(...args)),
    update: (...args) => from(port.update(...args)),
    remove: (...args) => from(port.remove(...args)),
    bringBack: (...args) => from(port.bringBack(...args)),
    findByKey: (...args) => from(port.findByKey(...args)),
  };
}

/** The same port; what a call of it throws is remembered as coming from the ERP. */
export function namedErp<Record, Patch>(port: ErpPort<Record, Patch>): ErpPort<Record, Patch> {
  const from = <T>(call: Promise<T>): Promise<T> => naming('erp', call);
  return {
    ...(port.clockOffsetMs && { clockOffsetMs: () => port.clockOffsetMs?.() ?? null }),
    changesSince: (...args) => from(port.changesSince(...args)),
    read: (...args) => from(port.read(...args)),
    create: (...args) => from(port.create(...args)),
    update: (...args) => from(port.update(...args)),
    remove: (...args) => from(port.remove(...args)),
    join: (...args) => from(port.join(...args)),
    findMeetings: (...args) => from(port.findMeetings(...args)),
    findByKey: (...args) => from(port.findByKey(...args)),
  };
}

/** Waits for a call; what it throws is remembered as coming from that side. */
export async function naming<T>(side: Side, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof ConnectorFailure) sides.set(error, side);
    throw error;
  }
}
