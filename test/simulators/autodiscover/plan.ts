import { z } from 'zod';

/** How the fake Autodiscover answers; all switchable while it runs. */
export interface AutodiscoverPlan {
  /** Whether /autodiscover/autodiscover.svc is there. */
  readonly soap: boolean;
  /** Whether /autodiscover/autodiscover.xml is there. */
  readonly pox: boolean;
  /** Every request of both is answered with HTTP 302 to this address; null = none. */
  readonly redirect: string | null;
  /** What comes instead of an answer. */
  readonly garbage: 'html' | 'truncated' | 'bomb' | 'empty' | null;
  /** How single mailboxes differ from the usual; keys in lower case. */
  readonly mailboxes: Readonly<Record<string, MailboxPlan>>;
}

/** The first of `error`, `redirectAddress` and `redirectUrl` that is there decides. */
export interface MailboxPlan {
  /** An error code of the SOAP service, as `InvalidUser` or `ServerBusy`. */
  readonly error?: SoapError;
  readonly redirectAddress?: string;
  readonly redirectUrl?: string;
  /** null = the server names none. */
  readonly internalUrl?: string | null;
  readonly externalUrl?: string | null;
  readonly group?: string | null;
}

const SOAP_ERRORS = [
  'InvalidUser',
  'InvalidRequest',
  'InvalidSetting',
  'SettingIsNotAvailable',
  'ServerBusy',
  'InvalidDomain',
  'NotFederated',
  'InternalServerError',
] as const;

export type SoapError = (typeof SOAP_ERRORS)[number];

/** Both protocols answer, every mailbox lives here. */
export function usualPlan(): AutodiscoverPlan {
  return { soap: true, pox: true, redirect: null, garbage: null, mailboxes: {} };
}

/** What `POST /control/autodiscover` takes: what is left out stays; `mailboxes` replaces the ones before. */
export const PLAN_CHANGES = z.strictObject({
  soap: z.boolean().exactOptional(),
  pox: z.boolean().exactOptional(),
  redirect: z.string().nullable().exactOptional(),
  garbage: z.enum(['html', 'truncated', 'bomb', 'empty']).nullable().exactOptional(),
  mailboxes: z
    .record(
      z.string().toLowerCase(),
      z.strictObject({
        error: z.enum(SOAP_ERRORS).exactOptional(),
        redirectAddress: z.string().exactOptional(),
        redirectUrl: z.string().exactOptional(),
        internalUrl: z.string().nullable().exactOptional(),
        externalUrl: z.string().nullable().exactOptional(),
        group: z.string().nullable().exactOptional(),
      }),
    )
    .exactOptional(),
});
