import crypto from 'node:crypto';
import type { PairWork, Shapes } from './pair-work.js';

/** What a fresh key of the port Chance is long. */
const FRESH = 22;
const TAIL = 16;

/**
 * A fresh key for a link whose record is known. Its end tells the record, and whose it is: where the links are lost, the
 * mark on the item still says what it belongs to, whatever became of its content. Made without our secret key, because that
 * may be lost as well; a birth is nobody's personal data.
 */
export function keyForRecord<S extends Shapes>(work: PairWork<S>, birth: string): string {
  return work.chance.key() + recordTail(work, birth);
}

export function recordTail<S extends Shapes>({ pair }: PairWork<S>, birth: string): string {
  const text = JSON.stringify([pair.employeeId, pair.kind, birth]);
  return crypto.createHash('sha256').update(text).digest('base64url').slice(0, TAIL);
}

/** null where the key was made before its record: then the ERP knows which one it became. */
export function tailOf(key: string): string | null {
  return key.length === FRESH + TAIL ? key.slice(FRESH) : null;
}
