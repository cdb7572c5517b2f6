import type { Sentence } from '../../../ports/failure.js';
import {
  NAME_EMPTY,
  NAME_SEPARATED,
  NAME_TOO_LONG,
  NAME_UNPRINTABLE,
} from './category-sentences.js';

/** Names are the same without regard to case and to blanks around them (evidence B 7c). */
export function sameNameKey(name: string): string {
  return name.trim().normalize('NFC').toLowerCase();
}

/** Why Outlook cannot hold a name; null where it can (evidence B 7c). */
export function nameFault(name: string): Sentence | null {
  const trimmed = name.trim();
  if (trimmed === '') return NAME_EMPTY;
  if (/[,;\uff0c\uff1b]/.test(trimmed)) return NAME_SEPARATED;
  if (trimmed.length > 255) return NAME_TOO_LONG;
  return /[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u.test(trimmed) ? NAME_UNPRINTABLE : null;
}
