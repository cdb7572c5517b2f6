import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { User } from '../mailbox/organisation.js';
import type { Random } from '../random.js';
import type { Account, Accounts } from './accounts.js';
import { challengeFor, isProven, readAnswer } from './ntlm-server.js';
import type { Challenge } from './ntlm-server.js';

export const AUTH_SCHEMES = ['basic', 'ntlm', 'negotiate', 'bearer'] as const;
export type AuthScheme = (typeof AUTH_SCHEMES)[number];

/** Who signed in, or what the 401 offers. */
export type SignInResult =
  { readonly user: User } | { readonly user: null; readonly offers: readonly string[] };

/** How the sign-in is set up. */
export interface SignInPlan {
  readonly accounts: Accounts;
  readonly schemes: readonly AuthScheme[];
  readonly random: Random;
  readonly nowMs: () => number;
  /** The server's certificate in DER, where an NTLM answer must be tied to it (Extended Protection). */
  readonly boundTo: () => Buffer | null;
}

/** Signs requests in. NTLM belongs to the connection: what it proved holds until the connection ends (fact 2). */
export class SignIn {
  private readonly plan: SignInPlan;
  private readonly connections = new WeakMap<Duplex, NtlmState>();

  constructor(plan: SignInPlan) {
    this.plan = plan;
  }

  of(request: IncomingMessage): SignInResult {
    const { authorization } = request.headers;
    const known = this.connections.get(request.socket)?.account ?? null;
    if (authorization === undefined) return this.result(known);
    const space = authorization.indexOf(' ');
    const scheme = authorization.slice(0, space).toLowerCase();
    const rest = authorization.slice(space + 1).trim();
    if (!this.plan.schemes.some((one) => one === scheme)) return this.result(null);
    switch (scheme) {
      case 'basic':
        return this.result(this.basic(rest));
      case 'bearer':
        return this.result(this.plan.accounts.ofToken(rest));
      default:
        return this.ntlm(request.socket, authorization.slice(0, space), rest);
    }
  }

  /** What a 401 offers. */
  offers(): string[] {
    return this.plan.schemes.map((scheme) => OFFERS[scheme]);
  }

  private result(account: Account | null): SignInResult {
    if (account && this.plan.accounts.isOpen(account)) return { user: account.user };
    return { user: null, offers: this.offers() };
  }

  private basic(encoded: string): Account | null {
    const credentials = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = credentials.indexOf(':');
    if (colon < 0) return null;
    const account = this.plan.accounts.ofSignInName(credentials.slice(0, colon));
    return account?.password === credentials.slice(colon + 1) ? account : null;
  }

  private ntlm(connection: Duplex, word: string, encoded: string): SignInResult {
    const message = Buffer.from(encoded, 'base64');
    const challenge = challengeFor(message, this.nonce(), this.plan.nowMs());
    if (challenge) {
      this.connections.set(connection, { challenge, account: null });
      return { user: null, offers: [`${word} ${challenge.message.toString('base64')}`] };
    }
    const open = this.connections.get(connection)?.challenge ?? null;
    const account = open && this.proven(message, open, connection);
    this.connections.set(connection, { challenge: null, account });
    return this.result(account);
  }

  private proven(message: Buffer, challenge: Challenge, connection: Duplex): Account | null {
    const answer = readAnswer(message);
    const account = answer && this.plan.accounts.ofSignInName(answer.user);
    if (!answer || !account) return null;
    const certificate = connection instanceof TLSSocket ? this.plan.boundTo() : null;
    return isProven(answer, challenge, { password: account.password, certificate })
      ? account
      : null;
  }

  private nonce(): Buffer {
    const nonce = Buffer.alloc(8);
    nonce.writeUInt32LE(this.plan.random.next32(), 0);
    nonce.writeUInt32LE(this.plan.random.next32(), 4);
    return nonce;
  }
}

/** What one connection is at: a challenge that waits for its answer, or who proved to be whom. */
interface NtlmState {
  readonly challenge: Challenge | null;
  readonly account: Account | null;
}

const OFFERS: Readonly<Record<AuthScheme, string>> = {
  basic: 'Basic realm="127.0.0.1"',
  ntlm: 'NTLM',
  negotiate: 'Negotiate',
  bearer: 'Bearer authorization_uri="https://login.example/common/oauth2/authorize"',
};
