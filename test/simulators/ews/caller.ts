import { ExchangeError } from '../mailbox/failure.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Organisation, User } from '../mailbox/organisation.js';
import type { Accounts } from '../sign-in/accounts.js';
import type { ConnectingSid } from './soap.js';

/** Who asks, and in whose place. */
export interface Caller {
  readonly user: User;
  /** The impersonated mailbox, else the user's own; null for a service account that impersonates nobody. */
  readonly mailbox: Mailbox | null;
  readonly isImpersonating: boolean;
  readonly accounts: Accounts;
}

/** Applies the impersonation header; throws what becomes a fault (fact 88). */
export function callerOf(
  { organisation, accounts }: { readonly organisation: Organisation; readonly accounts: Accounts },
  user: User,
  impersonated: ConnectingSid | null,
): Caller {
  if (impersonated === null) {
    const mailbox = user.role === 'mailbox' ? organisation.mailbox(user.address) : null;
    return { user, mailbox, isImpersonating: false, accounts };
  }
  const mailbox = accounts.mailboxOf(impersonated);
  accounts.checkImpersonation(user, mailbox);
  return { user, mailbox, isImpersonating: true, accounts };
}

/** Whether the caller may work in a mailbox: their own or impersonated one, or by delegation (fact 89). */
export function checkAccess(caller: Caller, wanted: Mailbox): void {
  const { user, mailbox, isImpersonating, accounts } = caller;
  if (mailbox === wanted) return;
  if (!isImpersonating && accounts.isDelegate(user, wanted)) return;
  throw new ExchangeError(
    'ErrorAccessDenied',
    'Access is denied. Check credentials and try again.',
  );
}
