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
      de: tableText(['NAME', 'ADRESSE', 'ANMELDUNG', 'KONTO', 'KONFLIKT'], connections.map(rowOf)),
      en: tableText(['NAME', 'ADDRESS', 'SIGN-IN', 'ACCOUNT', 'CONFLICT'], connections.map(rowOf)),
    });
  },
};

function rowOf({ name, url, auth, userName, conflict }: Connection): readonly string[] {
  return [name, url, auth, userName, conflict];
}
