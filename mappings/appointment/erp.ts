import type { ErpAppointment, ErpAppointmentPatch } from '../erp-record.js';
import type { TranslationContext } from '../kind.js';
import { firstDayOf, seriesText } from '../recurrence.js';
import type { Repeated } from '../recurrence.js';
import { readRule, writeRule } from '../rrule.js';
import { textLosses } from '../text.js';
import { Untranslatable } from '../translation.js';
import type { Loss, Translated } from '../translation.js';
import { sharedNameOf } from '../zones.js';
import { absenceFromErp } from './absence-from-erp.js';
import { aboutText } from './about.js';
import type { Appointment, Importance, When } from './appointment.js';
import { participantsToErp, peopleFromErp } from './attendees.js';
import { erpExceptions, exceptionsFromErp } from './erp-exceptions.js';
import { erpWhenOf, fieldsFromErp } from './erp-fields.js';
import { appointmentErpHolds, priorityFor } from './held.js';
import { exceptionLosses, moved } from './writing.js';

/**
 * Reads a record of the ERP. Throws `Untranslatable` where it cannot mean one appointment: an end before the begin,
 * a rule that Exchange has no pattern for.
 */
export function appointmentFromErp(
  record: ErpAppointment,
  context: TranslationContext,
): Appointment {
  if (record.absence !== undefined) return absenceFromErp(record.absence, context);
  const single: Appointment = {
    ...fieldsFromErp(record, record.timeZone, context),
    series: null,
    exceptions: [],
    ...peopleFromErp(record, context),
    about: aboutText(record, context),
  };
  if (record.rrule === null) return single;
  const master = { ...single, ...readRule(record.rrule, single.when) };
  return {
    ...master,
    exceptions: exceptionsFromErp(record.exceptions, master, record.timeZone, context),
  };
}

/** What to write so that the record shows the value; see `Kind.toErp`. A create has every field. */
export function appointmentToErp(
  value: Appointment,
  current: ErpAppointment | null,
  context: TranslationContext,
): Translated<ErpAppointmentPatch | null> {
  const there = appointmentErpHolds(value, context);
  const now = current === null ? null : appointmentFromErp(current, context);
  const isMoved = moved(there, now === null ? null : appointmentErpHolds(now, context));
  const rrule = ruleToWrite(there, current);
  const exceptions = erpExceptions({ there, value, current, now }, context);
  const participants = isMoved('attendees', 'replies')
    ? participantsToErp(there, current, context)
    : null;
  const patch: ErpAppointmentPatch = {
    ...(isMoved('subject') && { title: there.subject }),
    ...(isMoved('body') && { body: there.body }),
    ...(isMoved('location') && { location: there.location }),
    ...((isMoved('when') || (rrule !== undefined && beginsOffRule(there, current))) &&
      whenToErp(there.when, current, context)),
    ...(rrule !== undefined && { rrule }),
    ...(exceptions !== null && { exceptions }),
    ...(isMoved('isPrivate') && { isPrivate: there.isPrivate }),
    ...(isMoved('showAs') && { showAs: there.showAs }),
    ...(isMoved('reminder') && { reminderMinutes: there.reminder }),
    ...(isMoved('importance') && {
      priorityId: priorityFor(there.importance, context)?.id ?? null,
    }),
    ...(isMoved('isMeeting') && { isMeeting: there.isMeeting }),
    ...(participants !== null && { participants }),
  };
  if (Object.keys(patch).length === 0) return { value: null, losses: [] };
  const losses = [
    ...(isMoved('subject') ? textLosses('subject', value.subject, 'line') : []),
    ...(isMoved('body') ? textLosses('body', value.body, 'text') : []),
    ...(isMoved('location') ? textLosses('location', value.location, 'line') : []),
    ...(isMoved('importance') ? importanceLosses(value.importance, there.importance) : []),
    ...(exceptions === null ? [] : exceptionLosses(value, exceptions)),
  ];
  return { value: patch, losses };
}

function whenToErp(
  when: When,
  current: ErpAppointment | null,
  context: TranslationContext,
): Pick<ErpAppointmentPatch, 'when' | 'timeZone'> {
  const written = erpWhenOf(when, current?.when ?? null);
  if (current === null) {
    return { when: written, timeZone: when.kind === 'timed' ? when.zone : context.zone };
  }
  // Vienna stays Vienna when Exchange, which has one name for both, says Berlin
  const isSameZone =
    when.kind === 'allDay' || sharedNameOf(when.zone) === sharedNameOf(current.timeZone);
  return { when: written, ...(!isSameZone && { timeZone: when.zone }) };
}

/** A rule begins with its first match from the start on: another rule would find another one from a start beside it. */
function beginsOffRule({ when }: Appointment, current: ErpAppointment | null): boolean {
  if (current === null) return false;
  return JSON.stringify(erpWhenOf(when, current.when)) !== JSON.stringify(current.when);
}

/** undefined = the rule of the record stays as it is: it means this series already, in whatever spelling. */
function ruleToWrite(
  there: Appointment,
  current: ErpAppointment | null,
): string | null | undefined {
  const { when, series } = there;
  if (series === null) return current !== null && current.rrule === null ? undefined : null;
  if (current?.rrule != null && meansTheSame(current.rrule, { when, series })) return undefined;
  return writeRule(series);
}

/** Read with the new start, because a rule may leave to the start what it does not say. */
function meansTheSame(rule: string, wanted: Repeated): boolean {
  try {
    const read = readRule(rule, wanted.when);
    return (
      firstDayOf(read.when) === firstDayOf(wanted.when) && seriesText(read) === seriesText(wanted)
    );
  } catch (error) {
    if (error instanceof Untranslatable) return false;
    throw error;
  }
}

function importanceLosses(wanted: Importance, there: Importance): readonly Loss[] {
  if (wanted === there) return [];
  return [
    {
      field: 'importance',
      reason: 'valueUnknown',
      detail: `The ERP has no priority that stands for the importance "${wanted}".`,
    },
  ];
}
