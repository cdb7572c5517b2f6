import { parseEmail, UnreadableValue } from '../../mappings/values.js';
import type { EmailAddress } from '../../mappings/values.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { checkAddress } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { usable } from './read-all.js';
import type { OptionSpec } from './verb.js';

/** The ways to name a server in `connections add` (feature A3). */
export const SERVER_OPTIONS = {
  url: {
    value: 'URL',
    help: {
      de: 'die Adresse von EWS, üblich https://SERVER/EWS/Exchange.asmx.',
      en: 'the address of EWS, usually https://SERVER/EWS/Exchange.asmx.',
    },
  },
  host: {
    value: 'SERVER',
    help: {
      de: 'statt --url: nur der Name des Servers, wie mail.firma.de; EWS wird dort an der üblichen Adresse gesucht.',
      en: 'instead of --url: only the name of the server, like mail.company.com; EWS is looked for there at the usual address.',
    },
  },
  autodiscover: {
    value: 'ADDRESS',
    help: {
      de: 'statt --url: die Adresse mit Autodiscover suchen, für dieses Postfach; sie wird neu gesucht, wenn dort niemand mehr antwortet.',
      en: 'instead of --url: find the address by Autodiscover, for this mailbox; it is looked for again when nobody answers there any more.',
    },
  },
  'autodiscover-url': {
    value: 'URL',
    help: {
      de: 'mit --autodiscover: nur diesen Autodiscover-Dienst fragen, wie https://SERVER/autodiscover/autodiscover.svc.',
      en: 'with --autodiscover: ask this Autodiscover service only, like https://SERVER/autodiscover/autodiscover.svc.',
    },
  },
  online: {
    value: null,
    help: {
      de: 'statt --url: Exchange Online (bis April 2027); Anmeldung mit oauth.',
      en: 'instead of --url: Exchange Online (until April 2027); signs in with oauth.',
    },
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** Which server an administrator means. */
export type ServerChoice =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'online' }
  | {
      readonly kind: 'autodiscover';
      readonly mailbox: EmailAddress;
      /** The one endpoint to ask; null = those of the mailbox's domain. */
      readonly endpoint: string | null;
    };

/** Exactly one way must be given. Asks nobody. */
export function readServer(input: Input): ServerChoice {
  const given = WAYS.filter((way) => input.text(way) !== null || input.flag(way));
  const [way] = given;
  if (way === undefined) throw new InputError(NO_SERVER);
  if (given.length > 1) throw new InputError(severalWays(given));
  const endpoint = input.text('autodiscover-url');
  if (endpoint !== null && way !== 'autodiscover') throw new InputError(ENDPOINT_ALONE);
  switch (way) {
    case 'url':
      return { kind: way, url: usableUrl(input.required(way)) };
    case 'host':
      return { kind: way, host: usableHost(input.required(way)) };
    case 'online':
      if (input.text('auth') !== null && input.text('auth') !== 'oauth') {
        throw new InputError(ONLINE_WANTS_OAUTH);
      }
      return { kind: way };
    case 'autodiscover':
      return {
        kind: way,
        mailbox: usableMailbox(input.required(way)),
        endpoint: endpoint === null ? null : usableUrl(endpoint),
      };
  }
}

const WAYS = ['url', 'host', 'autodiscover', 'online'] as const;

function usableUrl(url: string): string {
  usable(() => checkAddress(url));
  return url;
}

function usableHost(host: string): string {
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : null;
  if (url?.href !== `https://${url?.host ?? ''}/`) throw new InputError(noHost(host));
  return host;
}

function usableMailbox(text: string): EmailAddress {
  try {
    return parseEmail(text);
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new InputError({
      de: `--autodiscover ist „${text}“; erwartet wird eine Adresse wie name@firma.de.`,
      en: `--autodiscover is "${text}"; expected is an address like name@company.com.`,
    });
  }
}

const NO_SERVER: Sentence = {
  de: 'Es fehlt --url. An seine Stelle kann --host, --autodiscover oder --online treten.',
  en: '--url is missing. --host, --autodiscover or --online can stand in its place.',
};

function severalWays(given: readonly string[]): Sentence {
  const list = given.map((way) => `--${way}`).join(', ');
  return {
    de: `${list}: Nur eines davon sagt, wo der Server ist.`,
    en: `${list}: only one of these says where the server is.`,
  };
}

const ENDPOINT_ALONE: Sentence = {
  de: '--autodiscover-url gehört zu --autodiscover ADRESSE; das fehlt.',
  en: '--autodiscover-url belongs to --autodiscover ADDRESS, which is missing.',
};

const ONLINE_WANTS_OAUTH: Sentence = {
  de: 'Exchange Online nimmt nur noch --auth oauth an.',
  en: 'Exchange Online accepts --auth oauth only.',
};

function noHost(host: string): Sentence {
  return {
    de: `--host ist „${host}“; erwartet wird nur der Name eines Servers wie mail.firma.de. Eine ganze Adresse gehört zu --url.`,
    en: `--host is "${host}"; expected is only the name of a server like mail.company.com. A whole address belongs to --url.`,
  };
}
