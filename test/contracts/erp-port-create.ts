import { describe, expect, it } from 'vitest';
import type { ErpBench } from './erp-bench.js';
import { entryOf, failureOf, never, summaryOf, valueOf } from './erp-bench.js';
import { everyField, everyPatchedField, meeting } from './erp-records.js';

/** `read` and `create`. */
export function erpReadAndCreate(bench: ErpBench): void {
  const { read, createOne, reopen, lease } = bench;

  describe('read shows the record with its children', () => {
    it('every field comes back as a person wrote it', async () => {
      const wanted = everyField();
      const id = await bench.erp.person.create('E01', wanted);
      const seen = await read(id);
      expect(seen.record).toMatchObject(wanted);
      expect(seen.employees).toEqual(['E01', 'E02', 'E03']);
    });

    it('answers per entry and in order, also for ids that are not there', async () => {
      const a = await bench.erp.person.create('E01', meeting('A'));
      const b = await bench.erp.person.create('E01', meeting('B'));
      const answers = await bench.erp.port.read('E01', [b, 'no such id', a], never);
      expect(answers.map(summaryOf)).toEqual(['B', 'gone', 'A']);
    });

    it('an empty list costs nothing', async () => {
      expect(await bench.erp.port.read('E01', [], never)).toEqual([]);
    });

    it("a record that is none of the employee's is gone", async () => {
      const id = await bench.erp.person.create('E02', meeting('Geheim'));
      expect(failureOf(await bench.erp.port.read('E01', [id], never))).toBe('gone');
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
      const answers = await bench.erp.port.create(lease, entries, never);
      expect(answers.map(summaryOf)).toEqual(titles);
    });

    it('entries with different fields keep their order too', async () => {
      const entries = [
        entryOf('A'),
        entryOf('B', { rrule: 'FREQ=DAILY;INTERVAL=1' }),
        entryOf('C'),
      ];
      const answers = await bench.erp.port.create(lease, entries, never);
      expect(answers.map(summaryOf)).toEqual(['A', 'B', 'C']);
    });

    it('a key that is there already fails as keyExists, and nothing is doubled', async () => {
      valueOf([await createOne('key-1', meeting('Einmal'))]);
      const again = await createOne('key-1', meeting('Einmal'));
      expect(again).toMatchObject({
        ok: false,
        failure: { kind: 'rejected', code: 'keyExists' },
      });
      expect((await bench.erp.port.changesSince('E01', null, never)).changes).toHaveLength(1);
    });

    it('one refused entry never takes another one with it', async () => {
      await reopen({ refuseTitle: 'Gift' });
      const titles = ['A', 'B', 'Gift', 'C', 'D', 'Gift', 'E'];
      const answers = await bench.erp.port.create(
        lease,
        titles.map((title) => entryOf(title)),
        never,
      );
      expect(answers.map(summaryOf)).toEqual(['A', 'B', 'rejected', 'C', 'D', 'rejected', 'E']);
      expect((await bench.erp.port.changesSince('E01', null, never)).changes).toHaveLength(5);
    });

    it('what the ERP clips is answered clipped', async () => {
      await reopen({ clipTitleTo: 10 });
      const answers = await bench.erp.port.create(
        lease,
        [entryOf('Besprechung mit Müller'), entryOf('Kurz')],
        never,
      );
      expect(answers.map(summaryOf)).toEqual(['Besprechun', 'Kurz']);
    });

    it('an empty batch is no transaction', async () => {
      expect(await bench.erp.port.create(lease, [], never)).toEqual([]);
    });
  });
}
