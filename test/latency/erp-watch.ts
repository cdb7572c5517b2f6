import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';

/** Notes when the ERP shows what. */
export interface ErpWatch {
  /** When each title was there for the first time, by `performance.now()`. */
  readonly seen: ReadonlyMap<string, number>;
  expect(title: string): void;
  /** How many are expected and not there yet. */
  readonly missing: number;
  stop(): Promise<void>;
}

/** What this adds to what it measures, at most. */
const LOOK_EVERY_MS = 15;

/** Looks again and again for the titles that are expected, as any other program would see them: committed. */
export function watchErp(client: Client): ErpWatch {
  const expected = new Set<string>();
  const seen = new Map<string, number>();
  let isStopped = false;
  const watch = async (): Promise<void> => {
    while (!isStopped) {
      const began = performance.now();
      if (expected.size > 0) {
        const { rows } = await client.query<{ title: string }>(
          'select title from erp.appointments where title = any($1)',
          [[...expected]],
        );
        for (const { title } of rows) {
          seen.set(title, performance.now());
          expected.delete(title);
        }
      }
      await pause(Math.max(1, LOOK_EVERY_MS - (performance.now() - began)));
    }
  };
  const watching = watch();
  return {
    seen,
    expect: (title) => void expected.add(title),
    get missing() {
      return expected.size;
    },
    async stop() {
      isStopped = true;
      await watching;
    },
  };
}
