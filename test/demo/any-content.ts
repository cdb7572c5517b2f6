import type { Random } from '../simulators/random.js';
import { dayAfter } from './calendar-entry.js';
import { anyBody, anyLocation } from './texts.js';
import type { Content, Times } from './thing.js';

/** What a new appointment begins with, beside what is given. */
export function anyContent(
  random: Random,
  {
    number,
    ...given
  }: Pick<Content, 'title' | 'times' | 'rhythm' | 'isPrivate'> & { readonly number: number },
): Content {
  return {
    ...given,
    body: anyBody(random, number),
    location: anyLocation(random),
    showAs: random.oneOf(SHOW_AS),
    reminder: random.oneOf(REMINDERS),
    importance: random.oneOf(IMPORTANCE),
  };
}

/** Not from the 29th on: a rhythm that begins there means different things to different calendars. */
export function anyDay(random: Random, today: string): string {
  const day = dayAfter(today, random.between(-60, 200));
  return Number(day.slice(8)) > 28 ? dayAfter(day, 5) : day;
}

/** Now and then whole days. */
export function anyTimes(random: Random, day: string): Times {
  if (random.chance(0.2)) return { kind: 'allDay', day, days: random.oneOf([1, 1, 2, 5]) };
  return workTimes(random, day);
}

/** An hour or so between morning and evening, so that a series never overlaps itself. */
export function workTimes(random: Random, day: string): Times {
  const hour = String(random.between(8, 16)).padStart(2, '0');
  const minute = String(15 * random.below(4)).padStart(2, '0');
  const minutes = random.oneOf([15, 30, 60, 90]);
  return { kind: 'timed', day, time: `${hour}:${minute}`, minutes, zone: random.oneOf(ZONES) };
}

export const SHOW_AS = ['free', 'tentative', 'busy', 'away', 'elsewhere'] as const;
export const REMINDERS = [null, 0, 15, 60, 1440] as const;
export const IMPORTANCE = ['low', 'normal', 'high'] as const;
export const ZONES = [
  'Europe/Berlin',
  'Europe/Berlin',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Tokyo',
] as const;
