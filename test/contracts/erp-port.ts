import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ErpAppointment, ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { ErpPort, RecordChange, RecordSeen, RecordUpdate } from '../../sync/ports/erp.js';
import type { Answer } from '../../sync/ports/failure.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import {
  allDay,
  everyField,
  everyPatchedField,
  meeting,
  renamed,
  series,
  skipped,
  staff,
  timed,
} from './erp-records.js';

/** An ERP to run the contract on: employees E01, E02 and E03, priorities P1 and P2, activity type A1, no appointment. */
export interface ErpUnderTest {
  readonly port: ErpPort<ErpAppointment, ErpAppointmentPatch>;
  readonly person: ErpPersonUnderTest;
  /** Puts back what the ERP held at the last `backUp`, change log and all. */
  backUp(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** What a row goes through before the ERP keeps it. */
export interface ErpHabits {
  readonly clipTitleTo?: number;
  readonly refuseTitle?: string;
}

/** The ERP's own users. Each call is one committed transaction. */
export interface ErpPersonUnderTest {
  create(ownerId: string, patch: Partial<ErpAppointment>, id?: string): Promise<string>;
  edit(id: string, patch: Partial<ErpAppointment>): Promise<void>;
  saveUnchanged(id: string): Promise<void>;
  setInScope(id: string, isInScope: boolean): Promise<void>;
  remove(id: string): Promise<void>;
  loseWithoutTrace(id: string): Promise<void>;
  truncate(): Promise<void>;
}

/** Runs every promise of `ErpPort` on one implementation. */
export function erpPortContract(
  name: string,
  open: (habits: ErpHabits) => Promise<ErpUnderTest>,
): void {
  describe(`${name} keeps the promises of ErpPort`, () => {
    let erp: ErpUnderTest;
    const never = new AbortController().signal;
    const lease = { pairId: 'pair-1', fence: 7 };

    beforeEach(async () => {
      erp = await open({});
    });
    afterEach(async () => {
      await erp.close();
    });

    const reopen = async (habits: ErpHabits): Promise<void> => {
      await erp.close();
      erp = await open(habits);
    };
    const changes = async (
      employeeId: string,
      position: string,
    ): Promise<readonly RecordChange[]> =>
      (await erp.port.changesSince(employeeId, position, never)).changes;
    const positionNow = async (employeeId: string): Promise<string> =>
      (await erp.port.changesSince(employeeId, null, never)).position;
    const read = async (id: string, employeeId = 'E01'): Promise<RecordSeen<ErpAppointment>> =>
      valueOf(await erp.port.read(employeeId, [id], never));
    const createOne = async (
      key: string,
      patch: ErpAppointmentPatch,
    ): Promise<Answer<RecordSeen<ErpAppointment>>> => {
      const entry = { key, attempt: 1, ownerId: 'E01', patch };
      return only(await erp.port.create(lease, [entry], never));
    };

    describe('changesSince never skips a commit and names what one employee has', () => {
      it('from null it names every record of the employee, as owner and as participant', async () => {
        const mine = await erp.person.create('E01', meeting('Werk 2'));
        const shared = await erp.person.create('E02', {
          ...meeting('Messe'),
          participants: [staff('E01')],
        });
        await erp.person.create('E02', meeting('Nur für Bernd'));

        const all = await erp.port.changesSince('E01', null, never);
        expect(all.isComplete).toBe(true);
        expect(all.changes.map(({ id }) => id).sort()).toEqual([mine, shared].sort());
        expect(all.changes.every(({ kind }) => kind === 'seen')).toBe(true);
      });

      it('without a change it names nothing, and the next position still continues', async () => {
        await erp.person.create('E01', meeting('Werk 2'));
        const first = await erp.port.changesSince('E01', await positionNow('E01'), never);
        expect(first).toMatchObject({ changes: [], isComplete: false });
        expect(await changes('E01', first.position)).toEqual([]);
      });

      it('an edit is seen with the version that reading shows', async () => {
        const id = await erp.person.create('E01', meeting('Werk 2'));
        const position = await positionNow('E01');
        await erp.person.edit(id, { title: 'Werk 3' });
        const { version } = await read(id);
        expect(await changes('E01', position)).toEqual([{ kind: 'seen', id, version }]);
      });

      it('a save that changes no value is no change', async () => {
        const id = await erp.person.create('E01', meeting('Werk 2'));
        const before = await read(id);
        const position = await positionNow('E01');
        await erp.person.saveUnchanged(id);
        expect(await changes('E01', position)).toEqual([]);
        expect((await read(id)).version).toBe(before.version);
      });

      it.each([
        ['a participant', { participants: [staff('E02')] }],
        ['equipment', { equipment: ['Beamer'] }],
        ['an exception', { exceptions: [skipped('2026-03-10')] }],
      ])('%s that joins changes the version of its appointment', async (_what, patch) => {
        const id = await erp.person.create('E01', series('Jour fixe'));
        const before = await read(id);
        const position = await positionNow('E01');
        await erp.person.edit(id, patch);
        const after = await read(id);
        expect(after.version).not.toBe(before.version);
        expect(await changes('E01', position)).toEqual([
          { kind: 'seen', id, version: after.version },
        ]);
      });

      it('a colleague who is taken out sees the record removed, the owner sees it changed', async () => {
        const id = await erp.person.create('E01', {
          ...meeting('Messe'),
          participants: [staff('E02')],
        });
        const [forE01, forE02] = [await positionNow('E01'), await positionNow('E02')];
        await erp.person.edit(id, { participants: [] });
        const { birth, version } = await read(id);
        expect(await changes('E02', forE02)).toEqual([{ kind: 'removed', id, birth }]);
        expect(await changes('E01', forE01)).toEqual([{ kind: 'seen', id, version }]);
      });

      it('an owner who hands the record over sees it removed', async () => {
        const id = await erp.person.create('E01', meeting('Übergabe'));
        const [{ birth }, position, theirs] = [
          await read(id),
          await positionNow('E01'),
          await positionNow('E02'),
        ];
        await erp.person.edit(id, { ownerId: 'E02' });
        expect(await changes('E01', position)).toEqual([{ kind: 'removed', id, birth }]);
        expect(await changes('E02', theirs)).toMatchObject([{ kind: 'seen', id }]);
      });

      it('a deletion is proven for everybody who took part', async () => {
        const id = await erp.person.create('E01', {
          ...meeting('Messe'),
          participants: [staff('E02'), staff('E03')],
        });
        const { birth } = await read(id);
        const [a, b, c] = [
          await positionNow('E01'),
          await positionNow('E02'),
          await positionNow('E03'),
        ];
        await erp.person.remove(id);
        const removed = [{ kind: 'removed', id, birth }];
        expect([await changes('E01', a), await changes('E02', b), await changes('E03', c)]).toEqual(
          [removed, removed, removed],
        );
      });

      it('a deletion stays proven for a reader who starts from null', async () => {
        const id = await erp.person.create('E01', meeting('Messe'));
        const { birth } = await read(id);
        await erp.person.remove(id);
        const all = await erp.port.changesSince('E01', null, never);
        expect(all.changes).toEqual([{ kind: 'removed', id, birth }]);
      });

      it('a row that is gone without a trace is never called removed', async () => {
        const id = await erp.person.create('E01', meeting('Messe'));
        const position = await positionNow('E01');
        await erp.person.edit(id, { title: 'Messe Hannover' });
        await erp.person.loseWithoutTrace(id);
        expect(await changes('E01', position)).toEqual([{ kind: 'seen', id, version: '' }]);
        expect(failureOf(await erp.port.read('E01', [id], never))).toBe('gone');
      });

      it('an id that is used again is one record removed and another one seen', async () => {
        const id = await erp.person.create('E01', meeting('Alt'));
        const old = await read(id);
        const position = await positionNow('E01');
        await erp.person.remove(id);
        await erp.person.create('E01', meeting('Neu'), id);
        const { birth, version } = await read(id);
        expect(birth).not.toBe(old.birth);
        expect(await changes('E01', position)).toEqual([
          { kind: 'removed', id, birth: old.birth },
          { kind: 'seen', id, version },
        ]);
      });

      it('after "everything" it names all there is, as from null', async () => {
        await erp.person.create('E01', meeting('Vorher'));
        const position = await positionNow('E01');
        await erp.person.truncate();
        const id = await erp.person.create('E01', meeting('Nachher'));
        const all = await erp.port.changesSince('E01', position, never);
        expect(all.isComplete).toBe(true);
        expect(all.changes.map((change) => change.id)).toEqual([id]);
        expect(await changes('E01', all.position)).toEqual([]);
      });

      it('a record that leaves the scope is seen, not removed', async () => {
        const id = await erp.person.create('E01', meeting('Entwurf'));
        const position = await positionNow('E01');
        await erp.person.setInScope(id, false);
        expect(await changes('E01', position)).toMatchObject([{ kind: 'seen', id }]);
        expect((await read(id)).isInScope).toBe(false);
      });

      it('a position of a future that a restore undid is expired', async () => {
        await erp.person.create('E01', meeting('Vorher'));
        await erp.backUp();
        await erp.person.create('E01', meeting('Nachher'));
        const position = await positionNow('E01');
        await erp.restore();
        await expect(changes('E01', position)).rejects.toMatchObject({ kind: 'cursorExpired' });
      });

      it('it is still expired when the restored log has grown beyond it', async () => {
        await erp.person.create('E01', meeting('Vorher'));
        await erp.backUp();
        await erp.person.create('E01', meeting('Nachher'));
        const position = await positionNow('E01');
        await erp.restore();
        await erp.person.create('E01', meeting('Anders'));
        await erp.person.create('E01', meeting('Und mehr'));
        await expect(changes('E01', position)).rejects.toMatchObject({ kind: 'cursorExpired' });
      });
    });

    describe('read shows the record with its children', () => {
      it('every field comes back as a person wrote it', async () => {
        const wanted = everyField();
        const id = await erp.person.create('E01', wanted);
        const seen = await read(id);
        expect(seen.record).toMatchObject(wanted);
        expect(seen.employees).toEqual(['E01', 'E02', 'E03']);
      });

      it('answers per entry and in order, also for ids that are not there', async () => {
        const a = await erp.person.create('E01', meeting('A'));
        const b = await erp.person.create('E01', meeting('B'));
        const answers = await erp.port.read('E01', [b, 'no such id', a], never);
        expect(answers.map(summaryOf)).toEqual(['B', 'gone', 'A']);
      });

      it('an empty list costs nothing', async () => {
        expect(await erp.port.read('E01', [], never)).toEqual([]);
      });

      it("a record that is none of the employee's is gone", async () => {
        const id = await erp.person.create('E02', meeting('Geheim'));
        expect(failureOf(await erp.port.read('E01', [id], never))).toBe('gone');
      });
    });

    describe('create makes each record once', () => {
      it('answers with what the ERP shows afterwards, every field of it', async () => {
        const patch = everyPatchedField();
        const made = valueOf([await createOne('key-1', patch)]);
        expect(made.record).toMatchObject({ ...patch, ownerId: 'E01' });
        expect(await read(made.id)).toEqual(made);
      });

      it('a batch answers in the order of its entries', async () => {
        const titles = Array.from({ length: 40 }, (_, at) => `Termin ${String(at)}`);
        const entries = titles.map((title) => entryOf(title));
        const answers = await erp.port.create(lease, entries, never);
        expect(answers.map(summaryOf)).toEqual(titles);
      });

      it('entries with different fields keep their order too', async () => {
        const entries = [
          entryOf('A'),
          entryOf('B', { rrule: 'FREQ=DAILY;INTERVAL=1' }),
          entryOf('C'),
        ];
        const answers = await erp.port.create(lease, entries, never);
        expect(answers.map(summaryOf)).toEqual(['A', 'B', 'C']);
      });

      it('a key that is there already fails as keyExists, and nothing is doubled', async () => {
        valueOf([await createOne('key-1', meeting('Einmal'))]);
        const again = await createOne('key-1', meeting('Einmal'));
        expect(again).toMatchObject({
          ok: false,
          failure: { kind: 'rejected', code: 'keyExists' },
        });
        expect((await erp.port.changesSince('E01', null, never)).changes).toHaveLength(1);
      });

      it('one refused entry never takes another one with it', async () => {
        await reopen({ refuseTitle: 'Gift' });
        const titles = ['A', 'B', 'Gift', 'C', 'D', 'Gift', 'E'];
        const answers = await erp.port.create(
          lease,
          titles.map((title) => entryOf(title)),
          never,
        );
        expect(answers.map(summaryOf)).toEqual(['A', 'B', 'rejected', 'C', 'D', 'rejected', 'E']);
        expect((await erp.port.changesSince('E01', null, never)).changes).toHaveLength(5);
      });

      it('what the ERP clips is answered clipped', async () => {
        await reopen({ clipTitleTo: 10 });
        const answers = await erp.port.create(
          lease,
          [entryOf('Besprechung mit Müller'), entryOf('Kurz')],
          never,
        );
        expect(answers.map(summaryOf)).toEqual(['Besprechun', 'Kurz']);
      });

      it('an empty batch is no transaction', async () => {
        expect(await erp.port.create(lease, [], never)).toEqual([]);
      });
    });

    describe('update writes the differences of the planned version', () => {
      it.each<[string, ErpAppointmentPatch]>([
        ['the title', { title: 'Ein anderer – mit Umlauten: äöüß' }],
        ['the body', { body: 'Zeile 1\nZeile 2' }],
        ['the time', { when: timed('2026-05-04T08:00:00Z', '2026-05-04T09:30:00Z') }],
        ['timed to all-day', { when: allDay('2026-05-04', '2026-05-06') }],
        ['the pattern', { rrule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO' }],
        ['no reminder', { reminderMinutes: null }],
        [
          'several at once',
          { isPrivate: true, showAs: 'away', location: 'Zürich', priorityId: 'P2' },
        ],
      ])('%s, and nothing else', async (_what, patch) => {
        const id = await erp.person.create('E01', { ...everyField(), exceptions: [] });
        const before = await read(id);
        const after = valueOf(await erp.port.update(lease, [changeOf(before, patch)], never));
        expect(after.record).toEqual({ ...before.record, ...patch });
        expect(after.version).not.toBe(before.version);
        expect(after.birth).toBe(before.birth);
      });

      it('the exceptions of a patch are the whole list', async () => {
        const id = await erp.person.create('E01', {
          ...series('Jour fixe'),
          exceptions: [
            skipped('2026-03-10'),
            renamed('2026-03-17', 'Alt'),
            renamed('2026-03-24', 'Bleibt'),
          ],
        });
        const { version } = await read(id);
        const exceptions = [
          renamed('2026-03-17', 'Neu'),
          renamed('2026-03-24', 'Bleibt'),
          skipped('2026-03-31'),
        ];
        const after = valueOf(
          await erp.port.update(lease, [changeOf({ id, version }, { exceptions })], never),
        );
        expect(after.record.exceptions).toEqual(exceptions);
        const none = changeOf(after, { exceptions: [] });
        expect(valueOf(await erp.port.update(lease, [none], never)).record.exceptions).toEqual([]);
      });

      it('a patch that is true already changes no version', async () => {
        const id = await erp.person.create('E01', everyField());
        const before = await read(id);
        const patch = everyPatchedField();
        const after = valueOf(await erp.port.update(lease, [changeOf(before, patch)], never));
        expect(after).toEqual(before);
      });

      it('an outdated version fails as stale and writes nothing, the rest of the batch goes on', async () => {
        const a = await erp.person.create('E01', meeting('A'));
        const b = await erp.person.create('E01', meeting('B'));
        const [seenA, seenB] = [await read(a), await read(b)];
        await erp.person.edit(a, { location: 'Werk 2' });
        const answers = await erp.port.update(
          lease,
          [
            changeOf(seenA, { title: 'A2' }),
            changeOf(seenB, { title: 'B2' }),
            changeOf({ id: 'no such id', version: '1' }, { title: 'C2' }),
          ],
          never,
        );
        expect(answers.map(summaryOf)).toEqual(['stale', 'B2', 'gone']);
        expect((await read(a)).record).toMatchObject({ title: 'A', location: 'Werk 2' });
      });

      it('one refused entry never takes another one with it', async () => {
        await reopen({ refuseTitle: 'Gift' });
        const ids = [
          await erp.person.create('E01', meeting('A')),
          await erp.person.create('E01', meeting('B')),
        ];
        const [a, b] = [await read(ids[0] ?? ''), await read(ids[1] ?? '')];
        const answers = await erp.port.update(
          lease,
          [changeOf(a, { title: 'Gift' }), changeOf(b, { title: 'B2' })],
          never,
        );
        expect(answers.map(summaryOf)).toEqual(['rejected', 'B2']);
        expect((await read(a.id)).record.title).toBe('A');
      });
    });

    describe('remove', () => {
      it('deletes the record, and of what is gone it succeeds', async () => {
        const id = await erp.person.create('E01', everyField());
        const { version } = await read(id);
        const entry = { id, version, what: 'record' } as const;
        expect(await erp.port.remove(lease, [entry], never)).toEqual([{ ok: true, value: null }]);
        expect(await erp.port.remove(lease, [entry], never)).toEqual([{ ok: true, value: null }]);
        expect(failureOf(await erp.port.read('E01', [id], never))).toBe('gone');
      });

      it('an outdated version fails as stale and removes nothing', async () => {
        const id = await erp.person.create('E01', meeting('A'));
        const { version } = await read(id);
        await erp.person.edit(id, { title: 'A2' });
        const answers = await erp.port.remove(lease, [{ id, version, what: 'record' }], never);
        expect(failureOf(answers)).toBe('stale');
        expect((await read(id)).record.title).toBe('A2');
      });

      it('takes one employee out and leaves the record to the others', async () => {
        const id = await erp.person.create('E01', {
          ...meeting('Messe'),
          participants: [staff('E02'), staff('E03')],
        });
        const { version } = await read(id);
        const entry = { id, version, what: { employeeId: 'E02' } };
        expect(await erp.port.remove(lease, [entry], never)).toEqual([{ ok: true, value: null }]);
        expect((await read(id)).employees).toEqual(['E01', 'E03']);
        expect(failureOf(await erp.port.read('E02', [id], never))).toBe('gone');
      });

      it('never takes the owner out: that would leave a record of nobody', async () => {
        const id = await erp.person.create('E01', meeting('Messe'));
        const { version } = await read(id);
        const answers = await erp.port.remove(
          lease,
          [{ id, version, what: { employeeId: 'E01' } }],
          never,
        );
        expect(failureOf(answers)).toBe('rejected');
        expect((await read(id)).employees).toEqual(['E01']);
      });
    });

    describe('the fence', () => {
      const later = { pairId: 'pair-1', fence: 8 };

      it('an outdated one fails as stale and writes nothing', async () => {
        valueOf(await erp.port.create(later, [entryOf('Neuer Halter')], never));
        await expect(
          erp.port.create(lease, [entryOf('Alter Halter')], never),
        ).rejects.toMatchObject({ kind: 'stale' });
        const { changes: all } = await erp.port.changesSince('E01', null, never);
        expect(all).toHaveLength(1);
      });

      it('is one per pair', async () => {
        valueOf(
          await erp.port.create({ pairId: 'pair-2', fence: 99 }, [entryOf('Anderes Paar')], never),
        );
        valueOf(await erp.port.create(lease, [entryOf('Dieses Paar')], never));
      });

      it('findByKey raises it, so that an earlier holder cannot write any more', async () => {
        expect(await erp.port.findByKey(later, ['key-1'], never)).toEqual([]);
        await expect(erp.port.create(lease, [entryOf('Zu spät')], never)).rejects.toMatchObject({
          kind: 'stale',
        });
      });
    });

    describe('findByKey', () => {
      it('finds what a create made, with the version it led to', async () => {
        const made = valueOf([await createOne('key-1', meeting('A'))]);
        await erp.person.edit(made.id, { title: 'A2' });
        const { id, birth, version } = made;
        expect(await erp.port.findByKey(lease, ['key-0', 'key-1'], never)).toEqual([
          { key: 'key-1', id, birth, version, exists: true },
        ]);
      });

      it('knows a key whose record is gone again, also when the id has been given to another one', async () => {
        const made = valueOf([await createOne('key-1', meeting('A'))]);
        await erp.person.remove(made.id);
        expect(await erp.port.findByKey(lease, ['key-1'], never)).toMatchObject([
          { exists: false },
        ]);
        await erp.person.create('E01', meeting('B'), made.id);
        expect(await erp.port.findByKey(lease, ['key-1'], never)).toMatchObject([
          { exists: false },
        ]);
      });

      it('finds an update by its writeId, with the version it led to, also where nothing had to change', async () => {
        const id = await erp.person.create('E01', meeting('A'));
        const renaming = changeOf(await read(id), { title: 'A2' });
        const after = valueOf(await erp.port.update(lease, [renaming], never));
        const again = changeOf(after, { title: 'A2' });
        valueOf(await erp.port.update(lease, [again], never));
        const { birth, version } = after;
        const found = { id, birth, version, exists: true };
        expect(await erp.port.findByKey(lease, [renaming.writeId], never)).toEqual([
          { key: renaming.writeId, ...found },
        ]);
        expect(await erp.port.findByKey(lease, [again.writeId], never)).toEqual([
          { key: again.writeId, ...found },
        ]);
      });

      it('does not know the writeId of an update that was stale', async () => {
        const id = await erp.person.create('E01', meeting('A'));
        const planned = changeOf(await read(id), { title: 'A2' });
        await erp.person.edit(id, { location: 'Werk 2' });
        await erp.port.update(lease, [planned], never);
        expect(await erp.port.findByKey(lease, [planned.writeId], never)).toEqual([]);
      });

      it('does not know the key of an entry that was refused', async () => {
        await reopen({ refuseTitle: 'Gift' });
        await createOne('key-1', meeting('Gift'));
        expect(await erp.port.findByKey(lease, ['key-1'], never)).toEqual([]);
      });
    });

    it('a call whose signal has fired does nothing and throws the reason', async () => {
      const reason = new Error('stopping');
      const stopped = AbortSignal.abort(reason);
      await expect(erp.port.create(lease, [entryOf('A')], stopped)).rejects.toBe(reason);
      await expect(erp.port.changesSince('E01', null, stopped)).rejects.toBe(reason);
      expect((await erp.port.changesSince('E01', null, never)).changes).toEqual([]);
    });
  });
}

let keys = 0;

function entryOf(
  title: string,
  patch: ErpAppointmentPatch = {},
): { key: string; attempt: number; ownerId: string; patch: ErpAppointmentPatch } {
  keys += 1;
  return {
    key: `k${String(keys)}`,
    attempt: 1,
    ownerId: 'E01',
    patch: { ...meeting(title), ...patch },
  };
}

function changeOf(
  { id, version }: { readonly id: string; readonly version: string },
  patch: ErpAppointmentPatch,
): RecordUpdate<ErpAppointmentPatch> {
  keys += 1;
  return { id, writeId: `w${String(keys)}`, version, patch };
}

/** The value of the only answer; fails the test with the failure's own words otherwise. */
function valueOf<T>(answers: readonly Answer<T>[]): T {
  const answer = only(answers);
  if (!answer.ok) throw answer.failure;
  return answer.value;
}

function only<T>(list: readonly T[]): T {
  const [first] = list;
  if (first === undefined || list.length !== 1) throw new Error(`${String(list.length)} answers`);
  return first;
}

function failureOf(answers: readonly Answer<unknown>[]): string {
  const answer = only(answers);
  if (answer.ok) throw new Error('it went well');
  expect(answer.failure).toBeInstanceOf(ConnectorFailure);
  return answer.failure.kind;
}

/** The title of a record, or the kind of the failure. */
function summaryOf(answer: Answer<RecordSeen<ErpAppointment>>): string {
  return answer.ok ? answer.value.record.title : answer.failure.kind;
}
