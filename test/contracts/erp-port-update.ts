import { describe, expect, it } from 'vitest';
import type { ErpAppointmentPatch } from '../../mappings/erp-record.js';
import type { ErpBench } from './erp-bench.js';
import { changeOf, never, summaryOf, valueOf } from './erp-bench.js';
import {
  allDay,
  everyField,
  everyPatchedField,
  meeting,
  renamed,
  series,
  skipped,
  timed,
} from './erp-records.js';

/** `update`. */
export function erpUpdate(bench: ErpBench): void {
  const { read, reopen, lease } = bench;

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
      const id = await bench.erp.person.create('E01', { ...everyField(), exceptions: [] });
      const before = await read(id);
      const after = valueOf(await bench.erp.port.update(lease, [changeOf(before, patch)], never));
      expect(after.record).toEqual({ ...before.record, ...patch });
      expect(after.version).not.toBe(before.version);
      expect(after.birth).toBe(before.birth);
    });

    it('the exceptions of a patch are the whole list', async () => {
      const id = await bench.erp.person.create('E01', {
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
        await bench.erp.port.update(lease, [changeOf({ id, version }, { exceptions })], never),
      );
      expect(after.record.exceptions).toEqual(exceptions);
      const none = changeOf(after, { exceptions: [] });
      expect(valueOf(await bench.erp.port.update(lease, [none], never)).record.exceptions).toEqual(
        [],
      );
    });

    it('a patch that is true already changes no version', async () => {
      const id = await bench.erp.person.create('E01', everyField());
      const before = await read(id);
      const patch = everyPatchedField();
      const after = valueOf(await bench.erp.port.update(lease, [changeOf(before, patch)], never));
      expect(after).toEqual(before);
    });

    it('an outdated version fails as stale and writes nothing, the rest of the batch goes on', async () => {
      const a = await bench.erp.person.create('E01', meeting('A'));
      const b = await bench.erp.person.create('E01', meeting('B'));
      const [seenA, seenB] = [await read(a), await read(b)];
      await bench.erp.person.edit(a, { location: 'Werk 2' });
      const answers = await bench.erp.port.update(
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
        await bench.erp.person.create('E01', meeting('A')),
        await bench.erp.person.create('E01', meeting('B')),
      ];
      const [a, b] = [await read(ids[0] ?? ''), await read(ids[1] ?? '')];
      const answers = await bench.erp.port.update(
        lease,
        [changeOf(a, { title: 'Gift' }), changeOf(b, { title: 'B2' })],
        never,
      );
      expect(answers.map(summaryOf)).toEqual(['rejected', 'B2']);
      expect((await read(a.id)).record.title).toBe('A');
    });
  });
}
