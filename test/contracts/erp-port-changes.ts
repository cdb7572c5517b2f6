import { describe, expect, it } from 'vitest';
import type { ErpBench } from './erp-bench.js';
import { failureOf, never } from './erp-bench.js';
import { meeting, series, skipped, staff } from './erp-records.js';

/** `changesSince`: nothing is skipped, whoever looks, and a restored log is recognised. */
export function erpChanges(bench: ErpBench): void {
  const { changes, positionNow, read } = bench;

  describe('changesSince never skips a commit and names what one employee has', () => {
    it('from null it names every record of the employee, as owner and as participant', async () => {
      const mine = await bench.erp.person.create('E01', meeting('Werk 2'));
      const shared = await bench.erp.person.create('E02', {
        ...meeting('Messe'),
        participants: [staff('E01')],
      });
      await bench.erp.person.create('E02', meeting('Nur für Bernd'));

      const all = await bench.erp.port.changesSince('E01', null, never);
      expect(all.isComplete).toBe(true);
      expect(all.changes.map(({ id }) => id).sort()).toEqual([mine, shared].sort());
      expect(all.changes.every(({ kind }) => kind === 'seen')).toBe(true);
    });

    it('without a change it names nothing, and the next position still continues', async () => {
      await bench.erp.person.create('E01', meeting('Werk 2'));
      const first = await bench.erp.port.changesSince('E01', await positionNow('E01'), never);
      expect(first).toMatchObject({ changes: [], isComplete: false });
      expect(await changes('E01', first.position)).toEqual([]);
    });

    it('an edit is seen with the version that reading shows', async () => {
      const id = await bench.erp.person.create('E01', meeting('Werk 2'));
      const position = await positionNow('E01');
      await bench.erp.person.edit(id, { title: 'Werk 3' });
      const { version } = await read(id);
      expect(await changes('E01', position)).toEqual([{ kind: 'seen', id, version }]);
    });

    it('a save that changes no value is no change', async () => {
      const id = await bench.erp.person.create('E01', meeting('Werk 2'));
      const before = await read(id);
      const position = await positionNow('E01');
      await bench.erp.person.saveUnchanged(id);
      expect(await changes('E01', position)).toEqual([]);
      expect((await read(id)).version).toBe(before.version);
    });

    it.each([
      ['a participant', { participants: [staff('E02')] }],
      ['equipment', { equipment: ['Beamer'] }],
      ['an exception', { exceptions: [skipped('2026-03-10')] }],
    ])('%s that joins changes the version of its appointment', async (_what, patch) => {
      const id = await bench.erp.person.create('E01', series('Jour fixe'));
      const before = await read(id);
      const position = await positionNow('E01');
      await bench.erp.person.edit(id, patch);
      const after = await read(id);
      expect(after.version).not.toBe(before.version);
      expect(await changes('E01', position)).toEqual([
        { kind: 'seen', id, version: after.version },
      ]);
    });

    it('a colleague who is taken out sees the record removed, the owner sees it changed', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02')],
      });
      const [forE01, forE02] = [await positionNow('E01'), await positionNow('E02')];
      await bench.erp.person.edit(id, { participants: [] });
      const { birth, version } = await read(id);
      expect(await changes('E02', forE02)).toEqual([{ kind: 'removed', id, birth }]);
      expect(await changes('E01', forE01)).toEqual([{ kind: 'seen', id, version }]);
    });

    it('an owner who hands the record over sees it removed', async () => {
      const id = await bench.erp.person.create('E01', meeting('Übergabe'));
      const [{ birth }, position, theirs] = [
        await read(id),
        await positionNow('E01'),
        await positionNow('E02'),
      ];
      await bench.erp.person.edit(id, { ownerId: 'E02' });
      expect(await changes('E01', position)).toEqual([{ kind: 'removed', id, birth }]);
      expect(await changes('E02', theirs)).toMatchObject([{ kind: 'seen', id }]);
    });

    it('a deletion is proven for everybody who took part', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02'), staff('E03')],
      });
      const { birth } = await read(id);
      const [a, b, c] = [
        await positionNow('E01'),
        await positionNow('E02'),
        await positionNow('E03'),
      ];
      await bench.erp.person.remove(id);
      const removed = [{ kind: 'removed', id, birth }];
      expect([await changes('E01', a), await changes('E02', b), await changes('E03', c)]).toEqual([
        removed,
        removed,
        removed,
      ]);
    });

    it('a deletion stays proven for a reader who starts from null', async () => {
      const id = await bench.erp.person.create('E01', meeting('Messe'));
      const { birth } = await read(id);
      await bench.erp.person.remove(id);
      const all = await bench.erp.port.changesSince('E01', null, never);
      expect(all.changes).toEqual([{ kind: 'removed', id, birth }]);
    });

    it('a row that is gone without a trace is never called removed', async () => {
      const id = await bench.erp.person.create('E01', meeting('Messe'));
      const position = await positionNow('E01');
      await bench.erp.person.edit(id, { title: 'Messe Hannover' });
      await bench.erp.person.loseWithoutTrace(id);
      expect(await changes('E01', position)).toEqual([{ kind: 'seen', id, version: '' }]);
      expect(failureOf(await bench.erp.port.read('E01', [id], never))).toBe('gone');
    });

    it('an id that is used again is one record removed and another one seen', async () => {
      const id = await bench.erp.person.create('E01', meeting('Alt'));
      const old = await read(id);
      const position = await positionNow('E01');
      await bench.erp.person.remove(id);
      await bench.erp.person.create('E01', meeting('Neu'), id);
      const { birth, version } = await read(id);
      expect(birth).not.toBe(old.birth);
      expect(await changes('E01', position)).toEqual([
        { kind: 'removed', id, birth: old.birth },
        { kind: 'seen', id, version },
      ]);
    });

    it('after "everything" it names all there is, as from null', async () => {
      await bench.erp.person.create('E01', meeting('Vorher'));
      const position = await positionNow('E01');
      await bench.erp.person.truncate();
      const id = await bench.erp.person.create('E01', meeting('Nachher'));
      const all = await bench.erp.port.changesSince('E01', position, never);
      expect(all.isComplete).toBe(true);
      expect(all.changes.map((change) => change.id)).toEqual([id]);
      expect(await changes('E01', all.position)).toEqual([]);
    });

    it('a record that leaves the scope is seen, not removed', async () => {
      const id = await bench.erp.person.create('E01', meeting('Entwurf'));
      const position = await positionNow('E01');
      await bench.erp.person.setInScope(id, false);
      expect(await changes('E01', position)).toMatchObject([{ kind: 'seen', id }]);
      expect((await read(id)).isInScope).toBe(false);
    });

    it('a position of a future that a restore undid is expired', async () => {
      await bench.erp.person.create('E01', meeting('Vorher'));
      await bench.erp.backUp();
      await bench.erp.person.create('E01', meeting('Nachher'));
      const position = await positionNow('E01');
      await bench.erp.restore();
      await expect(changes('E01', position)).rejects.toMatchObject({ kind: 'cursorExpired' });
    });

    it('it is still expired when the restored log has grown beyond it', async () => {
      await bench.erp.person.create('E01', meeting('Vorher'));
      await bench.erp.backUp();
      await bench.erp.person.create('E01', meeting('Nachher'));
      const position = await positionNow('E01');
      await bench.erp.restore();
      await bench.erp.person.create('E01', meeting('Anders'));
      await bench.erp.person.create('E01', meeting('Und mehr'));
      await expect(changes('E01', position)).rejects.toMatchObject({ kind: 'cursorExpired' });
    });
  });
}
