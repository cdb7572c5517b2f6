import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';

/** What undici's `connect` takes; the same for every connection to one server. */
export interface Trust {
  readonly rejectUnauthorized: true;
  readonly secureContext?: SecureContext;
}

/**
 * Whom to trust on a TLS connection: the authorities that Node knows, and those in `ca` (PEM, one or several) besides them. There is
 * no way to trust everybody, not even NODE_TLS_REJECT_UNAUTHORIZED, which an explicit `rejectUnauthorized` overrules (feature A9).
 */
export function trusting(ca: string | null): Trust {
  if (ca === null) return { rejectUnauthorized: true };
  const secureContext = createSecureContext({ ca: authoritiesWith(ca) }); // 20 ms: once, not per connection
  return { rejectUnauthorized: true, secureContext };
}

/** Node would take `ca` in place of its own authorities: a server with a public certificate would be refused. */
export function authoritiesWith(ca: string): string[] {
  return [...rootCertificates, ca];
}
