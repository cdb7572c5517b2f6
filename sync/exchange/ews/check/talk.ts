import type { Pool } from 'undici';
import { parseEmail, UnreadableValue } from '../../../../mappings/values.js';
import type { EmailAddress } from '../../../../mappings/values.js';
import type { Mailbox } from '../../../ports/exchange.js';
import { dialThrough, type Way } from '../dial.js';
import type { SignIn } from '../sign-in.js';
import type { Account } from './account.js';
import { askServer, type Asked } from './ask-server.js';
import { PROBED_FOLDERS, writeFolderProbe } from './folder-probe.js';
import { offeredSchemes } from './offered-schemes.js';
import { once } from './steps.js';
import type { Limits } from '../within.js';

/** Who asks, and by which way. */
export interface Speaker extends Way {
  readonly signIn: SignIn;
  /** The same account that `signIn` signs in. */
  readonly account: Account;
}

/** The requests of one check. Each is sent once, when the first step asks for it. */
export interface Talk {
  /** About the account itself, or of an application about the mailbox. null where there is nothing to ask about. */
  readonly first: () => Promise<Asked | null>;
  /** About the mailbox. */
  readonly mailbox: () => Promise<Asked | null>;
  /** Whether the account may impersonate itself; null where it has no address. */
  readonly asItself: (() => Promise<Asked>) | null;
  readonly offered: () => Promise<readonly string[]>;
  readonly aheadMs: () => Promise<number | null>;
  close(): Promise<void>;
}

/** Nothing is sent before a step asks for it. */
export function openTalk(
  { signIn, account, ca, proxy }: Speaker,
  url: URL,
  mailbox: Mailbox | null,
  limits: Limits,
): Talk {
  const pool: Pool.Options = {
    ...{ connections: 1, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 },
    connect: dialThrough({ ca, proxy }),
  };
  const connections = signIn.open(url.origin, pool);
  const server = { connections, path: url.pathname + url.search };
  const ask = (
    who: Mailbox | null,
    folders: Parameters<typeof writeFolderProbe>[0],
  ): Promise<Asked> =>
    askServer(
      server,
      { operation: 'GetFolder', body: writeFolderProbe(folders), mailbox: who },
      limits,
    );
  const ofMailbox = once(async () => (mailbox === null ? null : ask(mailbox, PROBED_FOLDERS)));
  const ofAccount = once(async () => ask(null, ['inbox']));
  const first = account.by === 'oauth' ? ofMailbox : ofAccount;
  const itself = account.by === 'oauth' ? null : addressIn(account.user);
  return {
    first,
    mailbox: ofMailbox,
    asItself:
      itself === null ? null : once(() => ask({ address: itself, namedBy: 'upn' }, ['inbox'])),
    offered: () => offeredSchemes(url, pool, limits),
    aheadMs: async () => (await ofMailbox())?.aheadMs ?? (await first())?.aheadMs ?? null,
    close: () => connections.close(),
  };
}

function addressIn(user: string): EmailAddress | null {
  try {
    return parseEmail(user);
  } catch (error) {
    if (error instanceof UnreadableValue) return null;
    throw error;
  }
}
