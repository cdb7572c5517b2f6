import { parseEmail, UnreadableValue } from '../../mappings/values.js';
import type { EmailAddress } from '../../mappings/values.js';
import { checkConnection } from '../check-connection.js';
import type { Abgleich, Connection } from '../wire.js';
import { outcomeOfChecks } from './check-rows.js';
import { findConnection } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import type { Outcome, Session, Verb } from './verb.js';

export const CONNECTIONS_CHECK: Verb = {
  name: 'connections check',
  does: {
    de: 'prüft Adresse, Verschlüsselung, Anmeldung, Version und Vertretung, und sagt, was zu tun ist.',
    en: 'checks address, encryption, sign-in, version and impersonation, and says what to do.',
  },
  positionals: ['NAME'],
  options: {
    mailbox: {
      value: 'ADDRESS',
      help: {
        de: 'das Postfach, das dabei geöffnet wird; sonst das eines Mitarbeiters.',
        en: 'the mailbox that is opened; otherwise that of an employee.',
      },
    },
  },
  run: check,
};

async function check(input: Input, session: Session): Promise<Outcome> {
  const named = addressIn(input.text('mailbox'));
  const abgleich = await session.open();
  const connection = await findConnection(abgleich, input.word(0));
  const mailbox = named ?? (await someMailbox(abgleich, connection, session.stop));
  const exchange = await abgleich.exchangeOf(connection.id);
  const { rows, isReachable } = await checkConnection({
    url: connection.url,
    mailbox,
    exchange,
    hasSignInServer: connection.auth === 'oauth',
    signal: session.stop,
  });
  return outcomeOfChecks(rows, isReachable ? 1 : 3);
}

function addressIn(text: string | null): EmailAddress | null {
  try {
    return text === null ? null : parseEmail(text);
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new InputError({
      de: `--mailbox ist „${text ?? ''}“; erwartet wird eine Adresse wie name@firma.de.`,
      en: `--mailbox is "${text ?? ''}"; expected is an address like name@company.com.`,
    });
  }
}

/** One that is synced over the connection; before anybody is, one of the ERP's staff. */
async function someMailbox(
  abgleich: Abgleich,
  { id }: Connection,
  signal: AbortSignal,
): Promise<EmailAddress | null> {
  const synced = await abgleich.employees.list();
  const found = synced.find(({ connectionId, isEnabled }) => connectionId === id && isEnabled);
  if (found !== undefined) return found.mailbox;
  const staff = await abgleich.directory.employees(signal).catch(() => []); // the ERP has a check of its own
  const candidate = staff.find(
    ({ status, mailbox, email }) => status !== 'left' && (mailbox ?? email),
  );
  return candidate?.mailbox ?? candidate?.email ?? null;
}
