import type { Sentence } from '../../sync/ports/failure.js';
import type { Abgleich, WriteLine, WriteState } from '../wire.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { BEFORE_OPTION, LIST_OPTIONS, openList } from './list-filter.js';
import { numbersIn } from './number-list.js';
import { REFUSALS } from './refusals.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const UNDO_LIST: Verb = {
  name: 'undo list',
  does: {
    de: 'zeigt, was der Abgleich geschrieben hat und weshalb, das Neueste zuerst.',
    en: 'shows what the sync has written and why, newest first.',
  },
  positionals: [],
  options: {
    ...LIST_OPTIONS,
    cycle: { value: 'ID', help: { de: 'nur dieser Durchlauf.', en: 'only this cycle.' } },
    before: BEFORE_OPTION,
  },
  run: list,
};

export const UNDO: Verb = {
  name: 'undo',
  does: {
    de: 'nimmt zurück, was der Abgleich geschrieben hat, auf beiden Seiten, wenn es seitdem niemand geändert hat; was er angelegt hat, entfernt er nur dort wieder, und was nur in eine Richtung reist, ruht danach.',
    en: 'takes back what the sync has written, on both sides, if nobody has changed it since; what it made is removed there only, and what travels one way rests afterwards.',
  },
  positionals: ['[NUMBERS]'],
  options: {
    cycle: {
      value: 'ID',
      help: {
        de: 'alles, was dieser Durchlauf geschrieben hat.',
        en: 'all that this cycle has written.',
      },
    },
  },
  run: undo,
};

async function list(input: Input, session: Session): Promise<Outcome> {
  const cycle = input.text('cycle') ?? undefined;
  const { abgleich, filter, nameOf } = await openList(input, session);
  const lines = await abgleich.writes.list({ ...filter, cycle });
  const text = (language: Language): string =>
    lines.length === 0
      ? NOTHING_WRITTEN[language]
      : `${tableOf(lines, nameOf, language)}\n\n${HINT[language]}`;
  return done(lines, { de: text('de'), en: text('en') });
}

async function undo(input: Input, session: Session): Promise<Outcome> {
  const which = chosenBy(input);
  const abgleich = await session.open();
  const lines = await abgleich.writes.undo(which, session.who);
  const unknown =
    'ids' in which ? which.ids.filter((id) => !lines.some((line) => line.id === id)) : [];
  const skipped = lines.filter(({ state }) => state !== 'asked');
  const isNothing = lines.length === 0 && unknown.length === 0;
  const names = skipped.length === 0 ? new Map<string, string>() : await namesOf(abgleich);
  const text = (language: Language): string => {
    if (isNothing) return NO_SUCH_CYCLE[language];
    const asked = ASKED[language](lines.length - skipped.length);
    const gone = unknown.length === 0 ? [] : [UNKNOWN[language](unknown.join(', '))];
    const table =
      skipped.length === 0 ? [] : [SKIPPED[language], tableOf(skipped, names, language)];
    return [asked, ...gone, ...table].join('\n');
  };
  const isWhole = !isNothing && skipped.length === 0 && unknown.length === 0;
  return { exit: isWhole ? 0 : 1, json: lines, text: { de: text('de'), en: text('en') } };
}

function chosenBy(input: Input): { readonly ids: readonly number[] } | { readonly cycle: string } {
  const typed = input.word(0);
  const cycle = input.text('cycle');
  if (typed !== null && cycle === null) return { ids: numbersIn(typed) };
  if (typed === null && cycle !== null) return { cycle };
  throw new InputError(EITHER);
}

async function namesOf(abgleich: Abgleich): Promise<ReadonlyMap<string, string>> {
  return new Map((await abgleich.employees.list()).map(({ id, name }) => [id, name]));
}

function tableOf(
  lines: readonly WriteLine[],
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  const rows = lines.map((line) => [
    String(line.id),
    line.at,
    nameOf.get(line.employeeId) ?? line.employeeId,
    WHAT[line.what][language],
    line.side === 'erp' ? 'ERP' : 'Exchange',
    line.recordId ?? '–',
    line.fields.length === 0 ? '–' : line.fields.join(', '),
    causeOf(line, language),
    line.cycle,
    stateOf(line, language),
  ]);
  return tableText(HEADINGS[language], rows);
}

function causeOf({ cause }: WriteLine, language: Language): string {
  if (cause.kind === 'wish') return WISHED[language];
  const side = cause.side === 'erp' ? 'ERP' : 'Exchange';
  return cause.version === null ? side : `${side} ${cause.version}`;
}

function stateOf({ state, refusal }: WriteLine, language: Language): string {
  if (state !== 'refused' || refusal === null) return STATES[state][language];
  return `${STATES.refused[language]}: ${REFUSALS[refusal][language]}`;
}

const WHAT: Record<WriteLine['what'], Sentence> = {
  create: { de: 'angelegt', en: 'created' },
  update: { de: 'geändert', en: 'updated' },
  remove: { de: 'gelöscht', en: 'removed' },
};

const STATES: Record<WriteState, Sentence> = {
  kept: { de: '–', en: '–' },
  final: { de: 'der frühere Wert ist nicht aufbewahrt', en: 'the value of before is not kept' },
  asked: { de: 'wird zurückgenommen', en: 'is being taken back' },
  takenBack: { de: 'zurückgenommen', en: 'taken back' },
  refused: { de: 'nicht zurückgenommen', en: 'not taken back' },
};

const WISHED: Sentence = { de: 'Wunsch des Administrators', en: 'wish of the administrator' };

const ASKED = {
  de: (count: number) =>
    `${String(count)} werden zurückgenommen, wenn sie seitdem niemand geändert hat; „abgleich undo list“ zeigt nach dem nächsten Abgleich, was daraus wurde.`,
  en: (count: number) =>
    `${String(count)} will be taken back if nobody has changed them since; "abgleich undo list" shows after the next sync what became of it.`,
};

const UNKNOWN = {
  de: (numbers: string) => `Nicht bekannt: ${numbers}.`,
  en: (numbers: string) => `Not known: ${numbers}.`,
};

const SKIPPED: Sentence = {
  de: 'Nicht zurückgenommen werden kann:',
  en: 'What cannot be taken back:',
};

const NO_SUCH_CYCLE: Sentence = {
  de: 'In diesem Durchlauf wurde nichts geschrieben; „abgleich undo list“ nennt die Durchläufe.',
  en: 'Nothing was written in this cycle; "abgleich undo list" names the cycles.',
};

const NOTHING_WRITTEN: Sentence = { de: 'Nichts wurde geschrieben.', en: 'Nothing was written.' };

const HINT: Sentence = {
  de: '„abgleich undo NUMMERN“ nimmt zurück (wie 3,5-9), „abgleich undo --cycle DURCHLAUF“ einen ganzen Durchlauf.',
  en: '"abgleich undo NUMBERS" takes back (like 3,5-9), "abgleich undo --cycle CYCLE" a whole cycle.',
};

const EITHER: Sentence = {
  de: 'Entweder Nummern angeben (wie 3,5-9; „abgleich undo list“ zeigt sie) oder --cycle.',
  en: 'Give numbers (like 3,5-9; "abgleich undo list" shows them) or --cycle.',
};

const HEADINGS = {
  de: [
    'NR.',
    'ZEIT',
    'MITARBEITER',
    'WAS',
    'SEITE',
    'DATENSATZ',
    'FELDER',
    'WEGEN',
    'DURCHLAUF',
    'STAND',
  ],
  en: [
    'NO.',
    'TIME',
    'EMPLOYEE',
    'WHAT',
    'SIDE',
    'RECORD',
    'FIELDS',
    'BECAUSE OF',
    'CYCLE',
    'STATE',
  ],
} as const;
