import type { Kind } from '../../../mappings/kind.js';
import { addDays, parsePlainDate } from '../../../mappings/values.js';
import type { PlainDate } from '../../../mappings/values.js';
import { PLAIN } from './plain-kind.js';

/**
 * The smallest thing that can be ticked off and comes again. It proves rule 19 in the engine alone: that what both sides make
 * by themselves is connected and never made twice. The fields of real tasks, how they are translated, and what a server
 * makes of them come with the kind `task`, which brings a hook like this one and no engine of its own.
 */
export interface Chore {
  readonly title: string;
  readonly room: string;
  readonly due: PlainDate;
  /** '' = it is open. */
  readonly doneOn: string;
  /** '' = once; `weekly`, or `weekly until 2026-04-01`. */
  readonly repeat: string;
  readonly reminder: string;
}

export interface ChoreShapes {
  readonly value: Chore;
  readonly record: ChoreRow;
  readonly recordPatch: Partial<Chore>;
  readonly item: Chore;
  readonly itemPatch: Partial<Chore>;
}

/** A row of the ERP. It may say which one it follows. */
export interface ChoreRow extends Chore {
  readonly cameFrom: string | null;
}

/** When one of it is due again; null = not any more. */
export function dueAgain({ due, repeat }: Pick<Chore, 'due' | 'repeat'>): PlainDate | null {
  if (repeat === '') return null;
  const next = addDays(due, 7);
  const until = repeat.split(' until ')[1];
  return until === undefined || next <= until ? next : null;
}

function comesAgain(value: Chore): boolean {
  return dueAgain(value) !== null;
}

function differing(value: Chore, current: Chore): Partial<Chore> | null {
  const patch = Object.fromEntries(
    Object.entries(fieldsOf(value)).filter(
      ([field, text]) => text !== fieldsOf(current)[field as keyof Chore],
    ),
  );
  return Object.keys(patch).length === 0 ? null : patch;
}

function fieldsOf({ title, room, due, doneOn, repeat, reminder }: Chore): Chore {
  return { title, room, due, doneOn, repeat, reminder };
}

const BOTH = { onConflict: 'connection', direction: 'both', merge: 'whole' } as const;

/** The ERP of this kind holds ten characters of a title; nothing in Exchange that is done comes again. */
export const CHORE: Kind<Chore, ChoreRow, Partial<Chore>, Chore, Partial<Chore>> = {
  ...PLAIN,
  name: 'task',
  rules: { title: BOTH, room: BOTH, due: BOTH, doneOn: BOTH, repeat: BOTH, reminder: BOTH },
  form: () => 'chore.1',
  fromErp: (record) => fieldsOf(record),
  toErp: (value, current) => ({
    value: current === null ? value : differing({ ...value, title: clip(value.title) }, current),
    losses: [],
  }),
  fromExchange: (item) => fieldsOf(item),
  toExchange: (value, current) => ({
    value: current === null ? inExchange(value) : differing(value, current),
    losses: [],
  }),
  asErpHolds: (value) => ({ ...value, title: clip(value.title) }),
  asExchangeHolds: inExchange,
  canonical: (value) => ({ ...fieldsOf(value) }),
  sameness: ({ title, due, doneOn }) => [`${title} ${due} ${doneOn}`],
  destroyed: (before, after) => (before['title'] !== '' && after['title'] === '' ? 1 : 0),
  withElement: (value) => value,
  successions: {
    finished: ['doneOn'],
    due: 'due',
    setAtBirth: ['repeat', 'reminder'],
    stageOf: (value) => ({
      due: value.due,
      isFinished: value.doneOn !== '',
      comesAgain: comesAgain(value),
    }),
    finishedLike: (value, { doneOn }) => ({ ...value, doneOn }),
    familyOf: ({ title }) => clip(title),
    cameFrom: ({ cameFrom }) => cameFrom,
  },
};

function clip(title: string): string {
  return title.slice(0, 10);
}

function inExchange(value: Chore): Chore {
  return value.doneOn === '' || !comesAgain(value)
    ? fieldsOf(value)
    : { ...fieldsOf(value), repeat: '' };
}

/** A weekly chore, with everything at rest but what the test names. */
export function chore(different: Partial<Chore> = {}): Chore {
  return {
    title: 'Abfall',
    room: 'Hof',
    due: parsePlainDate('2026-03-02'),
    doneOn: '',
    repeat: 'weekly',
    reminder: 'on',
    ...different,
  };
}
