import type { Knex } from 'knex';
import { databaseProblem } from './problem.js';
import { reportingFailures } from './store-failure.js';

/**
 * Remembers which fingerprint key this database was filled with. With another one every base would be unknown, all
 * records would look changed on both sides, and one side would win everywhere: that is refused, as `forbidden`, with a
 * sentence.
 */
export async function checkKeyMark(knex: Knex, mark: string, source: string): Promise<void> {
  const known = await reportingFailures(async () => {
    await knex.raw(REMEMBER, { mark });
    const { rows } = await knex.raw<{ rows: { mark: string }[] }>(KNOWN);
    return rows[0]?.mark ?? mark;
  });
  if (known === mark) return;
  throw databaseProblem('forbidden', {
    de: `Diese Datenbank wurde mit einer anderen Schlüsseldatei gefüllt als ${source}. Stellen Sie die richtige wieder her (ABGLEICH_KEY_FILE); mit der falschen sähen alle Termine geändert aus.`,
    en: `This database was filled with another key file than ${source}. Restore the right one (ABGLEICH_KEY_FILE); with the wrong one all appointments would look changed.`,
  });
}

const REMEMBER = `
  update abgleich.installation
     set options = options || jsonb_build_object('keyMark', cast(:mark as text))
   where not jsonb_exists(options, 'keyMark')`;

const KNOWN = `select options ->> 'keyMark' as mark from abgleich.installation`;
