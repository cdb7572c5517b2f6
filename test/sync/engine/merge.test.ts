import { describe, expect, test } from 'vitest';
import { parseInstant } from '../../../mappings/values.js';
import { mergeValues } from '../../../sync/engine/merge.js';
import { hasMoved } from '../../../sync/engine/has-moved.js';
import type { MergeTerms } from '../../../sync/engine/merge.js';
import { EVERYWHERE } from '../../../sync/engine/terms/travel.js';
import type { Intent } from '../../../sync/ports/store.js';
import { basesOf, CONTEXT, NOTE, note, shown } from './note-kind.js';
import type { Note, NoteShapes } from './note-kind.js';

const LONG = 'ein sehr langer Titel';
const CLIPPED = LONG.slice(0, 10);

interface Row {
  readonly name: string;
  readonly base?: Partial<Note>;
  readonly baseInErp?: Partial<Note>;
  readonly erp?: Partial<Note>;
  readonly exchange?: Partial<Note>;
  readonly terms?: Partial<MergeTerms>;
  readonly toErp?: readonly string[];
  readonly toExchange?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly putBack?: readonly string[];
  readonly lookedPast?: readonly string[];
}

const rows: readonly Row[] = [
  { name: 'nobody changed anything' },
  {
    name: 'a room changed in the ERP goes to Outlook',
    erp: { room: 'Halle 3' },
    toExchange: ['room'],
  },
  {
    name: 'a room changed in Outlook goes to the ERP',
    exchange: { room: 'Halle 3' },
    toErp: ['room'],
  },
  {
    name: 'a title here and a room there: both survive',
    erp: { title: 'Reparatur' },
    exchange: { room: 'Halle 3' },
    toExchange: ['title'],
    toErp: ['room'],
  },
  {
    name: 'the same field on both sides: the ERP wins by default',
    erp: { room: 'Halle 2' },
    exchange: { room: 'Halle 3' },
    toExchange: ['room'],
    conflicts: ['room'],
  },
  {
    name: 'the same field on both sides: Outlook wins where the administrator says so',
    erp: { room: 'Halle 2' },
    exchange: { room: 'Halle 3' },
    terms: { conflict: 'exchange' },
    toErp: ['room'],
    conflicts: ['room'],
  },
  {
    name: 'the same field on both sides: the newer one wins where the administrator says so',
    erp: { room: 'Halle 2' },
    exchange: { room: 'Halle 3' },
    terms: { conflict: 'newest', newer: 'exchange' },
    toErp: ['room'],
    conflicts: ['room'],
  },
  { name: 'both made the same edit', erp: { room: 'Halle 3' }, exchange: { room: 'Halle 3' } },
  {
    name: 'a clipped title does not come back as an edit',
    base: { title: LONG },
    baseInErp: { title: CLIPPED },
    erp: { title: CLIPPED },
    exchange: { title: LONG },
  },
  {
    name: 'a clipped title that was never remembered is equal, not a conflict',
    base: { title: 'alt' },
    erp: { title: CLIPPED },
    exchange: { title: LONG },
  },
  {
    name: 'one occurrence moved here, another one there: both survive',
    erp: { days: { '2026-03-02': 'moved' } },
    exchange: { days: { '2026-03-09': 'deleted' } },
    toExchange: ['days/2026-03-02'],
    toErp: ['days/2026-03-09'],
  },
  {
    name: 'an occurrence that is regular again in the ERP becomes regular in Outlook',
    base: { days: { '2026-03-02': 'moved' } },
    erp: { days: {} },
    exchange: { days: { '2026-03-02': 'moved' } },
    toExchange: ['days/2026-03-02'],
  },
  {
    name: 'what the ERP tells about it is not Outlook’s to change',
    exchange: { about: 'gelöscht' },
  },
  {
    name: 'what the ERP tells about it goes to Outlook',
    erp: { about: 'Firma Neu' },
    toExchange: ['about'],
  },
  {
    name: 'one way only: an edit on the target side is looked past',
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange' } },
  },
  {
    name: 'one way only: the source writes over the target’s edit without a conflict',
    erp: { room: 'Halle 2' },
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange' } },
    toExchange: ['room'],
  },
  {
    name: 'a field that goes one way only, in a pair that goes both',
    exchange: { room: 'Halle 3', title: 'Umbau' },
    terms: { travel: { ...EVERYWHERE, fields: { room: 'toExchange' } } },
    toErp: ['title'],
    lookedPast: ['room'],
  },
  {
    name: 'a field that is switched off goes nowhere, whoever changed it, not even where it is enforced',
    erp: { title: 'Umbau' },
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, enforce: true, fields: { room: 'off', title: 'off' } } },
    lookedPast: ['title', 'room'],
  },
  {
    name: 'a field cannot be wider than its pair',
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange', fields: { room: 'both' } } },
    lookedPast: ['room'],
  },
  {
    name: 'without the right to change, an edit in Outlook is looked past',
    erp: { title: 'Umbau' },
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, rights: { create: true, change: false, delete: true } } },
    toExchange: ['title'],
    lookedPast: ['room'],
  },
  {
    name: 'enforced: an edit on the target side is put back at once',
    exchange: { room: 'Halle 3', days: { '2026-03-02': 'deleted' } },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange', enforce: true } },
    toExchange: ['room', 'days/2026-03-02'],
    putBack: ['room', 'days/2026-03-02'],
  },
  {
    name: 'enforced the other way round: the ERP gets back what the mailbox has',
    erp: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, direction: 'toErp', enforce: true } },
    toErp: ['room'],
    putBack: ['room'],
  },
  {
    name: 'enforced where the source changed too: it goes over as usual',
    erp: { room: 'Halle 2' },
    exchange: { room: 'Halle 3' },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange', enforce: true } },
    toExchange: ['room'],
  },
  {
    name: 'enforced, and what a person made of it is what the other side shows anyway',
    erp: {},
    exchange: { title: 'Wartung' },
    base: { title: 'Wartung' },
    terms: { travel: { ...EVERYWHERE, direction: 'toExchange', enforce: true } },
  },
  {
    name: 'a write of ours that landed and was not confirmed is no edit',
    erp: { room: 'Halle 3' },
    exchange: { room: 'Halle 3' },
    terms: { open: [intent('exchange', { room: 'Halle 3' })] },
  },
  {
    name: 'a write of ours that was clipped and not confirmed does not win over the original',
    base: { title: 'alt' },
    erp: { title: 'EIN SEHR' },
    exchange: { title: LONG },
    terms: { erpIsOurs: true },
    toErp: ['title'],
  },
  {
    name: 'occurrences wiped by our own interrupted series write are written again, not taken over',
    base: { days: { '2026-03-02': 'moved' } },
    erp: { days: { '2026-03-02': 'moved' } },
    exchange: { days: {} },
    terms: { open: [intent('exchange', { days: { '2026-03-02': 'moved' } }, true)] },
    toExchange: ['days/2026-03-02'],
  },
  {
    name: 'occurrences wiped by a person go in the ERP as well',
    base: { days: { '2026-03-02': 'moved' } },
    erp: { days: { '2026-03-02': 'moved' } },
    exchange: { days: {} },
    toErp: ['days/2026-03-02'],
  },
];

function intent(
  side: 'erp' | 'exchange',
  different: Partial<Note>,
  rewritesSeries = false,
): Intent {
  return {
    id: 'intent',
    side,
    what: 'update',
    linkId: 'link',
    key: 'key',
    attempt: 1,
    recordId: 'A1',
    recordBirth: 'b1',
    recordVersion: '1',
    itemId: 'I1',
    itemVersion: '1',
    target: basesOf(note(different)),
    rewritesSeries,
    form: 'note.1',
    promisedAt: parseInstant('2026-03-01T10:00:00Z'),
  };
}

function terms(row: Row): MergeTerms {
  const base = note(row.base);
  return {
    bases: basesOf({ ...base, ...row.baseInErp }, base),
    travel: EVERYWHERE,
    conflict: 'erp',
    newer: 'erp',
    open: [],
    erpIsOurs: false,
    ...row.terms,
  };
}

describe('the three-way merge', () => {
  for (const row of rows) {
    test(row.name, () => {
      const erp = note({ ...row.base, ...row.baseInErp, ...row.erp });
      const exchange = note({ ...row.base, ...row.exchange });
      const sides = { erp: shown(erp), exchange: shown(exchange) };

      const merged = mergeValues<NoteShapes>(NOTE, CONTEXT, sides, terms(row));

      expect({
        toErp: merged.toErp,
        toExchange: merged.toExchange,
        conflicts: merged.conflicts.map((conflict) => conflict.field),
        putBack: merged.putBack.map(({ field }) => field),
        ...(row.lookedPast && {
          lookedPast: [...merged.lookedPast.erp, ...merged.lookedPast.exchange],
        }),
      }).toEqual({
        toErp: row.toErp ?? [],
        toExchange: row.toExchange ?? [],
        conflicts: row.conflicts ?? [],
        putBack: row.putBack ?? [],
        ...(row.lookedPast && { lookedPast: row.lookedPast }),
      });
    });
  }

  test('the losing value is kept whole', () => {
    const sides = {
      erp: shown(note({ room: 'Halle 2' })),
      exchange: shown(note({ room: 'Halle 3' })),
    };
    const merged = mergeValues<NoteShapes>(NOTE, CONTEXT, sides, terms({ name: '' }));
    expect(merged.conflicts).toEqual([{ field: 'room', winner: 'erp', lost: 'Halle 3' }]);
    expect(merged.forExchange.room).toBe('Halle 2');
  });

  test('of a set only the element that changed is taken over', () => {
    const sides = {
      erp: shown(note({ days: { '2026-03-02': 'moved' } })),
      exchange: shown(note({ days: { '2026-03-09': 'deleted' } })),
    };
    const { forErp, forExchange } = mergeValues<NoteShapes>(
      NOTE,
      CONTEXT,
      sides,
      terms({ name: '' }),
    );
    const both = { '2026-03-02': 'moved', '2026-03-09': 'deleted' };
    expect([forErp.days, forExchange.days]).toEqual([both, both]);
  });
});

describe('whether a side moved, when the other one deleted', () => {
  const at = { bases: basesOf(note()), travel: EVERYWHERE, open: [] } as const;

  test('an edit beats a deletion', () => {
    expect(hasMoved(NOTE, 'exchange', shown(note({ room: 'Halle 3' })).base, at)).toBe(true);
    expect(hasMoved(NOTE, 'exchange', shown(note()).base, at)).toBe(false);
  });

  test('an edit of what cannot travel does not', () => {
    expect(hasMoved(NOTE, 'exchange', shown(note({ about: 'x' })).base, at)).toBe(false);
    expect(hasMoved(NOTE, 'erp', shown(note({ about: 'x' })).base, at)).toBe(true);
  });

  test('a new exception counts, also one that only the base knows', () => {
    const moved = shown(note({ days: { '2026-03-02': 'deleted' } })).base;
    expect(hasMoved(NOTE, 'exchange', moved, at)).toBe(true);
    expect(
      hasMoved(NOTE, 'exchange', shown(note()).base, {
        ...at,
        bases: { ...at.bases, exchange: moved },
      }),
    ).toBe(true);
  });
});
