import { pairLines } from './effective-settings.js';
import { findSynced } from './find-employee.js';
import { settingsText } from './settings-text.js';
import { done } from './verb.js';
import type { Language, Verb } from './verb.js';
import { whyNotText } from './why-not.js';

export const EMPLOYEES_SHOW: Verb = {
  name: 'employees show',
  does: {
    de: 'zeigt jede Einstellung eines Mitarbeiters, wie sie gilt, und wo sie gewählt wurde.',
    en: 'shows every setting of an employee as it counts, and where it was chosen.',
  },
  positionals: ['ADDRESS|ID'],
  options: {},
  async run(input, session) {
    const abgleich = await session.open();
    const employee = findSynced(await abgleich.employees.list(), input.word(0) ?? '');
    const pairs = await Promise.all(
      (await abgleich.pairs.list(employee.id)).map(async (pair) => ({
        kind: pair.kind,
        settings: await pairLines(abgleich, pair),
      })),
    );
    const problem = whyNotText(employee);
    const text = (language: Language): string =>
      [
        ...(problem === null ? [] : [`✗ ${problem[language]}`]),
        ...pairs.map(({ settings }) => settingsText(settings, language)),
      ].join('\n');
    const { id, name, mailbox } = employee;
    return done({ id, name, mailbox, problem, pairs }, { de: text('de'), en: text('en') });
  },
};
