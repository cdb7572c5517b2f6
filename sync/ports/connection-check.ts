import type { Mailbox } from './exchange.js';
import type { FailureKind, Sentence } from './failure.js';

/** The steps from the name of a server to the rights in a mailbox, in the order in which they are reached (feature A4). */
export type CheckStepName =
  | 'name' // of the server, resolved
  | 'address' // somebody answers there
  | 'tls'
  | 'signInServer' // another server, which signs an application in
  | 'service' // what answers is Exchange
  | 'signIn'
  | 'version'
  | 'ownMailbox' // of the account that signs in
  | 'role' // the account may impersonate
  | 'impersonation' // of one mailbox
  | 'folders'
  | 'rights'
  | 'clock';

export type CheckState =
  | 'passed'
  | 'warning' // works, and a person should know something
  | 'failed'
  | 'skipped' // there is nothing to check, or it cannot be told
  | 'notReached'; // because of the step that failed before it

/** One step and how it stands. `faults` is empty unless it failed or warns. */
export interface CheckStep {
  readonly name: CheckStepName;
  readonly state: CheckState;
  readonly result: Sentence;
  readonly faults: readonly CheckFault[];
}

/** One thing that is wrong. `code` is the foreign name of it, for support and for programs. */
export interface CheckFault {
  readonly kind: FailureKind;
  readonly code: string;
  readonly cause: Sentence;
  readonly remedy: Sentence;
}

/** What a sign-in server says in a token about the application; nothing of it is proven. Absent parts are null or empty. */
export interface TokenFacts {
  /** The tenant that issued it. */
  readonly tenant: string | null;
  readonly application: string | null;
  readonly applicationName: string | null;
  /** The application as the tenant's directory has it ("object id" of the enterprise application). */
  readonly objectId: string | null;
  /** For which service. */
  readonly audience: string | null;
  readonly roles: readonly string[];
  /** Milliseconds from the epoch. */
  readonly validUntilMs: number;
  /** False for a token that only its receiver can read. */
  readonly isReadable: boolean;
}

/**
 * What the administrator may try on one connection. Nothing is written anywhere.
 *
 * Promises:
 *  - `check` answers every step; what is wrong is in the answer and never thrown. It signs in once with a password that is refused.
 *  - `requestToken` answers null where no token is needed, and fails as the sign-in would.
 *  - No token, password or content of a mailbox is in what they answer.
 */
export interface ConnectionCheck {
  /** `mailbox` is tried; null = there is none to try with. */
  check(mailbox: Mailbox | null, signal: AbortSignal): Promise<readonly CheckStep[]>;
  requestToken(signal: AbortSignal): Promise<TokenFacts | null>;
  close(): Promise<void>;
}
