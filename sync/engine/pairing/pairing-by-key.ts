import type { Mark } from '../../ports/mark.js';
import type { Link, Side } from '../../ports/store.js';
import type { PairWork, Shapes } from '../pair-work.js';
import { NEVER_AGREED } from './never-agreed.js';
import type { Reason } from '../reasons.js';
import { recordTail, tailOf } from '../record-key.js';
import { LOST } from './strangers.js';
import type { Strangers } from './strangers.js';

interface Keyed {
  readonly links: readonly Link[];
  /** Ours by their marks, and without a record: not to be made in the ERP again. */
  readonly lost: readonly { readonly side: Side; readonly id: string; readonly reason: Reason }[];
}

interface KnownRecord {
  readonly id: string;
  readonly birth: string;
  readonly isInScope: boolean;
}

/**
 * Items whose marks say what they belong to, although no link does any more: by the ERP's table of keys where we made the
 * record, by the end of the key where we made the item. Two with one mark are a person's copies: the second stays a
 * stranger. One whose record is proven to be deleted stays where it is for good, by a link that has ended.
 */
export async function byKey<S extends Shapes>(
  work: PairWork<S>,
  strangers: Strangers,
  mayAskErp: boolean,
): Promise<Keyed> {
  const { marked } = strangers;
  if (marked.size === 0) return { links: [], lost: [] };
  const made = mayAskErp ? await madeInErp(work, marked) : new Map<string, FoundRecord>();
  const { recordIds } = await work.store.unlinked(work.pair.id, {
    recordIds: [...made.values()].filter(({ exists }) => exists).map(({ id }) => id),
  });
  const unlinked = await birthsOf(work, [...new Set([...strangers.records.keys(), ...recordIds])]);
  const byId = new Map(unlinked.map((record) => [record.id, record]));
  const byTail = new Map(unlinked.map((record) => [recordTail(work, record.birth), record]));
  const linked = await linkedRecords(work);
  const buried = new Set(strangers.buried.map((birth) => recordTail(work, birth)));
  const links: Link[] = [];
  const lost: { side: Side; id: string; reason: Reason }[] = [];
  const taken = new Set<string>();
  for (const [itemId, mark] of [...marked].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const tail = tailOf(mark.key);
    const found = made.get(mark.key);
    const record = found === undefined ? byTail.get(tail ?? '') : byId.get(found.id);
    if (record !== undefined) {
      if (!taken.has(record.id)) links.push(linkOf(work, record, itemId, mark));
      taken.add(record.id);
    } else if (isLeftOut(work, strangers, itemId)) {
      continue; // private, and nothing of ours any more
    } else if (found?.exists === false || buried.has(tail ?? '')) {
      links.push(endedLink(work, itemId, mark));
    } else if (
      found === undefined ? tail !== null && !linked.tails.has(tail) : !linked.ids.has(found.id)
    ) {
      lost.push({ side: 'exchange', id: itemId, reason: LOST });
    }
  }
  return { links, lost };
}

function isLeftOut<S extends Shapes>(
  { pair }: PairWork<S>,
  { items }: Strangers,
  itemId: string,
): boolean {
  const news = items.get(itemId);
  return pair.policy.leavePrivateOut && news?.kind === 'seen' && news.isPrivate === true;
}

interface FoundRecord {
  readonly id: string;
  readonly exists: boolean;
}

async function madeInErp<S extends Shapes>(
  work: PairWork<S>,
  marked: ReadonlyMap<string, Mark>,
): Promise<ReadonlyMap<string, FoundRecord>> {
  const keys = [...new Set([...marked.values()].map(({ key }) => key))];
  const found = await work.erp.findByKey(work.lease, keys, work.signal);
  return new Map(found.map((one) => [one.key, one]));
}

const PER_BATCH = 200;

/** Read whatever a filter says: what left the scope is there, and must not pass for deleted. */
async function birthsOf<S extends Shapes>(
  work: PairWork<S>,
  ids: readonly string[],
): Promise<readonly KnownRecord[]> {
  const known: KnownRecord[] = [];
  for (let at = 0; at < ids.length; at += PER_BATCH) {
    const batch = ids.slice(at, at + PER_BATCH);
    for (const answer of await work.erp.read(work.pair.employeeId, batch, work.signal)) {
      if (answer.ok) known.push(answer.value);
    }
  }
  return known;
}

const LINKS_PER_PAGE = 1_000;

/** Of records that are in a link already: what else carries their mark is a copy. */
async function linkedRecords<S extends Shapes>(
  work: PairWork<S>,
): Promise<{ readonly ids: ReadonlySet<string>; readonly tails: ReadonlySet<string> }> {
  const [ids, tails] = [new Set<string>(), new Set<string>()];
  let afterLinkId: string | null = null;
  for (;;) {
    const page = { afterLinkId, limit: LINKS_PER_PAGE };
    const links: readonly Link[] = await work.store.links(work.pair.id, { page });
    for (const { recordId, recordBirth } of links) {
      ids.add(recordId);
      tails.add(recordTail(work, recordBirth));
    }
    if (links.length < LINKS_PER_PAGE) return { ids, tails };
    afterLinkId = links.at(-1)?.id ?? null;
  }
}

function linkOf<S extends Shapes>(
  work: PairWork<S>,
  { id: recordId, birth: recordBirth, isInScope }: KnownRecord,
  itemId: string,
  { key, attempt }: Mark,
): Link {
  const ids = { id: work.chance.key(), key, attempt, recordId, recordBirth, itemId, uid: null };
  return { ...NEVER_AGREED, ...ids, ended: isInScope ? null : 'recordLeftScope' };
}

function endedLink<S extends Shapes>(
  work: PairWork<S>,
  itemId: string,
  { key, attempt }: Mark,
): Link {
  const ids = { id: work.chance.key(), key, attempt, itemId, uid: null };
  return { ...NEVER_AGREED, ...ids, recordId: '', recordBirth: '', ended: 'recordDeletedItemKept' };
}
