import type { EmailAddress } from '../../mappings/values.js';
import type { MailboxServer } from '../../sync/ports/discovery.js';
import type { Answer } from '../../sync/ports/failure.js';
import type { Clock } from '../../sync/ports/clock.js';

/** The group of each mailbox whose server names one: mailboxes of one group share a connection for notifications (protocol fact 84). */
export type Groups = ReadonlyMap<EmailAddress, string>;

/** Asks Autodiscover about mailboxes, in their order; null where the connection's address was not found that way. */
export type AskServers = (
  mailboxes: readonly EmailAddress[],
) => Promise<readonly Answer<MailboxServer>[] | null>;

export interface MailboxGroups {
  /**
   * The groups as far as they are known. What is not is asked for meanwhile and there the next time: whoever listens must not wait for
   * Autodiscover. Without an answer there is one group, and a mailbox on another back end is told of more slowly.
   */
  of(connectionId: string, mailboxes: readonly EmailAddress[], ask: AskServers): Groups;
}

interface Known {
  readonly group: string | null;
  readonly untilMs: number;
}

interface OfConnection {
  readonly known: Map<EmailAddress, Known>;
  isAsking: boolean;
}

const FRESH_MS = 24 * 3_600_000;
const UNANSWERED_MS = 15 * 60_000;

/** Remembers per connection what was answered for a day, and that nothing was for a quarter of an hour. */
export function mailboxGroups(clock: Clock): MailboxGroups {
  const connections = new Map<string, OfConnection>();

  const learn = async (
    { known }: OfConnection,
    missing: readonly EmailAddress[],
    ask: AskServers,
  ): Promise<void> => {
    const answers = await ask(missing).catch(() => null);
    const now = clock.monotonicMs();
    for (const [at, address] of missing.entries()) {
      const answer = answers?.[at];
      const group =
        answer?.ok === true ? groupOf(answer.value) : (known.get(address)?.group ?? null);
      known.set(address, {
        group,
        untilMs: now + (answer?.ok === true ? FRESH_MS : UNANSWERED_MS),
      });
    }
  };

  return {
    of(connectionId, mailboxes, ask) {
      const connection = connections.get(connectionId) ?? newConnection();
      connections.set(connectionId, connection);
      const { known } = connection;
      const now = clock.monotonicMs();
      const missing = mailboxes.filter((one) => (known.get(one)?.untilMs ?? now) <= now);
      if (missing.length > 0 && !connection.isAsking) {
        connection.isAsking = true;
        void learn(connection, missing, ask).finally(() => (connection.isAsking = false));
      }
      return new Map(
        mailboxes.flatMap((one) => {
          const group = known.get(one)?.group ?? null;
          return group === null ? [] : [[one, group] as const];
        }),
      );
    },
  };
}

function newConnection(): OfConnection {
  return { known: new Map(), isAsking: false };
}

/** Both together make a group: the same name at another address is another one. */
function groupOf({ group, addresses }: MailboxServer): string | null {
  return group === null ? null : `${group} ${addresses[0] ?? ''}`;
}
