import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MailboxEpochs } from '../../sync/ports/epoch.js';
import type { Mailbox } from '../../sync/ports/exchange.js';

export interface MailboxEpochsUnderTest {
  readonly port: MailboxEpochs;
  readonly mailbox: Mailbox;
  /** Names and texts of the hidden messages in the calendar. */
  hidden(): readonly (readonly [string, string])[];
  /** How many items a person sees in the calendar. */
  items(): number;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** The promises of `MailboxEpochs`. */
export function describeMailboxEpochs(
  name: string,
  open: () => Promise<MailboxEpochsUnderTest>,
): void {
  describe(`tokens of mailboxes: ${name}`, () => {
    let it: MailboxEpochsUnderTest;
    beforeEach(async () => {
      it = await open();
    });
    afterEach(() => it.close());

    test('a mailbox without one shows none', async () => {
      expect(await it.port.read(it.mailbox, 'E01', never)).toBe('');
    });

    test('what was written last is read, also where it is written twice', async () => {
      for (const token of ['1.eins_-A', '2.zwei', '2.zwei']) {
        await it.port.write(it.mailbox, 'E01', token, never);
        expect(await it.port.read(it.mailbox, 'E01', never)).toBe(token);
      }
    });

    test('two employees in one mailbox keep their own, whatever the ERP calls them', async () => {
      await it.port.write(it.mailbox, 'Müller/7', '1.a', never);
      await it.port.write(it.mailbox, 'Müller/8', '1.b', never);
      expect(await it.port.read(it.mailbox, 'Müller/7', never)).toBe('1.a');
      expect(await it.port.read(it.mailbox, 'Müller/8', never)).toBe('1.b');
    });

    test('nobody sees it, and it is where it always was', async () => {
      await it.port.write(it.mailbox, 'E01', '1.a', never);
      expect(it.items()).toBe(0);
      // names and texts are in customers' mailboxes for ever
      expect(it.hidden()).toEqual([
        ['abgleichepoch.e7e7dd241b31082d', '<?xml version="1.0"?>\r\n<abgleich epoch="1.a"/>'],
      ]);
    });
  });
}
