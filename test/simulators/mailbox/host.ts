import type { Posting } from './ledger.js';
import type { ExchangeModes } from './modes.js';
import type { ViewMailbox } from './view.js';

/** What a mailbox needs of the organisation it lives in. */
export interface MailboxHost {
  readonly modes: ExchangeModes;
  nowMs(): number;
  /** A fresh UID for a calendar item. */
  newUid(): string;
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  /** Mails that a real server would send now; `cause` is the operation, or `person`. */
  post(from: ViewMailbox, postings: readonly Posting[], cause: string): void;
  /** Something changed: whoever keeps the state on disk saves it soon. */
  changed(): void;
}
