import type { Clock } from '../../ports/clock.js';
import type { Mailbox } from '../../ports/exchange.js';
import { ConnectorFailure } from '../../ports/failure.js';
import type { SoapClient } from './soap.js';
import type { XmlNode } from './xml-reader.js';
import type { Xml } from './xml-writer.js';

/**
 * Sends requests about one mailbox within one call of the port, and answers with the element inside the SOAP body.
 * Throws `ConnectorFailure`.
 */
export type Ask = (operation: string, body: Xml) => Promise<XmlNode>;

/** How to ask within one call of the port. */
export interface AskOptions {
  readonly mailbox: Mailbox;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** For reading: every request may take its own time. */
export function askPerRequest(soap: SoapClient, options: AskOptions): Ask {
  return (operation, body) => soap.call({ operation, body, ...options });
}

/**
 * For writing: all requests of the call share one time-out, counted from its beginning. Recovery of an intent relies on it:
 * after twice that time no write of this call can land any more (rule 8). What there is no time left for is never sent.
 */
export function askUntilDeadline(soap: SoapClient, clock: Clock, options: AskOptions): Ask {
  const deadline = clock.monotonicMs() + options.timeoutMs;
  return async (operation, body) => {
    const timeoutMs = deadline - clock.monotonicMs();
    if (timeoutMs <= 0) {
      throw new ConnectorFailure('unreachable', 'no time was left to send the request', {
        code: 'NotSent',
      });
    }
    return soap.call({ operation, body, ...options, timeoutMs });
  };
}
