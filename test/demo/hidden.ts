import type { CalendarEntry, Sighting } from './calendar-entry.js';
import type { ErpEntry } from './erp-calendar.js';
import { lookAtPerson } from './look.js';
import type { PersonLook } from './look.js';
import type { Thing } from './thing.js';

/** What the ERP calls what somebody has made private who keeps that out. */
export const WITHOUT_CONTENT = 'Privat';

/**
 * What both sides show of a person, but for what people wanted to be different: appointments that the person has made private
 * for good, and single days of a colleague's series that the person has thrown out of the own calendar.
 */
export function asPeopleWantIt(look: PersonLook, things: readonly Thing[]): PersonLook {
  const { mailbox } = look.person;
  const hidden = things.filter(({ hiddenIn }) => hiddenIn === mailbox);
  const missed = things.filter((thing) => thing.missed.has(mailbox));
  if (hidden.length + missed.length === 0) return look;
  const told = withoutHidden(look.erp, hidden);
  const erp = told.map((entry) => withoutMissed(entry, missed, look));
  return lookAtPerson(look.person, erp, look.exchange);
}

/** The ERP's own stay there; of those that came from the mailbox as many are there without content. */
function withoutHidden(erp: readonly ErpEntry[], hidden: readonly Thing[]): readonly ErpEntry[] {
  const own = hidden.filter(({ bornIn, hiddenIn }) => bornIn !== hiddenIn);
  const ids = new Set(own.map(({ recordId }) => recordId));
  let emptied = hidden.length - own.length;
  return erp.filter(({ id, subject }) => {
    if (ids.has(id)) return false;
    if (subject !== WITHOUT_CONTENT || emptied === 0) return true;
    emptied -= 1;
    return false;
  });
}

/** A day may begin on the one before or after in another zone. */
const NEARLY_A_DAY_MS = 26 * 3_600_000;

function withoutMissed(
  entry: ErpEntry,
  missed: readonly Thing[],
  { person, exchange }: PersonLook,
): ErpEntry {
  const thing = missed.find(({ recordId }) => recordId === entry.id);
  const days = [...(thing?.missed.get(person.mailbox) ?? [])];
  const item = exchange.find(({ uid }) => uid !== null && uid === thing?.uids.get(person.mailbox));
  if (item === undefined || days.length === 0) return entry;
  const isMissed = ({ start }: Sighting): boolean =>
    !showsOn(item, start) &&
    days.some((day) => Math.abs(Date.parse(`${day}T12:00Z`) - Date.parse(start)) < NEARLY_A_DAY_MS);
  return { ...entry, occurrences: entry.occurrences.filter((one) => !isMissed(one)) };
}

function showsOn({ occurrences }: CalendarEntry, start: string): boolean {
  return occurrences.some((one) => one.start === start);
}
