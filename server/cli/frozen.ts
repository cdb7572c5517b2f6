import type { Abgleich, FrozenRecord } from '../wire.js';
import type { Input } from './input.js';
import { detailText } from './journal-details.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const FROZEN_LIST: Verb = {
  name: 'frozen list',
  does: {
    de: 'zeigt, was ruht, weil ein anderes Programm es ständig ändert oder etwas nur auf einer Seite zurückgenommen wurde.',
    en: 'shows what rests because another program keeps changing it, or because something was taken back on one side only.',
  },
  positionals: [],
  options: {},
  run: list,
};

export const FROZEN_THAW: Verb = {
  name: 'frozen thaw',
  does: {
    de: 'gleicht einen ruhenden Datensatz sofort wieder ab; was zurückgenommen wurde, kommt dann wieder, wenn es auf der anderen Seite noch so ist.',
    en: 'syncs a resting record again at once; what was taken back then comes again if the other side still has it.',
  },
  positionals: ['RECORD'],
  options: {},
  run: thaw,
};

async function list(_input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  const frozen = await abgleich.frozen.list();
  const nameOf = await namesOf(abgleich);
  const text = (language: Language): string =>
    frozen.length === 0
      ? NOTHING[language]
      : tableText(
          HEADINGS[language],
          frozen.map((one) => rowOf(one, nameOf, language)),
        );
  return done(frozen, { de: text('de'), en: text('en') });
}

async function thaw(input: Input, session: Session): Promise<Outcome> {
  const recordId = input.word(0) ?? '';
  const abgleich = await session.open();
  const thawed = await abgleich.frozen.thaw(recordId, session.who);
  if (thawed.length === 0) {
    const text = {
      de: `Der Datensatz „${recordId}“ ruht nicht. „frozen list“ zeigt, was ruht.`,
      en: `The record "${recordId}" does not rest. "frozen list" shows what does.`,
    };
    return { exit: 1, json: thawed, text };
  }
  return done(thawed, {
    de: 'Der Datensatz wird wieder abgeglichen. Was nur auf einer Seite zurückgenommen wurde, bekommt den Wert der anderen. Ändert ihn das andere Programm weiter, ruht er bald wieder: halten Sie es vorher an.',
    en: 'The record is synced again. What was taken back on one side only gets the value of the other. If the other program goes on changing it, it will soon rest again: stop that program first.',
  });
}

async function namesOf(abgleich: Abgleich): Promise<ReadonlyMap<string, string>> {
  return new Map((await abgleich.employees.list()).map(({ id, name }) => [id, name]));
}

function rowOf(
  { employeeId, recordId, reason, until }: FrozenRecord,
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): readonly string[] {
  const rests = until ?? UNTIL_THAWED[language];
  return [nameOf.get(employeeId) ?? employeeId, recordId, rests, detailText(reason, language)];
}

const NOTHING = { de: 'Nichts ruht.', en: 'Nothing rests.' };

const UNTIL_THAWED = { de: '„frozen thaw“', en: '"frozen thaw"' };

const HEADINGS = {
  de: ['MITARBEITER', 'DATENSATZ', 'RUHT BIS', 'WARUM'],
  en: ['EMPLOYEE', 'RECORD', 'RESTS UNTIL', 'WHY'],
} as const;
