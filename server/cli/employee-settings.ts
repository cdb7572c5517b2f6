import type { Instant } from '../../mappings/values.js';
import { usableSyncStart } from '../wire.js';
import type { PairChanges } from '../wire.js';
import { DAY, MOMENT, YES_NO } from './setting.js';
import { mustHaveValue } from './typed-settings.js';

/** Settings that only a pair has, by what is typed. '' = the usual value again. */
export function readPairSetting(key: string, text: string, now: Instant): PairChanges | null {
  const isUsual = text === '';
  switch (key) {
    case 'delete-in-exchange':
      return { deleteInExchange: isUsual || YES_NO.read(text, key) };
    case 'delete-in-erp':
      return { deleteInErp: isUsual || YES_NO.read(text, key) };
    case 'private':
      return { leavePrivateOut: isUsual || !YES_NO.read(text, key) };
    case 'sync-start':
      if (isUsual) throw mustHaveValue(key);
      return { syncStart: usableSyncStart(MOMENT.read(text, key), now) };
    case 'stock-from':
      return { stockFrom: isUsual || text === 'none' ? null : DAY.read(text, key) };
    default:
      return null;
  }
}

export const PAIR_KEYS = [
  'delete-in-exchange',
  'delete-in-erp',
  'private',
  'sync-start',
  'stock-from',
  'calendar',
];
