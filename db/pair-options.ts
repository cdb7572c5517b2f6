import { z } from 'zod';
import { DEFAULT_OPTIONS } from '../sync/ports/pair.js';
import type { PairOptions } from '../sync/ports/pair.js';

const direction = z.enum(['both', 'toExchange', 'toErp', 'off']);
const limit = z.int().positive().nullable();

const CONTENT = z.strictObject({
  body: z.enum(['both', 'toExchange', 'never']),
  plainText: z.boolean(),
  reminders: z.enum(['asIs', 'never']),
});

const OPTIONS = z.strictObject({
  fields: z.record(z.string(), direction),
  enforce: z.boolean(),
  categories: z.strictObject({
    only: z.array(z.string()).nullable(),
    never: z.array(z.string()),
  }),
  window: z.strictObject({ daysBack: limit, monthsAhead: limit }),
  meetings: z.enum(['protected', 'full']),
  realMeetings: z.boolean(),
  sendMail: z.boolean(),
  bookRooms: z.boolean(),
  absences: z.boolean(),
  content: CONTENT,
});

/** What one of connection, employee and pair keeps under `sync` in its options: only what was chosen there. */
export const CHOICES = OPTIONS.extend({ content: CONTENT.partial() }).partial();

export type Choices = z.infer<typeof CHOICES>;

/**
 * The options of a pair: what was chosen for its connection, its employee and itself, in this order, the later one
 * counting. Throws a `ZodError` where a database holds what no version of ours wrote.
 */
export function pairOptions(chosen: readonly unknown[]): PairOptions {
  const layers = chosen.map((layer) => CHOICES.parse(layer ?? {}));
  const over = (so: object, layer: object): object => ({ ...so, ...layer });
  const content = layers.map((layer) => layer.content ?? {}).reduce(over, DEFAULT_OPTIONS.content);
  return OPTIONS.parse({ ...layers.reduce(over, DEFAULT_OPTIONS), content });
}
