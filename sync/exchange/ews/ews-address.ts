import { ConnectorFailure } from '../../ports/failure.js';
import { isLoopback } from './loopback.js';
import { NO_ADDRESS, PLAIN_HTTP } from './sentences.js';

/** The address of EWS as it may be used. Throws `ConnectorFailure` (`forbidden`) with a sentence for one that may not. */
export function ewsAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new ConnectorFailure('forbidden', NO_ADDRESS.en, { sentence: NO_ADDRESS });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConnectorFailure('forbidden', PLAIN_HTTP.en, { sentence: PLAIN_HTTP });
  }
  return url;
}
