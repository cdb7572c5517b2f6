import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseZone } from '../mappings/values.js';
import { DEFAULT_OPTIONS } from '../sync/ports/pair.js';
import type { PairOptions } from '../sync/ports/pair.js';

const direction = z.enum(['both', 'toExchange', 'toErp', 'off']);
const limit = z.int().positive().nullable();
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

const FIELDS = z.record(z.string(), direction);

const CATEGORIES = z.strictObject({
  only: z.array(z.string()).nullable(),
  never: z.array(z.string()),
});

const WINDOW = z.strictObject({ daysBack: limit, monthsAhead: limit });

const CONTENT = z.strictObject({
  body: z.enum(['both', 'toExchange', 'never']),
  plainText: z.boolean(),
  reminders: z.enum(['asIs', 'never']),
});

const PAUSE = z.strictObject({
  from: timeOfDay,
  to: timeOfDay,
  days: z.array(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'])).min(1),
  zone: z.string().transform(parseZone),
});

const OPTIONS = z.strictObject({
  fields: FIELDS,
  enforce: z.boolean(),
  categories: CATEGORIES,
  window: WINDOW,
  calendar: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
  pauses: z.array(PAUSE),
  meetings: z.enum(['protected', 'full']),
  realMeetings: z.boolean(),
  sendMail: z.boolean(),
  bookRooms: z.boolean(),
  absences: z.boolean(),
  content: CONTENT,
});

/** What one of connection, employee and pair keeps under `sync` in its options: only what was chosen there. */
export const CHOICES = OPTIONS.extend({
  categories: CATEGORIES.partial(),
  window: WINDOW.partial(),
  content: CONTENT.partial(),
}).partial();

export type Choices = z.infer<typeof CHOICES>;

/** Those options that are chosen part by part, as `window.daysBack` is. */
const IN_PARTS = ['fields', 'categories', 'window', 'content'] as const;

/**
 * The options of a pair: what was chosen for its connection, its employee and itself, in this order, the later one
 * counting, option by option and part by part. Throws a `ZodError` where a database holds what no version of ours wrote.
 */
export function pairOptions(chosen: readonly unknown[]): PairOptions {
  const layers: Choices[] = chosen.map((layer) => CHOICES.parse(layer ?? {}));
  const over = (so: object, layer: object): object => ({ ...so, ...layer });
  const parts = IN_PARTS.map((name) => {
    const ofLayers: object[] = layers.map((layer) => layer[name] ?? {});
    return [name, ofLayers.reduce(over, DEFAULT_OPTIONS[name])] as const;
  });
  const whole = layers.reduce<object>(over, DEFAULT_OPTIONS);
  return OPTIONS.parse({ ...whole, ...Object.fromEntries(parts) });
}

/** An option, or one part of it as `window.daysBack`, and what is chosen; undefined = as the wider level has it. */
export type ChoiceChanges = Readonly<Record<string, unknown>>;

/** The options of a row with some choices changed; what is not named, and what is not ours, stays. */
export function withChoices(options: object, changes: ChoiceChanges): object {
  const before: unknown = Reflect.get(options, 'sync');
  const sync = new Map<string, unknown>(Object.entries(before ?? {}));
  for (const [path, value] of Object.entries(changes)) {
    const [name = path, ...rest] = path.split('.');
    const part = rest.join('.');
    if (part === '') setOrDelete(sync, name, value);
    else setOrDelete(sync, name, withPart(sync.get(name), part, value));
  }
  const chosen = Object.fromEntries(sync);
  CHOICES.parse(chosen);
  const others = Object.entries(options).filter(([name]) => name !== 'sync');
  const after = { ...Object.fromEntries(others), ...(sync.size === 0 ? {} : { sync: chosen }) };
  // the order of its keys is the database's, and an audit compares texts
  return isDeepStrictEqual(after, options) ? options : after;
}

/** undefined where nothing is left of it. */
function withPart(whole: unknown, part: string, value: unknown): object | undefined {
  const parts = new Map<string, unknown>(Object.entries(whole ?? {}));
  setOrDelete(parts, part, value);
  return parts.size === 0 ? undefined : Object.fromEntries(parts);
}

function setOrDelete(map: Map<string, unknown>, name: string, value: unknown): void {
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}

/** What decides which things are brought over: after a change of these both sides are read from the beginning. */
const SCOPE = ['categories', 'window', 'absences', 'calendar'];

export function changesScope(changes: ChoiceChanges): boolean {
  return Object.keys(changes).some((path) => SCOPE.includes(path.split('.')[0] ?? ''));
}
