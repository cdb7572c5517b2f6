import { ConnectorFailure } from '../../../ports/failure.js';
import { openEws, type EwsOptions } from '../adapter.js';
import type { LookupMeans } from './find-server.js';

/**
 * Opens the calendar of the mailbox that was looked up. That the account may not work in it, or that the mailbox is busy, is an answer
 * of Exchange as well; a version that is too old is none to work with.
 */
export function tryingAddresses(options: Omit<EwsOptions, 'url'>): LookupMeans['tryAddress'] {
  return async (url, address, signal) => {
    const ews = openEws({ readTimeoutMs: 20_000, ...options, url });
    try {
      await ews.appointments.folders({ address }, signal);
    } catch (error) {
      if (!isAnswerOfExchange(error)) throw error;
    } finally {
      await ews.close();
    }
  };
}

function isAnswerOfExchange(error: unknown): boolean {
  const code = error instanceof ConnectorFailure ? (error.code ?? '') : '';
  return code.startsWith('Error') && code !== 'ErrorInvalidServerVersion';
}
