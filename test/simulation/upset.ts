import type { Random } from '../simulators/random.js';
import type { Firm } from './firm.js';
import type { Person } from './person.js';

/** What befalls servers and settings. */
export function upset(firm: Firm, random: Random): void {
  const person = random.oneOf(firm.people);
  const mailbox = firm.mailbox(person);
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
      replay(firm, person);
      return;
    case 'off':
      firm.befell('switchedOff');
      if (firm.off.has(person)) firm.off.delete(person);
      else firm.off.add(person);
      return;
    case 'conflict':
      firm.befell('settingsChanged');
      firm.setup = { ...firm.setup, conflict: random.oneOf(['erp', 'exchange', 'newest']) };
      return;
  }
}

/**
 * An older page comes once more. Our own database goes back only where cycles remembered what they did and died before they
 * moved their watermarks, and knows that of them: a feed of net changes says nothing of what was made and deleted since.
 */
function replay(firm: Firm, person: Person): void {
  const pair = firm.store.pair(person.pairId);
  const older = firm.oldProgress.get(person);
  if (older === undefined) return;
  firm.befell('olderPagesReplayed');
  pair.watermarks = older.watermarks;
  pair.owed = older.owed;
  pair.lastSettlement ??= 'of a cycle that died';
}
