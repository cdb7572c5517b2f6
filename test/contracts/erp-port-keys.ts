import { describe, expect, it } from 'vitest';
import type { ErpBench } from './erp-bench.js';
import { changeOf, entryOf, never, valueOf } from './erp-bench.js';
import { meeting } from './erp-records.js';

/** Fences and `findByKey`: what an earlier holder can do, and what became of its writes. */
export function erpKeys(bench: ErpBench): void {
  const { read, createOne, reopen, lease } = bench;

  describe('the fence', () => {
    const later = { pairId: 'pair-1', fence: 8 };

    it('an outdated one fails as stale and writes nothing', async () => {
      valueOf(await bench.erp.port.create(later, [entryOf('Neuer Halter')], never));
      await expect(
        bench.erp.port.create(lease, [entryOf('Alter Halter')], never),
      ).rejects.toMatchObject({ kind: 'stale' });
      const { changes: all } = await bench.erp.port.changesSince('E01', null, never);
      expect(all).toHaveLength(1);
    });

    it('is one per pair', async () => {
      valueOf(
        await bench.erp.port.create(
          { pairId: 'pair-2', fence: 99 },
          [entryOf('Anderes Paar')],
          never,
        ),
      );
      valueOf(await bench.erp.port.create(lease, [entryOf('Dieses Paar')], never));
    });

    it('findByKey raises it, so that an earlier holder cannot write any more', async () => {
      expect(await bench.erp.port.findByKey(later, ['key-1'], never)).toEqual([]);
      await expect(bench.erp.port.create(lease, [entryOf('Zu spät')], never)).rejects.toMatchObject(
        {
          kind: 'stale',
        },
      );
    });
  });

  describe('findByKey', () => {
    it('finds what a create made, with the version it led to', async () => {
      const made = valueOf([await createOne('key-1', meeting('A'))]);
      await bench.erp.person.edit(made.id, { title: 'A2' });
      const { id, birth, version } = made;
      expect(await bench.erp.port.findByKey(lease, ['key-0', 'key-1'], never)).toEqual([
        { key: 'key-1', id, birth, version, exists: true },
      ]);
    });

    it('knows a key whose record is gone again, also when the id has been given to another one', async () => {
      const made = valueOf([await createOne('key-1', meeting('A'))]);
      await bench.erp.person.remove(made.id);
      expect(await bench.erp.port.findByKey(lease, ['key-1'], never)).toMatchObject([
        { exists: false },
      ]);
      await bench.erp.person.create('E01', meeting('B'), made.id);
      expect(await bench.erp.port.findByKey(lease, ['key-1'], never)).toMatchObject([
        { exists: false },
      ]);
    });

    it('finds an update by its writeId, with the version it led to, also where nothing had to change', async () => {
      const id = await bench.erp.person.create('E01', meeting('A'));
      const renaming = changeOf(await read(id), { title: 'A2' });
      const after = valueOf(await bench.erp.port.update(lease, [renaming], never));
      const again = changeOf(after, { title: 'A2' });
      valueOf(await bench.erp.port.update(lease, [again], never));
      const { birth, version } = after;
      const found = { id, birth, version, exists: true };
      expect(await bench.erp.port.findByKey(lease, [renaming.writeId], never)).toEqual([
        { key: renaming.writeId, ...found },
      ]);
      expect(await bench.erp.port.findByKey(lease, [again.writeId], never)).toEqual([
        { key: again.writeId, ...found },
      ]);
    });

    it('does not know the writeId of an update that was stale', async () => {
      const id = await bench.erp.person.create('E01', meeting('A'));
      const planned = changeOf(await read(id), { title: 'A2' });
      await bench.erp.person.edit(id, { location: 'Werk 2' });
      await bench.erp.port.update(lease, [planned], never);
      expect(await bench.erp.port.findByKey(lease, [planned.writeId], never)).toEqual([]);
    });

    it('does not know the key of an entry that was refused', async () => {
      await reopen({ refuseTitle: 'Gift' });
      await createOne('key-1', meeting('Gift'));
      expect(await bench.erp.port.findByKey(lease, ['key-1'], never)).toEqual([]);
    });
  });
}
