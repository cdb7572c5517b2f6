import type { Clock } from '../../../ports/clock.js';
import type { CheckStep, ConnectionCheck, TokenFacts } from '../../../ports/connection-check.js';
import type { Mailbox } from '../../../ports/exchange.js';
import { isLoopback } from '../loopback.js';
import { EXCHANGE_SERVER, PLAIN_HTTP } from '../sentences.js';
import type { SignIn } from '../sign-in.js';
import type { Account } from './account.js';
import { reachAddresses, reachByProxy, type Reached } from './address-step.js';
import type { Asked } from './ask-server.js';
import { clockFinding } from './clock-step.js';
import {
  foldersFinding,
  impersonationFinding,
  nothingToTry,
  ownMailboxFinding,
  rightsFinding,
  roleFinding,
} from './mailbox-steps.js';
import { resolveBySystem, resolveName, type Resolve, type ResolvedName } from './name-step.js';
import { hostOf, portOf, type ProxyServer } from '../open-socket.js';
import { serviceFinding, signInFinding } from './sign-in-step.js';
import { failed, once, passed, runInOrder, skipped, type StepRun } from './steps.js';
import { openTalk, type Talk } from './talk.js';
import { checkTls } from './tls-step.js';
import { requestFacts, tokenFinding } from './token-step.js';
import { versionFinding } from './version-step.js';
import type { Limits } from '../within.js';

export interface EwsCheckOptions {
  readonly url: string;
  readonly signIn: SignIn;
  /** The same account that `signIn` signs in. */
  readonly account: Account;
  readonly clock: Clock;
  /** PEM of an authority of one's own; null = none. */
  readonly ca: string | null;
  readonly proxy: ProxyServer | null;
  /** How names become addresses; the operating system's way where it is left out. */
  readonly resolve?: Resolve;
}

/** The check of a connection over EWS. Connects when it is asked to; every check opens connections of its own. */
export function ewsCheck(options: EwsCheckOptions): ConnectionCheck {
  const stop = new AbortController();
  const limited = (signal: AbortSignal): Limits => ({
    clock: options.clock,
    timeoutMs: STEP_TIMEOUT_MS,
    signal: AbortSignal.any([signal, stop.signal]),
  });
  return {
    check: (mailbox, signal) => checkAll(options, mailbox, limited(signal)),
    async requestToken(signal): Promise<TokenFacts | null> {
      const { account } = options;
      return account.by === 'oauth' ? requestFacts(account.application, options, signal) : null;
    },
    async close() {
      stop.abort('CalledOff');
    },
  };
}

const STEP_TIMEOUT_MS = 20_000;

/** What later steps learn from the connections of the earlier ones. */
interface Approach {
  readonly url: URL;
  readonly named: () => Promise<ResolvedName>;
  readonly reached: () => Promise<Reached>;
}

async function checkAll(
  options: EwsCheckOptions,
  mailbox: Mailbox | null,
  limits: Limits,
): Promise<readonly CheckStep[]> {
  const approach = approachOf(options, limits);
  const talk = openTalk(options, approach.url, mailbox, limits);
  try {
    return await runInOrder([
      ...networkSteps(options, approach, limits),
      ...accountSteps(options, talk),
      ...mailboxSteps(options, talk, mailbox),
      ['clock', async () => clockFinding(await talk.aheadMs())],
    ]);
  } finally {
    await talk.close();
  }
}

function approachOf(
  { url: text, proxy, resolve = resolveBySystem }: EwsCheckOptions,
  limits: Limits,
): Approach {
  const url = new URL(text);
  const host = hostOf(url);
  const named = once(async () => {
    const asked = proxy === null ? host : hostOf(proxy.url);
    return resolveName(asked, proxy === null ? EXCHANGE_SERVER : PROXY, {
      resolve,
      signal: limits.signal,
    });
  });
  const reached = once(async () => {
    if (proxy !== null) return reachByProxy({ host, port: portOf(url), proxy }, limits);
    return reachAddresses((await named()).addresses, portOf(url), limits);
  });
  return { url, named, reached };
}

const PROXY = { de: 'Proxy', en: 'proxy' };

function networkSteps(
  { ca, account, clock, proxy }: EwsCheckOptions,
  { url, named, reached }: Approach,
  limits: Limits,
): readonly StepRun[] {
  const tls = async () => {
    if (url.protocol === 'http:') return isLoopback(url.hostname) ? UNENCRYPTED : NOT_ENCRYPTED;
    return checkTls({ host: hostOf(url), ca, open: (await reached()).open }, limits);
  };
  const steps: readonly StepRun[] = [
    ['name', async () => (await named()).finding],
    ['address', async () => (await reached()).finding],
    ['tls', tls],
  ];
  if (account.by !== 'oauth') return steps;
  const way = { clock, ca, proxy };
  return [...steps, ['signInServer', () => tokenFinding(account.application, way, limits.signal)]];
}

/** The connector allows it on this machine only. */
const UNENCRYPTED = passed({
  de: 'unverschlüsselt, aber nur auf diesem Rechner',
  en: 'not encrypted, but on this machine only',
});

const NOT_ENCRYPTED = failed([
  {
    kind: 'forbidden',
    code: 'NotEncrypted',
    cause: { de: 'Die Adresse ist unverschlüsselt', en: 'The address is not encrypted' },
    remedy: PLAIN_HTTP,
  },
]);

function accountSteps({ account }: EwsCheckOptions, talk: Talk): readonly StepRun[] {
  const orSkipped =
    (find: (asked: Asked) => Promise<ReturnType<typeof passed>>) =>
    async (): Promise<ReturnType<typeof passed>> => {
      const asked = await talk.first();
      return asked === null ? NOTHING_TO_ASK : find(asked);
    };
  return [
    ['service', orSkipped(async (asked) => serviceFinding(asked))],
    ['signIn', orSkipped((asked) => signInFinding(asked, account, talk.offered))],
    ['version', orSkipped(async (asked) => versionFinding(asked))],
    ['ownMailbox', orSkipped(async (asked) => ownMailboxFinding(asked, account))],
  ];
}

const NOTHING_TO_ASK = skipped({
  de: 'ohne ein Postfach zum Ausprobieren lässt es sich nicht feststellen',
  en: 'cannot be told without a mailbox to try with',
});

function mailboxSteps(
  { account }: EwsCheckOptions,
  talk: Talk,
  mailbox: Mailbox | null,
): readonly StepRun[] {
  if (mailbox === null) {
    return [
      ['role', async () => NOTHING_TO_ASK],
      ['impersonation', async () => nothingToTry()],
      ...(['folders', 'rights'] as const).map((name): StepRun => [
        name,
        async () => NOTHING_TO_ASK,
      ]),
    ];
  }
  const found =
    (find: (asked: Asked) => Promise<ReturnType<typeof passed>>) =>
    async (): Promise<ReturnType<typeof passed>> => {
      const asked = await talk.mailbox();
      return asked === null ? NOTHING_TO_ASK : find(asked);
    };
  return [
    ['role', found((asked) => roleFinding(asked, account, talk.asItself))],
    ['impersonation', found(async (asked) => impersonationFinding(asked, mailbox.address))],
    ['folders', found(async (asked) => foldersFinding(asked))],
    ['rights', found(async (asked) => rightsFinding(asked))],
  ];
}
