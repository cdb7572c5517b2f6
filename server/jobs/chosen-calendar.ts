import type { Calendar, ListCalendars } from '../../sync/ports/calendars.js';
import type { ExchangePort, Mailbox } from '../../sync/ports/exchange.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Pair } from '../../sync/ports/pair.js';

/**
 * The port of a pair, whose folder is the calendar that was chosen for it. After a move of the mailbox its id is another
 * one: then the one of that name is taken, and where there is none, or several, a person must choose again.
 */
export function inChosenCalendar<Item, Patch>(
  port: ExchangePort<Item, Patch>,
  list: ListCalendars,
  { policy: { options } }: Pair,
): ExchangePort<Item, Patch> {
  const { calendar } = options;
  if (calendar === null) return port;
  return {
    ...port,
    folders: async (mailbox, signal) => [
      calendarNamed(await list(mailbox, signal), calendar, mailbox).id,
    ],
  };
}

/** The calendar with this id, or else the only one of this name, upper and lower case alike. */
export function calendarNamed(
  calendars: readonly Calendar[],
  wanted: { readonly id: string; readonly name: string },
  { address }: Mailbox,
): Calendar {
  const byId = calendars.find(({ id }) => id === wanted.id);
  if (byId !== undefined) return byId;
  const folded = (name: string): string => name.trim().normalize('NFC').toLowerCase();
  const named = calendars.filter(({ name }) => folded(name) === folded(wanted.name));
  const [only, ...others] = named;
  if (only !== undefined && others.length === 0) return only;
  const sentence =
    only === undefined ? noSuch(wanted.name, address, calendars) : several(wanted.name, address);
  throw new ConnectorFailure('forbidden', sentence.en, { sentence, code: 'NoSuchCalendar' });
}

function noSuch(name: string, address: string, calendars: readonly Calendar[]): Sentence {
  const list = calendars.map((calendar) => calendar.name).join(', ');
  return {
    de: `Im Postfach ${address} gibt es keinen Kalender „${name}“. Es gibt: ${list}. „employees set“ mit calendar=NAME wählt einen.`,
    en: `The mailbox ${address} has no calendar "${name}". There are: ${list}. "employees set" with calendar=NAME chooses one.`,
  };
}

function several(name: string, address: string): Sentence {
  return {
    de: `Im Postfach ${address} gibt es mehrere Kalender „${name}“. Benennen Sie einen in Outlook um.`,
    en: `The mailbox ${address} has several calendars "${name}". Rename one of them in Outlook.`,
  };
}
