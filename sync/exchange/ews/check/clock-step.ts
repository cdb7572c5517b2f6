import type { Sentence } from '../../../ports/failure.js';
import { passed, skipped, warned, type StepFinding } from './steps.js';

/** Compares the server's clock, by the date of its answers, with this machine's. */
export function clockFinding(aheadMs: number | null): StepFinding {
  if (aheadMs === null) {
    return skipped({
      de: 'der Server sagt nicht, wie spät es bei ihm ist',
      en: 'the server does not say what time it is there',
    });
  }
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  if (seconds <= MAX_SECONDS) {
    return passed({ de: `${seconds} s Unterschied`, en: `${seconds} s apart` });
  }
  return warned([
    {
      kind: 'rejected',
      code: 'ClockSkew',
      cause: apart(seconds, aheadMs > 0),
      remedy: {
        de: 'Die Uhren beider Rechner nach derselben Zeitquelle stellen (Windows: w32tm /resync). Die Konfliktregel „newest“ vergleicht Zeiten beider Seiten, und Zertifikate und Token gelten nur bei richtiger Uhr.',
        en: 'Set the clocks of both machines by the same source (Windows: w32tm /resync). The conflict rule "newest" compares times of both sides, and certificates and tokens are valid only by a right clock.',
      },
    },
  ]);
}

/** Within two minutes `newest` leaves the decision to the ERP (rule 16): below this, nobody notices. */
const MAX_SECONDS = 60;

function apart(seconds: number, isAhead: boolean): Sentence {
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor(seconds / 60) % 60,
    seconds % 60,
  ];
  const span = [`${hours} h`, `${minutes} min`, `${rest} s`].slice(hours > 0 ? 0 : 1).join(' ');
  return {
    de: `Die Uhr des Exchange-Servers geht gegenüber dieser um ${span} ${isAhead ? 'vor' : 'nach'}`,
    en: `The clock of the Exchange server is ${span} ${isAhead ? 'ahead of' : 'behind'} this one`,
  };
}
