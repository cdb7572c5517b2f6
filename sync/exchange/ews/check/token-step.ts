import { millisecondsOf } from '../../../../mappings/values.js';
import type { Clock } from '../../../ports/clock.js';
import type { TokenFacts } from '../../../ports/connection-check.js';
import { ConnectorFailure } from '../../../ports/failure.js';
import { dialThrough, type Way } from '../dial.js';
import { checkApplication, type OauthApplication } from '../oauth-application.js';
import { requestToken } from '../oauth-token.js';
import { hostOf, openSocket, portOf } from '../open-socket.js';
import { failed, faultOf, passed, type StepFinding } from './steps.js';
import { checkTls } from './tls-step.js';
import { readTokenFacts } from './token-facts.js';

/** How the sign-in server is reached. */
export interface WayToToken extends Way {
  readonly clock: Clock;
}

/** Requests a token and answers what it says. Throws `ConnectorFailure`. */
export async function requestFacts(
  application: OauthApplication,
  { clock, ca, proxy }: WayToToken,
  signal: AbortSignal,
): Promise<TokenFacts> {
  const dial = dialThrough({ ca, proxy });
  const request = { application: checkApplication(application), dial, clock };
  const { text, lifetimeMs } = await requestToken({ ...request, stop: signal });
  return readTokenFacts(text, millisecondsOf(clock.now()) + lifetimeMs);
}

/** Whether the sign-in server issues a token, and the rights that it names. */
export async function tokenFinding(
  application: OauthApplication,
  way: WayToToken,
  signal: AbortSignal,
): Promise<StepFinding> {
  try {
    const { roles } = await requestFacts(application, way, signal);
    const named = roles.length === 0 ? { de: '', en: '' } : rights(roles.join(', '));
    return passed({
      de: `hat ein Token ausgestellt${named.de}`,
      en: `issued a token${named.en}`,
    });
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    return isOfTls(error)
      ? explained(error, application, { ...way, signal })
      : failed([faultOf(error)]);
  }
}

function isOfTls({ code }: ConnectorFailure): boolean {
  return code !== null && TLS.test(code);
}

const TLS = /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_|^EPROTO$/;

/** All that is wrong with the certificate, as with that of Exchange. */
async function explained(
  failure: ConnectorFailure,
  application: OauthApplication,
  { clock, ca, proxy, signal }: WayToToken & { readonly signal: AbortSignal },
): Promise<StepFinding> {
  const { authority } = checkApplication(application);
  const route = { host: hostOf(authority), port: portOf(authority), proxy };
  const open = (stop: AbortSignal) => openSocket(route, stop);
  const limits = { clock, signal, timeoutMs: TLS_TIMEOUT_MS };
  const finding = await checkTls({ host: route.host, ca, open }, limits);
  return finding.state === 'failed' ? finding : failed([faultOf(failure)]);
}

const TLS_TIMEOUT_MS = 20_000;

function rights(list: string): { readonly de: string; readonly en: string } {
  return { de: `, mit den Rechten ${list}`, en: `, with the rights ${list}` };
}
