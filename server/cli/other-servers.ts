import type { EmailAddress } from '../../mappings/values.js';
import type { MailboxServer } from '../../sync/ports/discovery.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { discoveredOf, isSameAddress } from '../discovered.js';
import type { Abgleich, Connection } from '../wire.js';

/**
 * A warning for each of the mailboxes that another server answers for than the connection's (feature A3). Asks only where the address
 * was found by Autodiscover; where that does not answer now there is no warning, for it is about later.
 */
export async function warnOfOtherServers(
  abgleich: Pick<Abgleich, 'serversOf'>,
  connection: Connection,
  mailboxes: readonly EmailAddress[],
  signal: AbortSignal,
): Promise<ReadonlyMap<EmailAddress, Sentence>> {
  const found = discoveredOf(connection);
  if (found?.by !== 'autodiscover' || mailboxes.length === 0) return new Map();
  const lookup = { mailboxes, endpoint: found.endpoint };
  const answers = await abgleich.serversOf(connection, lookup, signal).catch(silence);
  const ours = [connection.url, ...found.addresses];
  return new Map(
    answers.flatMap((answer, at) => {
      const mailbox = mailboxes[at];
      const elsewhere = answer.ok ? whereElse(answer.value, ours) : null;
      return mailbox === undefined || elsewhere === null ? [] : [[mailbox, warning(elsewhere)]];
    }),
  );
}

function silence(error: unknown): readonly [] {
  if (error instanceof ConnectorFailure) return [];
  throw error;
}

function whereElse({ addresses, movedTo }: MailboxServer, ours: readonly string[]): string | null {
  if (movedTo !== null) return movedTo;
  const isHere = addresses.some((one) => ours.some((our) => isSameAddress(one, our)));
  return isHere || addresses.length === 0 ? null : addresses.join(', ');
}

function warning(elsewhere: string): Sentence {
  return {
    de: `Autodiscover nennt für dieses Postfach einen anderen Server als den der Verbindung: ${elsewhere}. Eine zweite Verbindung dafür ist ratsam.`,
    en: `Autodiscover names another server for this mailbox than the connection's: ${elsewhere}. A second connection for it is advised.`,
  };
}
