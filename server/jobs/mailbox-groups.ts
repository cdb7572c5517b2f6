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
  /** Never fails: without an answer there is one group, and a mailbox on another back end is told of more slowly. */
  of(connectionId: string, mailboxes: readonly EmailAddress[], ask: AskServers): Promise<Groups>;
}

interface Known {
  readonly group: string | null;
  readonly untilMs: number;
}

type Remembered = Map<EmailAddress, Known>;

const FRESH_MS = 24 * 3_600_000;
const UNANSWERED_MS = 15 * 60_000;

/** Remembers per connection what was answered for a day, and that nothing was for a quarter of an hour. */
export function mailboxGroups(clock: Clock): MailboxGroups {
  const known = new Map<string, Remembered>();

  const learn = async (
    remembered: Remembered,
    missing: readonly EmailAddress[],
    ask: AskServers,
  ): Promise<void> => {
    const now = clock.monotonicMs();
    const answers = await ask(missing).catch(() => null);
    for (const [at, address] of missing.entries()) {
      const answer = answers?.[at];
      const untilMs = now + (answer?.ok === true ? FRESH_MS : UNANSWERED_MS);
      remembered.set(address, {
        group: answer?.ok === true ? groupOf(answer.value) : null,
        untilMs,
      });
    }
  };

  return {
    async of(connectionId, mailboxes, ask) {
      const remembered = known.get(connectionId) ?? new Map<EmailAddress, Known>();
      known.set(connectionId, remembered);
      const now = clock.monotonicMs();
      const missing = mailboxes.filter((one) => (remembered.get(one)?.untilMs ?? 0) <= now);
      if (missing.length > 0) await learn(remembered, missing, ask);
      return new Map(
        mailboxes.flatMap((one) => {
          const group = remembered.get(one)?.group ?? null;
          return group === null ? [] : [[one, group] as const];
        }),
      );
    },
  };
}

/** Both together make a group: the same name at another address is another one. */
function groupOf({ group, addresses }: MailboxServer): string | null {
  return group === null ? null : `${group} ${addresses[0] ?? ''}`;
}
