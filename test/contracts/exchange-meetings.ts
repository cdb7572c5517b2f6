import { describe, expect, test } from 'vitest';
import type { ExchangeAppointmentPatch, ExchangeInvitee } from '../../mappings/exchange-item.js';
import { parseEmail } from '../../mappings/values.js';
import type { ItemRef, Telling } from '../../sync/ports/exchange.js';
import { benchStarter, never, parse, SERIES, valueOf, ZONE } from './exchange-bench.js';
import type { Bench, ExchangeUnderTest } from './exchange-bench.js';

/** What the port promises about attendees, and about who is told. */
export function describeMeetingPromises(
  name: string,
  open: () => Promise<ExchangeUnderTest>,
): void {
  describe(`${name} keeps the promises about meetings`, () => {
    const start = benchStarter(open);

    test('makes a meeting with its lists, and tells nobody', async () => {
      const bench = await start();
      const ref = await create(bench, [customer, colleague, room]);
      const { item } = await bench.readOne(ref.id);
      expect(item.isMeeting && item.isOrganizer).toBe(true);
      expect(
        item.attendees.map(({ address, role, response }) => [address, role, response]),
      ).toEqual([
        [customer.address, 'Required', 'Unknown'],
        [colleague.address, 'Optional', 'Unknown'],
        [room.address, 'Resource', 'Unknown'],
      ]);
      expect(bench.exchange.mailed()).toEqual([]);
    });

    test('tells everybody of a new meeting where it says so', async () => {
      const bench = await start();
      await create(bench, [customer, room], 'everybody');
      expect(bench.exchange.mailed()).toEqual([customer.address, room.address]);
    });

    test('puts somebody onto the list beside those who are there, and tells nobody', async () => {
      const bench = await start();
      const ref = await create(bench, [customer]);
      await update(bench, ref, { fields: {}, invitees: [colleague] });
      const { item } = await bench.readOne(ref.id);
      expect(item.attendees.map(({ address }) => address)).toEqual([
        customer.address,
        colleague.address,
      ]);
      expect(bench.exchange.mailed()).toEqual([]);
    });

    test('takes somebody off a list, also the last one, and tells nobody', async () => {
      const bench = await start();
      const ref = await create(bench, [customer, { ...colleague, role: 'Required' }, room]);
      const fewer = { role: 'Required' as const, attendees: [customer] };
      const empty = { role: 'Resource' as const, attendees: [] };
      await update(bench, ref, { fields: {}, shorterLists: [fewer, empty] });
      const { item } = await bench.readOne(ref.id);
      expect(item.attendees.map(({ address }) => address)).toEqual([customer.address]);
      expect(bench.exchange.mailed()).toEqual([]);
    });

    test('tells somebody new, and nobody else', async () => {
      const bench = await start();
      const ref = await create(bench, [customer]);
      const patch = { fields: {}, invitees: [colleague] };
      await update(bench, ref, patch, { only: [colleague.address] });
      expect(bench.exchange.mailed()).toEqual([colleague.address]);
    });

    test('tells everybody of another time where it says so, and keeps the list', async () => {
      const bench = await start();
      const ref = await create(bench, [customer, room], 'everybody');
      await update(bench, ref, LATER, 'everybody');
      expect(bench.exchange.mailed().slice(2)).toEqual([customer.address, room.address]);
      expect((await bench.readOne(ref.id)).item.attendees.length).toBe(2);
    });

    test('tells of each entry of a batch what that entry says', async () => {
      const bench = await start();
      const [loud, quiet] = [await create(bench, [customer]), await create(bench, [room])];
      const { port, mailbox } = bench.exchange;
      const entries = [
        { ref: quiet, patch: LATER, mark: null },
        { ref: loud, patch: LATER, mark: null, tell: 'everybody' as const },
      ];
      const answers = await port.update(mailbox, entries, never());
      expect(answers.map((answer) => valueOf(answer).id)).toEqual([quiet.id, loud.id]);
      expect(bench.exchange.mailed()).toEqual([customer.address]);
    });

    test('writes nothing on an outdated version, and tells nobody of it', async () => {
      const bench = await start();
      const ref = await create(bench, [customer]);
      await update(bench, ref, { fields: { subject: 'anders' } });
      const entry = { ref, patch: LATER, mark: null, tell: 'everybody' as const };
      const [answer] = await bench.exchange.port.update(bench.exchange.mailbox, [entry], never());
      expect(answer?.ok === false && answer.failure.kind).toBe('stale');
      expect(bench.exchange.mailed()).toEqual([]);
    });

    test('calls a meeting off where it says so, else it goes in silence', async () => {
      const bench = await start();
      const [loud, quiet] = [await create(bench, [customer]), await create(bench, [room])];
      const { port, mailbox } = bench.exchange;
      const entries = [
        { ref: quiet, mark: bench.mark(2) },
        { ref: loud, mark: bench.mark(1), tell: 'everybody' as const },
      ];
      const answers = await port.remove(mailbox, entries, never());
      expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
      expect(bench.exchange.mailed()).toEqual([customer.address]);
    });

    test('tells of the occurrences it names, and of no other', async () => {
      const bench = await start();
      const ref = await create(bench, [customer, room], undefined, WEEKLY);
      const patch = { fields: {}, exceptions: [GONE, MOVED, RENAMED] };
      const entry = { ref, patch, mark: null, tellOf: [GONE.originalStart, MOVED.originalStart] };
      const { port, mailbox } = bench.exchange;
      const after = valueOf((await port.update(mailbox, [entry], never()))[0]);
      const people = [customer.address, room.address];
      expect(bench.exchange.mailed()).toEqual([...people, ...people]);
      const { item, ref: now } = await bench.readOne(ref.id);
      expect([item.deletedOccurrences.length, item.modifiedOccurrences.length]).toEqual([1, 2]);
      expect(now).toEqual(after);
      // as it is already, it tells nobody, whatever is said
      await port.update(mailbox, [{ ...entry, ref: after }], never());
      expect(bench.exchange.mails()).toBe(2);
    });

    test('tells of one that goes back to where its series has it', async () => {
      const bench = await start();
      const ref = await create(bench, [customer], undefined, WEEKLY);
      const moved = await update(bench, ref, { fields: {}, exceptions: [MOVED] });
      const { port, mailbox } = bench.exchange;
      const entry = { ref: moved, patch: { fields: {}, exceptions: [] }, mark: null };
      await port.update(mailbox, [{ ...entry, tellOf: [MOVED.originalStart] }], never());
      expect(bench.exchange.mailed()).toEqual([customer.address]);
    });

    test('tells nobody of an occurrence in the same batch that may not be told of', async () => {
      const bench = await start();
      const [loud, quiet] = [
        await create(bench, [customer], undefined, WEEKLY),
        await create(bench, [room], undefined, WEEKLY),
      ];
      const { port, mailbox } = bench.exchange;
      const patch = { fields: { location: 'Halle 7' }, exceptions: [GONE, MOVED] };
      const entries = [
        { ref: quiet, patch, mark: null },
        { ref: loud, patch, mark: null, tellOf: [GONE.originalStart, MOVED.originalStart] },
      ];
      const answers = await port.update(mailbox, entries, never());
      expect(answers.map((answer) => valueOf(answer).id)).toEqual([quiet.id, loud.id]);
      expect(bench.exchange.mailed()).toEqual([customer.address, customer.address]);
      for (const { id } of [loud, quiet]) {
        const { item } = await bench.readOne(id);
        expect([item.deletedOccurrences.length, item.modifiedOccurrences.length]).toEqual([1, 1]);
      }
    });

    test('tells nobody of the occurrences of a series that was edited since', async () => {
      const bench = await start();
      const ref = await create(bench, [customer], undefined, WEEKLY);
      await update(bench, ref, { fields: { subject: 'anders' } });
      const patch = { fields: {}, exceptions: [GONE, MOVED] };
      const entry = { ref, patch, mark: null, tellOf: [GONE.originalStart, MOVED.originalStart] };
      const [answer] = await bench.exchange.port.update(bench.exchange.mailbox, [entry], never());
      expect(answer?.ok === false && answer.failure.kind).toBe('stale');
      expect(bench.exchange.mailed()).toEqual([]);
    });

    test('shows who takes part in a changed occurrence', async () => {
      const bench = await start();
      const ref = await create(bench, [customer, room], undefined, WEEKLY);
      await update(bench, ref, { fields: {}, exceptions: [MOVED] });
      const [own] = (await bench.readOne(ref.id)).item.modifiedOccurrences;
      expect(own?.attendees?.map(({ address, role }) => [address, role])).toEqual([
        [customer.address, 'Required'],
        [room.address, 'Resource'],
      ]);
      expect(own?.isCancelled).toBeUndefined();
    });

    test('shows of one occurrence that lies there alone which one it is', async () => {
      const bench = await start();
      const originalStart = parse('2026-03-09T08:00:00Z');
      const id = bench.exchange.person.beAskedToOccurrence('SERIES-1', originalStart);
      const { item } = await bench.readOne(id);
      expect([item.uid, item.recurrenceId, item.isOrganizer]).toEqual([
        'SERIES-1',
        originalStart,
        false,
      ]);
      const plain = await bench.create({ subject: 'Wartung' });
      expect((await bench.readOne(plain.id)).item.recurrenceId).toBeNull();
    });

    test('shows of a plain appointment that nobody takes part', async () => {
      const bench = await start();
      const ref = await bench.create({ subject: 'Wartung' });
      const { item } = await bench.readOne(ref.id);
      expect([item.isMeeting, item.isOrganizer, item.attendees.length]).toEqual([false, true, 0]);
      expect([item.isCancelled, item.organizerSentAt]).toEqual([false, null]);
    });
  });
}

const customer = invitee('einkauf@kunde.example', 'Required');
const colleague = invitee('olga@muster-maschinenbau.example', 'Optional');
const room = invitee('raum1@muster-maschinenbau.example', 'Resource');

function invitee(address: string, role: ExchangeInvitee['role']): ExchangeInvitee {
  return { address: parseEmail(address), name: `Jürgen <${role}>`, role };
}

const LATER: ExchangeAppointmentPatch = {
  fields: { start: parse('2026-03-02T10:00:00Z'), end: parse('2026-03-02T11:00:00Z') },
  timeZone: ZONE,
};

const WEEKLY: ExchangeAppointmentPatch['recurrence'] = {
  pattern: { kind: 'Weekly', interval: 1, daysOfWeek: ['Monday'], firstDayOfWeek: 'Monday' },
  range: { kind: 'NoEnd', startDate: '2026-03-02' },
};

const GONE = { originalStart: parse('2026-03-09T08:00:00Z'), kind: 'deleted' } as const;
const MOVED = {
  originalStart: parse('2026-03-16T08:00:00Z'),
  kind: 'changed',
  fields: { start: parse('2026-03-17T10:00:00Z'), end: parse('2026-03-17T11:00:00Z') },
} as const;
const RENAMED = {
  originalStart: parse('2026-03-23T08:00:00Z'),
  kind: 'changed',
  fields: { subject: 'anders' },
} as const;

let made = 0;

async function create(
  bench: Bench,
  invitees: readonly ExchangeInvitee[],
  tell?: 'everybody',
  recurrence: ExchangeAppointmentPatch['recurrence'] = null,
): Promise<ItemRef> {
  const { port, mailbox } = bench.exchange;
  const [folderId = ''] = await port.folders(mailbox, never());
  const { subject, start, end } = SERIES;
  const fields = { subject, start, end, reminderIsSet: false };
  const patch = { fields, timeZone: ZONE, invitees, ...(recurrence !== null && { recurrence }) };
  made += 1;
  const entry = { folderId, mark: bench.mark(made), patch, ...(tell !== undefined && { tell }) };
  return valueOf((await port.create(mailbox, [entry], never()))[0]);
}

async function update(
  bench: Bench,
  ref: ItemRef,
  patch: ExchangeAppointmentPatch,
  tell?: Telling,
): Promise<ItemRef> {
  const { port, mailbox } = bench.exchange;
  const entry = { ref, patch, mark: null, ...(tell !== undefined && { tell }) };
  return valueOf((await port.update(mailbox, [entry], never()))[0]);
}
