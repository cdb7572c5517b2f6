import { millisecondsOf } from '../../mappings/values.js';
import type { RecordFound } from '../ports/erp.js';
import type { ItemFound } from '../ports/exchange.js';
import { parseMark } from '../ports/mark.js';
import type { Bases, Intent, JournalEntry, Link, Owed, Settlement } from '../ports/store.js';
import { bringBackInterrupted } from './edited-in-passing.js';
import type { PairWork, Shapes } from './pair-work.js';
import { withoutElements } from './fingerprint.js';
import type { Reason } from './reasons.js';
import { markOfBases } from './undo/trail.js';
import { uncertainMails } from './meetings/uncertain-mails.js';
import { EMPTY_SETTLEMENT, settleSafely } from './settlement.js';

/** What an earlier cycle left unconfirmed, sorted out. */
export interface Interrupted {
  /** Everything that is still open; the feed looks at what it touched. */
  readonly open: readonly Intent[];
  readonly openOf: ReadonlyMap<string, readonly Intent[]>;
  /** Link → version of the record that our unconfirmed write led to (rule 2). */
  readonly landed: ReadonlyMap<string, string>;
  /** Updates that did not reach the ERP, and cannot any more: they brought nothing. */
  readonly cameToNothing: ReadonlySet<string>;
  /** The version that each of the others led to in the ERP, by intent. */
  readonly ledTo: ReadonlyMap<string, string>;
  /** Records whose create may still land: not to be created again yet (rule 8). */
  readonly waiting: ReadonlySet<string>;
  /** Record → the creates that came to nothing: the next one reuses the key with another attempt. */
  readonly retries: ReadonlyMap<
    string,
    { readonly key: string; readonly attempt: number; readonly intentIds: readonly string[] }
  >;
  readonly owed: readonly Owed[];
  /** Link → what the create in Exchange that it was just adopted from was to lead to. */
  readonly made: ReadonlyMap<string, Bases>;
}

/**
 * Asks both sides what became of writes that were promised and not confirmed.
 *
 * A create is looked for by its key: found, it becomes a link; not found, it is repeated, in Exchange only when
 * twice the write time-out has passed, because until then it may still land. Updates and removals stay open: the
 * plan compares with base *or* intent, so it finds by itself what is left to do.
 */
export async function finishInterrupted<S extends Shapes>(work: PairWork<S>): Promise<Interrupted> {
  const intents = await work.store.intents(work.pair.id);
  if (intents.length === 0) return NOTHING;
  const creates = intents.filter((intent) => intent.what === 'create');
  const inErp = await findRecords(work, intents);
  const inExchange = await findItems(work, creates);
  const outcome = sortOut(work, creates, inErp, inExchange);
  const refused = await remember(work, outcome.settlement);
  const refusedIds = new Set(refused.map((link) => link.id));
  const closed = new Set(outcome.settlement.closedIntents);
  const open = intents.filter((intent) => !closed.has(intent.id) || refusedIds.has(intent.linkId));
  await bringBackInterrupted(work, open);
  const waiting = new Set([...outcome.waiting, ...refused.map((link) => link.recordId)]);
  const landed = landedOf(open, inErp);
  const ledTo = new Map([...inErp.values()].map(({ key, version }) => [key, version]));
  const cameToNothing = new Set(open.filter((one) => isLost(one, inErp)).map(({ id }) => id));
  return { ...outcome, waiting, open, openOf: groupByLink(open), landed, cameToNothing, ledTo };
}

/** Answers with the links that the store did not take: what was made for them must not be made again. */
async function remember<S extends Shapes>(
  work: PairWork<S>,
  settlement: Settlement,
): Promise<readonly Link[]> {
  if (settlement.closedIntents.length === 0) return [];
  const links = [...(await replacedBy(work, settlement.links)), ...settlement.links];
  return settleSafely(work, { ...settlement, links });
}

const NOTHING: Interrupted = {
  open: [],
  openOf: new Map(),
  landed: new Map(),
  cameToNothing: new Set(),
  ledTo: new Map(),
  waiting: new Set(),
  retries: new Map(),
  owed: [],
  made: new Map(),
};

async function findRecords<S extends Shapes>(
  work: PairWork<S>,
  intents: readonly Intent[],
): Promise<ReadonlyMap<string, RecordFound>> {
  const keys = intents.flatMap((intent) => {
    if (intent.side !== 'erp') return [];
    if (intent.what === 'create') return [intent.key];
    return intent.what === 'update' ? [intent.id] : [];
  });
  if (keys.length === 0) return new Map();
  const found = await work.erp.findByKey(work.lease, keys, work.signal);
  return new Map(found.map((one) => [one.key, one]));
}

async function findItems<S extends Shapes>(
  work: PairWork<S>,
  creates: readonly Intent[],
): Promise<readonly ItemFound[]> {
  const [folderId] = work.pair.folders;
  const keys = [...new Set(creates.filter((i) => i.side === 'exchange').map((i) => i.key))];
  if (keys.length === 0 || folderId === undefined) return [];
  const { mailbox } = work.pair;
  return work.exchange.findByKey(mailbox, { folderId, keys }, work.signal);
}

interface Outcome {
  readonly settlement: Settlement;
  readonly waiting: ReadonlySet<string>;
  readonly retries: Interrupted['retries'];
  readonly owed: readonly Owed[];
  readonly made: Interrupted['made'];
}

function sortOut<S extends Shapes>(
  work: PairWork<S>,
  creates: readonly Intent[],
  inErp: ReadonlyMap<string, RecordFound>,
  inExchange: readonly ItemFound[],
): Outcome {
  const links: Link[] = [];
  const closed: string[] = [];
  const journal: JournalEntry[] = [];
  const owed: Owed[] = [];
  const done: NonNullable<Settlement['done']>[number][] = [];
  const waiting = new Set<string>();
  const made = new Map<string, Bases>();
  const retries = new Map<string, { key: string; attempt: number; intentIds: string[] }>();
  for (const tries of groupByKey(creates)) {
    const adopted = adopt(work, tries, inErp, inExchange);
    const last = tries.at(-1);
    if (last === undefined) continue;
    if (isWished(last)) {
      // what a wish has made belongs to nobody yet, like something a person made
      if (adopted !== null) {
        owed.push(...idsOf(adopted));
        done.push({ intentId: last.id, after: '' });
      }
      if (adopted !== null || last.side === 'erp' || !mayStillLand(work, last))
        closed.push(...tries.map((intent) => intent.id));
    } else if (adopted !== null) {
      links.push(adopted);
      const landed = tries.filter(({ attempt }) => attempt === adopted.attempt);
      if (last.side === 'exchange' && last.target !== null) made.set(adopted.id, last.target);
      const after = markOfBases(adopted.bases);
      done.push(...landed.map(({ id: intentId }) => ({ intentId, after })));
      closed.push(...tries.map((intent) => intent.id));
      journal.push(adoptedEntry(work, adopted, last), ...uncertainMails(tries, work.clock.now()));
      owed.push({ side: 'erp', id: adopted.recordId }, { side: 'exchange', id: adopted.itemId });
    } else if (last.side === 'erp') {
      closed.push(...tries.map((intent) => intent.id));
      owed.push(...idsOf(last));
    } else {
      owed.push(...idsOf(last));
      if (mayStillLand(work, last)) waiting.add(last.recordId ?? '');
      else {
        const intentIds = tries.map((intent) => intent.id);
        retries.set(last.recordId ?? '', { key: last.key, attempt: last.attempt, intentIds });
      }
    }
  }
  const settlement = { ...EMPTY_SETTLEMENT, links, closedIntents: closed, journal, done };
  return { settlement, waiting, retries, owed, made };
}

/** The links that an adopted one was made to replace: an item or record is in one live link only. */
async function replacedBy<S extends Shapes>(
  work: PairWork<S>,
  adopted: readonly Link[],
): Promise<readonly Link[]> {
  if (adopted.length === 0) return [];
  const recordIds = adopted.map((link) => link.recordId);
  const itemIds = adopted.map((link) => link.itemId);
  const ids = new Set(adopted.map((link) => link.id));
  const found = await work.store.links(work.pair.id, { recordIds, itemIds });
  return found
    .filter((link) => link.ended === null && !ids.has(link.id))
    .map((link) => ({ ...link, ended: 'deletedEverywhere' as const }));
}

function mayStillLand<S extends Shapes>(work: PairWork<S>, intent: Intent): boolean {
  const landsBefore = millisecondsOf(intent.promisedAt) + 2 * work.pair.policy.writeTimeoutMs;
  return millisecondsOf(work.clock.now()) < landsBefore;
}

function adopt<S extends Shapes>(
  work: PairWork<S>,
  tries: readonly Intent[],
  inErp: ReadonlyMap<string, RecordFound>,
  inExchange: readonly ItemFound[],
): Link | null {
  for (const intent of [...tries].reverse()) {
    if (intent.side === 'erp') {
      const found = inErp.get(intent.key);
      if (found)
        return linkFrom(work, intent, {
          recordId: found.id,
          recordBirth: found.birth,
          recordVersion: found.version,
          itemId: intent.itemId,
        });
      continue;
    }
    const found = inExchange.find((item) => {
      const mark = parseMark(item.mark);
      const isOurs = mark?.key === intent.key && mark.owner === work.pair.id;
      return isOurs && mark.attempt === intent.attempt;
    });
    if (found) {
      const { recordId, recordBirth } = intent;
      const ids = { recordId, recordBirth, itemId: found.ref.id };
      return linkFrom(work, intent, { ...ids, recordVersion: intent.recordVersion ?? '' });
    }
  }
  return null;
}

/**
 * The item's version stays unknown, so both sides are read again and compared with what the write was to lead to. The
 * version that a create led to in the ERP is known: what the ERP has made of it is no edit (rule 2). So is the one that a
 * create in Exchange was planned from: who deletes the item knew the record as it still is.
 */
function linkFrom<S extends Shapes>(
  { kind }: PairWork<S>,
  intent: Intent,
  ids: {
    readonly recordId: string | null;
    readonly recordBirth: string | null;
    readonly recordVersion: string;
    readonly itemId: string | null;
  },
): Link {
  const target = intent.target ?? NO_BASES;
  const attendees = kind.meetings?.attendees;
  return {
    id: intent.linkId,
    key: intent.key,
    attempt: intent.attempt,
    recordId: ids.recordId ?? '',
    recordBirth: ids.recordBirth ?? '',
    recordVersion: ids.recordVersion,
    itemId: ids.itemId ?? '',
    itemVersion: '',
    uid: null,
    ended: null,
    bases: intent.side === 'exchange' ? withoutElements(target, attendees) : target,
    form: intent.form,
    // what was interrupted made the other half of what was there first
    origin: intent.side === 'erp' ? 'exchange' : 'erp',
  };
}

const NO_BASES: Bases = { erp: {}, exchange: {} };

function adoptedEntry<S extends Shapes>(
  work: PairWork<S>,
  link: Link,
  intent: Intent,
): JournalEntry {
  return {
    at: work.clock.now(),
    event: 'created',
    side: intent.side,
    recordId: link.recordId,
    itemId: link.itemId,
    fields: [],
    losses: [],
    detail: 'foundByKey' satisfies Reason,
  };
}

/** Asking for it has raised the fence, so what is not there now does not come any more. */
function isLost({ id, side, what }: Intent, inErp: ReadonlyMap<string, RecordFound>): boolean {
  return side === 'erp' && what === 'update' && !inErp.has(id);
}

function landedOf(
  open: readonly Intent[],
  inErp: ReadonlyMap<string, RecordFound>,
): ReadonlyMap<string, string> {
  const landed = new Map<string, string>();
  for (const intent of open) {
    const found = inErp.get(intent.id);
    if (found && intent.what === 'update') landed.set(intent.linkId, found.version);
  }
  return landed;
}

function idsOf({ recordId, itemId }: Pick<Intent, 'recordId' | 'itemId'>): readonly Owed[] {
  const owed: Owed[] = [];
  if (recordId !== null && recordId !== '') owed.push({ side: 'erp', id: recordId });
  if (itemId !== null && itemId !== '') owed.push({ side: 'exchange', id: itemId });
  return owed;
}

/** A create that was made from nothing on the other side: it brings back what was removed (rule 18). */
function isWished({ side, recordId, itemId }: Intent): boolean {
  return (side === 'erp' ? itemId : recordId) === null;
}

function groupByLink(open: readonly Intent[]): ReadonlyMap<string, readonly Intent[]> {
  return grouped(open, (intent) => intent.linkId);
}

function groupByKey(creates: readonly Intent[]): readonly (readonly Intent[])[] {
  return [...grouped(creates, (intent) => `${intent.side} ${intent.key}`).values()];
}

function grouped(
  intents: readonly Intent[],
  by: (intent: Intent) => string,
): ReadonlyMap<string, Intent[]> {
  const groups = new Map<string, Intent[]>();
  for (const intent of intents) {
    const group = groups.get(by(intent)) ?? [];
    group.push(intent);
    groups.set(by(intent), group);
  }
  return groups;
}
