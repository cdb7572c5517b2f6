import type { Sentence } from '../../sync/ports/failure.js';
import type { Verdict } from '../../sync/ports/store.js';
import type { Abgleich, HeldAction } from '../wire.js';
import { findSynced } from './find-employee.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { detailText } from './journal-details.js';
import { numbersIn } from './number-list.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, OptionSpec, Outcome, Session, Verb } from './verb.js';

const EMPLOYEE: OptionSpec = {
  value: 'ADDRESS|ID',
  help: { de: 'nur dieser Mitarbeiter.', en: 'only this employee.' },
};
const ALL: OptionSpec = {
  value: null,
  help: {
    de: 'alles, worüber noch niemand entschieden hat.',
    en: 'all that nobody has decided about.',
  },
};

export const HELD_LIST: Verb = {
  name: 'held list',
  does: {
    de: 'zeigt, was nicht gelöscht wird, bevor jemand zustimmt.',
    en: 'shows what is not deleted before somebody agrees.',
  },
  positionals: [],
  options: {
    employee: EMPLOYEE,
    decided: {
      value: null,
      help: { de: 'auch, worüber schon entschieden ist.', en: 'what is decided already as well.' },
    },
  },
  run: list,
};

export const HELD_APPROVE = deciding('approve', 'approved', {
  de: 'lässt Angehaltenes geschehen, solange es sich nicht geändert hat.',
  en: 'lets what is held happen, as long as nothing has changed.',
});

export const HELD_REJECT = deciding('reject', 'rejected', {
  de: 'lässt Angehaltenes nicht geschehen: beide Seiten bleiben, wie sie sind.',
  en: 'does not let what is held happen: both sides stay as they are.',
});

function deciding(word: string, verdict: Verdict, does: Sentence): Verb {
  return {
    name: `held ${word}`,
    does,
    positionals: ['[NUMBERS]'],
    options: { employee: EMPLOYEE, all: ALL },
    run: (input, session) => decide(input, session, verdict),
  };
}

async function list(input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  const actions = await abgleich.held.list({
    employeeId: await employeeIn(input, abgleich),
    isUndecided: !input.flag('decided'),
  });
  const nameOf = await namesOf(abgleich);
  const text = (language: Language): string =>
    actions.length === 0 ? NOTHING_HELD[language] : listText(actions, nameOf, language);
  return done(actions, { de: text('de'), en: text('en') });
}

async function decide(input: Input, session: Session, verdict: Verdict): Promise<Outcome> {
  const chosen = chosenBy(input);
  const abgleich = await session.open();
  const employeeId = await employeeIn(input, abgleich);
  const filter = { ...chosen, employeeId };
  const decided = await abgleich.held.decide(filter, verdict, session.who);
  const missing = (chosen.ids ?? []).filter((id) => !decided.some((one) => one.id === id));
  const there = await abgleich.held.list({ ids: missing });
  const unknown = missing.filter((id) => !there.some((one) => one.id === id));
  const outcome = done(decided, sentenceOf(decided.length, verdict, unknown));
  return unknown.length === 0 ? outcome : { ...outcome, exit: 1 };
}

/** Numbers, an employee, or everything; nothing is decided by leaving out what it is about. */
function chosenBy(input: Input): {
  readonly ids?: readonly number[];
  readonly isUndecided: boolean;
} {
  const typed = input.word(0);
  const isAll = input.flag('all');
  if (typed !== null && isAll) throw new InputError(EITHER);
  if (typed !== null) return { ids: numbersIn(typed), isUndecided: false };
  if (isAll || input.text('employee') !== null) return { isUndecided: true };
  throw new InputError(EITHER);
}

async function employeeIn(input: Input, abgleich: Abgleich): Promise<string | undefined> {
  const typed = input.text('employee');
  return typed === null ? undefined : findSynced(await abgleich.employees.list(), typed).id;
}

async function namesOf(abgleich: Abgleich): Promise<ReadonlyMap<string, string>> {
  return new Map((await abgleich.employees.list()).map(({ id, name }) => [id, name]));
}

function listText(
  actions: readonly HeldAction[],
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  const rows = actions.map((one) => [
    String(one.id),
    one.heldAt,
    nameOf.get(one.employeeId) ?? one.employeeId,
    one.side === 'erp' ? 'ERP' : 'Exchange',
    one.recordId ?? '–',
    one.verdict === null ? '–' : VERDICTS[one.verdict][language],
    detailText(one.reason, language),
  ]);
  return `${tableText(HEADINGS[language], rows)}\n\n${HINT[language]}`;
}

function sentenceOf(count: number, verdict: Verdict, unknown: readonly number[]): Sentence {
  const numbers = unknown.join(', ');
  const gone: Sentence =
    unknown.length === 0
      ? { de: '', en: '' }
      : {
          de: ` Nicht (mehr) angehalten: ${numbers}.`,
          en: ` Not held (any more): ${numbers}.`,
        };
  return { de: DECIDED[verdict].de(count) + gone.de, en: DECIDED[verdict].en(count) + gone.en };
}

const DECIDED = {
  approved: {
    de: (count: number) =>
      `${String(count)} freigegeben. Der nächste Abgleich führt sie aus, wenn sich nichts geändert hat.`,
    en: (count: number) =>
      `${String(count)} approved. The next sync carries them out if nothing has changed.`,
  },
  rejected: {
    de: (count: number) => `${String(count)} abgelehnt. Beide Seiten bleiben, wie sie sind.`,
    en: (count: number) => `${String(count)} rejected. Both sides stay as they are.`,
  },
};

const VERDICTS: Record<Verdict, Sentence> = {
  approved: { de: 'freigegeben', en: 'approved' },
  rejected: { de: 'abgelehnt', en: 'rejected' },
};

const NOTHING_HELD: Sentence = { de: 'Nichts ist angehalten.', en: 'Nothing is held.' };

const HINT: Sentence = {
  de: '„abgleich held approve NUMMERN“ lässt es geschehen, „abgleich held reject NUMMERN“ nicht (wie 3,5-9).',
  en: '"abgleich held approve NUMBERS" lets it happen, "abgleich held reject NUMBERS" does not (like 3,5-9).',
};

const EITHER: Sentence = {
  de: 'Entweder Nummern angeben (wie 3,5-9; „abgleich held list“ zeigt sie), oder --employee, oder --all.',
  en: 'Give numbers (like 3,5-9; "abgleich held list" shows them), or --employee, or --all.',
};

const HEADINGS = {
  de: ['NR.', 'SEIT', 'MITARBEITER', 'VERLIERT', 'DATENSATZ', 'ENTSCHIEDEN', 'WARUM'],
  en: ['NO.', 'SINCE', 'EMPLOYEE', 'LOSES', 'RECORD', 'DECIDED', 'WHY'],
} as const;
