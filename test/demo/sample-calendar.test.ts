import { RRuleTemporal } from 'rrule-temporal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErpAppointment } from '../../mappings/erp-record.js';
import { appointmentFromErp, appointmentToErp } from '../../mappings/appointment/erp.js';
import { appointmentToExchange } from '../../mappings/appointment/exchange.js';
import type { TranslationContext } from '../../mappings/kind.js';
import { addDays, parseEmail, parsePlainDate, parseZone } from '../../mappings/values.js';
import { appointmentsOfErp } from '../../sync/erp/adapter.js';
import { checkErp } from '../../sync/erp/check.js';
import type { ErpDatabase, ErpServer } from '../sync/erp/erp-database.js';
import { startErpServer } from '../sync/erp/erp-database.js';
import { realClock } from '../simulators/clock.js';
import { insertSampleAppointments, fillSampleErp } from './sample-erp.js';
import { sampleAppointments, sampleCalendar } from './sample-appointments.js';
import { EMPLOYEES, PRIORITIES } from './sample-firm.js';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';

const today = parsePlainDate('2026-03-02');
const calendar = sampleCalendar(1, today);

describe('the sample calendar', () => {
  it('is the same for the same seed and another one for another seed', () => {
    expect(sampleCalendar(1, today)).toEqual(calendar);
    expect(sampleCalendar(2, today)).not.toEqual(calendar);
  });

  it('has 600 appointments, every employee among the owners, 60 of them series', () => {
    expect(calendar).toHaveLength(600);
    expect(new Set(calendar.map(({ ownerId }) => ownerId)).size).toBe(12);
    expect(calendar.filter(({ rrule }) => rrule !== null)).toHaveLength(60);
  });

  it('has each of the six patterns with each of the three endings', () => {
    const kinds = calendar.flatMap(({ rrule }) => (rrule === null ? [] : [kindOf(rrule)]));
    expect(new Set(kinds).size).toBe(18);
  });

  it.each<[string, (one: ErpAppointment) => boolean]>([
    ['New York time', ({ timeZone }) => timeZone === 'America/New_York'],
    ['Tokyo time', ({ timeZone }) => timeZone === 'Asia/Tokyo'],
    ['privacy', ({ isPrivate }) => isPrivate],
    ['one whole day', ({ when }) => when.kind === 'allDay' && when.firstDay === when.lastDay],
    ['several whole days', ({ when }) => when.kind === 'allDay' && when.firstDay < when.lastDay],
    [
      'several employees',
      ({ participants }) => participants.some(({ employeeId }) => employeeId !== null),
    ],
    ['guests', ({ participants }) => participants.some(({ email }) => email !== null)],
    ['equipment', ({ equipment }) => equipment.length > 0],
    [
      'a company, a contact and a project',
      ({ company, contact, project }) => [company, contact, project].every((one) => one !== null),
    ],
    ['an urgent priority that is not the default', ({ priorityId }) => priorityId === 'P1'],
    ['a title as long as the ERP allows', ({ title }) => title.length > 240],
    ['a deleted occurrence', ({ exceptions }) => exceptions.some(({ deleted }) => deleted)],
    [
      'a moved occurrence',
      ({ exceptions }) => exceptions.some(({ fields }) => fields.when !== undefined),
    ],
    [
      'a first occurrence that is not as the rule has it',
      (one) => one.exceptions.some(({ originalDate }) => originalDate === firstDayOf(one)),
    ],
  ])('has some with %s', (_what, holds) => {
    expect(calendar.filter(holds).length).toBeGreaterThan(0);
  });

  it('begins each series on an occurrence of its rule, and excepts only occurrences of it', () => {
    for (const one of calendar.filter(({ rrule }) => rrule !== null)) {
      const days = daysByLibrary(one);
      expect(days[0], one.rrule ?? '').toBe(firstDayOf(one));
      const strangers = one.exceptions.filter(({ originalDate }) => !days.includes(originalDate));
      expect(strangers, one.rrule ?? '').toEqual([]);
    }
  });

  it.each(['Europe/Berlin', 'America/New_York'])(
    'can be put into a mailbox in %s without a loss, and back into the ERP without a change',
    (zone) => {
      const context: TranslationContext = {
        zone: parseZone(zone),
        language: 'de',
        employeeId: 'E01',
        priorities: PRIORITIES,
        content: DEFAULT_CONTENT,
      };
      const many = [...calendar, ...sampleAppointments(200, 'E01', { seed: 3, today })];
      for (const record of many) {
        const value = appointmentFromErp(record, context);
        expect(appointmentToErp(value, record, context).value).toBeNull();
        expect(appointmentToExchange(value, null, context).losses).toEqual([]);
      }
    },
  );

  it('lies within a year before and after today, but for series that go on', () => {
    const single = calendar.filter(({ rrule }) => rrule === null).map(firstDayOf);
    expect(single.every((day) => day >= addDays(today, -366) && day <= addDays(today, 366))).toBe(
      true,
    );
  });
});

describe('the sample ERP', () => {
  let server: ErpServer;
  let erp: ErpDatabase;
  beforeAll(async () => {
    server = await startErpServer();
    erp = await server.openEmpty();
    await fillSampleErp(erp.db, { seed: 1, today });
  });
  afterAll(async () => {
    await erp.close();
    await server.stop();
  });

  it('shows through the port exactly what was generated', async () => {
    const port = appointmentsOfErp(erp.db, { writeTimeoutMs: 20_000, claimant: null });
    const never = new AbortController().signal;
    const expected = new Map(calendar.map((one, at) => [`M${String(at + 1)}`, one]));
    for (const { id } of EMPLOYEES) {
      const { changes } = await port.changesSince(id, null, never);
      const ids = changes.map((change) => change.id);
      const answers = await port.read(id, ids, never);
      const records = answers.map((answer) => (answer.ok ? answer.value.record : answer.failure));
      expect(records).toEqual(ids.map((one) => inPortOrder(expected.get(one))));
    }
  });

  it('passes the check of the contract in every line', async () => {
    const clock = { now: () => new Date(realClock.nowMs()).toISOString() as never };
    const rows = await checkErp(erp.db, clock);
    expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('takes 10,000 more for the bench', async () => {
    const many = sampleAppointments(10_000, 'E01', { seed: 3, today });
    const ids = await insertSampleAppointments(erp.db, many, 'B');
    expect(ids).toHaveLength(10_000);
    const { rows } = await erp.db.raw<{ rows: readonly { readonly count: number }[] }>(
      `select count(*)::integer as count from erp.appointments where id like 'B%'`,
    );
    expect(rows[0]?.count).toBe(10_000);
  });
});

const EMAILS = new Map(EMPLOYEES.map(({ id, email }) => [id, parseEmail(email)]));

/** The port sorts participants and knows the addresses of the staff; the generator does not. */
function inPortOrder(one: ErpAppointment | undefined): ErpAppointment | undefined {
  if (one === undefined) return undefined;
  const name = ({ employeeId, email }: ErpAppointment['participants'][number]): string =>
    employeeId ?? email ?? '';
  const participants = one.participants.map((person) => ({
    ...person,
    email: EMAILS.get(person.employeeId ?? '') ?? person.email,
  }));
  const ownerEmail = EMAILS.get(one.ownerId);
  return {
    ...one,
    ...(ownerEmail === undefined ? {} : { ownerEmail }),
    participants: participants.sort((a, b) => (name(a) < name(b) ? -1 : 1)),
  };
}

function kindOf(rrule: string): string {
  const parts = rrule.split(';');
  const pattern = parts.filter((part) => !/^(INTERVAL|COUNT|UNTIL|WKST)=/.test(part)).map(nameOf);
  const ending = parts.find((part) => /^(COUNT|UNTIL)=/.test(part)) ?? 'never';
  return [
    ...pattern.filter((name) => !name.startsWith('BYSETPOS') || !rrule.includes('BYMONTHDAY')),
    nameOf(ending),
  ].join();
}

function nameOf(part: string): string {
  return part.startsWith('FREQ=') ? part : (part.split('=')[0] ?? '');
}

function firstDayOf({ when, timeZone }: ErpAppointment): string {
  if (when.kind === 'allDay') return when.firstDay;
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(
    new Date(when.startsAt),
  );
}

/** The first sixty days of a series, as the recurrence library has them. */
function daysByLibrary(one: ErpAppointment): readonly string[] {
  const start = `${firstDayOf(one).replaceAll('-', '')}T120000`;
  const rule = (one.rrule ?? '').replace(/UNTIL=(\d{8})/, 'UNTIL=$1T235959Z');
  const library = new RRuleTemporal({ rruleString: `DTSTART:${start}Z\nRRULE:${rule}` });
  return library.all((_, at) => at < 60).map((day) => day.toPlainDate().toString());
}
