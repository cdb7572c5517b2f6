import { isDeepStrictEqual } from 'node:util';
import { ServiceError } from 'ews-javascript-api';
import type { World } from './world.js';

/** One thing that a client does with the fake Exchange; the sentence says what holds when it passes. */
export interface Step {
  readonly sentence: string;
  readonly run: (world: World) => Promise<void>;
}

/** Runs the steps in order and prints one JSON line for each; a failing one does not keep the others from being tried. */
export async function runSteps(steps: readonly Step[], world: World, only = ''): Promise<void> {
  for (const { sentence, run } of steps.filter((step) => step.sentence.includes(only))) {
    try {
      await run(world);
      tell({ step: sentence, ok: true });
    } catch (error) {
      tell({ step: sentence, ok: false, why: textOf(error) });
    }
  }
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return failureText(error).slice(0, 600);
  const line = /ews-javascript-api\/[a-z-]+\.js:\d+/.exec(error.stack ?? '')?.[0] ?? '';
  return `${error.name}: ${error.message} ${line}`.slice(0, 600);
}

/** Two values are the same; the text of both is in the failure. */
export function same(found: unknown, wanted: unknown): void {
  if (isDeepStrictEqual(found, wanted)) return;
  throw new Error(`found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

/** The call fails, and the failure's text or code fits. */
export async function fails(call: Promise<unknown>, as: RegExp): Promise<void> {
  const seen = await call.then(
    () => 'no failure',
    (error: unknown) => failureText(error),
  );
  if (!as.test(seen)) throw new Error(`found ${seen}, wanted ${String(as)}`);
}

/** What the client's error says, with the server's code and values: it keeps them in fields without readers. */
function failureText(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const { message, ErrorCode, responseCode, errorDetails } = error as Record<string, unknown>;
  const code = ServiceError[Number(responseCode ?? ErrorCode)] ?? '';
  return `${error.constructor.name} ${code} ${String(message)} ${JSON.stringify(errorDetails ?? {})}`;
}
