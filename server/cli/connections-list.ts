import { discoveredOf } from '../discovered.js';
import type { Connection } from '../wire.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Verb } from './verb.js';

export const CONNECTIONS_LIST: Verb = {
  name: 'connections list',
  does: { de: 'zeigt die Verbindungen zu Exchange.', en: 'shows the connections to Exchange.' },
  positionals: [],
  options: {},
  async run(_input, session) {
    const abgleich = await session.open();
    const connections = await abgleich.connections.list();
    return done(connections, {
      de: tableText(HEADINGS.de, connections.map(rowOf)),
      en: tableText(HEADINGS.en, connections.map(rowOf)),
    });
  },
};

const HEADINGS = {
  de: ['NAME', 'ADRESSE', 'GEFUNDEN', 'ANMELDUNG', 'KONTO', 'MANDANT', 'KONFLIKT'],
  en: ['NAME', 'ADDRESS', 'FOUND BY', 'SIGN-IN', 'ACCOUNT', 'TENANT', 'CONFLICT'],
} as const;

function rowOf(connection: Connection): readonly string[] {
  const { name, url, auth, userName, tenant, conflict } = connection;
  return [name, url, foundBy(connection), auth, userName, tenant ?? '–', conflict];
}

function foundBy(connection: Connection): string {
  const found = discoveredOf(connection);
  return found?.by === 'autodiscover' ? `${found.by} ${found.mailbox}` : (found?.by ?? '–');
}
