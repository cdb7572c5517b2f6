import { migrateOwn, ownDatabase } from '../wire.js';
import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';

export const MIGRATE: Verb = {
  name: 'migrate',
  does: {
    de: 'bringt die eigene Datenbank auf den Stand dieser Version.',
    en: 'brings its own database up to this version.',
  },
  positionals: [],
  options: {},
  run: async (_input, session) => migrateNow(session),
};

async function migrateNow(session: Session): Promise<Outcome> {
  const database = await ownDatabase(session.config(), session.log());
  try {
    const applied = await migrateOwn(database.url);
    const names = applied.join(', ');
    return done(
      { applied },
      applied.length === 0
        ? { de: 'Die Datenbank ist auf dem Stand.', en: 'The database is up to date.' }
        : { de: `Ausgeführt: ${names}.`, en: `Done: ${names}.` },
    );
  } finally {
    await database.stop();
  }
}
