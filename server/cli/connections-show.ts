import { connectionLines } from './effective-settings.js';
import { findConnection } from './find-connection.js';
import { settingsText } from './settings-text.js';
import { done } from './verb.js';
import type { Verb } from './verb.js';

export const CONNECTIONS_SHOW: Verb = {
  name: 'connections show',
  does: {
    de: 'zeigt jede Einstellung einer Verbindung, und ob sie dort gewählt wurde.',
    en: 'shows every setting of a connection, and whether it was chosen there.',
  },
  positionals: ['NAME'],
  options: {},
  async run(input, session) {
    const abgleich = await session.open();
    const connection = await findConnection(abgleich, input.word(0));
    const lines = await connectionLines(abgleich, connection);
    const state = { name: connection.name, isEnabled: connection.isEnabled, settings: lines };
    const { de, en } = connection.isEnabled ? { de: '', en: '' } : OFF;
    return done(state, {
      de: de + settingsText(lines, 'de'),
      en: en + settingsText(lines, 'en'),
    });
  },
};

const OFF = { de: 'Abgeschaltet.\n', en: 'Switched off.\n' };
