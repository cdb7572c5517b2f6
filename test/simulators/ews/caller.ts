import { ExchangeError } from '../mailbox/failure.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Organisation, User } from '../mailbox/organisation.js';

/** Who asks, and in whose place. */
export interface Caller {
  readonly user: User;
  /** The impersonated mailbox, else the user's own; null for a service account that impersonates nobody. */
  readonly mailbox: Mailbox | null;
  readonly isImpersonating: boolean;
}

/** The user of a Basic `Authorization` header, or null: then the answer is 401. */
export function signIn(organisation: Organisation, authorization: string | undefined): User | null {
  const [, encoded = ''] = /^Basic (\S+)$/i.exec(authorization ?? '') ?? [];
  const credentials = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = credentials.indexOf(':');
  if (colon < 0) return null;
  const address = credentials.slice(0, colon).toLowerCase();
  const password = credentials.slice(colon + 1);
  const user = organisation.users.find((one) => one.address.toLowerCase() === address);
  return user?.password === password ? user : null;
}

/** Applies the impersonation header; throws what becomes a fault (fact 88). */
export function callerOf(
  organisation: Organisation,
  user: User,
  impersonated: string | null,
): Caller {
  if (impersonated === null) {
    const mailbox = user.role === 'mailbox' ? organisation.mailbox(user.address) : null;
    return { user, mailbox, isImpersonating: false };
  }
  if (user.role !== 'service') {
    throw new ExchangeError(
      'ErrorImpersonateUserDenied',
      'The account does not have permission to impersonate the requested user.',
    );
  }
  return { user, mailbox: organisation.mailbox(impersonated), isImpersonating: true };
}

/** Whether the caller may work in a mailbox: their own or impersonated one, or by delegation (fact 89). */
export function checkAccess({ user, mailbox, isImpersonating }: Caller, wanted: Mailbox): void {
  if (mailbox === wanted) return;
  if (user.role === 'service' && !isImpersonating) return;
  throw new ExchangeError(
    'ErrorAccessDenied',
    'Access is denied. Check credentials and try again.',
  );
}
