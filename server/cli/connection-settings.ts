import { parseZone } from '../../mappings/values.js';
import type { Connection, ConnectionChanges } from '../wire.js';
import { checkAddress, checkProxy, checkUser } from '../wire.js';
import { usable } from './read-all.js';
import { oneOf, parsed, whole } from './setting.js';
import { mustHaveValue } from './typed-settings.js';

/** A setting of the connection itself, which no employee can have otherwise. */
export interface ConnectionSetting {
  /** What changes; `text` is '' where the usual value shall count again. */
  read(text: string, key: string, before: Connection): ConnectionChanges;
  show(connection: Connection): string;
}

const CONFLICT = oneOf({ erp: 'erp', exchange: 'exchange', newest: 'newest' } as const);
const LANGUAGE = oneOf({ de: 'de', en: 'en' } as const);
const MAILBOX_FROM = oneOf({ email: 'email', login: 'login' } as const);
const REQUESTS = whole(1, 10);

/** By what is typed, in the order in which they are shown. */
export const CONNECTION_SETTINGS: Readonly<Record<string, ConnectionSetting>> = {
  name: {
    read: (text, key) => ({ name: needed(text, key) }),
    show: ({ name }) => name,
  },
  url: {
    read(text, key, { options }) {
      const url = needed(text, key);
      usable(() => checkAddress(url));
      // by hand from now on: nobody looks it up any more
      return { url, options: without(options, 'discovery') };
    },
    show: ({ url }) => url,
  },
  user: {
    read(text, key) {
      const userName = needed(text, key);
      usable(() => checkUser(userName));
      return { userName };
    },
    show: ({ userName }) => userName,
  },
  tenant: {
    read: (text) => ({ tenant: text === '' ? null : text }),
    show: ({ tenant }) => tenant ?? '–',
  },
  proxy: {
    read(text) {
      if (text === '') return { proxyUrl: null, proxyUser: null, proxySecret: null };
      usable(() => checkProxy({ url: text, user: null }));
      return { proxyUrl: text };
    },
    show: ({ proxyUrl }) => proxyUrl ?? '–',
  },
  'proxy-user': {
    read: (text) =>
      text === '' ? { proxyUser: null, proxySecret: null } : { proxyUser: usableProxyUser(text) },
    show: ({ proxyUser }) => proxyUser ?? '–',
  },
  'mailbox-from': {
    read: (text, key) => ({ mailboxFrom: text === '' ? 'email' : MAILBOX_FROM.read(text, key) }),
    show: ({ mailboxFrom }) => mailboxFrom,
  },
  conflict: {
    read: (text, key) => ({ conflict: text === '' ? 'erp' : CONFLICT.read(text, key) }),
    show: ({ conflict }) => conflict,
  },
  'guard-count': {
    read: (text, key) => ({ guardCount: text === '' ? 20 : whole(0, 100_000).read(text, key) }),
    show: ({ guardCount }) => String(guardCount),
  },
  'guard-percent': {
    read: (text, key) => ({ guardPercent: text === '' ? 20 : whole(0, 100).read(text, key) }),
    show: ({ guardPercent }) => String(guardPercent),
  },
  language: {
    read: (text, key) => ({ language: text === '' ? 'de' : LANGUAGE.read(text, key) }),
    show: ({ language }) => language,
  },
  zone: {
    read: (text, key) => ({
      zone: parsed(key, text === '' ? 'Europe/Berlin' : text, parseZone, {
        de: 'eine Zeitzone wie Europe/Berlin',
        en: 'a time zone like Europe/Berlin',
      }),
    }),
    show: ({ zone }) => zone,
  },
  'write-timeout': {
    read: (text, key) => ({
      writeTimeoutMs: (text === '' ? 20 : whole(1, 600).read(text, key)) * 1000,
    }),
    show: ({ writeTimeoutMs }) => String(writeTimeoutMs / 1000),
  },
  requests: limit('connections', 4),
  'mailbox-requests': limit('connectionsPerMailbox', 2),
};

function needed(text: string, key: string): string {
  if (text === '') throw mustHaveValue(key);
  return text;
}

function usableProxyUser(user: string): string {
  usable(() => checkProxy({ url: 'http://proxy.example', user }));
  return user;
}

/** Kept among the options; beyond ten Exchange itself begins to refuse (protocol fact 92). */
function limit(name: string, usual: number): ConnectionSetting {
  return {
    read: (text, key, { options }) => ({
      options:
        text === '' ? without(options, name) : { ...options, [name]: REQUESTS.read(text, key) },
    }),
    show: ({ options }) => REQUESTS.show(numberOr(options[name], usual)),
  };
}

function numberOr(value: unknown, usual: number): number {
  return typeof value === 'number' ? value : usual;
}

function without(options: Connection['options'], name: string): Connection['options'] {
  return Object.fromEntries(Object.entries(options).filter(([key]) => key !== name));
}
