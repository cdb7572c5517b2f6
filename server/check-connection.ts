import type { EmailAddress } from '../mappings/values.js';
import type { CheckRow } from '../sync/ports/erp.js';
import type { ExchangePort } from '../sync/ports/exchange.js';
import { ConnectorFailure } from '../sync/ports/failure.js';
import type { Sentence } from '../sync/ports/failure.js';
import { isFromSignIn } from './sign-in-server.js';

/** The steps from the address to a mailbox, in the order in which they are reached. */
type Step = 'signInServer' | 'address' | 'tls' | 'signIn' | 'version' | 'impersonation';

const STEPS: readonly Step[] = ['address', 'tls', 'signIn', 'version', 'impersonation'];

export interface ConnectionToCheck {
  readonly url: string;
  /** The mailbox to open; null = there is none to try with. */
  readonly mailbox: EmailAddress | null;
  readonly exchange: Pick<ExchangePort<unknown, unknown>, 'folders'>;
  /** Whether another server signs us in, which is asked before Exchange is. */
  readonly hasSignInServer: boolean;
  readonly signal: AbortSignal;
}

/**
 * Opens the calendar of one mailbox, and says how far that came: a row per step up to the first that failed (feature
 * A4). `isReachable` is false where no Exchange, or no sign-in server, answered.
 */
export async function checkConnection(
  check: ConnectionToCheck,
): Promise<{ readonly rows: readonly CheckRow[]; readonly isReachable: boolean }> {
  const { url, mailbox, exchange, hasSignInServer, signal } = check;
  if (mailbox === null) return { rows: [good('address', url), NO_MAILBOX], isReachable: true };
  const tls = url.startsWith('http://') ? UNENCRYPTED : DETAIL.tls;
  const signIn = hasSignInServer ? APPLICATION : DETAIL.signIn;
  const shown = { ...DETAIL, tls, signIn, address: same(url), impersonation: same(mailbox) };
  const steps: readonly Step[] = hasSignInServer ? ['signInServer', ...STEPS] : STEPS;
  const rowsBefore = (step: Step | null): CheckRow[] =>
    steps
      .slice(0, step === null ? steps.length : steps.indexOf(step))
      .map((name) => row(name, true, shown[name], null));
  try {
    await exchange.folders({ address: mailbox }, signal);
    return { rows: rowsBefore(null), isReachable: true };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    const step = failedStep(error);
    const reason = error.sentence ?? same(error.message);
    const failed = row(step, false, same(error.code ?? error.message), reason);
    return { rows: [...rowsBefore(step), failed], isReachable: error.kind !== 'unreachable' };
  }
}

/** Where a failure stopped us, by its code; an Exchange code means that the sign-in went through. */
function failedStep(failure: ConnectorFailure): Step {
  const { kind, code } = failure;
  const isRefused = code === 'HTTP401' || code === 'HTTP403'; // by Exchange, also where it was shown a token
  if (isFromSignIn(failure) && !isRefused) return 'signInServer';
  if (code === null) return 'address';
  if (code === 'ErrorInvalidServerVersion') return 'version';
  if (code.startsWith('Error')) return 'impersonation';
  if (isRefused) return 'signIn';
  if (TLS.test(code)) return 'tls';
  return kind === 'forbidden' ? 'signIn' : 'address';
}

const TLS = /CERT|^UNABLE_TO_|^ERR_(TLS|SSL)_|^EPROTO$|^HOSTNAME_MISMATCH$/;

const DETAIL: Record<'signInServer' | 'tls' | 'signIn' | 'version', Sentence> = {
  signInServer: { de: 'hat ein Token ausgestellt', en: 'issued a token' },
  tls: { de: 'in Ordnung', en: 'in order' },
  signIn: { de: 'das Dienstkonto ist angemeldet', en: 'the service account is signed in' },
  version: { de: 'Exchange 2013 SP1 oder neuer', en: 'Exchange 2013 SP1 or later' },
};

const APPLICATION: Sentence = {
  de: 'die Anwendung ist angemeldet',
  en: 'the application is signed in',
};

/** The connector allows it on this machine only. */
const UNENCRYPTED: Sentence = {
  de: 'unverschlüsselt, aber nur auf diesem Rechner',
  en: 'not encrypted, but on this machine only',
};

const NO_MAILBOX: CheckRow = row(
  'impersonation',
  false,
  { de: 'kein Postfach zum Ausprobieren', en: 'no mailbox to try with' },
  {
    de: 'Mit --mailbox ADRESSE eines nennen, oder einen Mitarbeiter freischalten.',
    en: 'Name one with --mailbox ADDRESS, or enable an employee.',
  },
);

function good(name: Step, detail: string): CheckRow {
  return row(name, true, same(detail), null);
}

function row(name: Step, ok: boolean, detail: Sentence, remedy: Sentence | null): CheckRow {
  return { name, ok, detail, remedy };
}

function same(text: string): Sentence {
  return { de: text, en: text };
}
