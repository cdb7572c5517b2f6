import type { Sentence } from '../../sync/ports/failure.js';
import type { ConflictLine } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { LIST_OPTIONS, openList } from './list-filter.js';
import { REFUSALS } from './refusals.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const CONFLICTS_LIST: Verb = {
  name: 'conflicts list',
  does: {
    de: 'zeigt, wo beide Seiten dasselbe Feld geändert hatten und eine sich durchgesetzt hat, ohne die Werte.',
    en: 'shows where both sides had changed the same field and one has won, without the values.',
  },
  positionals: [],
  options: LIST_OPTIONS,
  run: list,
};

export const CONFLICTS_SHOW: Verb = {
  name: 'conflicts show',
  does: {
    de: 'zeigt den unterlegenen Wert eines Konflikts; dass er gezeigt wurde, wird festgehalten.',
    en: 'shows the losing value of a conflict; that it was shown is noted.',
  },
  positionals: ['NUMBER'],
  options: {},
  run: show,
};

export const CONFLICTS_RESTORE: Verb = {
  name: 'conflicts restore',
  does: {
    de: 'schreibt den unterlegenen Wert auf beide Seiten, wenn das Feld seitdem niemand geändert hat.',
    en: 'writes the losing value to both sides, if nobody has changed the field since.',
  },
  positionals: ['NUMBER'],
  options: {},
  run: restore,
};

async function list(input: Input, session: Session): Promise<Outcome> {
  const { abgleich, filter, nameOf } = await openList(input, session);
  const lines = await abgleich.conflicts.list(filter);
  const text = (language: Language): string =>
    lines.length === 0
      ? NO_CONFLICTS[language]
      : `${tableOf(lines, nameOf, language)}\n\n${HINT[language]}`;
  return done(lines, { de: text('de'), en: text('en') });
}

async function show(input: Input, session: Session): Promise<Outcome> {
  const id = numberIn(input);
  const abgleich = await session.open();
  const shown = await abgleich.conflicts.show(id, session.who);
  if (shown === null) return { exit: 1, json: null, text: NOT_KEPT };
  const { conflict, value } = shown;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return done({ ...conflict, value }, { de: text, en: text });
}

async function restore(input: Input, session: Session): Promise<Outcome> {
  const id = numberIn(input);
  const abgleich = await session.open();
  const conflict = await abgleich.conflicts.restore(id, session.who);
  if (conflict === null) return { exit: 1, json: null, text: NOT_KEPT };
  if (conflict.state === 'restored') return { exit: 1, json: conflict, text: ALREADY };
  return done(conflict, ASKED);
}

function numberIn(input: Input): number {
  const typed = input.word(0) ?? '';
  if (/^\d{1,15}$/.test(typed)) return Number(typed);
  throw new InputError({
    de: `„${typed}“ ist keine Nummer; „abgleich conflicts list“ zeigt sie.`,
    en: `"${typed}" is no number; "abgleich conflicts list" shows them.`,
  });
}

function tableOf(
  lines: readonly ConflictLine[],
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  const rows = lines.map((line) => [
    String(line.id),
    line.at,
    nameOf.get(line.employeeId) ?? line.employeeId,
    line.recordId ?? '–',
    line.field,
    line.winner === 'erp' ? 'ERP' : 'Exchange',
    line.expiresAt,
    stateOf(line, language),
  ]);
  return tableText(HEADINGS[language], rows);
}

function stateOf({ state, refusal }: ConflictLine, language: Language): string {
  if (state !== 'refused' || refusal === null) return STATES[state][language];
  return `${STATES.refused[language]}: ${REFUSALS[refusal][language]}`;
}

const STATES: Record<ConflictLine['state'], Sentence> = {
  lost: { de: '–', en: '–' },
  expired: { de: 'nicht mehr aufbewahrt', en: 'not kept any more' },
  asked: { de: 'wird wiederhergestellt', en: 'is being restored' },
  restored: { de: 'wiederhergestellt', en: 'restored' },
  refused: { de: 'nicht wiederhergestellt', en: 'not restored' },
};

const ASKED: Sentence = {
  de: 'Der Wert wird auf beide Seiten geschrieben, wenn das Feld seitdem niemand geändert hat; „abgleich conflicts list“ zeigt nach dem nächsten Abgleich, was daraus wurde.',
  en: 'The value will be written to both sides if nobody has changed the field since; "abgleich conflicts list" shows after the next sync what became of it.',
};

const ALREADY: Sentence = {
  de: 'Dieser Wert ist schon wiederhergestellt.',
  en: 'This value is restored already.',
};

const NOT_KEPT: Sentence = {
  de: 'Diesen Konflikt gibt es nicht, oder sein unterlegener Wert wird nicht mehr aufbewahrt.',
  en: 'There is no such conflict, or its losing value is not kept any more.',
};

const NO_CONFLICTS: Sentence = { de: 'Es gab keine Konflikte.', en: 'There were no conflicts.' };

const HINT: Sentence = {
  de: '„abgleich conflicts show NUMMER“ zeigt den unterlegenen Wert, „abgleich conflicts restore NUMMER“ stellt ihn wieder her.',
  en: '"abgleich conflicts show NUMBER" shows the losing value, "abgleich conflicts restore NUMBER" restores it.',
};

const HEADINGS = {
  de: ['NR.', 'ZEIT', 'MITARBEITER', 'DATENSATZ', 'FELD', 'GEWINNER', 'AUFBEWAHRT BIS', 'STAND'],
  en: ['NO.', 'TIME', 'EMPLOYEE', 'RECORD', 'FIELD', 'WINNER', 'KEPT UNTIL', 'STATE'],
} as const;
