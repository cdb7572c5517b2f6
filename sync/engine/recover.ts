import { millisecondsOf } from '../../mappings/values.js';
import type { RecordFound } from '../ports/erp.js';
import type { ItemFound } from '../ports/exchange.js';
import { parseMark } from '../ports/mark.js';
import type { Bases, Intent, JournalEntry, Link, Owed, Settlement } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import { withoutElements } from './fingerprint.js';
import type { Reason } from './reasons.js';
import { EMPTY_SETTLEMENT, settleSafely } from './settlement.js';

/** What an earlier cycle left unconfirmed, sorted out. */
export interface Interrupted {
  /** Everything that is still open; the feed looks at what it touched. */
  readonly open: readonly Intent[];
  readonly openOf: ReadonlyMap<string, readonly Intent[]>;
  /** Link → version of the record that our unconfirmed write led to (rule 2). */
  readonly landed: ReadonlyMap<string, string>;
  /** Records whose create may still land: not to be created again yet (rule 8). */
  readonly waiting: ReadonlySet<string>;
  /** Record → the creates that came to nothing: the next one reuses the key with another attempt. */
  readonly retries: ReadonlyMap<
    string,
    { readonly key: string; readonly attempt: number; readonly intentIds: readonly string[] }
  >;
  readonly owed: readonly Owed[];
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
  const waiting = new Set([...outcome.waiting, ...refused.map((link) => link.recordId)]);
  return { ...outcome, waiting, open, openOf: groupByLink(open), landed: landedOf(open, inErp) };
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
  waiting: new Set(),
  retries: new Map(),
  owed: [],
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
  const waiting = new Set<string>();
  const retries = new Map<string, { key: string; attempt: number; intentIds: string[] }>();
  for (const tries of groupByKey(creates)) {
    const adopted = adopt(work, tries, inErp, inExchange);
    const last = tries.at(-1);
    if (last === undefined) continue;
    if (adopted !== null) {
      links.push(adopted);
      closed.push(...tries.map((intent) => intent.id));
      journal.push(adoptedEntry(work, adopted, last));
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
  const settlement = { ...EMPTY_SETTLEMENT, links, closedIntents: closed, journal };
  return { settlement, waiting, retries, owed };
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
        return linkFrom(intent, {
          recordId: found.id,
          recordBirth: found.birth,
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
      return linkFrom(intent, { recordId, recordBirth, itemId: found.ref.id });
    }
  }
  return null;
}

/** Versions stay unknown, so both sides are read again and compared with what the write was to lead to. */
function linkFrom(
  intent: Intent,
  ids: {
    readonly recordId: string | null;
    readonly recordBirth: string | null;
    readonly itemId: string | null;
  },
): Link {
  const target = intent.target ?? NO_BASES;
  return {
    id: intent.linkId,
    key: intent.key,
    attempt: intent.attempt,
    recordId: ids.recordId ?? '',
    recordBirth: ids.recordBirth ?? '',
    recordVersion: '',
    itemId: ids.itemId ?? '',
    itemVersion: '',
    uid: null,
    ended: null,
    bases: intent.side === 'exchange' ? withoutElements(target) : target,
    form: intent.form,
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

function idsOf(intent: Intent): readonly Owed[] {
  const owed: Owed[] = [];
  if (intent.recordId !== null) owed.push({ side: 'erp', id: intent.recordId });
  if (intent.itemId !== null) owed.push({ side: 'exchange', id: intent.itemId });
  return owed;
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
