import type { Mailbox } from './exchange.js';

/** A calendar folder that a person may choose (feature B12). */
export interface Calendar {
  readonly id: string;
  /** As Outlook shows it; two folders may have the same one. */
  readonly name: string;
  readonly isDefault: boolean;
}

/** The calendars of a mailbox that are not deleted, the default one first. Throws `ConnectorFailure`. */
export type ListCalendars = (mailbox: Mailbox, signal: AbortSignal) => Promise<readonly Calendar[]>;
