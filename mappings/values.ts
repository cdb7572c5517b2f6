/** Text that was checked once, at the edge, and is trusted afterwards. The only place with type assertions but keys.ts. */

declare const brand: unique symbol;
type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * A point in time: UTC, ISO 8601, whole seconds, `2026-03-01T10:00:00Z`. Text, not `Date`: it compares
 * with `===` and `<`, survives JSON, and needs no second form for PostgreSQL or EWS.
 */
export type Instant = Branded<string, 'Instant'>;

/** A day of the calendar without a zone: `2026-03-01`. */
export type PlainDate = Branded<string, 'PlainDate'>;

/** A zone of the IANA database, as `Europe/Berlin`. */
export type IanaZone = Branded<string, 'IanaZone'>;

/** An SMTP address, trimmed and in lower case: servers compare it without case. */
export type EmailAddress = Branded<string, 'EmailAddress'>;

/** A text that is not what it claims to be. `what` names the kind of value, `text` what was found. */
export class UnreadableValue extends Error {
  override readonly name = 'UnreadableValue';
  readonly what: string;
  readonly text: string;

  constructor(what: string, text: string) {
    super(`not a usable ${what}: ${JSON.stringify(text.slice(0, 80))}`);
    this.what = what;
    this.text = text;
  }
}

/** Reads `2026-03-01T10:00:00.5+01:00`; fractions are cut. Refuses times without a zone: guessing one moves meetings. */
export function parseInstant(text: string): Instant {
  const time = Date.parse(text);
  if (!HAS_ZONE.test(text) || Number.isNaN(time)) throw new UnreadableValue('instant', text);
  return instantOf(time);
}

const HAS_ZONE = /(Z|[+-]\d\d:?\d\d)$/;

/** The instant of a number of milliseconds since 1970; the fraction of a second is cut. Throws outside the years 0 to 9999. */
export function instantOf(milliseconds: number): Instant {
  const seconds = Math.floor(milliseconds / 1000) * 1000;
  const text = Number.isFinite(seconds) ? new Date(seconds).toISOString() : '';
  if (text.length !== 24) throw new UnreadableValue('instant', String(milliseconds));
  return (text.slice(0, 19) + 'Z') as Instant;
}

/** Milliseconds since 1970. */
export function millisecondsOf(instant: Instant): number {
  return Date.parse(instant);
}

/** Reads `2026-03-01`; a date that does not exist (30 February) is refused. */
export function parsePlainDate(text: string): PlainDate {
  if (!PLAIN_DATE.test(text)) throw new UnreadableValue('date', text);
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new UnreadableValue('date', text);
  }
  return text as PlainDate;
}

const PLAIN_DATE = /^\d{4}-\d\d-\d\d$/;

/** The day `days` after (or, when negative, before) another. */
export function addDays(date: PlainDate, days: number): PlainDate {
  const time = Date.parse(`${date}T00:00:00Z`) + days * 86_400_000;
  return parsePlainDate(new Date(time).toISOString().slice(0, 10));
}

/** How many days lie between two days; negative when `to` is before `from`. */
export function daysBetween(from: PlainDate, to: PlainDate): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

/** Days since 1 January 1970, for arithmetic over many days. */
export function dayNumberOf(date: PlainDate): number {
  return Date.parse(`${date}T00:00:00Z`) / 86_400_000;
}

/** The day of a number of days since 1970. Throws outside the years 0 to 9999. */
export function dateOfDayNumber(day: number): PlainDate {
  return instantOf(day * 86_400_000).slice(0, 10) as PlainDate;
}

/** Reads a zone name that this machine's time-zone data knows. */
export function parseZone(text: string): IanaZone {
  if (known.has(text)) return text as IanaZone;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
  } catch {
    throw new UnreadableValue('time zone', text);
  }
  if (!text.includes('/') && text !== 'UTC') throw new UnreadableValue('time zone', text);
  known.add(text);
  return text as IanaZone;
}

/** Asking Intl costs 40 µs; a company has a handful of zones. */
const known = new Set<string>();

/** Reads an SMTP address; only its shape is checked, whether it exists is the server's business. */
export function parseEmail(text: string): EmailAddress {
  const email = text.trim().toLowerCase();
  if (!EMAIL.test(email)) throw new UnreadableValue('e-mail address', text);
  return email as EmailAddress;
}

const EMAIL = /^[^\s@<>"]+@[^\s@<>"]+$/;
