import type { Dispatcher } from 'undici';
import { httpFailure } from './http-failure.js';
import { orStopped } from './stop-after.js';
import type { EwsPost, SignedConnections } from './sign-in.js';

/** An answer that goes on for as long as both sides want. */
export interface EwsStream {
  readonly headers: Dispatcher.ResponseData['headers'];
  /** Bytes as they come. What it throws is `connectionFailure`'s matter. */
  readonly pieces: AsyncIterable<unknown>;
}

/**
 * Sends a request over connections of its own, which end with the answer: it would take a place from the short ones for half an hour
 * otherwise. HTTP 500 is handed on, since a SOAP fault comes with it. Throws `ConnectorFailure` or what undici throws.
 */
export async function openStream(
  connections: SignedConnections,
  request: EwsPost,
): Promise<EwsStream> {
  try {
    const response = await orStopped(connections.post(request), request.signal);
    response.body.once('close', () => void connections.close());
    const failure = httpFailure(response);
    if (failure === null) return { headers: response.headers, pieces: response.body };
    response.body.on('error', () => undefined).destroy();
    throw failure;
  } catch (error) {
    await connections.close();
    throw error;
  }
}
