import { ConnectorFailure } from '../sync/ports/failure.js';

/** Whether a failure came from signing in by a server of its own, so that Exchange may not even have been asked. */
export function isFromSignIn(failure: ConnectorFailure): boolean {
  return failures.has(failure);
}

/** Waits for a signed-in request; a `ConnectorFailure` of it, which can only be the sign-in's, is remembered as such. */
export async function namingSignIn<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ConnectorFailure) failures.add(error);
    throw error;
  }
}

const failures = new WeakSet<ConnectorFailure>();
