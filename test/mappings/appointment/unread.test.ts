import { describe, expect, test } from 'vitest';
import { APPOINTMENT } from '../../../mappings/appointment/kind.js';
import type { ExchangeAppointment } from '../../../mappings/exchange-item.js';
import { CONTEXT, EMPTY_ITEM } from '../sides.js';

const DAILY: ExchangeAppointment = {
  ...EMPTY_ITEM,
  type: 'RecurringMaster',
  recurrence: {
    pattern: { kind: 'Daily', interval: 1 },
    range: { kind: 'NoEnd', startDate: '2026-01-01' },
  },
};

function losses(item: Partial<ExchangeAppointment>, leavePrivateOut = false): readonly string[] {
  const context = { ...CONTEXT, leavePrivateOut };
  const found = APPOINTMENT.unread?.({ ...EMPTY_ITEM, ...item }, context) ?? [];
  return found.map(({ field, reason }) => `${field} ${reason}`);
}

/** The series with one changed occurrence, and what that has of its own. */
function changed(
  fields: Partial<ExchangeAppointment>,
  hasAttachments?: boolean,
): ExchangeAppointment {
  const { start } = EMPTY_ITEM;
  const own = { itemId: 'o', originalStart: start, fields: { ...EMPTY_ITEM, ...fields } };
  const attached = hasAttachments === undefined ? {} : { hasAttachments };
  return { ...DAILY, modifiedOccurrences: [{ ...own, ...attached }] };
}

describe('what the ERP does not get of an item', () => {
  const nobody = { address: null, name: 'alle', role: 'Required', response: 'Unknown' } as const;
  test.each<[string, Partial<ExchangeAppointment>, readonly string[]]>([
    ['nothing, of a plain one', {}, []],
    ['nothing, where the server does not speak of attachments', { hasAttachments: false }, []],
    ['attachments', { hasAttachments: true }, ['attachments notSynced']],
    ['those of an occurrence', changed({}, true), ['attachments notSynced']],
    ['both said once', { ...changed({}, true), hasAttachments: true }, ['attachments notSynced']],
    ['a zone without a meaning here', { startTimeZone: 'Mars' }, ['when zoneUnknown']],
    ['nothing of no zone, since its instants are known', { startTimeZone: null }, []],
    ['no zone of a series', { ...DAILY, startTimeZone: null }, ['when zoneUnknown']],
    ['show-as without data', { freeBusy: 'NoData' }, ['showAs valueUnknown']],
    ['that of an occurrence', changed({ freeBusy: 'NoData' }), ['showAs valueUnknown']],
    ['attendees without address', { attendees: [nobody, nobody] }, ['attendees valueUnknown']],
  ])('is %s', (_, item, expected) => {
    expect(losses(item)).toEqual(expected);
  });

  test('is not told of what is private where that is left out', () => {
    const secret = { sensitivity: 'Confidential', hasAttachments: true } as const;
    expect([losses(secret), losses(secret, true)]).toEqual([['attachments notSynced'], []]);
    const inside = changed({ sensitivity: 'Private', freeBusy: 'NoData' }, true);
    expect(losses(inside)).toHaveLength(2);
    expect(losses(inside, true)).toEqual([]);
  });

  test('has a sentence without anything that the item says', () => {
    const item = { ...EMPTY_ITEM, startTimeZone: 'Geheim', hasAttachments: true };
    for (const { detail } of APPOINTMENT.unread?.(item, CONTEXT) ?? []) {
      expect(detail).toMatch(/^[A-Z].*\.$/);
      expect(detail).not.toContain('Geheim');
    }
  });
});

test('a series that moves may lose what is attached to its changed occurrences, and says so', () => {
  const item = changed({ subject: 'anders' }, true);
  const value = APPOINTMENT.fromExchange(item, CONTEXT);
  const { series } = value;
  if (series === null) throw new Error('no series');
  const lossesOf = (to: typeof value, from: ExchangeAppointment): readonly string[] =>
    APPOINTMENT.toExchange(to, from, CONTEXT).losses.map(({ field }) => field);
  const moved = {
    ...value,
    series: { ...series, ends: { kind: 'afterCount', count: 5 } as const },
  };
  expect(lossesOf(moved, item)).toEqual(['attachments']);
  expect(lossesOf({ ...value, location: 'Halle' }, item)).toEqual([]);
  expect(lossesOf(moved, changed({ subject: 'anders' }))).toEqual([]);
});
