import type {
  ExchangeAppointment,
  ExchangeExceptionTarget,
  ExchangeModifiedOccurrence,
  ExchangeOccurrenceFields,
} from '../../../mappings/exchange-item.js';
import { keysOf } from '../../../mappings/keys.js';
import { millisecondsOf, type Instant } from '../../../mappings/values.js';
import { regularTimes } from './occurrence-times.js';

/** One occurrence to work on. `itemId` null where it is still as the pattern has it, and must be found first. */
export interface OccurrenceToRemove {
  readonly originalStart: Instant;
  readonly itemId: string | null;
  /** Left out = nobody. */
  readonly tell?: 'everybody';
}

export interface OccurrenceToChange extends OccurrenceToRemove {
  /** Only what is not so yet; never empty. */
  readonly fields: Partial<ExchangeOccurrenceFields>;
}

/** What is missing between the exceptions a series has and those it shall have. */
export interface ExceptionPlan {
  readonly remove: readonly OccurrenceToRemove[];
  readonly change: readonly OccurrenceToChange[];
  /** Deleted occurrences that shall be there again: only a rewritten pattern brings them back (rule 15). */
  readonly bringBack: readonly Instant[];
}

/**
 * Compares the exceptions of a series as it was read with those it shall have:
 *
 *              shall be regular         changed              deleted
 *   regular    nothing                  change it            remove it
 *   changed    give it back its values  change what differs  remove it
 *   deleted    bring it back            bring it back        nothing
 *
 * What the pattern does not have is left as it is.
 * An exception whose fields could not be read is left alone unless it shall be deleted: what is not known is not overwritten. One
 * that its organiser called off counts as deleted. `tellOf`: the original starts of those whose attendees are told.
 */
export function planExceptions(
  master: ExchangeAppointment,
  targets: readonly ExchangeExceptionTarget[],
  tellOf: readonly Instant[] = [],
): ExceptionPlan {
  const changed = pairUp(master.modifiedOccurrences, ({ originalStart }) => originalStart, targets);
  const deleted = pairUp(master.deletedOccurrences, (start) => start, targets);
  const remove: OccurrenceToRemove[] = [];
  const change: OccurrenceToChange[] = [];
  for (const target of targets) {
    const has = changed.byTarget.get(target) ?? null;
    const { originalStart } = target;
    if (deleted.byTarget.has(target) || target.kind === 'offPattern') continue;
    if (target.kind === 'deleted') {
      if (has?.isCancelled !== true) remove.push({ originalStart, itemId: has?.itemId ?? null });
    } else change.push(...changesOf(master, originalStart, wantedOf(target, has), has));
  }
  for (const has of changed.unpaired) change.push(...changesOf(master, has.originalStart, {}, has));
  const wantedBack = targets.filter((t) => t.kind === 'changed' && deleted.byTarget.has(t));
  const bringBack = [...deleted.unpaired, ...wantedBack.map(({ originalStart }) => originalStart)];
  const telling = <T extends OccurrenceToRemove>(one: T): T =>
    tellOf.some((start) => gap(start, one.originalStart) <= HALF_A_DAY)
      ? { ...one, tell: 'everybody' }
      : one;
  return { remove: remove.map(telling), change: change.map(telling), bringBack };
}

/** Whether nothing is missing. */
export function isComplete({ remove, change, bringBack }: ExceptionPlan): boolean {
  return remove.length === 0 && change.length === 0 && bringBack.length === 0;
}

function changesOf(
  master: ExchangeAppointment,
  originalStart: Instant,
  own: Partial<ExchangeOccurrenceFields>,
  has: ExchangeModifiedOccurrence | null,
): readonly OccurrenceToChange[] {
  if (has !== null && has.fields === null) return [];
  const now = has?.fields ?? regularFields(master, originalStart);
  const fields = differences({ ...regularFields(master, originalStart), ...own }, now);
  if (keysOf(fields).length === 0) return [];
  return [{ originalStart, itemId: has?.itemId ?? null, fields }];
}

type ChangedTarget = Extract<ExchangeExceptionTarget, { kind: 'changed' }>;

/** What its owner alone knows is neither compared nor written while it is there. */
function wantedOf(
  { fields, own = {} }: ChangedTarget,
  has: ExchangeModifiedOccurrence | null,
): Partial<ExchangeOccurrenceFields> {
  const there = has?.fields ?? own;
  const kept = keysOf(own).map((name) => [name, there[name]] as const);
  return { ...Object.fromEntries(kept), ...fields };
}

/** What an occurrence shows that is as the pattern has it. */
function regularFields(
  master: ExchangeAppointment,
  originalStart: Instant,
): ExchangeOccurrenceFields {
  return { ...occurrenceFieldsOf(master), ...regularTimes(master, originalStart) };
}

/** The part of a master that its occurrences share. */
function occurrenceFieldsOf(master: ExchangeAppointment): ExchangeOccurrenceFields {
  const { subject, bodyText, location, start, end, isAllDay } = master;
  const { sensitivity, freeBusy, reminderIsSet, reminderMinutes, importance } = master;
  const times = { start, end, isAllDay };
  const reminder = { reminderIsSet, reminderMinutes };
  return { subject, bodyText, location, ...times, sensitivity, freeBusy, ...reminder, importance };
}

/** The fields of `wanted` that `now` shows otherwise; start and end always together (protocol fact 37). */
function differences(
  wanted: ExchangeOccurrenceFields,
  now: ExchangeOccurrenceFields,
): Partial<ExchangeOccurrenceFields> {
  const fields: Record<string, unknown> = {};
  for (const name of keysOf(wanted)) {
    if (comparable(name, wanted) !== comparable(name, now)) fields[name] = wanted[name];
  }
  const movesTime = ['start', 'end', 'isAllDay'].some((name) => name in fields);
  return { ...fields, ...(movesTime ? { start: wanted.start, end: wanted.end } : {}) };
}

/** Exchange cuts the subject, ends a text body with CR LF, and Outlook cuts seconds (evidence B 7): none of it is a difference. */
function comparable(
  name: keyof ExchangeOccurrenceFields,
  fields: ExchangeOccurrenceFields,
): string | number | boolean | null {
  switch (name) {
    case 'subject':
      return fields.subject.slice(0, 255).trimEnd();
    case 'location':
      return fields.location.trimEnd();
    case 'bodyText':
      return (fields.bodyText ?? '').replace(/[^\S\n]*\r?\n/g, '\n').trimEnd();
    case 'start':
    case 'end':
      return fields[name].slice(0, 16);
    default:
      return fields[name];
  }
}

interface Pairing<Has> {
  readonly byTarget: ReadonlyMap<ExchangeExceptionTarget, Has>;
  readonly unpaired: readonly Has[];
}

/**
 * Finds each target's exception: the exact start first, else the one within half a day. No series has two occurrences on one
 * day (evidence B 1e), and a server that keeps an exception across a change of the time of day may name its old start.
 */
function pairUp<Has>(
  has: readonly Has[],
  startOf: (one: Has) => Instant,
  targets: readonly ExchangeExceptionTarget[],
): Pairing<Has> {
  const byTarget = new Map<ExchangeExceptionTarget, Has>();
  const free = new Set(has);
  for (const limit of [0, HALF_A_DAY]) {
    for (const target of targets) {
      if (byTarget.has(target)) continue;
      const match = [...free].find((one) => gap(startOf(one), target.originalStart) <= limit);
      if (match === undefined) continue;
      byTarget.set(target, match);
      free.delete(match);
    }
  }
  return { byTarget, unpaired: [...free] };
}

const HALF_A_DAY = 12 * 3_600_000 - 1;

function gap(a: Instant, b: Instant): number {
  return a === b ? 0 : Math.abs(millisecondsOf(a) - millisecondsOf(b));
}
