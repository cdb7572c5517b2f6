import { seriesText } from '../recurrence.js';
import { comparedLine } from '../text.js';
import type { Appointment, When } from './appointment.js';
import { whenText } from './canonical.js';

/**
 * What two appointments share that were entered twice, by a person or by another tool, and are one: subject, time and
 * repetition; with the place, where several share those. The zone in which a single appointment was entered does not
 * count: tools that ask for UTC write it in UTC. An appointment without a subject is like any other one at that time, and
 * is told by nothing.
 */
export function appointmentSameness(value: Appointment): readonly string[] {
  const subject = comparedLine(value.subject).toLowerCase();
  if (subject === '') return [];
  const { when, series } = value;
  const takesPlace =
    series === null ? momentText(when) : `${whenText(when)} ${seriesText({ when, series })}`;
  const what = JSON.stringify([subject, takesPlace]);
  return [JSON.stringify([what, comparedLine(value.location).toLowerCase()]), what];
}

/** Times count to the minute, as they do everywhere. */
function momentText(when: When): string {
  if (when.kind === 'allDay') return `${when.firstDay} ${when.lastDay}`;
  return `${when.start.slice(0, 16)} ${when.end.slice(0, 16)}`;
}
