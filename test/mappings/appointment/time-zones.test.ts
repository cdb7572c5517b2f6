import { DateTime } from 'luxon';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Appointment } from '../../../mappings/appointment/appointment.js';
import type { ErpAppointment } from '../../../mappings/erp-record.js';
import type { ExchangeAppointment } from '../../../mappings/exchange-item.js';
import { parseInstant, parsePlainDate, parseZone } from '../../../mappings/values.js';
import { occurrenceTimes, seriesClock } from '../../simulators/mailbox/calendar.js';
import { dayOfDate } from '../../simulators/mailbox/recurrence.js';
import { CONTEXT, EMPTY_RECORD, patchItem, patchRecord } from '../sides.js';

/**
 * The same set of instants on both sides, on clocks around the world and in processes around the world. The modules
 * are loaded anew for each zone of the process, so that nothing they remember hides a dependence on it.
 */

const PROCESS_ZONES = ['Europe/Berlin', 'America/New_York', 'Pacific/Kiritimati', 'Asia/Tokyo'];
const before = process.env['TZ'];

// prettier-ignore
const SERIES: readonly (readonly [what: string, zone: string, windows: string, start: string, end: string, rule: string])[] = [
  ['weekly at nine in Berlin',               'Europe/Berlin',       'W. Europe Standard Time',      '2026-01-05T09:00', '2026-01-05T10:00', 'FREQ=WEEKLY;COUNT=60'],
  ['daily, in the gap and in the hour that comes twice', 'Europe/Berlin', 'W. Europe Standard Time', '2026-03-20T02:30', '2026-03-20T02:45', 'FREQ=DAILY;COUNT=240'],
  ['daily over the change itself',           'Europe/Berlin',       'W. Europe Standard Time',      '2026-03-20T01:30', '2026-03-20T03:30', 'FREQ=DAILY;COUNT=240'],
  ['over midnight in New York',              'America/New_York',    'Eastern Standard Time',        '2026-03-01T23:30', '2026-03-02T01:30', 'FREQ=DAILY;UNTIL=20261130'],
  ['on the last Sunday of the month',        'Europe/London',       'GMT Standard Time',            '2026-01-25T01:30', '2026-01-25T01:30', 'FREQ=MONTHLY;BYDAY=-1SU;COUNT=24'],
  ['with half an hour of summer time',       'Australia/Lord_Howe', 'Lord Howe Standard Time',      '2026-04-01T01:45', '2026-04-01T02:15', 'FREQ=DAILY;COUNT=250'],
  ['at a midnight that is missing',          'America/Sao_Paulo',   'E. South America Standard Time', '2017-10-10T00:00', '2017-10-10T00:30', 'FREQ=DAILY;COUNT=200'],
  ['in a zone a day ahead',                  'Pacific/Kiritimati',  'Line Islands Standard Time',   '2026-01-01T00:15', '2026-01-01T01:00', 'FREQ=DAILY;COUNT=100'],
];

function instantIn(zone: string, local: string): string {
  return new Date(DateTime.fromISO(local, { zone }).toMillis()).toISOString().slice(0, 19) + 'Z';
}

function record(zone: string, start: string, end: string, rrule: string): ErpAppointment {
  return {
    ...EMPTY_RECORD,
    title: 'Serie',
    when: {
      kind: 'timed',
      startsAt: parseInstant(instantIn(zone, start)),
      endsAt: parseInstant(instantIn(zone, end)),
    },
    timeZone: parseZone(zone),
    rrule,
  };
}

/** What the simulated mailbox makes of an item: its own expansion, its own zones. */
function mailboxInstants(item: ExchangeAppointment, days: readonly string[]): readonly string[] {
  const clock = seriesClock({
    Start: Date.parse(item.start),
    End: Date.parse(item.end),
    StartTimeZone: item.startTimeZone ?? '',
  });
  const iso = (time: number): string => new Date(time).toISOString().slice(0, 19) + 'Z';
  return days.map((day) => {
    const { start, end } = occurrenceTimes(clock, dayOfDate(day));
    return `${iso(start)} ${iso(Math.max(start, end))}`;
  });
}

describe.each(PROCESS_ZONES)('in a process in %s', (processZone) => {
  beforeEach(() => {
    process.env['TZ'] = processZone;
    vi.resetModules();
  });

  afterAll(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });

  it('the process really is there', () => {
    const offset = DateTime.fromISO('2026-01-15T12:00:00Z', { zone: processZone }).offset;
    expect(new Date('2026-01-15T12:00:00Z').getTimezoneOffset()).toBe(-offset);
  });

  it.each(SERIES)('a series %s (%s)', async (_, zone, windows, start, end, rule) => {
    const { APPOINTMENT } = await import('../../../mappings/appointment/kind.js');
    const { occurrences } = await import('../../../mappings/recurrence.js');
    const instantsOf = ({ when, series }: Appointment): readonly string[] =>
      series === null
        ? []
        : occurrences(when, series, { from: null, limit: 1000 }).map((found) =>
            found.when.kind === 'timed' ? `${found.when.start} ${found.when.end}` : '',
          );

    const inErp = APPOINTMENT.fromErp(record(zone, start, end, rule), CONTEXT);
    const item = patchItem(null, APPOINTMENT.toExchange(inErp, null, CONTEXT).value);
    const inExchange = APPOINTMENT.fromExchange(item, CONTEXT);
    const back = patchRecord(null, APPOINTMENT.toErp(inExchange, null, CONTEXT).value);

    expect(item.startTimeZone).toBe(windows);
    const expected = instantsOf(inErp);
    expect(expected.length).toBeGreaterThan(20);
    expect(instantsOf(inExchange)).toEqual(expected);
    expect(instantsOf(APPOINTMENT.fromErp(back, CONTEXT))).toEqual(expected);
    if (inErp.series === null) return;
    const days = occurrences(inErp.when, inErp.series, { from: null, limit: 1000 });
    expect(
      mailboxInstants(
        item,
        days.map(({ date }) => date),
      ),
    ).toEqual(expected);
  });

  // prettier-ignore
  it.each([
    ['Europe/Berlin',      '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z'], // 23 hours
    ['America/New_York',   '2026-03-29T04:00:00Z', '2026-03-30T04:00:00Z'],
    ['Pacific/Kiritimati', '2026-03-28T10:00:00Z', '2026-03-29T10:00:00Z'],
    ['Pacific/Honolulu',   '2026-03-29T10:00:00Z', '2026-03-30T10:00:00Z'],
  ])('a day is the same day for a mailbox in %s', async (zone, start, end) => {
    const { APPOINTMENT } = await import('../../../mappings/appointment/kind.js');
    const context = { ...CONTEXT, zone: parseZone(zone) };
    const day = parsePlainDate('2026-03-29');
    const whole = { ...EMPTY_RECORD, when: { kind: 'allDay', firstDay: day, lastDay: day } as const };
    const value = APPOINTMENT.fromErp(whole, context);
    const item = patchItem(null, APPOINTMENT.toExchange(value, null, context).value);
    expect([item.isAllDay, item.start, item.end]).toEqual([true, start, end]);
    // the ERP's own zone and the mailbox's play no part when it is read back
    const elsewhere = { ...CONTEXT, zone: parseZone('Asia/Tokyo') };
    expect(APPOINTMENT.fromExchange(item, elsewhere).when).toEqual(whole.when);
  });
});
