import type { Readable } from 'node:stream';
import type { Sentence } from '../../sync/ports/failure.js';
import { checkProxy } from '../wire.js';
import type { NewConnection } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { readAll, usable } from './read-all.js';
import { readSecret } from './read-secret.js';
import type { OptionSpec } from './verb.js';

/** What `connections add` knows about an HTTP proxy on the way to Exchange (feature A14). */
export const PROXY_OPTIONS = {
  proxy: {
    value: 'URL',
    help: {
      de: 'der HTTP-Proxy auf dem Weg zu Exchange und zum Anmeldeserver, wie http://proxy.firma.local:3128.',
      en: 'the HTTP proxy on the way to Exchange and to the sign-in server, like http://proxy.company.local:3128.',
    },
  },
  'proxy-user': {
    value: 'NAME',
    help: {
      de: 'wer sich am Proxy anmeldet, wenn er das verlangt (Basic).',
      en: 'who signs in at the proxy, where it demands that (Basic).',
    },
  },
  'proxy-password-file': {
    value: 'FILE',
    help: {
      de: 'eine Datei mit dem Kennwort für den Proxy; - liest es von der Standardeingabe.',
      en: 'a file that holds the password for the proxy; - reads it from standard input.',
    },
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** The proxy as the connection keeps it; empty where there is none. Asks no server. */
export async function readProxy(
  input: Input,
  stdin: Readable,
): Promise<Pick<NewConnection, 'proxyUrl' | 'proxyUser' | 'proxySecret'>> {
  const proxyUrl = input.text('proxy');
  const proxyUser = input.text('proxy-user');
  const file = input.text('proxy-password-file');
  if (proxyUrl === null) {
    if (proxyUser !== null || file !== null) throw new InputError(NO_PROXY);
    return {};
  }
  const { proxySecret } = await readAll({
    address: () => usable(() => checkProxy({ url: proxyUrl, user: null })),
    user: () => usable(() => checkProxy({ url: ANY_PROXY, user: proxyUser })),
    proxySecret: () => readPassword({ proxyUser, file, input }, stdin),
  });
  return { proxyUrl, proxyUser, proxySecret };
}

/** Stands for what is checked elsewhere. */
const ANY_PROXY = 'http://proxy.example';

async function readPassword(
  { proxyUser, file, input }: { proxyUser: string | null; file: string | null; input: Input },
  stdin: Readable,
): Promise<string | null> {
  if (proxyUser === null && file === null) return null;
  if (file === null) throw new InputError(NO_PASSWORD);
  if (proxyUser === null) throw new InputError(NO_USER);
  if (file === '-' && input.text('password-file') === '-') throw new InputError(TWO_FROM_STDIN);
  return readSecret(file, stdin, 'proxy-password-file');
}

const NO_PROXY: Sentence = {
  de: '--proxy-user und --proxy-password-file gehören zu --proxy; das fehlt.',
  en: '--proxy-user and --proxy-password-file belong to --proxy, which is missing.',
};

const NO_PASSWORD: Sentence = {
  de: 'Zu --proxy-user fehlt --proxy-password-file.',
  en: '--proxy-password-file is missing beside --proxy-user.',
};

const NO_USER: Sentence = {
  de: 'Zu --proxy-password-file fehlt --proxy-user.',
  en: '--proxy-user is missing beside --proxy-password-file.',
};

const TWO_FROM_STDIN: Sentence = {
  de: 'Von der Standardeingabe kann nur eines der beiden Kennwörter kommen; für das andere eine Datei angeben.',
  en: 'Only one of the two passwords can come from standard input; name a file for the other.',
};
