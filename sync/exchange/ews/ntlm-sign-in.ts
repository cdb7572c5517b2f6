import { Client, type Dispatcher, type Pool } from 'undici';
import { millisecondsOf } from '../../../mappings/values.js';
import type { Chance, Clock } from '../../ports/clock.js';
import { noting } from './dial.js';
import { shareLanes, type Lane } from './lanes.js';
import { accountOf, authenticateMessage, negotiateMessage, readChallenge } from './ntlm.js';
import type { EwsPost, SignIn } from './sign-in.js';

/**
 * Signs in each connection once by NTLMv2 and keeps it, so that a call costs one request, not two. `user` is
 * `DOMAIN\user` or `user@company.com`.
 */
export function ntlmSignIn(
  credentials: { readonly user: string; readonly password: string },
  { clock, chance }: { readonly clock: Clock; readonly chance: Chance },
): SignIn {
  const account = accountOf(credentials.user, credentials.password);
  const answerTo: Answering = (challenge, binding) => {
    const read = readChallenge(challenge);
    if (read === null) return null;
    const clientChallenge = Buffer.from(chance.key(), 'base64url').subarray(0, 8);
    const nowMs = millisecondsOf(clock.now());
    return authenticateMessage(account, read, { ...binding, clientChallenge, nowMs });
  };
  return {
    open(origin, options) {
      const lanes = Array.from({ length: options.connections ?? 1 }, () =>
        openLane(origin, options, answerTo),
      );
      return shareLanes(lanes);
    },
  };
}

/** Our answer to the server's challenge; null where the challenge is none. */
type Answering = (
  challenge: Buffer,
  binding: { readonly host: string; readonly certificate: Uint8Array | null },
) => Buffer | null;

/** Windows servers offer NTLM by its own name, or inside Negotiate only. */
const SCHEMES = ['NTLM', 'Negotiate'] as const;

/**
 * One connection. When the server has forgotten it, or it was opened anew, it answers 401, which says that nothing was done: then
 * it is signed in again and the request repeated.
 */
function openLane(origin: string, options: Pool.Options, answerTo: Answering): Lane {
  let isSignedIn = false;
  let certificate: Uint8Array | null = null;
  const host = new URL(origin).hostname;
  const dial = noting(options.connect, (found) => (certificate = found));
  const client = new Client(origin, { ...options, connect: dial });
  client.on('disconnect', () => (isSignedIn = false));

  const send = (
    request: EwsPost,
    authorization: string | null,
  ): Promise<Dispatcher.ResponseData> => {
    const headers =
      authorization === null ? request.headers : { ...request.headers, authorization };
    return client.request({ ...request, method: 'POST', headers });
  };

  async function signInAndSend(request: EwsPost): Promise<Dispatcher.ResponseData> {
    for (const scheme of SCHEMES) {
      const hello = negotiateMessage().toString('base64');
      const offer = await send({ ...request, body: '' }, `${scheme} ${hello}`);
      const challenge = challengeIn(offer, scheme);
      const proof = challenge === null ? null : answerTo(challenge, { host, certificate });
      const isLast = scheme === SCHEMES.at(-1);
      if (proof === null && (isLast || offer.statusCode !== 401)) return offer;
      await offer.body.dump();
      if (proof === null) continue;
      const response = await send(request, `${scheme} ${proof.toString('base64')}`);
      isSignedIn = response.statusCode !== 401;
      return response;
    }
    return send(request, null);
  }

  return {
    async post(request) {
      if (!isSignedIn) return signInAndSend(request);
      const response = await send(request, null);
      if (response.statusCode !== 401) return response;
      await response.body.dump();
      return signInAndSend(request);
    },
    close: () => client.destroy(),
  };
}

function challengeIn(
  { statusCode, headers }: Dispatcher.ResponseData,
  scheme: string,
): Buffer | null {
  if (statusCode !== 401) return null;
  const offers = [headers['www-authenticate'] ?? []].flat();
  for (const offer of offers) {
    const token = new RegExp(`(?:^|,\\s*)${scheme} ([A-Za-z0-9+/=]+)`, 'i').exec(offer)?.[1];
    if (token !== undefined) return Buffer.from(token, 'base64');
  }
  return null;
}
