import type { Guest, OccurrenceNews } from '../../../mappings/kind.js';
import type { Instant } from '../../../mappings/values.js';
import type { Telling } from '../../ports/exchange.js';
import type { PairWork, Shapes } from '../pair-work.js';
import type { Observed } from '../sights.js';
import { hasJoined } from '../colleagues/sources.js';
import type { DecisionOf } from '../step.js';
import { staying, takenOut } from './taken-off.js';

/** Who is told of a write, and of what they should know and are not told. */
export interface Mails {
  readonly tell: Telling | null;
  /** Occurrences whose attendees are told, by their original starts. */
  readonly tellOf: readonly Instant[];
  /** Fields, and occurrences as `field/element`. */
  readonly untold: readonly string[];
}

/** Who may be told at all, by the administrator's choice (features C4, C6). */
export type Audience = 'everybody' | 'rooms';

/** An update that one edit in the ERP led to, from the mailbox that invites. */
export interface Update<S extends Shapes> {
  readonly observed: Observed<S>;
  readonly decision: DecisionOf<S, 'merge'>;
  readonly patch: S['itemPatch'];
  readonly audience: Audience;
  /** Whether any of the whole is still to come. */
  readonly isToCome: boolean;
}

/**
 * What one edit in the ERP justifies: another time or place is told to everybody on the list, a moved or cancelled occurrence to
 * those who take part in it, and who has just come onto the list gets an invitation. Exchange tells all of a list or nobody
 * (evidence B 10c): where not all of them may be told it is nobody but the newcomers. An update of the whole series makes
 * attendees' calendars forget what else is special about it (MS-OXOCAL 3.1.4.7.3.5): no edit moved that, so nobody is told,
 * and it is said.
 */
export function mailsOfUpdate<S extends Shapes>(work: PairWork<S>, update: Update<S>): Mails {
  const { decision, patch, audience, isToCome } = update;
  const added = work.kind.meetings?.newcomers(patch) ?? [];
  const guests = [...(work.kind.meetings?.guests(decision.item.seen.item) ?? []), ...added];
  const fields = isToCome && mayTell(guests, audience) ? toldFields(work, decision) : [];
  const tellsAll = fields.length > 0 && !hasStrangers(work, update, { guests, hasOwnList: false });
  // whoever was found to take part has the meeting in their mailbox already
  const only = added
    .flatMap(({ address }) => address ?? [])
    .filter((address) => isToCome && !hasJoined(work, update.observed, address));
  const one = only.length > 0 ? { only } : null;
  const { due, silent } = mailsOfOccurrences(work, update, tellsAll);
  return {
    tell: tellsAll ? 'everybody' : one,
    tellOf: due,
    untold: [...(tellsAll ? [] : fields), ...silent],
  };
}

export function mayTell(guests: readonly Guest[], audience: Audience): boolean {
  return guests.length > 0 && (audience === 'everybody' || guests.every(({ isRoom }) => isRoom));
}

/** What attendees must be told of a new series beside its invitation, as `field/element`. */
export function specialInNewSeries<S extends Shapes>(
  work: PairWork<S>,
  after: S['value'],
): readonly string[] {
  const news = newsOf(work, { before: null, after, current: null });
  return news.map(({ element }) => pathOf(work, element));
}

/** What a person changed in the ERP of what attendees are told; what is put back is nobody's edit. */
function toldFields<S extends Shapes>(
  { kind }: PairWork<S>,
  { merged }: DecisionOf<S, 'merge'>,
): readonly string[] {
  return byErp(merged).filter((path) => kind.meetings?.told.includes(path) === true);
}

function byErp<S extends Shapes>({
  toExchange,
  putBack,
}: DecisionOf<S, 'merge'>['merged']): readonly string[] {
  const overruled = new Set(putBack.map(({ field }) => field));
  return toExchange.filter((path) => !overruled.has(path));
}

function mailsOfOccurrences<S extends Shapes>(
  work: PairWork<S>,
  update: Update<S>,
  tellsAll: boolean,
): { readonly due: readonly Instant[]; readonly silent: readonly string[] } {
  const { item, merged } = update.decision;
  const write = { before: item.shown.value, after: merged.forExchange, current: item.seen.item };
  const news = newsOf(work, write).filter(({ guests }) => mayTell(guests, update.audience));
  const paths = new Set(byErp(merged));
  const isEdited = ({ isNew, element }: OccurrenceNews): boolean =>
    isNew && paths.has(pathOf(work, element));
  const due = news.filter(
    (one) => isEdited(one) && one.isSayable && !hasStrangers(work, update, one),
  );
  const movedBy = work.kind.meetings?.occurrences?.movedBy ?? [];
  const isForgotten = tellsAll && merged.toExchange.some((path) => movedBy.includes(path));
  const silent = news.filter((one) => !due.includes(one) && (isForgotten || isEdited(one)));
  return {
    due: due.map(({ originalStart }) => originalStart),
    silent: silent.map(({ element }) => pathOf(work, element)),
  };
}

function newsOf<S extends Shapes>(
  { kind, clock, translation }: PairWork<S>,
  write: {
    readonly before: S['value'] | null;
    readonly after: S['value'];
    readonly current: S['item'] | null;
  },
): readonly OccurrenceNews[] {
  return kind.meetings?.occurrences?.news(write, clock.now(), translation) ?? [];
}

function pathOf<S extends Shapes>({ kind }: PairWork<S>, element: string): string {
  return `${kind.meetings?.occurrences?.field ?? ''}/${element}`;
}

/**
 * Whether somebody would be told who takes part no more: taken out in the ERP and still on Exchange's list, or on the list of
 * one occurrence and not on that of its series.
 */
function hasStrangers<S extends Shapes>(
  work: PairWork<S>,
  { decision, patch }: Update<S>,
  { guests, hasOwnList }: { readonly guests: readonly Guest[]; readonly hasOwnList: boolean },
): boolean {
  const { item } = decision.item.seen;
  const stays = staying(work, decision, { patch, item });
  if (!hasOwnList) return guests.some(({ address }) => address !== null && stays.has(address));
  const gone = takenOut(work, decision);
  const ofSeries = work.kind.meetings?.guests(item) ?? [];
  const known = new Set<string | null>(ofSeries.map(({ address }) => address));
  const own = work.translation.meetings?.address ?? null;
  if (own !== null) known.add(own);
  return guests.some(({ address }) => !known.has(address) || gone.has(address ?? ''));
}
