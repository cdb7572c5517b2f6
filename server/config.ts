import { resolve } from 'node:path';
import type { Sentence } from '../sync/ports/failure.js';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

/** What the process is told by its environment. Everything else is a setting in the database. */
export interface Config {
  /** Our own database; null = a PostgreSQL of our own in `dataFolder`. */
  readonly databaseUrl: string | null;
  /** Which PostgreSQL is started where none is given; null = that of the machine, else the embedded one. */
  readonly postgres: 'machine' | 'embedded' | null;
  /** Absolute path. */
  readonly dataFolder: string;
  /** The ERP's database; null = the same as our own, the contract in its schema `erp`. */
  readonly erpUrl: string | null;
  /** Absolute path. */
  readonly keyFile: string;
  /** 0 = a free one. The address is always 127.0.0.1. */
  readonly httpPort: number;
  /** null = `serve` tells what it does, every other verb only what goes wrong. */
  readonly logLevel: LogLevel | null;
  readonly pollMs: number;
  /** How many pairs are synced at once. */
  readonly workers: number;
  readonly shutdownMs: number;
  /** Whether Exchange is listened to; otherwise only polls find its changes. */
  readonly listens: boolean;
  /** How long events of one folder are gathered before its pair is woken. */
  readonly gatherMs: number;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that cannot be used, each with a sentence; the command line answers with exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Sentence[];

  constructor(problems: readonly Sentence[]) {
    super(problems.map(({ en }) => en).join('\n'));
    this.problems = problems;
  }
}

/** Reads all settings at once and complains about all of them at once. A setting that is empty counts as absent. */
export function readConfig(env: Environment): Config {
  const problems: Sentence[] = [];
  const reader = settingsIn(env, problems);
  const dataFolder = resolve(reader.text('ABGLEICH_DATA') ?? '.abgleich');
  const config: Config = {
    databaseUrl: reader.postgresUrl('DATABASE_URL'),
    postgres: reader.choice('ABGLEICH_POSTGRES', ['machine', 'embedded']),
    dataFolder,
    erpUrl: reader.postgresUrl('ERP_DATABASE_URL'),
    keyFile: resolve(reader.text('ABGLEICH_KEY_FILE') ?? resolve(dataFolder, 'keys')),
    httpPort: reader.whole('ABGLEICH_HTTP_PORT', { absent: 8480, min: 0, max: 65_535 }),
    logLevel: reader.choice('ABGLEICH_LOG', LOG_LEVELS),
    pollMs: 1000 * reader.whole('ABGLEICH_POLL_SECONDS', { absent: 60, min: 1, max: 86_400 }),
    workers: reader.whole('ABGLEICH_WORKERS', { absent: 4, min: 1, max: 64 }),
    shutdownMs: 1000 * reader.whole('ABGLEICH_SHUTDOWN_SECONDS', { absent: 10, min: 1, max: 600 }),
    listens: reader.choice('ABGLEICH_STREAMING', ['on', 'off']) !== 'off',
    gatherMs: reader.whole('ABGLEICH_GATHER_MS', { absent: 200, min: 0, max: 60_000 }),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;

interface Bounds {
  readonly absent: number;
  readonly min: number;
  readonly max: number;
}

/** Each method notes a problem and answers something of the right type, so that the next setting is looked at too. */
function settingsIn(env: Environment, problems: Sentence[]) {
  const text = (name: string): string | null => {
    const value = env[name]?.trim() ?? '';
    return value === '' ? null : value;
  };
  return {
    text,

    choice<T extends string>(name: string, allowed: readonly T[]): T | null {
      const value = text(name);
      const found = allowed.find((one) => one === value) ?? null;
      if (value !== null && found === null) problems.push(notOneOf(name, value, allowed));
      return found;
    },

    whole(name: string, { absent, min, max }: Bounds): number {
      const value = text(name);
      if (value === null) return absent;
      const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
      if (number >= min && number <= max) return number;
      problems.push(notBetween(name, value, min, max));
      return absent;
    },

    postgresUrl(name: string): string | null {
      const value = text(name);
      const protocol = value === null ? null : (URL.parse(value)?.protocol ?? '');
      if (protocol !== null && !/^postgres(ql)?:$/.test(protocol)) problems.push(noAddress(name));
      return value;
    },
  };
}

function notOneOf(name: string, value: string, allowed: readonly string[]): Sentence {
  const list = allowed.join(', ');
  return {
    de: `${name} ist „${value}“; erlaubt ist: ${list}.`,
    en: `${name} is "${value}"; allowed are: ${list}.`,
  };
}

function notBetween(name: string, value: string, min: number, max: number): Sentence {
  return {
    de: `${name} ist „${value}“; nötig ist eine ganze Zahl von ${min} bis ${max}.`,
    en: `${name} is "${value}"; a whole number from ${min} to ${max} is needed.`,
  };
}

/** The address itself is not shown: it holds a password. */
function noAddress(name: string): Sentence {
  return {
    de: `${name} ist keine Adresse einer PostgreSQL-Datenbank; erwartet wird etwas wie postgresql://benutzer:kennwort@server:5432/abgleich.`,
    en: `${name} is no address of a PostgreSQL database; expected is something like postgresql://user:password@server:5432/abgleich.`,
  };
}
