import { clocksAgree } from '../../../mappings/wall-clock.js';
import { ianaZoneOf, windowsZones } from '../../../mappings/zones.js';
import type { Instant } from '../../../mappings/values.js';

/**
 * Another Windows zone on whose clock a series begins at the same time of day, and whose clock is the same in the years after:
 * W. Europe Standard Time → Central Europe Standard Time. null = there is none, or the zone is not known.
 */
export function twinZone(windows: string, start: Instant): string | null {
  const zone = ianaZoneOf(windows);
  if (zone === null) return null;
  const from = Number(start.slice(0, 4));
  const isTwin = (other: string): boolean => {
    const there = ianaZoneOf(other);
    return there !== null && there !== zone && clocksAgree(zone, there, { from, to: from + YEARS });
  };
  return windowsZones().find(isTwin) ?? null;
}

const YEARS = 10;
