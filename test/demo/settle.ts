import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { z } from 'zod';
import { openClient } from './sql-client.js';

/** What is watched to see whether anything still moves. */
export interface Watched {
  readonly ownUrl: string;
  readonly erpUrl: string;
  /** Of the fake Exchange. */
  readonly control: string;
  /** How many pairs there must be. */
  readonly pairs: number;
}

export interface Settled {
  readonly isQuiet: boolean;
  /** What was not quiet in the end; '' when everything was. */
  readonly unrest: string;
}

/** Cycles of every pair since the last change: one may have begun before it, the next two saw nothing new. */
const QUIET_CYCLES = 3;
const LOOK_EVERY_MS = 250;

/**
 * Waits until nothing changes any more: neither side, nor what the sync remembers, while every pair went on looking.
 * Gives up after `limitMs`, or when `isAlive` says that the server is gone.
 */
export async function waitUntilQuiet(
  watched: Watched,
  { limitMs, isAlive }: { readonly limitMs: number; readonly isAlive: () => boolean },
): Promise<Settled> {
  const own = await openClient(watched.ownUrl);
  const erp = await openClient(watched.erpUrl);
  try {
    const giveUpAt = Date.now() + limitMs;
    let before: Look | null = null;
    let since = new Map<string, number>();
    for (;;) {
      const look = await lookOnce({ own, erp }, watched);
      if (before?.changes !== look.changes) since = look.fences;
      const unrest = unrestOf(look, since, watched);
      if (unrest === '') return { isQuiet: true, unrest };
      if (!isAlive()) return { isQuiet: false, unrest: 'the server has ended' };
      if (Date.now() > giveUpAt) return { isQuiet: false, unrest };
      before = look;
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await Promise.all([own.end(), erp.end()]);
  }
}

interface Look {
  /** Differs when anything was written anywhere. */
  readonly changes: string;
  /** How many cycles each pair has begun. */
  readonly fences: Map<string, number>;
  readonly troubles: readonly string[];
  /** Writes that are promised and not confirmed, and records that are read and not finished. */
  readonly unfinished: number;
}

async function lookOnce(
  { own, erp }: { readonly own: pg.Client; readonly erp: pg.Client },
  { control }: Watched,
): Promise<Look> {
  const [ours, theirs, requests] = await Promise.all([
    own.query<{ journal: string; unfinished: number; leases: unknown }>(LOOK_AT_OURS),
    erp.query<{ log: string }>('select coalesce(max(seq), 0)::text as log from erp.change_log'),
    countWrites(control),
  ]);
  const { journal = '', unfinished = 0, leases = [] } = ours.rows[0] ?? {};
  const pairs = LEASES.parse(leases);
  return {
    changes: `${journal} ${theirs.rows[0]?.log ?? ''} ${requests}`,
    fences: new Map(pairs.map(({ pair_id, fence }) => [pair_id, fence])),
    troubles: pairs.flatMap(({ pair_id, trouble }) =>
      trouble === null ? [] : [`${pair_id}: ${JSON.stringify(trouble)}`],
    ),
    unfinished,
  };
}

const LOOK_AT_OURS = `
  select (select coalesce(max(id), 0)::text from abgleich.journal) as journal,
         (select count(*)::int from abgleich.intents) + (select count(*)::int from abgleich.owed) as unfinished,
         (select coalesce(json_agg(json_build_object('pair_id', pair_id, 'fence', fence, 'trouble', trouble)), '[]')
            from abgleich.leases) as leases`;

const LEASES = z.array(
  z.object({ pair_id: z.string(), fence: z.number(), trouble: z.unknown().default(null) }),
);

const READING = /^(Get|Find|Sync|Resolve|Convert|Subscribe)/;

async function countWrites(control: string): Promise<string> {
  const response = await fetch(`${control}/requests`);
  const { byOperation } = REQUESTS.parse(await response.json());
  return JSON.stringify(Object.entries(byOperation).filter(([name]) => !READING.test(name)));
}

const REQUESTS = z.object({ byOperation: z.record(z.string(), z.number()) });

function unrestOf(look: Look, since: ReadonlyMap<string, number>, { pairs }: Watched): string {
  if (look.fences.size < pairs) return `only ${look.fences.size} of ${pairs} pairs are there`;
  if (look.troubles.length > 0) return `cycles fail: ${look.troubles.join('; ')}`;
  if (look.unfinished > 0) return `${look.unfinished} writes or records are unfinished`;
  const busy = [...look.fences].filter(
    ([id, fence]) => fence < (since.get(id) ?? fence) + QUIET_CYCLES,
  );
  return busy.length === 0 ? '' : `${busy.length} pairs changed something or do not look any more`;
}
