import { describe as suite, expect, it } from 'vitest';
import { describe, languageOf } from './travels.js';

const TRAVEL = {
  id: '1',
  event: 'updated',
  side: 'erp',
  fields: ['when'],
  record_id: 'T1',
  employee: 'Anna Becker',
  detail: '',
};
const SUBJECT = {
  title: 'Montage Halle 3 ',
  start: new Date('2026-03-04T09:15:00Z'),
  day: null,
  location: 'Halle 3',
};

suite('the lines about what travels', () => {
  it.each([
    // how a date is punctuated changes between versions of Node
    [
      'de',
      /^Outlook → ERP {2}Anna Becker {2}«Montage Halle 3» {2}verschoben auf Mi\.?,? 04\.03\., 10:15$/,
    ],
    ['en', /^Outlook → ERP {2}Anna Becker {2}«Montage Halle 3» {2}moved to Wed,? 04\/03, 10:15$/],
  ] as const)('are in the language of the reader (%s)', (language, line) => {
    expect(describe(TRAVEL, SUBJECT, language)).toMatch(line);
  });

  it.each([
    ['an all-day one', { ...TRAVEL }, { ...SUBJECT, start: null, day: '2026-03-04' }, ' 04.03.'],
    ['another place', { ...TRAVEL, fields: ['location'] }, SUBJECT, 'jetzt in Halle 3'],
    [
      'no place any more',
      { ...TRAVEL, fields: ['location'] },
      { ...SUBJECT, location: '' },
      'ohne Ort',
    ],
    [
      'one occurrence',
      { ...TRAVEL, fields: ['exceptions/2026-03-11'] },
      SUBJECT,
      'Einzeltermin geändert (2026-03-11)',
    ],
    [
      'the other way',
      { ...TRAVEL, side: 'exchange', event: 'removed', fields: [] },
      SUBJECT,
      'ERP → Outlook  Anna Becker  «Montage Halle 3»  gelöscht',
    ],
    [
      'something that is gone',
      { ...TRAVEL, event: 'removed', fields: [] },
      null,
      'Becker  gelöscht',
    ],
    ['a field nobody has a word for', { ...TRAVEL, fields: ['color'] }, SUBJECT, 'color'],
  ])('say %s', (_name, travel, subject, expected) => {
    expect(describe(travel, subject, 'de')).toContain(expected);
  });

  it.each([
    [{ LANG: 'de_DE.UTF-8' }, 'de'],
    [{ LANG: 'en_US.UTF-8' }, 'en'],
    [{ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LC_ALL: '', LANG: 'de' }, 'de'],
    [{}, 'en'],
  ])('choose the language as POSIX does: %j', (env, language) => {
    expect(languageOf(env)).toBe(language);
  });
});
