import { APPOINTMENT } from '../../mappings/appointment/kind.js';
import { parseEmail, parseZone } from '../../mappings/values.js';
import { machineClock } from '../../server/clock.js';
import { openEws } from '../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../sync/exchange/ews/sign-in.js';
import type { Ews } from '../../sync/exchange/ews/adapter.js';
import { startChild } from '../demo/child.js';
import { CleanUp } from '../demo/clean-up.js';
import { personOf } from '../demo/people.js';
import { EXCHANGE } from '../demo/stage.js';
import { DEFAULT_CONTENT } from '../../mappings/kind.js';

/**
 * What reading costs this process, `npm run bench:reading [-- COUNT]`: 512 full appointments over HTTP, mapped, the first time in
 * a process that has just started and in the middle of seven rounds; then a mailbox of COUNT (100,000) from the
 * beginning, with the memory in use after each tenth of it.
 */
async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? '100000');
  const cleanUp = new CleanUp();
  try {
    const { mailbox } = personOf('E03');
    const child = await startChild('test/bench/exchange.js', {
      args: [`${mailbox}=${String(count)}`],
      env: process.env,
      log: (text) => void process.stderr.write(text),
    });
    cleanUp.add(async () => await child.stop());
    const { url, users } = EXCHANGE.parse(JSON.parse(child.firstLine));
    const service = users.find(({ role }) => role === 'service');
    const signIn = basicSignIn({ user: service?.address ?? '', password: service?.password ?? '' });
    const ews = openEws({ url, signIn, clock: machineClock });
    cleanUp.add(() => ews.close());
    await measure(ews.appointments, { address: parseEmail(mailbox) }, count);
  } finally {
    await cleanUp.run();
  }
}

type Port = Ews['appointments'];

async function measure(
  port: Port,
  mailbox: Parameters<Port['read']>[0],
  count: number,
): Promise<void> {
  const { signal } = new AbortController();
  const [folderId = ''] = await port.folders(mailbox, signal);
  const page = (cursor: string | null) => port.changesSince(mailbox, { folderId, cursor }, signal);
  const map = async (ids: readonly string[]): Promise<number> => {
    const answers = await port.read(mailbox, ids, signal);
    for (const answer of answers) {
      if (!answer.ok) throw answer.failure;
      APPOINTMENT.canonical(APPOINTMENT.fromExchange(answer.value.item, CONTEXT));
    }
    return answers.length;
  };
  const idsOf = (one: Awaited<ReturnType<typeof page>>): readonly string[] =>
    one.changes.flatMap((change) => (change.kind === 'seen' ? [change.ref.id] : []));

  let current = await page(null);
  const first = idsOf(current).slice(0, 512);
  const rounds: number[] = [];
  for (let round = 0; round < 8; round += 1) {
    const before = process.cpuUsage();
    const read = await map(first);
    const { user, system } = process.cpuUsage(before);
    rounds.push((user + system) / 1000 / read);
  }
  const [cold = 0, ...warm] = rounds;
  const middle = warm.sort((a, b) => a - b)[3] ?? 0;
  process.stdout.write(
    `512 items: ${cold.toFixed(3)} ms CPU per item cold, ${middle.toFixed(3)} in the middle of seven rounds\n`,
  );

  let read = 0;
  let told = 0;
  const before = process.cpuUsage();
  for (;;) {
    const ids = idsOf(current);
    for (let at = 0; at < ids.length; at += 200) read += await map(ids.slice(at, at + 200));
    if (read - told >= count / 10 || current.isLast) {
      told = read;
      globalThis.gc?.();
      const { heapUsed, rss } = process.memoryUsage();
      process.stdout.write(`${String(read)} read: ${mb(heapUsed)} MB used, ${mb(rss)} MB in all\n`);
    }
    if (current.isLast) break;
    current = await page(current.cursor);
  }
  const { user, system } = process.cpuUsage(before);
  process.stdout.write(
    `${JSON.stringify({ read, cpuMsPerItem: (user + system) / 1000 / read, cold, middle })}\n`,
  );
}

const CONTEXT = {
  zone: parseZone('Europe/Berlin'),
  language: 'de' as const,
  employeeId: 'E03',
  priorities: [],
  content: DEFAULT_CONTENT,
};

function mb(bytes: number): string {
  return (bytes / 1_048_576).toFixed(0);
}

await main();
