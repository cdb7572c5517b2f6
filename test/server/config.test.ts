import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from '../../server/config.js';

describe('the settings of the environment', () => {
  test('without any, everything has its default and lies in .abgleich', () => {
    expect(readConfig({})).toEqual({
      databaseUrl: null,
      postgres: null,
      dataFolder: resolve('.abgleich'),
      erpUrl: null,
      keyFile: resolve('.abgleich/keys'),
      httpPort: 8480,
      logLevel: null,
      pollMs: 60_000,
      workers: 4,
      shutdownMs: 10_000,
      listens: true,
      gatherMs: 200,
    });
  });

  test('all that are given are taken', () => {
    const config = readConfig({
      DATABASE_URL: 'postgresql://a:b@localhost/abgleich',
      ERP_DATABASE_URL: 'postgres://erp/erp',
      ABGLEICH_DATA: '/data',
      ABGLEICH_KEY_FILE: '/secure/keys',
      ABGLEICH_POSTGRES: 'embedded',
      ABGLEICH_HTTP_PORT: '0',
      ABGLEICH_LOG: 'debug',
      ABGLEICH_POLL_SECONDS: '1',
      ABGLEICH_WORKERS: '8',
      ABGLEICH_SHUTDOWN_SECONDS: '30',
      ABGLEICH_STREAMING: 'off',
      ABGLEICH_GATHER_MS: '500',
    });
    expect(config).toEqual({
      databaseUrl: 'postgresql://a:b@localhost/abgleich',
      postgres: 'embedded',
      dataFolder: resolve('/data'),
      erpUrl: 'postgres://erp/erp',
      keyFile: resolve('/secure/keys'),
      httpPort: 0,
      logLevel: 'debug',
      pollMs: 1_000,
      workers: 8,
      shutdownMs: 30_000,
      listens: false,
      gatherMs: 500,
    });
  });

  test('the key file lies in the data folder unless it is named', () => {
    expect(readConfig({ ABGLEICH_DATA: '/data' }).keyFile).toBe(resolve('/data/keys'));
  });

  test('an empty setting counts as absent', () => {
    expect(readConfig({ DATABASE_URL: '', ABGLEICH_HTTP_PORT: ' ' })).toMatchObject({
      databaseUrl: null,
      httpPort: 8480,
    });
  });

  // prettier-ignore
  const wrong = [
    { name: 'a port beyond 65535', env: { ABGLEICH_HTTP_PORT: '70000' }, says: 'from 0 to 65535' },
    { name: 'a port with letters', env: { ABGLEICH_HTTP_PORT: '80a' }, says: 'from 0 to 65535' },
    { name: 'no workers', env: { ABGLEICH_WORKERS: '0' }, says: 'from 1 to 64' },
    { name: 'a negative time', env: { ABGLEICH_POLL_SECONDS: '-1' }, says: 'from 1 to 86400' },
    { name: 'an unknown PostgreSQL', env: { ABGLEICH_POSTGRES: 'docker' }, says: 'machine, embedded' },
    { name: 'an unknown log level', env: { ABGLEICH_LOG: 'loud' }, says: 'silent, error' },
    { name: 'a database that is no PostgreSQL', env: { DATABASE_URL: 'mysql://x' }, says: 'postgresql://' },
    { name: 'a database without an address', env: { ERP_DATABASE_URL: 'erp' }, says: 'postgresql://' },
  ] as const;

  for (const { name, env, says } of wrong) {
    test(`${name} is refused with a sentence`, () => {
      expect(problemsOf(env).join()).toContain(says);
    });
  }

  test('all problems are told at once', () => {
    const problems = problemsOf({
      ABGLEICH_HTTP_PORT: 'x',
      ABGLEICH_WORKERS: 'y',
      DATABASE_URL: 'z',
    });
    expect(problems).toHaveLength(3);
  });

  test('the sentence about an address does not show the password in it', () => {
    expect(problemsOf({ DATABASE_URL: 'mysql://user:geheim@host/db' }).join()).not.toContain(
      'geheim',
    );
  });
});

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ en }) => en);
    throw error;
  }
  return [];
}
