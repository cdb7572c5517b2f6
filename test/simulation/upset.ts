import type { Random } from '../simulators/random.js';
import type { Firm } from './firm.js';

/** What befalls servers and settings. */
export function upset(firm: Firm, random: Random): void {
  const person = random.oneOf(firm.people);
  const mailbox = firm.mailbox(person);
  const { watermarks } = firm.store.pair(person.pairId);
  const what = random.oneOf(['cursors', 'log', 'replay', 'off', 'conflict'] as const);
  firm.note(`upset: ${what} of ${person.name}`);
  switch (what) {
    case 'cursors':
      mailbox.store.invalidateSyncStates();
      return;
    case 'log':
      firm.erp.forgetLog();
      return;
    case 'replay':
      // an older page comes once more
      firm.store.pair(person.pairId).watermarks = firm.oldWatermarks.get(person) ?? watermarks;
      return;
    case 'off':
      if (firm.off.has(person)) firm.off.delete(person);
      else firm.off.add(person);
      return;
    case 'conflict':
      firm.setup = { ...firm.setup, conflict: random.oneOf(['erp', 'exchange', 'newest']) };
      return;
  }
}
