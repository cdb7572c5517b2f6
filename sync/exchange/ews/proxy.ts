import { ConnectorFailure, type Sentence } from '../../ports/failure.js';
import { ProxyRefused, type ProxyServer } from './open-socket.js';
import { causeOf } from './connection-failure.js';
import {
  BAD_PROXY,
  BAD_PROXY_USER,
  proxyAnswered,
  PROXY_SIGN_IN_REFUSED,
  PROXY_FORBIDS,
  PROXY_REACHES_NOTHING,
  proxyUnreachable,
} from './proxy-sentences.js';
import { NOT_IN_USER } from './sign-in.js';

/** A proxy as an administrator entered it. */
export interface ProxySettings {
  /** As `http://proxy.company.local:3128`, or https:// where the proxy speaks TLS itself. */
  readonly url: string;
  readonly user: string | null;
  readonly password: string | null;
  /** PEM, for a proxy that is spoken to by TLS. */
  readonly ca: string | null;
}

/** The proxy that these settings mean. Throws `ConnectorFailure` (`forbidden`) with a sentence for what cannot be used. */
export function proxyServer({ url: text, user, password, ca }: ProxySettings): ProxyServer {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isBare = url?.pathname === '/' && url.search === '' && url.hash === '';
  if (!isBare || !/^https?:$/.test(url.protocol)) throw unusable(BAD_PROXY);
  if (url.username !== '' || url.password !== '') throw unusable(BAD_PROXY);
  if (user === null) return { url, credentials: null, ca };
  if (user === '' || NOT_IN_USER.test(user)) throw unusable(BAD_PROXY_USER);
  return { url, credentials: { user, password: password ?? '' }, ca };
}

function unusable(sentence: Sentence): ConnectorFailure {
  return new ConnectorFailure('forbidden', sentence.en, { code: 'NotUsable', sentence });
}

/**
 * Why a proxy brought no connection. A refused sign-in is `forbidden`, since only a person can mend it; everything else may pass.
 * Exchange saw nothing of the request.
 */
export function proxyFailure(error: unknown): ConnectorFailure {
  if (!(error instanceof ProxyRefused)) {
    const cause = causeOf(error);
    return failure('unreachable', `Proxy${cause}`, proxyUnreachable(cause));
  }
  const { status } = error;
  if (status === 407) return failure('forbidden', 'ProxyHTTP407', PROXY_SIGN_IN_REFUSED);
  const code = status === null ? 'ProxyNotHTTP' : `ProxyHTTP${status}`;
  if (status === 401 || status === 403) return failure('forbidden', code, PROXY_FORBIDS);
  const reachesNothing = status === 502 || status === 503 || status === 504;
  return failure('unreachable', code, reachesNothing ? PROXY_REACHES_NOTHING : proxyAnswered(code));
}

function failure(
  kind: 'unreachable' | 'forbidden',
  code: string,
  sentence: Sentence,
): ConnectorFailure {
  return new ConnectorFailure(kind, sentence.en, { code, sentence });
}
