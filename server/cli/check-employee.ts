import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Abgleich, SyncedEmployee } from '../wire.js';
import { whyNotText } from './why-not.js';

/** Why this employee cannot be synced, and what to do; null = their mailbox opens, and nothing else is in the way. */
export async function checkEmployee(
  abgleich: Abgleich,
  employee: SyncedEmployee,
  signal: AbortSignal,
): Promise<Sentence | null> {
  const whyNot = whyNotText(employee);
  if (whyNot !== null) return whyNot;
  try {
    const exchange = await abgleich.exchangeOf(employee.connectionId);
    await exchange.folders({ address: employee.mailbox, namedBy: employee.namedBy }, signal);
    return null;
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return error.sentence ?? { de: error.message, en: error.message };
  }
}
