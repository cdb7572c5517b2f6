import type { Readable } from 'node:stream';
import type { Sentence } from '../../sync/ports/failure.js';
import { certificateFileIn } from '../certificate-file.js';
import { checkApplication } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { readAll, usable } from './read-all.js';
import { readSecret, readSecretFile } from './read-secret.js';
import type { OptionSpec } from './verb.js';

/** What `connections add` knows about applications besides their id, which is the `--user`, and their secret. */
export const OAUTH_OPTIONS = {
  tenant: {
    value: 'TENANT',
    help: {
      de: 'bei oauth: die Mandanten-ID aus Entra ID, oder eine Domäne des Mandanten.',
      en: 'with oauth: the tenant id of Entra ID, or a domain of the tenant.',
    },
  },
  'certificate-file': {
    value: 'FILE',
    help: {
      de: 'bei oauth statt --password-file: privater Schlüssel und Zertifikat in einer Datei (PEM).',
      en: 'with oauth instead of --password-file: private key and certificate in one file (PEM).',
    },
  },
  authority: {
    value: 'URL',
    help: {
      de: 'bei oauth: der Anmeldeserver, wenn nicht https://login.microsoftonline.com.',
      en: 'with oauth: the sign-in server, if not https://login.microsoftonline.com.',
    },
  },
  scope: {
    value: 'SCOPE',
    help: {
      de: 'bei oauth: als was Exchange registriert ist, wenn nicht https://outlook.office365.com.',
      en: 'with oauth: what Exchange is registered as, if not https://outlook.office365.com.',
    },
  },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** How an application signs in, as its connection keeps it. */
export interface OauthAccount {
  readonly tenant: string;
  /** A client secret, or key and certificates as PEM. */
  readonly secret: string;
  readonly options: { readonly authority?: string; readonly scope?: string };
}

/** Refuses all that cannot be used at once. Asks no server. */
export async function readOauthAccount(input: Input, stdin: Readable): Promise<OauthAccount> {
  const { tenant, authority, scope, secret } = await readAll({
    tenant: () => usableTenant(input.required('tenant')),
    authority: () => usableAuthority(input),
    scope: () => usableScope(input.text('scope')),
    secret: () => readCredential(input, stdin),
  });
  const options = {
    ...(authority === null ? {} : { authority }),
    ...(scope === null ? {} : { scope }),
  };
  return { tenant, secret, options };
}

/** Another sign-in has no use for them, so whoever gives one meant something else. */
export function refuseOauthOptions(input: Input): void {
  const given = Object.keys(OAUTH_OPTIONS).filter((option) => input.text(option) !== null);
  if (given.length > 0) throw new InputError(...given.map(onlyForOauth));
}

/** Stands for what is checked elsewhere. */
const ANY = { tenantId: 'any', clientId: 'any', credential: { secret: 'any' } } as const;

function usableTenant(tenant: string): string {
  usable(() => checkApplication({ ...ANY, tenantId: tenant }));
  return tenant;
}

function usableAuthority(input: Input): string | null {
  const authority = input.text('authority')?.trim() ?? null;
  if (authority === null) return null;
  const tenant = input.text('tenant')?.trim() ?? '';
  const tenantId = tenant === '' ? ANY.tenantId : tenant;
  const { pathname } = usable(() => checkApplication({ ...ANY, tenantId, authority })).authority;
  const isOther = pathname.toLowerCase() !== `/${encodeURIComponent(tenantId)}`.toLowerCase();
  if (tenant !== '' && isOther) throw new InputError(TWO_TENANTS);
  return authority;
}

function usableScope(scope: string | null): string | null {
  if (scope !== null && !/^\S+$/.test(scope)) throw new InputError(BAD_SCOPE);
  return scope;
}

async function readCredential(input: Input, stdin: Readable): Promise<string> {
  const secretFile = input.text('password-file');
  const certificateFile = input.text('certificate-file');
  if (secretFile !== null && certificateFile !== null) throw new InputError(TWO_CREDENTIALS);
  if (secretFile !== null) return readSecret(secretFile, stdin);
  if (certificateFile !== null) return readCertificate(certificateFile);
  throw new InputError(NO_CREDENTIAL);
}

/** Keeps of the file what is needed, and nothing else that may be in it. */
async function readCertificate(file: string): Promise<string> {
  const { key, x5c } = certificateFileIn(await readSecretFile(file, 'certificate-file'));
  const missing = [...(key === null ? [NO_KEY] : []), ...(x5c === null ? [NO_CERTIFICATE] : [])];
  if (key === null || x5c === null) throw new InputError(...missing);
  usable(() => checkApplication({ ...ANY, credential: { certificate: { key, x5c } } }));
  return `${key}\n${x5c}\n`;
}

function onlyForOauth(option: string): Sentence {
  return {
    de: `--${option} gibt es nur bei --auth oauth.`,
    en: `--${option} is for --auth oauth only.`,
  };
}

const TWO_TENANTS: Sentence = {
  de: '--authority und --tenant nennen verschiedene Mandanten. Bei --authority genügt der Server, wie https://login.microsoftonline.com.',
  en: '--authority and --tenant name different tenants. For --authority the server is enough, like https://login.microsoftonline.com.',
};

const BAD_SCOPE: Sentence = {
  de: '--scope ist leer oder mehr als ein Wort; erwartet wird eine Adresse wie https://outlook.office365.com.',
  en: '--scope is empty or more than one word; expected is an address like https://outlook.office365.com.',
};

const NO_CREDENTIAL: Sentence = {
  de: 'Es fehlt --password-file (mit dem geheimen Clientschlüssel) oder --certificate-file.',
  en: '--password-file (with the client secret) or --certificate-file is missing.',
};

const TWO_CREDENTIALS: Sentence = {
  de: '--password-file und --certificate-file gehen nicht zusammen: Eine Anwendung meldet sich mit einem von beiden an.',
  en: '--password-file and --certificate-file do not go together: an application signs in with one of them.',
};

const NO_KEY: Sentence = {
  de: 'Die Datei bei --certificate-file enthält keinen privaten Schlüssel im PEM-Format („-----BEGIN PRIVATE KEY-----“). Eine .pfx-Datei muss zuerst in PEM umgewandelt werden.',
  en: 'The file of --certificate-file holds no private key in PEM format ("-----BEGIN PRIVATE KEY-----"). A .pfx file must be turned into PEM first.',
};

const NO_CERTIFICATE: Sentence = {
  de: 'Die Datei bei --certificate-file enthält kein Zertifikat im PEM-Format („-----BEGIN CERTIFICATE-----“). Der private Schlüssel und das Zertifikat gehören in dieselbe Datei.',
  en: 'The file of --certificate-file holds no certificate in PEM format ("-----BEGIN CERTIFICATE-----"). The private key and the certificate belong in the same file.',
};
