import { describe, expect, it } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { parseEmail } from '../../mappings/values.js';
import type { ErpBench } from './erp-bench.js';
import { changeOf, entryOf, never, valueOf } from './erp-bench.js';
import { meeting, staff } from './erp-records.js';

type Participant = ErpAppointment['participants'][number];

/** Participants as a patch names them. */
export function erpParticipants(bench: ErpBench): void {
  const { lease, read } = bench;
  const guest = (address: string, reply: Participant['reply'] = 'none'): Participant => ({
    ...{ employeeId: null, email: parseEmail(address), name: 'Gerda Gast', reply },
  });
  const writtenTo = async (
    id: string,
    participants: readonly Participant[],
  ): Promise<readonly Participant[]> => {
    const change = changeOf(await read(id), { participants });
    return valueOf(await bench.erp.port.update(lease, [change], never)).record.participants;
  };

  describe('the participants of a patch', () => {
    it('come with a new record, staff by their ids and their mailboxes', async () => {
      const participants = [staff('E02'), guest('gast@kunde.example', 'accepted')];
      const entry = entryOf('Messe', { participants });
      const made = valueOf(await bench.erp.port.create(lease, [entry], never));
      expect(made.record.participants).toEqual(participants);
      expect(made.record.ownerEmail).toBe('anna.becker@muster-maschinenbau.example');
    });

    it('are the whole list, and one that did not change stays', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02'), guest('gast@kunde.example'), guest('x@kunde.example')],
      });
      const wanted = [staff('E03'), guest('gast@kunde.example')];
      expect(await writtenTo(id, wanted)).toEqual(wanted);
      const { version } = await read(id);
      expect(await writtenTo(id, wanted)).toEqual(wanted);
      expect((await read(id)).version).toBe(version);
      expect(await writtenTo(id, [])).toEqual([]);
    });

    it("a mailbox of one of ours is that employee, the owner's is nobody", async () => {
      const id = await bench.erp.person.create('E01', meeting('Messe'));
      const shown = await writtenTo(id, [
        guest('Bernd.Vogel@Muster-Maschinenbau.example', 'tentative'),
        guest('anna.becker@muster-maschinenbau.example'),
      ]);
      expect(shown).toMatchObject([
        { employeeId: 'E02', email: staff('E02').email, reply: 'tentative' },
      ]);
      expect((await read(id)).employees).toEqual(['E01', 'E02']);
    });

    it('take over a reply and nothing else of somebody who is there', async () => {
      const id = await bench.erp.person.create('E01', {
        ...meeting('Messe'),
        participants: [staff('E02'), guest('gast@kunde.example')],
      });
      const wanted = [
        { ...staff('E02'), reply: 'declined' as const },
        guest('gast@kunde.example', 'accepted'),
      ];
      expect(await writtenTo(id, wanted)).toEqual(wanted);
    });
  });
}
