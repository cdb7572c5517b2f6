import { describe, expect, it } from 'vitest';
import type { MeetingClaim, RecordJoin, RecordSeen } from '../../sync/ports/erp.js';
import type { ErpBench } from './erp-bench.js';
import { changeOf, entryOf, failureOf, never, summaryOf, valueOf } from './erp-bench.js';
import { meeting, staff } from './erp-records.js';

/** Meetings: one record for each, however many mailboxes bring it (rule 10). */
export function erpJoin(bench: ErpBench): void {
  const { read, lease } = bench;
  const later = { pairId: 'pair-2', fence: 1 };
  const claim: MeetingClaim = { key: 'uid-1', isOrganizer: true };
  const brought = async (
    title: string,
    who: string,
    as: MeetingClaim = claim,
  ): Promise<RecordSeen<unknown>> =>
    valueOf(
      await bench.erp.port.create(lease, [{ ...entryOf(title), ownerId: who, meeting: as }], never),
    );
  const joining = (
    { id, birth }: Pick<RecordSeen<unknown>, 'id' | 'birth'>,
    employeeId: string,
    more: Partial<RecordJoin> = {},
  ): RecordJoin => ({
    ...{ id, birth, employeeId, asOwner: false },
    meeting: { ...claim, isOrganizer: false },
    ...more,
  });

  describe('a meeting has one record', () => {
    it('which is found by its key and says what it stands for', async () => {
      const { id, birth, version, meeting: shown } = await brought('Messe', 'E01');
      expect(shown).toEqual({ key: 'uid-1', isOrganizers: true, invited: ['E01'] });
      expect(await bench.erp.port.findMeetings(['uid-0', 'uid-1'], never)).toEqual([
        { key: 'uid-1', id, birth, version, exists: true, invited: ['E01'] },
      ]);
    });

    it('whose claim follows our own writes, and stays behind what anybody else changes', async () => {
      const made = await brought('Messe', 'E01');
      const joined = valueOf(await bench.erp.port.join(later, [joining(made, 'E02')], never));
      const claimed = async (): Promise<string | undefined> =>
        (await bench.erp.port.findMeetings(['uid-1'], never))[0]?.version;
      expect(joined.version).not.toBe(made.version);
      expect(await claimed()).toBe(joined.version);
      const patch = { title: 'Messe Köln' };
      const { id, version } = joined;
      const entry = { id, version, writeId: 'w-claim', patch };
      const written = valueOf(await bench.erp.port.update(later, [entry], never));
      expect(await claimed()).toBe(written.version);
      await bench.erp.person.edit(id, { title: 'Messe Bonn' });
      expect(await claimed()).toBe(written.version);
      const again = await read(id);
      const after = { ...entry, version: again.version, writeId: 'w-claim2' };
      expect(valueOf(await bench.erp.port.update(later, [after], never)).version).not.toBe(
        await claimed(),
      );
    });

    it('and of which it is known who was invited, also after the ERP took them out', async () => {
      const brought1 = await brought('Messe', 'E01');
      const joined = valueOf(await bench.erp.port.join(later, [joining(brought1, 'E02')], never));
      expect(joined.employees).toContain('E02');
      await bench.erp.person.edit(brought1.id, { participants: [] });
      expect(await bench.erp.port.findMeetings(['uid-1'], never)).toMatchObject([
        { id: brought1.id, exists: true, invited: ['E01', 'E02'] },
      ]);
    });

    it('whoever brings it second makes no other one', async () => {
      await brought('Messe', 'E01');
      const answers = await bench.erp.port.create(
        later,
        [
          entryOf('Davor'),
          { ...entryOf('Messe'), ownerId: 'E02', meeting: claim },
          entryOf('Danach'),
        ],
        never,
      );
      expect(answers.map(summaryOf)).toEqual(['Davor', 'stale', 'Danach']);
      expect(answers[1]).toMatchObject({ failure: { code: 'meetingExists' } });
    });

    it('also where one mailbox brings it twice at once', async () => {
      const twice = ['A', 'B'].map((title) => ({ ...entryOf(title), meeting: claim }));
      const answers = await bench.erp.port.create(lease, twice, never);
      expect(answers.map(summaryOf)).toEqual(['A', 'stale']);
    });

    it('one that is gone gives the meeting free, and is not joined', async () => {
      const gone = await brought('Messe', 'E01');
      await bench.erp.person.remove(gone.id);
      expect(await bench.erp.port.findMeetings(['uid-1'], never)).toMatchObject([
        { id: gone.id, exists: false },
      ]);
      expect(failureOf(await bench.erp.port.join(later, [joining(gone, 'E02')], never))).toBe(
        'gone',
      );
      const again = await brought('Messe', 'E02');
      expect(await bench.erp.port.findMeetings(['uid-1'], never)).toMatchObject([
        { id: again.id, exists: true },
      ]);
    });

    it('one that is none may be joined as well, and stands for no meeting then', async () => {
      const id = await bench.erp.person.create('E01', meeting('Ohne'));
      const joins = [joining(await read(id), 'E02', { meeting: undefined })];
      const joined = valueOf(await bench.erp.port.join(later, joins, never));
      expect([joined.employees.includes('E02'), joined.meeting]).toEqual([true, undefined]);
      const again = valueOf(await bench.erp.port.join(later, joins, never));
      expect(again.version).toBe(joined.version);
      await bench.erp.person.remove(id);
      expect(failureOf(await bench.erp.port.join(later, joins, never))).toBe('gone');
    });

    it('a record without one says so', async () => {
      const id = await bench.erp.person.create('E01', meeting('Ohne'));
      expect((await read(id)).meeting).toBeUndefined();
    });
  });

  describe('join', () => {
    it('makes an employee take part, who sees the record from then on', async () => {
      const made = await brought('Messe', 'E01');
      const position = await bench.positionNow('E02');
      const after = valueOf(await bench.erp.port.join(later, [joining(made, 'E02')], never));
      expect(after.employees).toEqual(['E01', 'E02']);
      expect(after.version).not.toBe(made.version);
      expect(after.meeting?.invited).toEqual(['E01', 'E02']);
      expect(await bench.changes('E02', position)).toEqual([
        { kind: 'seen', id: made.id, version: after.version },
      ]);
      expect(await read(made.id, 'E02')).toEqual(after);
    });

    it('may be repeated, and then changes nothing', async () => {
      const made = await brought('Messe', 'E01');
      const once = valueOf(await bench.erp.port.join(later, [joining(made, 'E02')], never));
      const twice = valueOf(await bench.erp.port.join(later, [joining(made, 'E02')], never));
      expect(twice).toEqual(once);
    });

    it("hands the record to the organiser, whoever's mailbox was faster", async () => {
      const made = await brought('Messe', 'E02', { ...claim, isOrganizer: false });
      expect(made.meeting?.isOrganizers).toBe(false);
      const entry = joining(made, 'E01', { meeting: claim, asOwner: true });
      const after = valueOf(await bench.erp.port.join(later, [entry], never));
      expect(after.record.ownerId).toBe('E01');
      expect(after.employees).toEqual(['E01', 'E02']);
      expect(after.meeting?.isOrganizers).toBe(true);
    });

    it('also where the organiser takes part already', async () => {
      const id = await bench.erp.person.create('E02', {
        ...meeting('Messe'),
        participants: [staff('E01'), staff('E03')],
      });
      const entry = joining(await read(id), 'E01', { meeting: claim, asOwner: true });
      const after = valueOf(await bench.erp.port.join(later, [entry], never));
      expect(after.employees).toEqual(['E01', 'E02', 'E03']);
      expect(after.record.ownerId).toBe('E01');
    });

    it('tells a record that was there which meeting it stands for', async () => {
      const id = await bench.erp.person.create('E01', meeting('Messe'));
      const before = await read(id);
      const after = valueOf(await bench.erp.port.join(lease, [joining(before, 'E01')], never));
      expect(after.meeting?.key).toBe('uid-1');
      expect(after.version).toBe(before.version);
    });

    it('does not take a meeting away from another record', async () => {
      await brought('Messe', 'E01');
      const id = await bench.erp.person.create('E01', meeting('Andere'));
      const answers = await bench.erp.port.join(later, [joining(await read(id), 'E02')], never);
      expect(failureOf(answers)).toBe('stale');
      expect((await read(id)).employees).toEqual(['E01']);
    });

    it('an outdated fence joins nothing', async () => {
      const made = await brought('Messe', 'E01');
      const outdated = { ...lease, fence: 6 };
      await expect(
        bench.erp.port.join(outdated, [joining(made, 'E02')], never),
      ).rejects.toMatchObject({ kind: 'stale' });
    });
  });

  describe('who came to a meeting by a write of ours', () => {
    it('was invited by Exchange; who was added in the ERP was not', async () => {
      const participants = [staff('E02')];
      const entry = { ...entryOf('Messe', { participants }), meeting: claim };
      const made = valueOf(await bench.erp.port.create(lease, [entry], never));
      await bench.erp.person.edit(made.id, { participants: [staff('E02'), staff('E03')] });
      expect((await read(made.id)).meeting?.invited).toEqual(['E01', 'E02']);
    });

    it('also by a later one', async () => {
      const made = await brought('Messe', 'E01');
      const change = changeOf(made, { participants: [staff('E03')] });
      const after = valueOf(await bench.erp.port.update(lease, [change], never));
      expect(after.employees).toEqual(['E01', 'E03']);
      expect((await read(made.id)).meeting?.invited).toEqual(['E01', 'E03']);
    });
  });
}
