import type { EmailAddress } from '../../mappings/values.js';
import type { Answer, Sentence } from './failure.js';

/** What was found for one mailbox. */
export interface ServerFound {
  /** The address that answered us, one of `addresses`. */
  readonly url: string;
  /** Every address that was named for the mailbox, from inside the company's network first. */
  readonly addresses: readonly string[];
  /** Who told: asked first the next time. */
  readonly endpoint: string;
  /** Under which address the server knows the mailbox: another one than was asked for where it has moved. */
  readonly mailbox: EmailAddress;
}

/** One thing that was tried, in the order in which it was. */
export interface LookupStep {
  /** What was asked, as an address. */
  readonly tried: string;
  readonly isGood: boolean;
  readonly result: Sentence;
}

/** How a lookup went. `found` is null where no address answered; the steps then say why. */
export interface Lookup {
  readonly found: ServerFound | null;
  readonly steps: readonly LookupStep[];
}

/** What one mailbox's server says about it. */
export interface MailboxServer {
  readonly addresses: readonly string[];
  /** Mailboxes of one group may share a connection for notifications; null where the server names none. */
  readonly group: string | null;
  /** Another organisation's address for the mailbox, or another lookup service's; null where it is here. */
  readonly movedTo: string | null;
}

/**
 * Finds the Exchange server of a mailbox (feature A3).
 *
 * Promises:
 *  - The sign-in goes over verified TLS only (on this machine also without), and only to who asked for one. It is never sent to a
 *    host that unverified DNS or plain http named, unless that host belongs to the mailbox's own domain, or to Microsoft.
 *  - An address is found only where it answered the sign-in as Exchange does.
 *  - `find` ends, whatever the servers say, and does not fail for what they say: that is in the steps.
 *  - Two refused sign-ins end a lookup: more of them would lock the account.
 */
export interface ServerDiscovery {
  /** `known` is an endpoint that a person named or that answered before; it is asked first. */
  find(mailbox: EmailAddress, known: KnownEndpoint | null, signal: AbortSignal): Promise<Lookup>;
  /** Looks whether Exchange answers at its usual address on a server; `url` is null where it does not. Sends no sign-in. */
  tryHost(
    host: string,
    signal: AbortSignal,
  ): Promise<{ readonly url: string | null; readonly steps: readonly LookupStep[] }>;
  /** Asks one endpoint about many mailboxes, in their order. Throws `ConnectorFailure` where it cannot be asked. */
  serversOf(
    mailboxes: readonly EmailAddress[],
    endpoint: string,
    signal: AbortSignal,
  ): Promise<readonly Answer<MailboxServer>[]>;
  close(): Promise<void>;
}

/** An endpoint to ask. `isOnly`: a person named it, and no other one is asked. */
export interface KnownEndpoint {
  readonly url: string;
  readonly isOnly: boolean;
}
