import type { LookupStep } from '../../sync/ports/discovery.js';
import { ONLINE_URL } from '../discovered.js';
import type { Discovered } from '../discovered.js';
import { lookingUp } from '../wire.js';
import type { NewConnection } from '../wire.js';
import type { ServerChoice } from './server-options.js';
import type { Language, Outcome } from './verb.js';

/** Where the server is, and what was tried to learn that. `discovery` is null where it was typed. */
export type Located =
  | {
      readonly isFound: true;
      readonly url: string;
      readonly discovery: Discovered | null;
      readonly steps: readonly LookupStep[];
    }
  | { readonly isFound: false; readonly steps: readonly LookupStep[] };

/** Finds the server that is meant. Only a host name and Autodiscover ask somebody; a server that does not answer is not found. */
export async function locateServer(
  choice: ServerChoice,
  settings: Omit<NewConnection, 'url'>,
  signal: AbortSignal,
): Promise<Located> {
  switch (choice.kind) {
    case 'url':
      return { isFound: true, url: choice.url, discovery: null, steps: [] };
    case 'online':
      return { isFound: true, url: ONLINE_URL, discovery: { by: 'online' }, steps: [] };
    case 'host':
      return tryHost(choice.host, settings, signal);
    case 'autodiscover':
      return lookUp(choice, settings, signal);
  }
}

async function tryHost(
  host: string,
  settings: Omit<NewConnection, 'url'>,
  signal: AbortSignal,
): Promise<Located> {
  const { url, steps } = await lookingUp(reachable(settings), secretsOf(settings), (discovery) =>
    discovery.tryHost(host, signal),
  );
  if (url === null) return { isFound: false, steps };
  return { isFound: true, url, discovery: { by: 'host', host }, steps };
}

async function lookUp(
  { mailbox, endpoint }: Extract<ServerChoice, { readonly kind: 'autodiscover' }>,
  settings: Omit<NewConnection, 'url'>,
  signal: AbortSignal,
): Promise<Located> {
  const known = endpoint === null ? null : { url: endpoint, isOnly: true };
  const { found, steps } = await lookingUp(reachable(settings), secretsOf(settings), (discovery) =>
    discovery.find(mailbox, known, signal),
  );
  if (found === null) return { isFound: false, steps };
  const discovery: Discovered = {
    ...{ by: 'autodiscover', mailbox: found.mailbox, isOnly: known !== null },
    ...{ endpoint: found.endpoint, addresses: found.addresses },
  };
  return { isFound: true, url: found.url, discovery, steps };
}

function reachable(settings: Omit<NewConnection, 'url'>) {
  const { auth, userName, tenant = null, ca = null, proxyUrl = null, proxyUser = null } = settings;
  return { auth, userName, tenant, ca, proxyUrl, proxyUser, options: settings.options ?? {} };
}

function secretsOf({ secret = null, proxySecret = null }: Omit<NewConnection, 'url'>) {
  return { secret, proxySecret };
}

/** What was tried, a line each. */
export function stepLines(steps: readonly LookupStep[], language: Language): readonly string[] {
  return steps.map(
    ({ tried, isGood, result }) => `  ${isGood ? '✓' : '✗'} ${tried}: ${result[language]}`,
  );
}

/** For a server that was not found: nothing was stored. */
export function notFound(steps: readonly LookupStep[]): Outcome {
  const text = (language: Language): string =>
    [NOT_FOUND[language], ...stepLines(steps, language), NEXT[language]].join('\n');
  return {
    exit: 3,
    json: { error: { kind: 'notFound', message: NOT_FOUND.en }, steps },
    text: { de: text('de'), en: text('en') },
  };
}

const NOT_FOUND = {
  de: 'Der Exchange-Server wurde nicht gefunden; die Verbindung ist nicht angelegt. Versucht wurde:',
  en: 'The Exchange server was not found; the connection was not added. What was tried:',
} as const;

const NEXT = {
  de: 'Wer die Adresse kennt, nennt sie mit --url; dafür muss der Server nicht erreichbar sein.',
  en: 'If you know the address, name it by --url; for that the server need not be reachable.',
} as const;
