import { parseEmail, UnreadableValue } from '../../mappings/values.js';
import type { EmailAddress } from '../../mappings/values.js';
import type { Mailbox } from '../../sync/ports/exchange.js';
import { checkConnection } from '../check-connection.js';
import type { CommandValues } from '../check/command-group.js';
import type { Abgleich, Connection } from '../wire.js';
import { outcomeOfChecks } from './check-rows.js';
import { findConnection } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import type { Outcome, Session, Verb } from './verb.js';

export const CONNECTIONS_CHECK: Verb = {
  name: 'connections check',
  does: {
    de: 'prüft Namen, Adresse, Verschlüsselung, Anmeldung, Version, Vertretung und Rechte, und sagt, was zu tun ist.',
    en: 'checks name, address, encryption, sign-in, version, impersonation and rights, and says what to do.',
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
  run: checkOne,
};

async function checkOne(input: Input, session: Session): Promise<Outcome> {
  const named = addressIn(input.text('mailbox'));
  const abgleich = await session.open();
  const connection = await findConnection(abgleich, input.word(0));
  const values = await commandValues(abgleich, connection, session.stop);
  const [first] = values.mailboxes;
  const address = named ?? (first === undefined ? null : parseEmail(first));
  const check = await abgleich.checkOf(connection.id);
  try {
    const { rows, isReachable } = await checkConnection({
      ...{ check, signal: session.stop },
      mailbox: address === null ? null : await mailboxAt(address, abgleich),
      values: named === null ? values : { ...values, mailboxes: withFirst(named, values) },
    });
    return outcomeOfChecks(rows, isReachable ? 1 : 3);
  } finally {
    await check.close();
  }
}

/** As it is synced, where it is. */
async function mailboxAt(address: EmailAddress, { employees }: Abgleich): Promise<Mailbox> {
  const synced = (await employees.list()).find(({ mailbox }) => mailbox === address);
  return { address, namedBy: synced?.namedBy };
}

function withFirst(address: EmailAddress, { mailboxes }: CommandValues): readonly string[] {
  return [address, ...mailboxes.filter((one) => one !== address)];
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

/** What the commands for an Exchange administrator are filled in with. */
export async function commandValues(
  abgleich: Abgleich,
  connection: Connection,
  signal: AbortSignal,
): Promise<CommandValues> {
  const { name, url, auth, userName } = connection;
  return { name, url, auth, userName, mailboxes: await mailboxesOf(abgleich, connection, signal) };
}

/** Those that are synced over the connection; before anybody is, those of the ERP's staff. */
async function mailboxesOf(
  abgleich: Abgleich,
  { id }: Connection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const synced = await abgleich.employees.list();
  const own = synced.filter(({ connectionId, isEnabled }) => connectionId === id && isEnabled);
  if (own.length > 0) return own.map(({ mailbox }) => mailbox);
  const staff = await abgleich.directory.employees(signal).catch(() => []); // the ERP has a check of its own
  return staff.flatMap(({ status, mailbox, email }) =>
    status === 'left' ? [] : (mailbox ?? email ?? []),
  );
}
