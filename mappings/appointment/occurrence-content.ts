import type { ExchangeAppointment, ExchangeOccurrenceFields } from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import type { OccurrenceFields } from './appointment.js';

/**
 * What the choice of contents does to changed occurrences. Of an appointment and of a series as a whole the engine decides
 * which way a field travels; the fields of an occurrence travel in one piece, so what may not is taken out of it here.
 */

/** `reading`: from either side. Otherwise: on the way into it. */
type Where = 'reading' | 'erp' | 'exchange';

/** The fields of an occurrence that do not travel there (features C10, C12). */
export function untoldFields(
  where: Where,
  { content: { body, reminders } }: Pick<TranslationContext, 'content'>,
): readonly (keyof OccurrenceFields)[] {
  const isBodyUntold = body === 'never' || (where === 'erp' && body === 'toExchange');
  const isReminderUntold = where === 'exchange' && reminders === 'never';
  return [...(isBodyUntold ? BODY : []), ...(isReminderUntold ? REMINDER : [])];
}

/** An occurrence without those fields: they are as the series has them. */
export function withoutUntold(
  fields: Partial<OccurrenceFields>,
  untold: readonly (keyof OccurrenceFields)[],
): Partial<OccurrenceFields> {
  if (untold.length === 0) return fields;
  const told = { ...fields };
  for (const field of untold) Reflect.deleteProperty(told, field);
  return told;
}

/** What an occurrence of the mailbox has of its own in them: a write of exceptions leaves it as it is. */
export function keptInExchange(
  own: ExchangeOccurrenceFields,
  series: ExchangeAppointment,
  context: Pick<TranslationContext, 'content'>,
): Partial<ExchangeOccurrenceFields> {
  const untold = untoldFields('exchange', context);
  const { bodyText, reminderIsSet, reminderMinutes } = own;
  const isOwnReminder =
    reminderIsSet !== series.reminderIsSet || reminderMinutes !== series.reminderMinutes;
  return {
    ...(untold.includes('body') && bodyText !== series.bodyText && { bodyText }),
    ...(untold.includes('reminder') && isOwnReminder && { reminderIsSet, reminderMinutes }),
  };
}

/** What its owner alone knows of an occurrence of the mailbox that is private already; null where it is not. */
export function secretsOf(
  before: ExchangeOccurrenceFields | null,
): Partial<ExchangeOccurrenceFields> | null {
  if (before === null || before.sensitivity === 'Normal') return null;
  const { subject, location, bodyText, freeBusy, importance } = before;
  const { reminderIsSet, reminderMinutes } = before;
  return { subject, location, bodyText, freeBusy, importance, reminderIsSet, reminderMinutes };
}

/** What is left to be written to such an occurrence: its time, and that it is private. */
export function withoutSecrets({
  start,
  end,
  isAllDay,
  sensitivity,
}: Partial<ExchangeOccurrenceFields>): Partial<ExchangeOccurrenceFields> {
  return {
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(isAllDay !== undefined && { isAllDay }),
    ...(sensitivity !== undefined && { sensitivity }),
  };
}

const BODY = ['body'] as const;
const REMINDER = ['reminder'] as const;
