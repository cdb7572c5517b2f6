/** Somebody that an item names: by address, by name, or both. */
export interface MailboxAddress {
  readonly Name?: string;
  readonly EmailAddress: string;
  /** `SMTP` where absent. */
  readonly RoutingType?: string;
  /** `Mailbox` where absent. */
  readonly MailboxType?: string;
}

/** Two addresses are the same without regard to case. */
export function sameAddress(left: MailboxAddress, right: MailboxAddress): boolean {
  return left.EmailAddress.toLowerCase() === right.EmailAddress.toLowerCase();
}
