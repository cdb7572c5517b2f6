import { erpFailure } from './failures.js';

/** Runs a read; what goes wrong is a `ConnectorFailure`, or the signal's reason. */
export async function translated<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  try {
    const value = await work();
    signal.throwIfAborted();
    return value;
  } catch (error) {
    signal.throwIfAborted();
    throw erpFailure(error);
  }
}
