import type { SyncedEmployee } from '../wire.js';
import { chosenWord, findSynced } from './find-employee.js';
import type { Input } from './input.js';
import { done } from './verb.js';
import type { Outcome, Session, Verb } from './verb.js';

export const EMPLOYEES_DISABLE: Verb = {
  name: 'employees disable',
  does: {
    de: 'gleicht einen Mitarbeiter nicht mehr ab; gelöscht wird nichts.',
    en: 'stops syncing an employee; nothing is deleted.',
  },
  positionals: ['[ADDRESS|ID]'],
  options: {
    all: { value: null, help: { de: 'alle, die abgeglichen werden.', en: 'all who are synced.' } },
  },
  run: disable,
};

async function disable(input: Input, session: Session): Promise<Outcome> {
  const typed = chosenWord(input);
  const abgleich = await session.open();
  const all = await abgleich.employees.list();
  const chosen =
    typed === null ? all.filter(({ isEnabled }) => isEnabled) : [findSynced(all, typed)];
  const disabled: SyncedEmployee[] = [];
  for (const { id } of chosen) {
    disabled.push(await abgleich.employees.disable(id, session.who));
  }
  const names = disabled.map(({ name }) => name).join(', ');
  return done(disabled, {
    de: names === '' ? 'Es wird niemand abgeglichen.' : `Nicht mehr abgeglichen: ${names}.`,
    en: names === '' ? 'Nobody is synced.' : `Not synced any more: ${names}.`,
  });
}
