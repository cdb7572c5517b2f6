import type {
  ExchangeExceptionTarget,
  ExchangeOccurrenceFields,
} from '../../mappings/exchange-item.js';
import { millisecondsOf } from '../../mappings/values.js';
import type { Instant } from '../../mappings/values.js';
import type { Telling } from '../../sync/ports/exchange.js';
import { localDay } from './mailbox/calendar.js';
import type { ItemChange } from './mailbox/changes.js';
import { ExchangeError } from './mailbox/failure.js';
import type { Mailbox, WriteContext } from './mailbox/mailbox.js';
import { dateOfDay } from './mailbox/recurrence.js';
import { deletedOccurrences, modifiedOccurrences, occurrenceOn } from './mailbox/series.js';
import type { Occurrence } from './mailbox/series.js';
import { contentOf } from './mailbox/stored-item.js';
import type { StoredItem } from './mailbox/stored-item.js';
import { itemTarget } from './mailbox/targets.js';
import { changesOf, fieldsOf, inputOf } from './memory-exchange-items.js';

/** How the port writes: without mails. */
export const QUIETLY: WriteContext = {
  headerZone: null,
  send: 'SendToNone',
  cause: 'memory',
  by: 'Abgleich',
};

/** Or with mails to everybody, where the entry says so. */
export function writing(tell: Telling | undefined): WriteContext {
  return tell === 'everybody' ? { ...QUIETLY, send: 'SendToAllAndSaveCopy' } : QUIETLY;
}

/** An UpdateItem of ours; the caller has compared the change key. */
export function writeQuietly(
  mailbox: Mailbox,
  id: string,
  changes: readonly ItemChange[],
  tell?: Telling,
): void {
  mailbox.update(itemTarget(id), { changes, conflict: 'AlwaysOverwrite' }, writing(tell));
}

/**
 * Gives a series the exceptions it shall have, in the steps that EWS has for it: deleted occurrences come back
 * first (a rewritten pattern does that on the wire), then deletes, then changes. A step that cannot be done does
 * not stop the others; the first of them is what the answer tells.
 */
export function bringAbout(
  mailbox: Mailbox,
  master: StoredItem,
  targets: readonly ExchangeExceptionTarget[],
  tellOf: readonly Instant[] = [],
): void {
  const days = new Map(targets.map((target) => [dayOf(master, target), target]));
  const isMissed = (day: number): boolean =>
    !['deleted', 'offPattern'].includes(days.get(day)?.kind ?? '');
  const back = deletedOccurrences(master).filter(({ day }) => isMissed(day));
  if (back.length > 0) {
    const exceptions = new Map(master.exceptions);
    for (const { day } of back) exceptions.delete(day);
    mailbox.store.replace(master, { ...contentOf(master), exceptions }, QUIETLY.by);
  }
  const told = new Set(tellOf.map((originalStart) => dayOf(master, { originalStart })));
  const telling = (day: number): Telling | undefined => (told.has(day) ? 'everybody' : undefined);
  const surplus = modifiedOccurrences(master).filter(({ day }) => !days.has(day));
  const deletes = [...days].filter(([, { kind }]) => kind === 'deleted');
  const changes = [...days].flatMap(([day, target]) =>
    target.kind === 'changed'
      ? [() => changeOccurrence(mailbox, { master, day, tell: telling(day) }, target)]
      : [],
  );
  doAll([
    ...deletes.map(
      ([day]) =>
        () =>
          removeOccurrence(mailbox, { master, day, tell: telling(day) }),
    ),
    ...surplus.map(
      ({ day }) =>
        () =>
          changeOccurrence(mailbox, { master, day, tell: telling(day) }, { fields: {} }),
    ),
    ...changes,
  ]);
}

/** Occurrences that move can stand in each other's way: what failed is tried again as long as others succeed. */
function doAll(steps: readonly (() => void)[]): void {
  const failures: ExchangeError[] = [];
  const left = steps.filter((step) => {
    try {
      step();
      return false;
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      failures.push(error);
      return true;
    }
  });
  if (left.length > 0 && left.length < steps.length) {
    doAll(left);
    return;
  }
  const [first] = failures;
  if (first) throw first;
}

function dayOf(
  master: StoredItem,
  { originalStart }: Pick<ExchangeExceptionTarget, 'originalStart'>,
): number {
  return localDay(master.properties.StartTimeZone ?? 'UTC', millisecondsOf(originalStart));
}

/** An occurrence to write, and who is told of it. */
interface OccurrenceWrite {
  readonly master: StoredItem;
  readonly day: number;
  readonly tell: Telling | undefined;
}

/** What its organiser called off is gone already. */
function removeOccurrence(mailbox: Mailbox, { master, day, tell }: OccurrenceWrite): void {
  const occurrence = occurrenceIn(master, day);
  const { exception } = occurrence;
  if (exception?.kind === 'deleted' || exception?.properties.IsCancelled === true) return;
  mailbox.remove(itemTarget(mailbox.viewOf(master, occurrence).id), 'HardDelete', writing(tell));
}

function changeOccurrence(
  mailbox: Mailbox,
  { master, day, tell }: OccurrenceWrite,
  target: Pick<ChangedTarget, 'fields' | 'own'>,
): void {
  const occurrence = occurrenceIn(master, day);
  const now = mailbox.viewOf(master, occurrence);
  const regular = mailbox.viewOf(master, asThePatternHasIt(master, occurrence));
  const fields = { ...keptOf(target.own ?? {}, occurrence, fieldsOf(now)), ...target.fields };
  const wanted = inputOf({ fields: { ...fieldsOf(regular), ...fields } });
  const shown = inputOf({ fields: fieldsOf(now) });
  const differs = (change: ItemChange): boolean =>
    change.action === 'set' &&
    JSON.stringify(wanted[change.property]) !== JSON.stringify(shown[change.property]);
  const all = changesOf({ fields: { ...fieldsOf(regular), ...fields } });
  const changes = all.filter(differs);
  if (changes.length > 0) writeQuietly(mailbox, now.id, withBothTimes(changes, all), tell);
}

type ChangedTarget = Extract<ExchangeExceptionTarget, { kind: 'changed' }>;

/** As it is while the exception is there; made anew, it gets back what its owner had in it. */
function keptOf(
  own: Partial<ExchangeOccurrenceFields>,
  { exception }: Occurrence,
  now: ExchangeOccurrenceFields,
): Partial<ExchangeOccurrenceFields> {
  if (exception?.kind !== 'changed') return own;
  return Object.fromEntries(Object.entries(now).filter(([name]) => name in own));
}

/** Start alone may pass the old End (fact 37). */
function withBothTimes(changes: readonly ItemChange[], all: readonly ItemChange[]): ItemChange[] {
  const isTime = (change: ItemChange): boolean =>
    change.action === 'set' && (change.property === 'Start' || change.property === 'End');
  if (!changes.some(isTime)) return [...changes];
  return [...changes.filter((change) => !isTime(change)), ...all.filter(isTime)];
}

function asThePatternHasIt(master: StoredItem, occurrence: Occurrence): Occurrence {
  const exceptions = new Map(master.exceptions);
  exceptions.delete(occurrence.day);
  return occurrenceOn({ ...master, exceptions }, occurrence.day) ?? occurrence;
}

function occurrenceIn(master: StoredItem, day: number): Occurrence {
  const occurrence = occurrenceOn(master, day);
  if (occurrence) return occurrence;
  throw new ExchangeError(
    'ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange',
    `The series has no occurrence on ${dateOfDay(day)}.`,
  );
}
