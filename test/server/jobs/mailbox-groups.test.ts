import { describe, expect, test } from 'vitest';
import { parseEmail } from '../../../mappings/values.js';
import { mailboxGroups } from '../../../server/jobs/mailbox-groups.js';
import type { MailboxServer } from '../../../sync/ports/discovery.js';
import { answered, ConnectorFailure, failed } from '../../../sync/ports/failure.js';
import { VirtualClock } from '../../simulators/clock.js';

const [ANNA, BERND] = [parseEmail('anna@firma.de'), parseEmail('bernd@firma.de')];

function named(group: string | null, url = 'https://mail.firma.de/EWS/Exchange.asmx') {
  return answered<MailboxServer>({ addresses: [url], group, movedTo: null });
}

describe('the groups that Autodiscover names', () => {
  test('are name and address together, and remembered for a day', async () => {
    const clock = new VirtualClock();
    const groups = mailboxGroups(clock);
    const asked: number[] = [];
    const ask = async (mailboxes: readonly unknown[]) => {
      asked.push(mailboxes.length);
      return mailboxes.map((_, at) => named('G', `https://mail${String(at)}.firma.de/`));
    };
    const first = await groups.of('1', [ANNA, BERND], ask);
    expect([first.get(ANNA), first.get(BERND)]).toEqual([
      'G https://mail0.firma.de/',
      'G https://mail1.firma.de/',
    ]);
    await groups.of('1', [ANNA, BERND], ask);
    clock.advance(25 * 3_600_000);
    await groups.of('1', [ANNA], ask);
    expect(asked).toEqual([2, 1]);
  });

  test('are none where the address was typed, nobody answers, or one mailbox is refused', async () => {
    const groups = mailboxGroups(new VirtualClock());
    const refused = failed<MailboxServer>(new ConnectorFailure('rejected', 'no such user'));
    expect((await groups.of('1', [ANNA], async () => null)).size).toBe(0);
    const away = async () => Promise.reject(new ConnectorFailure('unreachable', 'away'));
    expect((await groups.of('2', [ANNA], away)).size).toBe(0);
    const some = await groups.of('3', [ANNA, BERND], async () => [refused, named('G')]);
    expect([...some.keys()]).toEqual([BERND]);
  });

  test('are asked for again a quarter of an hour after nobody answered, and not before', async () => {
    const clock = new VirtualClock();
    const groups = mailboxGroups(clock);
    let asked = 0;
    const ask = async () => {
      asked += 1;
      return asked === 1 ? null : [named('G')];
    };
    await groups.of('1', [ANNA], ask);
    clock.advance(60_000);
    await groups.of('1', [ANNA], ask);
    clock.advance(15 * 60_000);
    expect((await groups.of('1', [ANNA], ask)).size).toBe(1);
    expect(asked).toBe(2);
  });
});
