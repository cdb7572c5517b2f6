import type { ExchangeAppointment, ExchangeModifiedOccurrence } from '../exchange-item.js';
import type { TranslationContext } from '../kind.js';
import type { Loss } from '../translation.js';
import { unaddressedLosses } from './attendees.js';
import { itemClock } from './exchange-zone.js';

/** What of an item the ERP cannot have; see `Kind.unread`. Nothing is told of what is private and left out. */
export function appointmentUnread(
  item: ExchangeAppointment,
  context: TranslationContext,
): readonly Loss[] {
  if (isLeftOut(item, context)) return [];
  const told = item.modifiedOccurrences.filter(
    ({ fields }) => fields !== null && !isLeftOut(fields, context),
  );
  return [
    ...zoneOf(item, context),
    ...(hasNoData(item, told) ? [NO_DATA] : []),
    ...unaddressedLosses(item),
    ...(hasAttached(item, told) ? [ATTACHMENTS] : []),
  ];
}

/** What a series may lose when Exchange drops its changed occurrences because it moves (rule 3): they are made again without. */
export function droppedAttachments(
  current: ExchangeAppointment | null,
  context: TranslationContext,
): readonly Loss[] {
  const isAtStake = current?.modifiedOccurrences.some(
    ({ fields, hasAttachments }) =>
      hasAttachments === true && !(fields !== null && isLeftOut(fields, context)),
  );
  return isAtStake === true ? [DROPPED] : [];
}

function isLeftOut(
  { sensitivity }: Pick<ExchangeAppointment, 'sensitivity'>,
  { leavePrivateOut }: TranslationContext,
): boolean {
  return leavePrivateOut === true && sensitivity !== 'Normal';
}

/** A single appointment without any zone loses nothing: its instants are what they are. */
function zoneOf(
  { startTimeZone, recurrence }: ExchangeAppointment,
  context: TranslationContext,
): readonly Loss[] {
  const isNamed = startTimeZone !== null || recurrence !== null;
  if (!isNamed || itemClock(startTimeZone, context).isKnown) return [];
  const detail = `The item names no time zone that is known here; ${context.zone}, that of the mailbox, is used.`;
  return [{ field: 'when', reason: 'zoneUnknown', detail }];
}

function hasNoData(
  { freeBusy }: ExchangeAppointment,
  changed: readonly ExchangeModifiedOccurrence[],
): boolean {
  return freeBusy === 'NoData' || changed.some(({ fields }) => fields?.freeBusy === 'NoData');
}

function hasAttached(
  { hasAttachments }: ExchangeAppointment,
  changed: readonly ExchangeModifiedOccurrence[],
): boolean {
  return hasAttachments === true || changed.some((one) => one.hasAttachments === true);
}

const NO_DATA: Loss = {
  field: 'showAs',
  reason: 'valueUnknown',
  detail: 'Exchange has no data on how to show the time; the ERP shows it as busy.',
};

const ATTACHMENTS: Loss = {
  field: 'attachments',
  reason: 'notSynced',
  detail: 'Attachments stay in Exchange only.',
};

const DROPPED: Loss = {
  field: 'attachments',
  reason: 'notSynced',
  detail:
    'Exchange may have dropped what was attached to changed occurrences when the series moved.',
};
