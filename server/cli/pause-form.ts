import { WEEKDAYS } from '../../mappings/occurrences.js';
import type { IanaZone } from '../../mappings/values.js';
import type { Pause } from '../../sync/ports/pair.js';
import { notUsable } from './setting.js';
import type { ValueForm } from './setting.js';

/** Pauses as they are typed: `22:00-23:30`, or on some days only `mon,fri 22:00-02:00`; several with a semicolon between. */
export function pausesIn(zone: IanaZone): ValueForm<readonly Pause[]> {
  return {
    value: '[DAYS ]HH:MM-HH:MM[;…]|none',
    read: (text, key) =>
      text === 'none' ? [] : text.split(';').map((part) => readPause(part.trim(), key, zone)),
    show: showPauses,
  };
}

export function showPauses(pauses: readonly Pause[]): string {
  return pauses.length === 0 ? 'none' : pauses.map(showPause).join('; ');
}

function showPause({ from, to, days, zone }: Pause): string {
  const on = days.length === WEEKDAYS.length ? '' : `${days.join(',')} `;
  return `${on}${from}-${to} (${zone})`;
}

const PAUSE = /^(?:(\S+)\s+)?((?:[01]\d|2[0-3]):[0-5]\d)\s*-\s*((?:[01]\d|2[0-3]):[0-5]\d)$/;

function readPause(text: string, key: string, zone: IanaZone): Pause {
  const [, on, from, to] = PAUSE.exec(text) ?? [];
  const named = on === undefined ? WEEKDAYS : on.toLowerCase().split(',');
  const days = WEEKDAYS.filter((day) => named.includes(day));
  if (from === undefined || to === undefined || days.length !== named.length) {
    throw notUsable(key, text, {
      de: `eine Pause wie 22:00-23:30 oder mon,fri 22:00-02:00 (Tage: ${WEEKDAYS.join(',')})`,
      en: `a pause like 22:00-23:30 or mon,fri 22:00-02:00 (days: ${WEEKDAYS.join(',')})`,
    });
  }
  return { from, to, days, zone };
}
