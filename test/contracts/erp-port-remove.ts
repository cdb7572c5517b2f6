import { describe, expect, it } from 'vitest';
import type { ErpBench } from './erp-bench.js';
import { failureOf, never } from './erp-bench.js';
import { everyField, meeting, staff } from './erp-records.js';

/** `remove`, of a record and of one employee in it. */
export function erpRemove(bench: ErpBench): void {
  const { read, lease } = bench;

  describe('remove', () => {
    it('deletes the record, and of what is gone it succeeds', async () => {
      const id = await bench.erp.person.create('E01', everyField());
      const { version } = await read(id);
      const entry = { id, version, what: 'record' } as const;
      expect(await bench.erp.port.remove(lease, [entry], never)).toEqual([
        { ok: true, value: null },
      ]);
      expect(await bench.erp.port.remove(lease, [entry], never)).toEqual([
        { ok: true, value: null },
      ]);
      expect(failureOf(await bench.erp.port.read('E01', [id], never))).toBe('gone');
    });

    it('an outdated version fails as stale and removes nothing', async () => {
      const id = await bench.erp.person.create('E01', meeting('A'));
      const { version } = await read(id);
      await bench.erp.person.edit(id, { title: 'A2' });
      const answers = await bench.erp.port.remove(lease, [{ id, version, what: 'record' }], never);
      expect(failureOf(answers)).toBe('stale');
      expect((await read(id)).record.title).toBe('A2');
    });

    it('takes one employee out and leaves the record to the others', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02'), staff('E03')],
      });
      const { version } = await read(id);
      const entry = { id, version, what: { employeeId: 'E02' } };
      expect(await bench.erp.port.remove(lease, [entry], never)).toEqual([
        { ok: true, value: null },
      ]);
      expect((await read(id)).employees).toEqual(['E01', 'E03']);
      expect(failureOf(await bench.erp.port.read('E02', [id], never))).toBe('gone');
    });

    it('never takes the owner out: that would leave a record of nobody', async () => {
      const id = await bench.erp.person.create('E01', meeting('Messe'));
      const { version } = await read(id);
      const answers = await bench.erp.port.remove(
        lease,
        [{ id, version, what: { employeeId: 'E01' } }],
        never,
      );
      expect(failureOf(answers)).toBe('rejected');
      expect((await read(id)).employees).toEqual(['E01']);
    });

    it('an owner leaves the record to another employee, who takes part', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02'), staff('E03')],
      });
      const { version } = await read(id);
      const leaving = (heirId: string) => ({ id, version, what: { employeeId: 'E01', heirId } });
      expect(failureOf(await bench.erp.port.remove(lease, [leaving('E09')], never))).toBe(
        'rejected',
      );
      expect(await bench.erp.port.remove(lease, [leaving('E03')], never)).toEqual([
        { ok: true, value: null },
      ]);
      const left = await read(id, 'E02');
      expect([left.record.ownerId, ...left.employees]).toEqual(['E03', 'E03', 'E02']);
    });
  });
}
