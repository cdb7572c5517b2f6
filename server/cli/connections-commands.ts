import { adminCommands } from '../check/admin-commands.js';
import type { CommandGroup } from '../check/command-group.js';
import { commandText } from './command-text.js';
import { commandValues } from './connections-check.js';
import { findConnection } from './find-connection.js';
import { done } from './verb.js';
import type { Language, Verb } from './verb.js';

export const CONNECTIONS_COMMANDS: Verb = {
  name: 'connections commands',
  does: {
    de: 'zeigt die Befehle, die der Exchange-Administrator für die Verbindung braucht, ausgefüllt und zum Kopieren.',
    en: 'shows the commands that the Exchange administrator needs for the connection, filled in and ready to copy.',
  },
  positionals: ['NAME'],
  options: {},
  async run(input, session) {
    const abgleich = await session.open();
    const connection = await findConnection(abgleich, input.word(0));
    const groups = adminCommands(await commandValues(abgleich, connection, session.stop));
    return done(groups, { de: textOf(groups, 'de'), en: textOf(groups, 'en') });
  },
};

function textOf(groups: readonly CommandGroup[], language: Language): string {
  return groups.map((group) => commandText([group], language).join('\n')).join('\n\n');
}
