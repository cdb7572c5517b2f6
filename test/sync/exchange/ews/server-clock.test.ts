import { expect, test } from 'vitest';
import { answer, itemMessage } from './scripted-server.js';
import { against, MAILBOX, never, xml } from './wire-bench.js';

const BODY = answer('GetItem', itemMessage('A'));

test('the Date of an answer tells how far the server’s clock is ahead, and nothing is asked for that', async () => {
  const later = new Date(Date.parse('2026-03-02T08:00:00Z') + 600_000).toUTCString();
  const { ews, server, clock } = await against([
    xml(BODY, { headers: { Date: later } }),
    xml(BODY, { headers: { Date: 'gestern' } }),
  ]);
  const expected = Date.parse(later) - Date.parse(clock.now());
  expect(ews.appointments.clockOffsetMs?.()).toBeNull();
  await ews.appointments.read(MAILBOX, ['A'], never());
  expect(ews.appointments.clockOffsetMs?.()).toBe(expected);
  await ews.appointments.read(MAILBOX, ['A'], never());
  expect(ews.appointments.clockOffsetMs?.()).toBe(expected);
  expect(server.received).toHaveLength(2);
});
