import { ConnectorFailure } from '../../sync/ports/failure.js';
import { isFromSignIn } from '../sign-in-server.js';

/** One mailbox, tried. */
export type Trial =
  | { readonly state: 'opened' }
  | { readonly state: 'failed'; readonly failure: ConnectorFailure }
  /** Others failed in a way that is not theirs alone, so this one would have failed as well. */
  | { readonly state: 'notTried'; readonly because: ConnectorFailure };

/**
 * Tries to open mailboxes, some at a time, and answers in their order. Where the sign-in is refused it stops: a wrong password that
 * is sent once more for every mailbox locks the account, which is why the first mailbox goes alone. Where the server is away it
 * stops after a few, each of which took its whole time-out.
 */
export async function checkMailboxes<T>(
  mailboxes: readonly T[],
  open: (mailbox: T) => Promise<unknown>,
): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  const series: Series = { stoppedBy: null, awayInARow: 0 };
  const queue = mailboxes.entries();
  const work = async (most: number): Promise<void> => {
    for (let done = 0; done < most; done += 1) {
      const next = queue.next();
      if (next.done === true) return;
      const [at, mailbox] = next.value;
      trials[at] = await tryOne(() => open(mailbox), series);
    }
  };
  await work(1);
  await Promise.all(Array.from({ length: AT_ONCE }, () => work(Infinity)));
  return trials;
}

/** As many as the connector keeps open at one server: what waits inside it would wait by its own time-out. */
const AT_ONCE = 4;

const MAX_AWAY = 5;

interface Series {
  stoppedBy: ConnectorFailure | null;
  awayInARow: number;
}

async function tryOne(open: () => Promise<unknown>, series: Series): Promise<Trial> {
  if (series.stoppedBy !== null) return { state: 'notTried', because: series.stoppedBy };
  try {
    await open();
    series.awayInARow = 0;
    return { state: 'opened' };
  } catch (error) {
    if (!(error instanceof ConnectorFailure)) throw error;
    series.awayInARow = error.kind === 'unreachable' ? series.awayInARow + 1 : 0;
    if (isForAll(error) || series.awayInARow >= MAX_AWAY) series.stoppedBy ??= error;
    return { state: 'failed', failure: error };
  }
}

/** What the next mailbox would be told as well. */
function isForAll(failure: ConnectorFailure): boolean {
  const { code } = failure;
  return isFromSignIn(failure) || (code !== null && FOR_ALL.has(code));
}

const FOR_ALL: ReadonlySet<string> = new Set([
  'HTTP401',
  'ProxyHTTP407',
  'EwsBlocked',
  'ErrorImpersonationDenied',
  'ErrorPasswordExpired',
  'ErrorPasswordChangeRequired',
  'ErrorInvalidServerVersion',
  'CalledOff',
]);
