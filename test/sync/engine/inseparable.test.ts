import { describe, expect, test } from 'vitest';
import { mergeValues } from '../../../sync/engine/merge.js';
import type { MergeTerms } from '../../../sync/engine/merge.js';
import { EVERYWHERE } from '../../../sync/engine/terms/travel.js';
import type { Intent } from '../../../sync/ports/store.js';
import { parseInstant } from '../../../mappings/values.js';
import { basesOf, CONTEXT, NOTE, note, shown } from './note-kind.js';
import type { Note, NoteShapes } from './note-kind.js';

/** Title and room make one thing here: they may be mixed where both titles begin with the same letter. */
const KIND: typeof NOTE = {
  ...NOTE,
  inseparable: {
    fields: ['title', 'room'],
    mayBeMixed: (one, other) => one.title.startsWith(other.title.slice(0, 1)),
  },
};

interface Row {
  readonly name: string;
  readonly baseInErp?: Partial<Note>;
  readonly erp?: Partial<Note>;
  readonly exchange?: Partial<Note>;
  readonly terms?: Partial<MergeTerms>;
  readonly toErp?: readonly string[];
  readonly toExchange?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly putBack?: readonly string[];
  readonly lookedPast?: readonly string[];
  readonly bothMoved?: readonly string[];
}

const narrow = (fields: Readonly<Record<string, 'toErp' | 'toExchange'>>, enforce = false) => ({
  travel: { ...EVERYWHERE, enforce, fields },
});

const TITLE_HERE_ROOM_THERE = { erp: { room: 'Halle 2' }, exchange: { title: 'Abnahme' } } as const;
const BOTH = ['title', 'room'] as const;

const rows: readonly Row[] = [
  {
    name: 'each side changed one of them: the ERP’s are taken, and all of the other’s is kept',
    ...TITLE_HERE_ROOM_THERE,
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'the same where Outlook wins',
    ...TITLE_HERE_ROOM_THERE,
    terms: { conflict: 'exchange' },
    toErp: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'the same where the newer one wins',
    ...TITLE_HERE_ROOM_THERE,
    terms: { conflict: 'newest', newer: 'exchange' },
    toErp: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'one side changed both, the other one: the unchanged one is kept with what it belongs to',
    erp: { title: 'Umbau' },
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'they may be mixed: each for itself',
    erp: { room: 'Halle 2' },
    exchange: { title: 'Welle' },
    toErp: ['title'],
    toExchange: ['room'],
  },
  {
    name: 'one side changed both of them: they go over',
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    toErp: BOTH,
  },
  {
    name: 'what both made alike is no conflict',
    erp: { room: 'Halle 3' },
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    toErp: ['title'],
  },
  {
    name: 'what is beside them goes its own way',
    erp: { room: 'Halle 2' },
    exchange: { title: 'Abnahme', days: { '2026-03-09': 'deleted' } },
    toExchange: BOTH,
    toErp: ['days/2026-03-09'],
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'another mailbox brought the ERP’s, and comes first, whatever the connection says',
    ...TITLE_HERE_ROOM_THERE,
    terms: { conflict: 'exchange', between: () => 'erp' },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'another mailbox brought the ERP’s, and comes after this one',
    ...TITLE_HERE_ROOM_THERE,
    terms: { between: (field) => (field === 'room' ? 'exchange' : null) },
    toErp: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'one of the ERP’s is a person’s: the connection decides',
    erp: { title: 'Umbau', room: 'Halle 2' },
    exchange: { title: 'Abnahme' },
    terms: { between: (field) => (field === 'room' ? 'exchange' : null) },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'of two mailboxes that brought the ERP’s one comes first: this one loses',
    erp: { title: 'Umbau', room: 'Halle 2' },
    exchange: { title: 'Abnahme' },
    terms: { conflict: 'exchange', between: (field) => (field === 'room' ? 'exchange' : 'erp') },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'one way only: the source writes over all of it, and what it had not changed is kept',
    ...TITLE_HERE_ROOM_THERE,
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange' } },
    toExchange: BOTH,
    putBack: ['title'],
  },
  {
    name: 'one of them goes to Outlook only: the ERP’s are taken where it changed any',
    ...TITLE_HERE_ROOM_THERE,
    terms: { conflict: 'exchange', ...narrow({ room: 'toExchange' }) },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
  {
    name: 'one of them goes to Outlook only: what was changed there stays there, both of it',
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    terms: narrow({ room: 'toExchange' }),
    lookedPast: BOTH,
  },
  {
    name: 'the same where it is enforced: both go back',
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    terms: narrow({ room: 'toExchange' }, true),
    toExchange: BOTH,
    putBack: BOTH,
  },
  {
    name: 'the same from the ERP',
    erp: { title: 'Abnahme', room: 'Halle 3' },
    terms: narrow({ room: 'toErp' }, true),
    toErp: BOTH,
    putBack: BOTH,
  },
  {
    name: 'they go in opposite directions: nothing that somebody entered can be had on both sides, and each keeps its own',
    erp: { title: 'Umbau', room: 'Halle 2' },
    exchange: { title: 'Abnahme', room: 'Halle 3' },
    terms: narrow({ title: 'toErp', room: 'toExchange' }),
    lookedPast: [...BOTH, ...BOTH],
  },
  {
    name: 'what was looked past once is overwritten with what the other side changes beside it',
    baseInErp: { title: 'Abnahme', room: 'Halle 3' },
    erp: { title: 'Begehung', room: 'Halle 3' },
    toExchange: BOTH,
  },
  {
    name: 'a write of ours that landed and was not confirmed is nobody’s change',
    erp: { room: 'Halle 2' },
    exchange: { title: 'Abnahme', room: 'Halle 2' },
    terms: { open: [intent({ room: 'Halle 2' })] },
    toErp: ['title'],
  },
  {
    name: 'nothing is known of what they were: whoever says that the rule may decide takes one of them',
    erp: { title: 'Umbau', room: 'Halle 2' },
    terms: { isBaseUnknown: true },
    toExchange: BOTH,
    conflicts: BOTH,
    bothMoved: BOTH,
  },
];

function intent(different: Partial<Note>): Intent {
  return {
    ...{ id: 'intent', side: 'exchange', what: 'update', linkId: 'link', key: 'key', attempt: 1 },
    ...{ recordId: 'A1', recordBirth: 'b1', recordVersion: '1', itemId: 'I1', itemVersion: '1' },
    ...{ target: basesOf(note(different)), rewritesSeries: false, form: 'note.1' },
    promisedAt: parseInstant('2026-03-01T10:00:00Z'),
  };
}

function mergeOf({ baseInErp, erp, exchange, terms }: Row) {
  const sides = {
    erp: shown(note({ ...baseInErp, ...erp })),
    exchange: shown(note(exchange)),
  };
  return mergeValues<NoteShapes>(KIND, CONTEXT, sides, {
    bases: basesOf(note(baseInErp), note()),
    ...{ travel: EVERYWHERE, conflict: 'erp', newer: 'erp', open: [], erpIsOurs: false },
    ...terms,
  });
}

describe('fields that make one thing, changed on both sides', () => {
  test.each(rows)('$name', (row) => {
    const merged = mergeOf(row);
    const { toErp = [], toExchange = [], conflicts = [], putBack = [] } = row;
    const { lookedPast = [], bothMoved = [] } = row;
    expect({
      toErp: merged.toErp,
      toExchange: merged.toExchange,
      conflicts: merged.conflicts.map(({ field }) => field),
      putBack: merged.putBack.map(({ field }) => field),
      lookedPast: [...merged.lookedPast.erp, ...merged.lookedPast.exchange],
      bothMoved: merged.bothMoved,
    }).toEqual({ toErp, toExchange, conflicts, putBack, lookedPast, bothMoved });
  });

  test('what the loser had is kept whole, also what it had not changed', () => {
    const { conflicts, forExchange, forErp } = mergeOf({ name: '', ...TITLE_HERE_ROOM_THERE });
    expect(conflicts).toEqual([
      { field: 'title', winner: 'erp', lost: 'Abnahme' },
      { field: 'room', winner: 'erp', lost: 'Halle 1' },
    ]);
    expect(forExchange).toEqual(forErp);
  });
});
