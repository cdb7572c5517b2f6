import { setTimeout as pause } from 'node:timers/promises';
import { openClient } from '../demo/sql-client.js';
import { Random } from '../simulators/random.js';
import type { LatencyOptions } from './arguments.js';
import { watchErp, type ErpWatch } from './erp-watch.js';
import { figuresOf, type Figures } from './figures.js';
import { people } from './people.js';
import type { LatencyStage } from './stage.js';

export interface Measured extends Figures {
  readonly changes: number;
  readonly mailboxes: number;
  readonly rate: number;
  readonly restarts: number;
  /** Changes that never came to the ERP. */
  readonly lost: number;
  /** Titles that only one of both sides has at the end, or one more often than the other. */
  readonly differences: number;
  readonly mails: number;
}

/** A change that was made: from before it was sent. */
interface Made {
  readonly subject: string;
  readonly atMs: number;
}

const LAST_WITHIN_MS = 150_000;
const TRY_AGAIN_MS = 100;

/** Makes the changes at their rate and waits until the ERP shows each of them. */
export async function measure(stage: LatencyStage, options: LatencyOptions): Promise<Measured> {
  const client = await openClient(stage.erpUrl);
  const watch = watchErp(client);
  try {
    const made = await makeChanges(stage, options, watch);
    await waitForLast(watch);
    await watch.stop();
    const took = made.map(({ subject, atMs }) => (watch.seen.get(subject) ?? NaN) - atMs);
    const { rows } = await client.query<{ title: string }>('select title from erp.appointments');
    const titles = rows.map(({ title }) => title);
    const mails = (await (await fetch(`${stage.control}/mails`)).json()) as unknown[];
    return {
      changes: made.length,
      mailboxes: stage.mailboxes.length,
      rate: options.rate,
      restarts: options.restart ? 1 : 0,
      ...figuresOf(took.filter((ms) => !Number.isNaN(ms))),
      lost: watch.missing,
      differences: differencesOf(titles, await subjectsOf(stage)),
      mails: mails.length,
    };
  } finally {
    await watch.stop();
    await client.end();
  }
}

/** None waits for the one before it: a slow server must not slow down the people. */
async function makeChanges(
  stage: LatencyStage,
  { changes, rate, restart, seed }: LatencyOptions,
  watch: ErpWatch,
): Promise<readonly Made[]> {
  const random = new Random(seed);
  const hands = people(stage.control, { random, isArrived: (subject) => watch.seen.has(subject) });
  const list: Made[] = [];
  const one = async (): Promise<void> => {
    const mailbox = stage.mailboxes[random.between(0, stage.mailboxes.length - 1)] ?? '';
    for (;;) {
      const atMs = performance.now();
      const subject = await hands.change(mailbox);
      if (subject !== null) {
        list.push({ subject, atMs });
        return watch.expect(subject);
      }
      await pause(TRY_AGAIN_MS); // Exchange is away, and so the person waits
    }
  };
  const began = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < changes; index++) {
    await pause(Math.max(0, began + (index * 1000) / rate - performance.now()));
    running.push(one());
    if (restart && index === Math.floor(changes / 2)) running.push(stage.restartExchange());
  }
  await Promise.all(running);
  return list;
}

/** What the mailboxes hold, asked of the fake Exchange itself. */
async function subjectsOf({ control, mailboxes }: LatencyStage): Promise<readonly string[]> {
  const all = await Promise.all(
    mailboxes.map(async (mailbox) => {
      const response = await fetch(`${control}/items?mailbox=${encodeURIComponent(mailbox)}`);
      return (await response.json()) as { readonly Subject: string }[];
    }),
  );
  return all.flat().map(({ Subject }) => Subject);
}

function differencesOf(titles: readonly string[], subjects: readonly string[]): number {
  const balance = new Map<string, number>();
  for (const title of titles) balance.set(title, (balance.get(title) ?? 0) + 1);
  for (const subject of subjects) balance.set(subject, (balance.get(subject) ?? 0) - 1);
  return [...balance.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}

async function waitForLast(watch: ErpWatch): Promise<void> {
  const until = performance.now() + LAST_WITHIN_MS;
  while (watch.missing > 0 && performance.now() < until) await pause(50);
}
