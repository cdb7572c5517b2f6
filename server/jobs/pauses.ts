import { weekdayNumber, WEEKDAYS } from '../../mappings/occurrences.js';
import { addDays, dayNumberOf, millisecondsOf } from '../../mappings/values.js';
import type { Instant, PlainDate } from '../../mappings/values.js';
import { instantOfWall, localDateOf } from '../../mappings/wall-clock.js';
import type { Pause } from '../../sync/ports/pair.js';

/**
 * How long no cycle may begin, in milliseconds; 0 = it may now (feature B12). Times are those of the pause's wall clock:
 * one that the spring change leaves out is as much later as the gap is long, and of one that autumn shows twice it is the
 * first, so a pause may be an hour longer or shorter in these nights.
 */
export function pausedForMs(pauses: readonly Pause[], now: Instant): number {
  const ends = pauses.map((pause) => endOf(pause, now));
  return Math.max(0, ...ends.map((end) => end - millisecondsOf(now)));
}

/** When the pause that is under way ends, in milliseconds since 1970; 0 = none is. */
function endOf(pause: Pause, now: Instant): number {
  const today = localDateOf(now, pause.zone);
  // one that began yesterday may reach into today
  const ends = [addDays(today, -1), today]
    .filter((day) => pause.days.includes(WEEKDAYS[weekdayNumber(dayNumberOf(day))] ?? 'mon'))
    .map((day) => ({ start: at(day, pause.from, pause), end: endOn(day, pause) }))
    .filter(({ start, end }) => start <= millisecondsOf(now) && millisecondsOf(now) < end)
    .map(({ end }) => end);
  return Math.max(0, ...ends);
}

function endOn(day: PlainDate, pause: Pause): number {
  const isOvernight = pause.to <= pause.from;
  return at(isOvernight ? addDays(day, 1) : day, pause.to, pause);
}

function at(date: PlainDate, time: string, { zone }: Pause): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return millisecondsOf(instantOfWall({ date, seconds: hours * 3600 + minutes * 60 }, zone));
}
