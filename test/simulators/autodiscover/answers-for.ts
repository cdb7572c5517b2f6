import { ExchangeError } from '../mailbox/failure.js';
import type { Organisation } from '../mailbox/organisation.js';
import type { AutodiscoverPlan, SoapError } from './plan.js';

/** What the directory knows about a mailbox, before it is put into one of the two protocols. */
export type DirectoryAnswer =
  | { readonly kind: 'error'; readonly code: SoapError }
  | { readonly kind: 'redirectAddress' | 'redirectUrl'; readonly target: string }
  | { readonly kind: 'settings'; readonly settings: ReadonlyMap<string, string> };

/** Looks a mailbox up. `ewsUrl` is our own, as the client reached us. */
export function answerFor(
  address: string,
  { organisation, plan, ewsUrl }: Directory,
): DirectoryAnswer {
  const own = plan.mailboxes[address.toLowerCase()] ?? {};
  if (own.error !== undefined) return { kind: 'error', code: own.error };
  if (own.redirectAddress !== undefined) {
    return { kind: 'redirectAddress', target: own.redirectAddress };
  }
  if (own.redirectUrl !== undefined) return { kind: 'redirectUrl', target: own.redirectUrl };
  const name = nameOf(address, organisation);
  if (name === null) return { kind: 'error', code: 'InvalidUser' };
  const named = [
    ['UserDisplayName', name],
    ['UserDN', `/o=Fake/ou=Exchange Administrative Group/cn=Recipients/cn=${address}`],
    ['MailboxDN', '/o=Fake/ou=Exchange Administrative Group/cn=Configuration/cn=Servers/cn=FAKE'],
    ['UserDeploymentId', '6e2c1f0e-6a8a-4d0c-8f0f-1e8f7f0b2a10'],
    ['AutoDiscoverSMTPAddress', address],
    ['InternalEwsUrl', own.internalUrl === undefined ? ewsUrl : own.internalUrl],
    ['ExternalEwsUrl', own.externalUrl === undefined ? ewsUrl : own.externalUrl],
    ['EwsSupportedSchemas', SCHEMAS],
    ['CasVersion', '15.02.2562.017'],
    ['GroupingInformation', own.group === undefined ? 'FAKE-SITE' : own.group],
  ] as const;
  return {
    kind: 'settings',
    settings: new Map(named.flatMap(([key, value]) => (value === null ? [] : [[key, value]]))),
  };
}

export interface Directory {
  readonly organisation: Organisation;
  readonly plan: AutodiscoverPlan;
  readonly ewsUrl: string;
}

const SCHEMAS =
  'Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, Exchange2013, Exchange2013_SP1, Exchange2015, Exchange2016';

function nameOf(address: string, organisation: Organisation): string | null {
  try {
    return organisation.mailbox(address).name;
  } catch (error) {
    if (error instanceof ExchangeError) return null;
    throw error;
  }
}
