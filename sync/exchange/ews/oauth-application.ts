import { createPrivateKey, X509Certificate } from 'node:crypto';
import { ConnectorFailure, type Sentence } from '../../ports/failure.js';
import { isLoopback } from './loopback.js';
import {
  BAD_AUTHORITY,
  BAD_CERTIFICATE,
  BAD_KEY,
  BAD_THUMBPRINT,
  NO_CLIENT_ID,
  NO_SECRET,
  NO_TENANT,
} from './oauth-sentences.js';

/** The application that signs in, as Entra ID has it registered. */
export interface OauthApplication {
  /** The tenant's id or one of its domains; none of the shared ones such as `common`. */
  readonly tenantId: string;
  readonly clientId: string;
  /** The value of a client secret, or a certificate. */
  readonly credential: { readonly secret: string } | { readonly certificate: OauthCertificate };
  /** https://login.microsoftonline.com/TENANT; another address for a national cloud. http:// only on this machine. */
  readonly authority?: string;
  /** For which Exchange: https://outlook.office365.com, or the address under which one's own is registered. */
  readonly scope?: string;
}

export interface OauthCertificate {
  /** The private key, RSA of 2048 bits or more, PEM without a password. */
  readonly key: string;
  /** The certificate, PEM, its chain after it: sent along, so that Entra ID may also know it by its issuer and name. */
  readonly x5c?: string;
  /** SHA-256 or SHA-1 in hexadecimal, colons or not; may be left out where `x5c` is given. */
  readonly thumbprint?: string;
}

/** An application that was checked, with nothing left to default. */
export interface CheckedApplication {
  readonly clientId: string;
  /** With the tenant, without a slash at the end. */
  readonly authority: URL;
  readonly scope: string;
  readonly credential: { readonly secret: string } | { readonly certificate: CheckedCertificate };
}

export interface CheckedCertificate {
  readonly key: string;
  readonly x5c: string | null;
  /** Hexadecimal without colons: 64 digits are SHA-256, 40 are SHA-1. */
  readonly thumbprint: string;
}

/** Throws `ConnectorFailure` (`forbidden`) with a sentence that says what is missing or wrong. */
export function checkApplication(application: OauthApplication): CheckedApplication {
  const clientId = application.clientId.trim();
  if (clientId === '') throw unusable(NO_CLIENT_ID);
  return {
    clientId,
    authority: checkedAuthority(application.authority ?? MICROSOFT, application.tenantId.trim()),
    scope: scopeOf(application.scope ?? EXCHANGE_ONLINE),
    credential: checkedCredential(application.credential),
  };
}

const MICROSOFT = 'https://login.microsoftonline.com';
const EXCHANGE_ONLINE = 'https://outlook.office365.com';

/** With these an application cannot sign in: it must name its own. */
const SHARED_TENANTS: ReadonlySet<string> = new Set(['', 'common', 'organizations', 'consumers']);

function checkedAuthority(text: string, tenantId: string): URL {
  if (!URL.canParse(text)) throw unusable(BAD_AUTHORITY);
  const url = new URL(text);
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '') throw unusable(BAD_AUTHORITY);
  const [ofAuthority = ''] = url.pathname.split('/').slice(1);
  const tenant = ofAuthority === '' ? encodeURIComponent(tenantId) : ofAuthority;
  if (SHARED_TENANTS.has(tenant.toLowerCase())) throw unusable(NO_TENANT);
  return new URL(`/${tenant}`, url.origin);
}

/** An application asks for all that it was granted, by one fixed name. */
function scopeOf(scope: string): string {
  return scope.endsWith('/.default') ? scope : `${scope.replace(/\/$/, '')}/.default`;
}

function checkedCredential(
  credential: OauthApplication['credential'],
): CheckedApplication['credential'] {
  if ('certificate' in credential)
    return { certificate: checkedCertificate(credential.certificate) };
  if (credential.secret === '') throw unusable(NO_SECRET);
  return credential;
}

function checkedCertificate({ key, x5c, thumbprint }: OauthCertificate): CheckedCertificate {
  const privateKey = orUnusable(() => createPrivateKey(key), BAD_KEY);
  const bits = privateKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (privateKey.asymmetricKeyType !== 'rsa' || bits < 2048) throw unusable(BAD_KEY);
  const certificate =
    x5c === undefined ? null : orUnusable(() => new X509Certificate(x5c), BAD_CERTIFICATE);
  if (certificate?.checkPrivateKey(privateKey) === false) throw unusable(BAD_CERTIFICATE);
  const digits = (thumbprint ?? certificate?.fingerprint256 ?? '').replaceAll(/[:\s]/g, '');
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(digits)) throw unusable(BAD_THUMBPRINT);
  return { key, x5c: x5c ?? null, thumbprint: digits };
}

/** What a library says about a key it cannot read is no help, and the key is a secret: it goes no further. */
function orUnusable<T>(read: () => T, sentence: Sentence): T {
  try {
    return read();
  } catch {
    throw unusable(sentence);
  }
}

function unusable(sentence: Sentence): ConnectorFailure {
  return new ConnectorFailure('forbidden', sentence.en, { code: 'NotUsable', sentence });
}
