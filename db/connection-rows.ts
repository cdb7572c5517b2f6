import type { ConnectionConflictRule } from '../mappings/field-rules.js';
import { parseZone } from '../mappings/values.js';
import type { IanaZone } from '../mappings/values.js';
import type { Secrets } from './secrets.js';

/** One Exchange organisation as the administrator set it up. Secrets are not in it; see `secretsOf`. */
export interface Connection extends ConnectionSettings {
  readonly id: string;
  readonly hasSecret: boolean;
}

export interface ConnectionSettings {
  readonly name: string;
  readonly protocol: 'ews' | 'graph';
  readonly url: string;
  readonly auth: 'basic' | 'ntlm' | 'oauth';
  /** The service account, or the client id of the application. */
  readonly userName: string;
  readonly tenant: string | null;
  /** Certificates to trust besides the usual ones, PEM. */
  readonly ca: string | null;
  readonly proxyUrl: string | null;
  readonly proxyUser: string | null;
  /** Where an employee's mailbox comes from, unless it was set by hand (feature A8). */
  readonly mailboxFrom: 'email' | 'login';
  readonly conflict: ConnectionConflictRule;
  readonly guardCount: number;
  readonly guardPercent: number;
  readonly language: 'de' | 'en';
  readonly zone: IanaZone;
  readonly writeTimeoutMs: number;
  readonly isEnabled: boolean;
  /** What no column is for yet. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** In plain text on the way in and out, sealed in between. */
export interface ConnectionSecrets {
  readonly secret: string | null;
  readonly proxySecret: string | null;
}

export type ConnectionChanges = Partial<ConnectionSettings & ConnectionSecrets>;

export type NewConnection = ConnectionChanges &
  Pick<ConnectionSettings, 'name' | 'url' | 'auth' | 'userName'>;

export type SecretName = keyof ConnectionSecrets;

/** Where a secret is kept, as the sealing knows it: moved to another connection it cannot be read. */
export function contextOf(id: string, name: SecretName): string {
  return `connection:${id}:${name}`;
}

/** A connection as its table has it; the secrets are sealed. */
export interface ConnectionRow {
  readonly id: string;
  readonly name: string;
  readonly protocol: Connection['protocol'];
  readonly url: string;
  readonly auth: Connection['auth'];
  readonly user_name: string;
  readonly tenant: string | null;
  readonly secret: string | null;
  readonly ca: string | null;
  readonly proxy_url: string | null;
  readonly proxy_user: string | null;
  readonly proxy_secret: string | null;
  readonly mailbox_from: Connection['mailboxFrom'];
  readonly conflict: ConnectionConflictRule;
  readonly guard_count: number;
  readonly guard_percent: number;
  readonly language: Connection['language'];
  readonly zone: string;
  readonly write_timeout_ms: number;
  readonly is_enabled: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where each setting is kept. */
const COLUMN: Readonly<Record<keyof ConnectionSettings | SecretName, keyof ConnectionRow>> = {
  name: 'name',
  protocol: 'protocol',
  url: 'url',
  auth: 'auth',
  userName: 'user_name',
  tenant: 'tenant',
  secret: 'secret',
  ca: 'ca',
  proxyUrl: 'proxy_url',
  proxyUser: 'proxy_user',
  proxySecret: 'proxy_secret',
  mailboxFrom: 'mailbox_from',
  conflict: 'conflict',
  guardCount: 'guard_count',
  guardPercent: 'guard_percent',
  language: 'language',
  zone: 'zone',
  writeTimeoutMs: 'write_timeout_ms',
  isEnabled: 'is_enabled',
  options: 'options',
};

/** What is read of a connection, secrets sealed. */
export const CONNECTION_COLUMNS = ['id', ...Object.values(COLUMN)] as const;

/** The columns that a change names, secrets sealed. */
export function rowFromChanges(
  id: string,
  changes: ConnectionChanges,
  secrets: Secrets,
): Partial<ConnectionRow> {
  const { secret, proxySecret, ...settings } = changes;
  const sealed = (text: string | null, name: SecretName): string | null =>
    text === null ? null : secrets.seal(text, contextOf(id, name));
  const values = Object.entries<unknown>(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [COLUMN[name as keyof ConnectionSettings], value]);
  return {
    ...(Object.fromEntries(values) as Partial<ConnectionRow>),
    ...(secret === undefined ? {} : { secret: sealed(secret, 'secret') }),
    ...(proxySecret === undefined ? {} : { proxy_secret: sealed(proxySecret, 'proxySecret') }),
  };
}

export function connectionFromRow(row: ConnectionRow): Connection {
  return {
    id: row.id,
    name: row.name,
    protocol: row.protocol,
    url: row.url,
    auth: row.auth,
    userName: row.user_name,
    tenant: row.tenant,
    hasSecret: row.secret !== null,
    ca: row.ca,
    proxyUrl: row.proxy_url,
    proxyUser: row.proxy_user,
    mailboxFrom: row.mailbox_from,
    conflict: row.conflict,
    guardCount: row.guard_count,
    guardPercent: row.guard_percent,
    language: row.language,
    zone: parseZone(row.zone),
    writeTimeoutMs: row.write_timeout_ms,
    isEnabled: row.is_enabled,
    options: row.options,
  };
}
