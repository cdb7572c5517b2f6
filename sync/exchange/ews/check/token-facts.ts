import type { TokenFacts } from '../../../ports/connection-check.js';

/**
 * What an access token says about itself, if it is a JWT (RFC 7519). Its signature is not looked at: it is the receiver's business,
 * and nothing is decided by this. `endsMs` is used where the token names no end.
 */
export function readTokenFacts(token: string, endsMs: number): TokenFacts {
  const claims = claimsOf(token);
  const text = (...names: readonly string[]): string | null => {
    const found = names.map((name) => claims?.[name]).find((value) => typeof value === 'string');
    return typeof found === 'string' ? shown(found) : null;
  };
  const end = claims?.['exp'];
  return {
    tenant: text('tid'),
    application: text('appid', 'azp', 'client_id'),
    applicationName: text('app_displayname'),
    objectId: text('oid'),
    audience: text('aud'),
    roles: [...listIn(claims?.['roles']), ...listIn(text('scp')?.split(' '))],
    validUntilMs: typeof end === 'number' && Number.isFinite(end) ? end * 1000 : endsMs,
    isReadable: claims !== null,
  };
}

function claimsOf(token: string): Readonly<Record<string, unknown>> | null {
  const parts = token.split('.');
  if (parts.length !== 3) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims)
      ? { ...claims }
      : null;
  } catch {
    return null;
  }
}

function listIn(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .flatMap((one: unknown) => (typeof one === 'string' ? [shown(one)] : []))
    .slice(0, 50);
}

/** Another server wrote it, and a person's terminal shows it. */
function shown(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 200);
}
