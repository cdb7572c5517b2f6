import { findConnection, wasMistyped } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';

export const SWITCH: Verb = {
  name: 'switch',
  does: {
    de: 'schaltet den ganzen Abgleich ein oder aus, oder den einer Verbindung. Was gerade läuft, läuft zu Ende.',
    en: 'switches all syncing on or off, or that of one connection. What is under way ends in its own time.',
  },
  positionals: ['on|off'],
  options: {
    connection: {
      value: 'NAME',
      help: { de: 'nur diese Verbindung.', en: 'only this connection.' },
    },
  },
  run: turn,
};

async function turn(input: Input, session: Session): Promise<Outcome> {
  const isOn = readTurn(input.word(0));
  const typed = input.text('connection');
  const abgleich = await session.open();
  if (typed === null) {
    await abgleich.settings.setSyncing(isOn, session.who);
    return done({ isSyncing: isOn }, isOn ? ALL_ON : ALL_OFF);
  }
  const { id } = await findConnection(abgleich, typed);
  const connection = await abgleich.connections
    .update(id, { isEnabled: isOn }, session.who)
    .catch(wasMistyped);
  const { name } = connection;
  const { isSyncing } = await abgleich.settings.installation();
  const still = isOn && !isSyncing;
  return done(
    { connection: name, isEnabled: isOn, isSyncing: isOn && isSyncing },
    {
      de: `Die Verbindung „${name}“ ist ${isOn ? 'ein' : 'aus'}geschaltet.${still ? ' Der Hauptschalter ist aus: es wird trotzdem nichts abgeglichen.' : ''}`,
      en: `The connection "${name}" is switched ${isOn ? 'on' : 'off'}.${still ? ' The main switch is off: still nothing is synced.' : ''}`,
    },
  );
}

function readTurn(word: string | null): boolean {
  if (word === 'on' || word === 'off') return word === 'on';
  throw new InputError({
    de: `„${word ?? ''}“ ist weder on noch off.`,
    en: `"${word ?? ''}" is neither on nor off.`,
  });
}

const ALL_ON = {
  de: 'Der Abgleich ist eingeschaltet. Verbindungen, die für sich abgeschaltet sind, bleiben es.',
  en: 'Syncing is switched on. Connections that are switched off by themselves stay so.',
};

const ALL_OFF = {
  de: 'Der Abgleich ist ausgeschaltet: was läuft, läuft zu Ende, und nichts Neues beginnt.',
  en: 'Syncing is switched off: what is under way ends, and nothing new begins.',
};
