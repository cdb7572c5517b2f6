import type { Direction } from '../../../mappings/field-rules.js';
import type { Link } from '../../ports/store.js';
import type { Observed } from '../sights.js';
import type { PairWork, Shapes } from '../pair-work.js';

type Ways = Readonly<Record<string, Direction>>;

/**
 * Narrows which way single fields of a record travel by what the administrator chose about contents (features C10 to C12).
 * What is looked past so changes nothing by itself when the choice changes: each side keeps what it shows.
 *
 * - Text that is never written to Exchange does not come back either, or a note in Outlook would overwrite a text that
 *   its writer never saw. Only what is new in Exchange brings its text along: there is none in the ERP yet.
 * - What is over gets no reminder: Outlook would show it at once.
 */
export function contentTravel<S extends Shapes>(
  work: PairWork<S>,
  observed: Pick<Observed<S>, 'record' | 'item'>,
  link: Link | null,
  fields: Ways,
): Ways {
  const { contents } = work.kind;
  if (contents === undefined) return fields;
  const { body, reminders } = work.translation.content;
  const narrow: Record<string, Direction> = {};
  if (body !== 'both') narrow[contents.body] = body === 'toExchange' ? 'toExchange' : 'off';
  if (body === 'never') narrow[contents.block] = 'off';
  if (body === 'never' && link === null) narrow[contents.body] = 'toErp';
  if (reminders === 'never' || isOver(work, observed)) narrow[contents.reminder] = 'toErp';
  const names = Object.keys(narrow);
  if (names.length === 0) return fields;
  return {
    ...fields,
    ...Object.fromEntries(names.map((name) => [name, both(narrow[name], fields[name])])),
  };
}

/** Over on each side that is there: what one side has moved into the future is not. */
function isOver<S extends Shapes>(
  { kind, clock, translation }: PairWork<S>,
  { record, item }: Pick<Observed<S>, 'record' | 'item'>,
): boolean {
  const { contents } = kind;
  const shown = [record, item].flatMap((sight) =>
    sight.kind === 'there' ? [sight.shown.value] : [],
  );
  if (contents === undefined || shown.length === 0) return false;
  const now = clock.now();
  return shown.every((value) => {
    const end = contents.endsAt(value, translation);
    return end !== null && end <= now;
  });
}

/** What two limits leave together. */
function both(one: Direction = 'both', other: Direction = 'both'): Direction {
  if (one === 'both' || one === other) return other;
  return other === 'both' ? one : 'off';
}
