import { ExchangeError } from '../../mailbox/failure.js';
import { busyTimes, mergedFreeBusy } from '../../mailbox/free-busy.js';
import type { BusyTime } from '../../mailbox/free-busy.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { isMeeting } from '../../mailbox/ledger.js';
import { DAY, formatTime, instantOfWall, readTime, wallClock } from '../../mailbox/zones.js';
import { biasInstant, biasWall, readBiasZone, writeBiasZone } from '../bias-zone.js';
import { checkAccess } from '../caller.js';
import { responseMessage } from '../direct-answer.js';
import { MESSAGES_NS, TYPES_NS } from '../soap.js';
import {
  childNamed,
  checkOrder,
  element,
  integerOf,
  requiredChild,
  textElement,
  textOf,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuseravailability-operation */
export const getUserAvailability: Operation = (body, context) => {
  checkOrder(body, [
    'TimeZone',
    'MailboxDataArray',
    'FreeBusyViewOptions',
    'SuggestionsViewOptions',
  ]);
  const clock = clockOf(body, context);
  const options = childNamed(body, 'FreeBusyViewOptions');
  const asked = requiredChild(body, 'MailboxDataArray').children;
  if (asked.length > 100) {
    throw new ExchangeError('ErrorIdentityArrayTooBig', 'At most 100 mailboxes in one request.');
  }
  const view = options ? readOptions(options, clock) : null;
  const answers = view
    ? asked.map((one) => element('m:FreeBusyResponse', answerOne(one, { view, clock }, context)))
    : [];
  const suggestions = childNamed(body, 'SuggestionsViewOptions');
  return element(
    'm:GetUserAvailabilityResponse',
    (view ? element('m:FreeBusyResponseArray', answers.join('')) : '') +
      (suggestions ? writeSuggestions(suggestions, clock) : ''),
    { 'xmlns:m': MESSAGES_NS, 'xmlns:t': TYPES_NS },
  );
};

/** The clock that the request speaks and is answered in: its own zone, else the header's, else UTC. */
interface Clock {
  instantOf(text: string): number;
  show(instant: number): string;
}

function clockOf(body: XmlNode, { headerZone }: OperationContext): Clock {
  const node = childNamed(body, 'TimeZone');
  const own = node && readBiasZone(node);
  const zone = headerZone ?? 'UTC';
  const wallOf = (instant: number): number =>
    own ? biasWall(own, instant) : wallClock(zone, instant);
  return {
    instantOf(text) {
      if (/(Z|[+-]\d\d:\d\d)\s*$/.test(text)) return readTime(text, 'UTC');
      const wall = readTime(text, 'UTC');
      return own ? biasInstant(own, wall) : instantOfWall(zone, wall);
    },
    show: (instant) => formatTime(wallOf(instant)).slice(0, -1),
  };
}

const VIEWS = [
  'None',
  'MergedOnly',
  'FreeBusy',
  'FreeBusyMerged',
  'Detailed',
  'DetailedMerged',
] as const;

interface ViewOptions {
  readonly from: number;
  readonly to: number;
  readonly minutes: number;
  readonly requested: (typeof VIEWS)[number];
}

function readOptions(node: XmlNode, clock: Clock): ViewOptions {
  const { from, to } = readWindow(requiredChild(node, 'TimeWindow'), clock);
  const minutes = integerOf(textOf(node, 'MergedFreeBusyIntervalInMinutes') ?? '30');
  if (minutes < 5 || minutes > 1440) {
    throw new ExchangeError('ErrorInvalidMergedFreeBusyInterval', 'The interval is 5 to 1440.');
  }
  return {
    from,
    to,
    minutes,
    requested: wordOf(textOf(node, 'RequestedView') ?? 'FreeBusy', VIEWS),
  };
}

function readWindow(node: XmlNode, clock: Clock): { readonly from: number; readonly to: number } {
  const from = clock.instantOf(requiredChild(node, 'StartTime').text);
  const to = clock.instantOf(requiredChild(node, 'EndTime').text);
  if (to <= from) throw new ExchangeError('ErrorInvalidTimeInterval', 'The window ends too early.');
  if (to - from > 62 * DAY) {
    throw new ExchangeError('ErrorTimeIntervalTooBig', 'The window is longer than 62 days.');
  }
  return { from, to };
}

function answerOne(
  node: XmlNode,
  { view, clock }: { readonly view: ViewOptions; readonly clock: Clock },
  context: OperationContext,
): string {
  try {
    const planted = context.plantedError(0);
    if (planted) throw planted;
    const mailbox = mailboxOf(node, context);
    const seesDetails = view.requested.startsWith('Detailed') && mayRead(mailbox, context);
    const busy = busyTimes(mailbox, view.from, view.to);
    const content =
      textElement('t:FreeBusyViewType', shownView(view.requested, seesDetails)) +
      (view.requested.includes('Merged')
        ? textElement('t:MergedFreeBusy', mergedFreeBusy(busy, view))
        : '') +
      (view.requested === 'MergedOnly' || view.requested === 'None'
        ? ''
        : writeEvents(busy, { clock, seesDetails })) +
      writeWorkingHours(view.from);
    return responseMessage('m:ResponseMessage') + element('m:FreeBusyView', content);
  } catch (error) {
    return (
      responseMessage('m:ResponseMessage', error) +
      element('m:FreeBusyView', '<t:FreeBusyViewType>None</t:FreeBusyViewType>')
    );
  }
}

function mailboxOf(node: XmlNode, { organisation }: OperationContext): Mailbox {
  const address = requiredChild(requiredChild(node, 'Email'), 'Address').text.trim();
  try {
    return organisation.mailbox(address);
  } catch {
    throw new ExchangeError('ErrorMailRecipientNotFound', `Unable to resolve ${address}.`);
  }
}

/** Everybody sees when others are busy; with what, only who may read the calendar. */
function mayRead(mailbox: Mailbox, { caller }: OperationContext): boolean {
  try {
    checkAccess(caller, mailbox);
    return true;
  } catch {
    return false;
  }
}

function shownView(requested: ViewOptions['requested'], seesDetails: boolean): string {
  return seesDetails ? requested : requested.replace('Detailed', 'FreeBusy');
}

function writeEvents(
  busy: readonly BusyTime[],
  { clock, seesDetails }: { readonly clock: Clock; readonly seesDetails: boolean },
): string {
  const events = busy.map((one) =>
    element(
      't:CalendarEvent',
      textElement('t:StartTime', clock.show(one.start)) +
        textElement('t:EndTime', clock.show(one.end)) +
        textElement('t:BusyType', one.status) +
        (seesDetails ? writeDetails(one) : ''),
    ),
  );
  return events.length === 0 ? '' : element('t:CalendarEventArray', events.join(''));
}

function writeDetails({ view }: BusyTime): string {
  const { properties, calendarItemType } = view;
  const isPrivate = properties.Sensitivity === 'Private';
  const flag = (name: string, value: boolean): string => textElement(`t:${name}`, String(value));
  return element(
    't:CalendarEventDetails',
    textElement('t:ID', Buffer.from(view.id, 'base64').toString('hex').toUpperCase()) +
      (isPrivate ? '' : textElement('t:Subject', properties.Subject ?? '')) +
      (isPrivate ? '' : textElement('t:Location', properties.Location ?? '')) +
      flag('IsMeeting', isMeeting(properties)) +
      flag('IsRecurring', calendarItemType !== 'Single') +
      flag('IsException', calendarItemType === 'Exception') +
      flag('IsReminderSet', properties.ReminderIsSet ?? false) +
      flag('IsPrivate', isPrivate),
  );
}

/** Monday to Friday, 8 to 17 o'clock in the firm's zone. */
function writeWorkingHours(at: number): string {
  const year = new Date(at).getUTCFullYear();
  return element(
    't:WorkingHours',
    writeBiasZone('t:TimeZone', 'W. Europe Standard Time', year) +
      element(
        't:WorkingPeriodArray',
        element(
          't:WorkingPeriod',
          '<t:DayOfWeek>Monday Tuesday Wednesday Thursday Friday</t:DayOfWeek>' +
            '<t:StartTimeInMinutes>480</t:StartTimeInMinutes><t:EndTimeInMinutes>1020</t:EndTimeInMinutes>',
        ),
      ),
  );
}

/** No proposals, but every day of the window is there. */
function writeSuggestions(node: XmlNode, clock: Clock): string {
  const { from, to } = readWindow(requiredChild(node, 'DetailedSuggestionsWindow'), clock);
  let days = '';
  for (let at = from; at < to; at += DAY) {
    const date = `${clock.show(at).slice(0, 10)}T00:00:00`;
    days += element(
      't:SuggestionDayResult',
      textElement('t:Date', date) + '<t:DayQuality>Poor</t:DayQuality><t:SuggestionArray/>',
    );
  }
  return element(
    'm:SuggestionsResponse',
    responseMessage('m:ResponseMessage') + element('m:SuggestionDayResultArray', days),
  );
}
