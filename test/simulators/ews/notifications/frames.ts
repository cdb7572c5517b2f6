import type { ExchangeError } from '../../mailbox/failure.js';
import { SOAP_NS } from '../namespaces.js';
import { serverVersionInfo } from '../server-release.js';
import type { ServerRelease } from '../server-release.js';
import { errorMessage, successMessage, writeResponse } from '../soap.js';
import { element } from '../xml.js';

/** One of the envelopes that a stream consists of. */
export interface Frame {
  /** Notifications, XML already. */
  readonly notifications?: string;
  readonly status?: 'OK' | 'Closed';
  readonly error?: ExchangeError;
  /** The subscriptions that the error is about. */
  readonly badIds?: readonly string[];
}

/**
 * Writes an envelope of a stream. The SOAP namespace is the default one, because clients look for `<Envelope`
 * as text (fact 81). `remark` stands in a comment.
 */
export function writeFrame(frame: Frame, release: ServerRelease, remark = ''): string {
  const { notifications, status, error, badIds = [] } = frame;
  const ids = badIds.map((id) => element('m:SubscriptionId', id)).join('');
  const rest =
    (notifications === undefined ? '' : element('m:Notifications', notifications)) +
    (ids === '' ? '' : element('m:ErrorSubscriptionIds', ids)) +
    (status === undefined ? '' : element('m:ConnectionStatus', status));
  const message = error ? errorMessage(OPERATION, error, rest) : successMessage(OPERATION, rest);
  const spaces = { 'xmlns:soap11': SOAP_NS };
  return element(
    'Envelope',
    (remark === '' ? '' : `<!-- ${remark} -->`) +
      element('soap11:Header', serverVersionInfo(release), spaces) +
      element('soap11:Body', writeResponse(OPERATION, [message]), spaces),
    { xmlns: SOAP_NS },
  );
}

const OPERATION = 'GetStreamingEvents';
