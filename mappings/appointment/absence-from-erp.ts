import type { ErpAbsence } from '../erp-record.js';
import type { TranslationContext } from '../kind.js';
import { instantOfWall } from '../wall-clock.js';
import type { Appointment, When } from './appointment.js';
import { checkedWhen } from './occurrence-fields.js';

/** What an absence looks like in a mailbox: why somebody is away is nobody's business there (feature C7). */
export function absenceFromErp(absence: ErpAbsence, context: TranslationContext): Appointment {
  return {
    subject: NEUTRAL[context.language],
    body: '',
    location: '',
    when: checkedWhen(whenOf(absence, context)),
    series: null,
    exceptions: [],
    isPrivate: false,
    showAs: 'away',
    reminder: null,
    importance: 'normal',
    isMeeting: false,
    attendees: [],
    replies: [],
    sentAt: '',
    about: '',
  };
}

const NEUTRAL = { de: 'Abwesend', en: 'Out of office' } as const;

/** Of several days the halves are not told: which of them is half is not known. */
function whenOf({ firstDay, lastDay, halfDay }: ErpAbsence, { zone }: TranslationContext): When {
  if (halfDay === 'none' || firstDay !== lastDay) return { kind: 'allDay', firstDay, lastDay };
  const [from, to] = HALVES[halfDay];
  const at = (hour: number) => instantOfWall({ date: firstDay, seconds: hour * 3600 }, zone);
  return { kind: 'timed', start: at(from), end: at(to), zone };
}

const HALVES = { morning: [8, 12], afternoon: [12, 17] } as const;
