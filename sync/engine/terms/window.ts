import { addDays, parsePlainDate } from '../../../mappings/values.js';
import type { Instant, PlainDate } from '../../../mappings/values.js';
import { localDateOf, midnightOf } from '../../../mappings/wall-clock.js';
import type { ItemThere, Observed, RecordThere } from '../sights.js';
import type { PairWork, Shapes } from '../pair-work.js';

/** Where something lies, seen from the days that are brought over (feature B12). */
export type Place =
  | { readonly kind: 'inside' }
  | { readonly kind: 'past' } // it does not take place any more
  /** It will be inside at that moment, if nobody changes it. */
  | { readonly kind: 'later'; readonly from: Instant };

/** Where a value lies now. A series is inside while it has an occurrence there (scenario 38). */
export function placeOf<S extends Shapes>(
  { kind, clock, pair, translation }: PairWork<S>,
  value: S['value'],
): Place {
  const { window: limits } = pair.policy.options;
  const { daysBack, monthsAhead } = limits;
  if (daysBack === null && monthsAhead === null) return { kind: 'inside' };
  const { zone } = translation;
  const today = localDateOf(clock.now(), zone);
  const from = daysBack === null ? null : addDays(today, -daysBack);
  const next = kind.nextDay(value, from, translation);
  if (next === null) return { kind: 'past' };
  if (monthsAhead === null || next <= monthsAfter(today, monthsAhead)) return { kind: 'inside' };
  return { kind: 'later', from: midnightOf(dayBefore(next, monthsAhead), zone) };
}

/** The same day so many months later; the last one of a month that is too short. */
function monthsAfter(date: PlainDate, months: number): PlainDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const length = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  const iso = new Date(first.getTime() + (Math.min(day, length) - 1) * 86_400_000).toISOString();
  return parsePlainDate(iso.slice(0, 10));
}

/** The first day whose window reaches that far. */
function dayBefore(date: PlainDate, months: number): PlainDate {
  let day = monthsAfter(date, -months);
  while (monthsAfter(day, months) < date) day = addDays(day, 1);
  return day;
}

/** Behind the window: what is linked stays linked there and is not touched any more, or every night would unlink a day. */
export function isPast<S extends Shapes>(work: PairWork<S>, value: S['value']): boolean {
  return work.pair.policy.options.window.daysBack !== null && placeOf(work, value).kind === 'past';
}

/** Both sides of a link behind the window, and no write of ours to it unfinished. */
export function liesBehind<S extends Shapes>(
  work: PairWork<S>,
  { unit }: Pick<Observed<S>, 'unit'>,
  { record, item }: { readonly record: RecordThere<S>; readonly item: ItemThere<S> },
): boolean {
  if (unit.open.length > 0) return false;
  return isPast(work, record.shown.value) && isPast(work, item.shown.value);
}
