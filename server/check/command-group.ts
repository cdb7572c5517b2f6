import type { Sentence } from '../../sync/ports/failure.js';

/** Commands that an Exchange administrator runs together, in order. */
export interface CommandGroup {
  readonly name: CommandGroupName;
  /** What they are for. */
  readonly title: Sentence;
  readonly lines: readonly string[];
}

export type CommandGroupName =
  | 'connect'
  | 'impersonation'
  | 'applicationAccess'
  | 'ewsEnabled'
  | 'ewsAllowed' // in spite of its end in Exchange Online
  | 'ownMailbox'
  | 'signInWays'
  | 'certificate'
  | 'throttling';

/** What the commands are filled in with. */
export interface CommandValues {
  /** Of the connection. */
  readonly name: string;
  readonly url: string;
  readonly auth: 'basic' | 'ntlm' | 'oauth';
  /** The service account, or the client id. */
  readonly userName: string;
  /** The mailboxes that are to be synced; the first is the one to try with. */
  readonly mailboxes: readonly string[];
}

/** Whether the server is Microsoft's own, of whatever national cloud. */
export function isExchangeOnline(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return ONLINE.test(host);
}

const ONLINE =
  /(^|\.)(outlook\.office(365)?\.(com|us)|outlook-dod\.office365\.us|partner\.outlook\.cn)$/;
