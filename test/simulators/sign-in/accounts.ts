import { ExchangeError } from '../mailbox/failure.js';
import type { Mailbox } from '../mailbox/mailbox.js';
import type { Organisation, User } from '../mailbox/organisation.js';

/** What the directory knows of a user. */
export interface Account {
  readonly user: User;
  readonly sid: string;
  password: string;
  userPrincipalName: string;
  /** Other addresses of the mailbox; the user's own one is the primary. */
  aliases: readonly string[];
  isDisabled: boolean;
  isPasswordExpired: boolean;
  /** What signs in as a Bearer; null = nothing does. */
  token: string | null;
  /** `none`: nobody may be impersonated; `denied`: impersonation is refused by this server as a whole (fact 88). */
  impersonation: 'granted' | 'none' | 'denied';
  /** Whose mailboxes may be opened by delegation: all, or those of these addresses (fact 89). */
  delegateOf: 'all' | readonly string[];
  /** Whether a service account may take this mailbox's place. */
  mayBeImpersonated: boolean;
}

/** The organisation's directory: who signs in how, and who may do what in whose mailbox. */
export class Accounts {
  private readonly organisation: Organisation;
  private readonly accounts: readonly Account[];

  constructor(organisation: Organisation) {
    this.organisation = organisation;
    this.accounts = organisation.users.map(newAccount);
  }

  list(): readonly Account[] {
    return this.accounts;
  }

  /** By address, alias or user principal name; throws ErrorNonExistentMailbox. */
  named(address: string): Account {
    const found = this.accounts.find((account) => isCalled(account, address));
    if (found) return found;
    throw new ExchangeError('ErrorNonExistentMailbox', `There is no account ${address}.`);
  }

  /** The account of a sign-in name: an address, `DOMAIN\user` or `user`. */
  ofSignInName(name: string): Account | null {
    const bare = name.slice(name.indexOf('\\') + 1).toLowerCase();
    return (
      this.accounts.find((account) => isCalled(account, bare) || shortName(account) === bare) ??
      null
    );
  }

  /** Whether the account can sign in at all. */
  isOpen({ isDisabled, isPasswordExpired }: Account): boolean {
    return !isDisabled && !isPasswordExpired;
  }

  ofToken(token: string): Account | null {
    return this.accounts.find((account) => account.token === token) ?? null;
  }

  accountOf(user: User): Account {
    return this.named(user.address);
  }

  /** The mailbox that one of the four ids means (fact 86). Throws what becomes a fault. */
  mailboxOf({ form, value }: { readonly form: SidForm; readonly value: string }): Mailbox {
    const text = value.toLowerCase();
    const found = this.accounts.find((account) => FITS[form](account, text));
    if (found?.user.role === 'mailbox') return this.organisation.mailbox(found.user.address);
    const isAlias = this.accounts.some(({ aliases }) => aliases.includes(text));
    if (form === 'PrimarySmtpAddress' && isAlias) {
      throw new ExchangeError('ErrorNonPrimarySmtpAddress', 'It is not the primary SMTP address.');
    }
    throw new ExchangeError(
      UNKNOWN[form],
      'The id of the impersonated user has no mailbox associated with it.',
    );
  }

  /** Throws where the user may not take the mailbox's place (fact 88). */
  checkImpersonation(user: User, mailbox: Mailbox): void {
    const { impersonation } = this.accountOf(user);
    if (impersonation === 'denied') {
      throw new ExchangeError('ErrorImpersonationDenied', 'Impersonation is not allowed here.');
    }
    if (impersonation === 'granted' && this.named(mailbox.address).mayBeImpersonated) return;
    throw new ExchangeError(
      'ErrorImpersonateUserDenied',
      'The account does not have permission to impersonate the requested user.',
    );
  }

  /** Whether the user may open the mailbox as its delegate. */
  isDelegate(user: User, mailbox: Mailbox): boolean {
    const { delegateOf } = this.accountOf(user);
    return delegateOf === 'all' || delegateOf.includes(mailbox.address.toLowerCase());
  }
}

type SidForm = 'PrincipalName' | 'SID' | 'PrimarySmtpAddress' | 'SmtpAddress';

const FITS: Readonly<Record<SidForm, (account: Account, text: string) => boolean>> = {
  PrincipalName: ({ userPrincipalName }, text) => userPrincipalName.toLowerCase() === text,
  SID: ({ sid }, text) => sid.toLowerCase() === text,
  PrimarySmtpAddress: ({ user }, text) => user.address.toLowerCase() === text,
  SmtpAddress: ({ user, aliases }, text) =>
    user.address.toLowerCase() === text || aliases.includes(text),
};

const UNKNOWN: Readonly<Record<SidForm, string>> = {
  PrincipalName: 'ErrorInvalidUserPrincipalName',
  SID: 'ErrorInvalidUserSid',
  PrimarySmtpAddress: 'ErrorNonExistentMailbox',
  SmtpAddress: 'ErrorNonExistentMailbox',
};

function newAccount(user: User, index: number): Account {
  const isService = user.role === 'service';
  return {
    user,
    sid: `S-1-5-21-1004336348-1177238915-682003330-${1104 + index}`,
    password: user.password,
    userPrincipalName: user.address,
    aliases: [],
    isDisabled: false,
    isPasswordExpired: false,
    token: null,
    impersonation: isService ? 'granted' : 'none',
    delegateOf: isService ? 'all' : [],
    mayBeImpersonated: true,
  };
}

function isCalled({ user, aliases, userPrincipalName }: Account, name: string): boolean {
  const text = name.toLowerCase();
  const names = [user.address, userPrincipalName, ...aliases];
  return names.some((one) => one.toLowerCase() === text);
}

function shortName({ user }: Account): string {
  return user.address.slice(0, user.address.indexOf('@')).toLowerCase();
}
