import { describe, expect, test } from 'vitest';
import { parseEmail } from '../../../mappings/values.js';
import { mailboxGroups } from '../../../server/jobs/mailbox-groups.js';
import type { AskServers, Groups } from '../../../server/jobs/mailbox-groups.js';
import type { MailboxServer } from '../../../sync/ports/discovery.js';
import { answered, ConnectorFailure, failed } from '../../../sync/ports/failure.js';
import { VirtualClock } from '../../simulators/clock.js';
import { nextTurn } from '../turn.js';

const [ANNA, BERND] = [parseEmail('anna@firma.de'), parseEmail('bernd@firma.de')];

function named(group: string | null, url = 'https://mail.firma.de/EWS/Exchange.asmx') {
  return answered<MailboxServer>({ addresses: [url], group, movedTo: null });
}

function asking() {
  const clock = new VirtualClock();
  const groups = mailboxGroups(clock);
  /** What is known when the listener looks again. */
  const soon = async (mailboxes: readonly (typeof ANNA)[], ask: AskServers): Promise<Groups> => {
    groups.of('1', mailboxes, ask);
    await nextTurn();
    return groups.of('1', mailboxes, ask);
  };
  return { clock, groups, soon };
}

describe('the groups that Autodiscover names', () => {
  test('are name and address together, and remembered for a day', async () => {
    const { clock, soon } = asking();
    const asked: number[] = [];
    const ask: AskServers = async (mailboxes) => {
      asked.push(mailboxes.length);
      return mailboxes.map((_, at) => named('G', `https://mail${String(at)}.firma.de/`));
    };
    const first = await soon([ANNA, BERND], ask);
    expect([first.get(ANNA), first.get(BERND)]).toEqual([
      'G https://mail0.firma.de/',
      'G https://mail1.firma.de/',
    ]);
    clock.advance(25 * 3_600_000);
    await soon([ANNA], ask);
    expect(asked).toEqual([2, 1]);
  });

  test('are none where the address was typed, nobody answers, or one mailbox is refused', async () => {
    const refused = failed<MailboxServer>(new ConnectorFailure('rejected', 'no such user'));
    expect((await asking().soon([ANNA], async () => null)).size).toBe(0);
    const away: AskServers = async () => {
      throw new ConnectorFailure('unreachable', 'away');
    };
    expect((await asking().soon([ANNA], away)).size).toBe(0);
    const some = await asking().soon([ANNA, BERND], async () => [refused, named('G')]);
    expect([...some.keys()]).toEqual([BERND]);
  });

  test('keep nobody waiting while Autodiscover does not answer, and are asked for once', async () => {
    const { groups } = asking();
    let asked = 0;
    const never: AskServers = () => {
      asked += 1;
      return new Promise(() => undefined);
    };
    expect(groups.of('1', [ANNA], never).size).toBe(0);
    expect(groups.of('1', [ANNA, BERND], never).size).toBe(0);
    expect(asked).toBe(1);
    await nextTurn();
  });

  test('are asked for again a quarter of an hour after nobody answered, and not before', async () => {
    const { clock, soon } = asking();
    let asked = 0;
    const ask: AskServers = async () => {
      asked += 1;
      return asked === 1 ? null : [named('G')];
    };
    await soon([ANNA], ask);
    clock.advance(60_000);
    await soon([ANNA], ask);
    expect(asked).toBe(1);
    clock.advance(15 * 60_000);
    expect((await soon([ANNA], ask)).size).toBe(1);
  });

  test('stay as they were while Autodiscover is away: nobody changes the stream for that', async () => {
    const { clock, soon } = asking();
    await soon([ANNA], async () => [named('G')]);
    clock.advance(25 * 3_600_000);
    expect((await soon([ANNA], async () => null)).size).toBe(1);
  });
});
