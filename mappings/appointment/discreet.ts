import type { TranslationContext } from '../kind.js';
import type { Appointment, OccurrenceFields } from './appointment.js';
import { withoutUntold } from './occurrence-content.js';

/** What an appointment is called of which nothing but the time may be known. */
const PRIVATE = { de: 'Privat', en: 'Private' } as const;

/** What tells what an appointment is about. */
export const CONTENT = ['subject', 'body', 'location'] as const;

/** What else an occurrence has of its own beside its time. */
const STATE = ['showAs', 'reminder', 'importance'] as const;

/** What nobody is told of an occurrence that is private by itself. */
export const UNTOLD_OF_PRIVATE = [...CONTENT, ...STATE] as const;

/** Only its time is left, and when its occurrences take place; what the ERP itself tells of it is the ERP's (feature C16). */
export function appointmentWithoutContent(
  value: Appointment,
  context: Pick<TranslationContext, 'language'>,
): Appointment {
  return {
    ...value,
    ...nothingOf(context),
    isMeeting: false,
    attendees: [],
    replies: [],
    exceptions: value.exceptions
      .map((exception) => {
        if (exception.change.kind === 'deleted') return exception;
        const fields = withoutUntold(exception.change.fields, CONTENT);
        return { ...exception, change: { kind: 'changed' as const, fields } };
      })
      .filter(({ change }) => change.kind === 'deleted' || Object.keys(change.fields).length > 0),
  };
}

/**
 * An occurrence that is private by itself, where private things are left out: the series goes on without telling what it is
 * about on that day.
 */
export function discreetOccurrence(
  fields: Partial<OccurrenceFields>,
  series: Pick<OccurrenceFields, 'isPrivate'>,
  context: Pick<TranslationContext, 'language' | 'leavePrivateOut'>,
): Partial<OccurrenceFields> {
  return !series.isPrivate && isDiscreet(fields, context)
    ? { ...withoutUntold(fields, STATE), ...nothingOf(context) }
    : fields;
}

/** Whether what both sides show of an occurrence is only that it takes place. */
export function isDiscreet(
  { isPrivate }: Pick<Partial<OccurrenceFields>, 'isPrivate'>,
  { leavePrivateOut }: Pick<TranslationContext, 'leavePrivateOut'>,
): boolean {
  return leavePrivateOut === true && isPrivate === true;
}

function nothingOf({
  language,
}: Pick<TranslationContext, 'language'>): Pick<Appointment, 'subject' | 'location' | 'body'> {
  return { subject: PRIVATE[language], location: '', body: '' };
}
