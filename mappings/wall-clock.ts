import { IANAZone } from 'luxon';
import { dateOfDayNumber, dayNumberOf, instantOf, millisecondsOf } from './values.js';
import type { IanaZone, Instant, PlainDate } from './values.js';

/**
 * The only place where a time of the wall becomes a point in time and back. Nothing here depends on the time
 * zone of the process.
 */

/** A time on some zone's wall clock: the day, and the seconds since its midnight. */
export interface WallTime {
  readonly date: PlainDate;
  readonly seconds: number;
}

/** What a clock on the wall of the zone shows at an instant. */
export function wallTimeOf(instant: Instant, zone: IanaZone): WallTime {
  const wall = wallOf(millisecondsOf(instant), zone);
  const day = Math.floor(wall / DAY);
  return { date: dateOfDayNumber(day), seconds: Math.floor((wall - day * DAY) / 1000) };
}

/** The day of the calendar in the zone at an instant. */
export function localDateOf(instant: Instant, zone: IanaZone): PlainDate {
  return dateOfDayNumber(Math.floor(wallOf(millisecondsOf(instant), zone) / DAY));
}

/**
 * The instant at which the zone's wall clock shows a time. A time that the spring change leaves out is taken as
 * much later as the gap is long; of a time that autumn shows twice, it is the first.
 */
export function instantOfWall({ date, seconds }: WallTime, zone: IanaZone): Instant {
  return instantOf(unwall(dayNumberOf(date) * DAY + seconds * 1000, zone));
}

/** The first instant of a day in the zone; where the change of the clocks leaves midnight out, the first that exists. */
export function midnightOf(date: PlainDate, zone: IanaZone): Instant {
  return instantOfWall({ date, seconds: 0 }, zone);
}

/** Milliseconds of an instant → milliseconds since 1970 as the wall clock counts them. */
export function wallOf(milliseconds: number, zone: IanaZone): number {
  return milliseconds + offsetAt(milliseconds, zone);
}

/** The inverse of `wallOf`, with the rule of `instantOfWall` for gaps and times that come twice. */
export function unwall(wall: number, zone: IanaZone): number {
  const before = offsetAt(wall - DAY, zone);
  const after = offsetAt(wall + DAY, zone);
  if (before === after) return wall - before;
  const first = wall - Math.max(before, after);
  if (wallOf(first, zone) === wall) return first;
  const second = wall - Math.min(before, after);
  return wallOf(second, zone) === wall ? second : wall - before;
}

/** Whether the wall clocks of two zones show the same on every day of some years, the last one included. */
export function clocksAgree(
  one: IanaZone,
  other: IanaZone,
  years: { readonly from: number; readonly to: number },
): boolean {
  if (one === other) return true;
  for (let year = years.from; year <= years.to; year++)
    if (!agreeInYear(one, other, year)) return false;
  return true;
}

const DAY = 86_400_000;

function agreeInYear(one: IanaZone, other: IanaZone, year: number): boolean {
  const name = `${one} ${other} ${year}`;
  let agree = agreements.get(name);
  if (agree === undefined) {
    agree = true;
    const end = Date.UTC(year + 1, 0, 1);
    for (let at = Date.UTC(year, 0, 1); at < end && agree; at += DAY) {
      agree = offsetAt(at, one) === offsetAt(at, other);
    }
    agreements.set(name, agree);
  }
  return agree;
}

const agreements = new Map<string, boolean>();

/** What a zone's clock was ahead of UTC, in milliseconds, at an instant in milliseconds. */
function offsetAt(milliseconds: number, zone: IanaZone): number {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new ZoneClock(zone);
    clocks.set(zone, clock);
  }
  return clock.offsetAt(milliseconds);
}

const clocks = new Map<IanaZone, ZoneClock>();

/** No zone has changed its clock twice within six days since 1940 (counted in the 2024 zone data). */
const SPAN = 6 * DAY;

/** 650 years of one zone: more can only be hostile input. */
const MOST_SPANS = 40_000;

/** Remembers the offsets of a zone at the edges of six-day spans, and where inside a span the clock changes. */
class ZoneClock {
  private readonly zone: IANAZone;
  private readonly edges = new Map<number, number>();
  private readonly changes = new Map<number, number>();

  constructor(name: IanaZone) {
    this.zone = IANAZone.create(name);
  }

  offsetAt(milliseconds: number): number {
    const span = Math.floor(milliseconds / SPAN);
    const before = this.edge(span);
    const after = this.edge(span + 1);
    if (before === after) return before;
    return milliseconds < this.changeIn(span, before) ? before : after;
  }

  private edge(span: number): number {
    const known = this.edges.get(span);
    if (known !== undefined) return known;
    if (this.edges.size > MOST_SPANS) this.edges.clear();
    const offset = this.ask(span * SPAN);
    this.edges.set(span, offset);
    return offset;
  }

  /** The first second of the new offset, by halving. */
  private changeIn(span: number, before: number): number {
    const known = this.changes.get(span);
    if (known !== undefined) return known;
    let low = (span * SPAN) / 1000;
    let high = ((span + 1) * SPAN) / 1000;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.ask(middle * 1000) === before) low = middle;
      else high = middle;
    }
    this.changes.set(span, high * 1000);
    return high * 1000;
  }

  private ask(milliseconds: number): number {
    return Math.round(this.zone.offset(milliseconds) * 60_000);
  }
}
