import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
} from '../../../mappings/exchange-item.js';
import { instantOf, millisecondsOf, type Instant } from '../../../mappings/values.js';
import { writeChanges, writeRecurrenceChange } from './item-fields.js';
import type { Ask } from './requests.js';
import { active, look, orFailed, refuse, type SeriesWork } from './series-work.js';
import { twinZone } from './twin-zone.js';
import { updateItems } from './update-items.js';
import type { Xml } from './xml-writer.js';

/**
 * A deleted occurrence comes back only with the pattern (evidence A, rule 15), and what makes a server follow the pattern anew
 * is not known: one way after the other, until one does. Between the two requests of the last one the item is as it was to
 * the minute, or on the same days in a zone with the same clock, so that dying there looks like no edit.
 */
export async function bringBackDeleted(ask: Ask, works: readonly SeriesWork[]): Promise<void> {
  for (const rewrite of REWRITES) {
    const waiting = active(works).filter(({ plan }) => plan.bringBack.length > 0);
    if (waiting.length === 0) return;
    for (const changesFor of rewrite) {
      const going = active(waiting);
      await updateEach(
        ask,
        going,
        going.map(({ seen }) => (seen === null ? [] : changesFor(seen.item))),
      );
    }
    await look(ask, active(waiting));
  }
  for (const work of active(works)) {
    for (const start of work.plan.bringBack) refuse(work, start, 'DeletedOccurrenceStaysDeleted');
  }
}

/** What each request of one way writes. */
type Rewrite = readonly ((item: ExchangeAppointment) => readonly Xml[])[];

const REWRITES: readonly Rewrite[] = [
  [patternAgain],
  [(item) => [writeRecurrenceChange(null), ...patternAgain(item)]],
  [nearlyTheSame, patternAgain],
];

function patternAgain(item: ExchangeAppointment): readonly Xml[] {
  return writeChanges({ ...timesOf(item), recurrence: item.recurrence }, null);
}

/** All-day items know no seconds; that their midnights are those of another zone shows nowhere. */
function nearlyTheSame(item: ExchangeAppointment): readonly Xml[] {
  const { start, end, startTimeZone, recurrence } = item;
  const twin = startTimeZone === null ? null : twinZone(startTimeZone, start);
  if (item.isAllDay && twin !== null)
    return writeChanges({ fields: { start, end }, timeZone: twin, recurrence }, null);
  if (item.isAllDay) return patternAgain(item);
  const times = timesOf({ ...item, start: later(start), end: later(end) });
  return writeChanges({ ...times, recurrence }, null);
}

function later(instant: Instant): Instant {
  return instantOf(millisecondsOf(instant) + 1000);
}

/** Start and end only where their zone is known: without it they would be read in another one. */
function timesOf({ start, end, startTimeZone }: ExchangeAppointment): ExchangeAppointmentPatch {
  return startTimeZone === null
    ? { fields: {} }
    : { fields: { start, end }, timeZone: startTimeZone };
}

async function updateEach(
  ask: Ask,
  works: readonly SeriesWork[],
  changes: readonly (readonly Xml[])[],
): Promise<void> {
  const answers = await orFailed(
    works.length,
    updateItems(
      ask,
      works.map(({ ref }, at) => ({
        address: { kind: 'item', id: ref.id, changeKey: ref.version },
        changes: changes[at] ?? [],
      })),
    ),
  );
  works.forEach((work, at) => {
    const answer = answers[at];
    if (answer?.ok === true) work.ref = answer.value;
    else if (answer?.ok === false) work.failure ??= answer.failure;
  });
}
