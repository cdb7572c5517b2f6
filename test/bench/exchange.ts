import { realClock } from '../simulators/clock.js';
import { startFakeExchange } from '../simulators/ews-server.js';
import { Organisation } from '../simulators/mailbox/organisation.js';
import { fillMailbox } from '../simulators/sample-data.js';
import { DEMO_USERS } from '../simulators/sample-firm.js';

/**
 * The fake Exchange of the bench, in a process of its own: the demo firm's mailboxes, some of them full. Arguments are
 * `address=count`. It says where it is in its first line, and ends with its standard input.
 */
async function main(): Promise<void> {
  const organisation = new Organisation({ users: DEMO_USERS, clock: realClock, seed: 1 });
  for (const argument of process.argv.slice(2)) {
    const [address = '', count = ''] = argument.split('=');
    const mailbox = organisation.mailbox(address);
    fillMailbox(mailbox, { count: Number(count), seed: 1, now: organisation.nowMs() });
  }
  const { url, control, users } = await startFakeExchange({ organisation });
  process.stdout.write(`${JSON.stringify({ url, control, users, pid: process.pid })}\n`);
  process.stdin.once('end', () => process.exit()).resume();
}

await main();
