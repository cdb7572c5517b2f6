import assert from 'node:assert/strict';
import { parseInstant } from '../../mappings/values.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { FailureKind } from '../../sync/ports/failure.js';
import type {
  Held,
  Intent,
  JournalEntry,
  Lease,
  Link,
  LostValue,
  Parked,
  Settlement,
  SyncStore,
  Write,
} from '../../sync/ports/store.js';
import type { VirtualClock } from '../simulators/clock.js';

/** A store to run the contract on. Every test takes new pairs, so nothing has to be cleared. */
export interface StoreUnderTest {
  readonly store: SyncStore;
  readonly clock: VirtualClock;
  /** New pairs: two of one connection, and one of another. */
  pairs(): Promise<readonly [one: string, neighbour: string, stranger: string]>;
  /** A new holder of the pair, also where somebody holds it. */
  acquire(pairId: string): Promise<Lease>;
  /** What a settlement leaves that the engine itself never asks for; oldest first. */
  readonly kept: (pairId: string) => Promise<{
    readonly journal: readonly JournalEntry[];
    readonly lostValues: readonly LostValue[];
  }>;
  /** The audit trail, oldest first. */
  trail(pairId: string): Promise<readonly Write[]>;
  /** An administrator wants these writes, of one link, taken back. */
  undo(pairId: string, writeIds: readonly string[]): Promise<void>;
  /** An administrator wants the one lost value restored. */
  restore(pairId: string): Promise<void>;
  close(): Promise<void>;
}

/** What the parts of the contract work with. */
export interface Testing {
  readonly world: () => StoreUnderTest;
  /** A new pair, and the lease of its holder. */
  readonly leased: () => Promise<{ readonly pair: string; readonly lease: Lease }>;
  /** Settles what is named, and nothing else. */
  readonly settle: (lease: Lease, part: Partial<Settlement>) => Promise<void>;
}

/** A settlement that changes nothing. */
export const NOTHING: Settlement = {
  links: [],
  closedIntents: [],
  journal: [],
  parked: [],
  healed: [],
  held: [],
  lostValues: [],
  destroyed: 0,
};

/** When the clock of a store under test starts. */
export const NOON = parseInstant('2026-03-02T12:00:00Z');
/** The watermarks of a pair that has read nothing. */
export const AT_START = { exchange: {}, erp: null };
/** Two sides that differ, with a set-like field. */
export const BASES = {
  erp: { subject: 'h1', list: { a: 'h2' } },
  exchange: { subject: 'h3', list: {} },
};

/** A live link whose ids all come from its own. */
export function link(id: string, more: Partial<Link> = {}): Link {
  return {
    id,
    key: `key-${id}`,
    attempt: 1,
    recordId: `record-${id}`,
    recordBirth: 'born',
    recordVersion: 'v1',
    itemId: `item-${id}`,
    itemVersion: 'v1',
    uid: null,
    ended: null,
    bases: BASES,
    form: 'f1',
    ...more,
  };
}

/** A live link with everything a link can have. */
export const FULL_LINK = link('l1', { uid: '040000008200E00074C5B7101A82E008', recordId: 'Ä-1' });
/** An ended link with as little as a link can have. */
export const ENDED_LINK = link('l2', {
  ended: 'itemDeletedRecordKept',
  itemVersion: '',
  itemId: '',
});

/** A create that was promised. */
export function intent(id: string, more: Partial<Intent> = {}): Intent {
  return {
    id,
    side: 'exchange',
    what: 'create',
    linkId: `link-${id}`,
    key: `key-${id}`,
    attempt: 1,
    recordId: 'record',
    recordBirth: 'born',
    recordVersion: 'v1',
    itemId: null,
    itemVersion: null,
    target: BASES,
    rewritesSeries: true,
    form: 'f1',
    promisedAt: NOON,
    ...more,
  };
}

/** A promise with as little as one can have. */
export const BARE_INTENT = intent('i2', {
  side: 'erp',
  what: 'remove',
  recordId: null,
  recordBirth: null,
  recordVersion: null,
  itemId: 'AAMk',
  itemVersion: 'CQ==',
  target: null,
  rewritesSeries: false,
});

/** An item that was set aside. */
export const PARKED: Parked = {
  side: 'exchange',
  id: 'AAMk=',
  kind: 'untranslatable',
  reason: 'Das geht so nicht: „Größe“',
  times: 1,
  retryAt: NOON,
};

/** A line of the journal with everything that must survive quoting. */
export const ENTRY: JournalEntry = {
  at: NOON,
  event: 'updated',
  side: 'erp',
  recordId: 'r1',
  itemId: null,
  fields: ['subject', 'a,b "c"'],
  losses: [{ field: 'subject', reason: 'textTooLong', detail: 'auf 80 Zeichen gekürzt' }],
  detail: 'weil „x\\y“',
};

/** A losing value. */
export const LOST: LostValue = {
  linkId: 'l1',
  field: 'subject',
  winner: 'erp',
  value: '"Grüße 😀"',
};

/** A destructive action on a link as `link` makes it. */
export function held(linkId: string): Held {
  return { linkId, side: 'exchange', recordVersion: 'v1', itemVersion: 'v1', reason: 'zu viele' };
}

/** An item to look at again. */
export function owed(id: string): { readonly side: 'exchange'; readonly id: string } {
  return { side: 'exchange', id };
}

/** In the order of their ids. */
export async function linksById(
  store: SyncStore,
  pair: string,
  linkIds: string[],
): Promise<readonly Link[]> {
  return sorted(await store.links(pair, { linkIds }));
}

/** In the order of their ids. */
export function sorted(links: readonly Link[]): readonly Link[] {
  return [...links].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** All that a call could have changed of a pair. */
export async function everythingOf({ store, kept }: StoreUnderTest, pair: string): Promise<object> {
  return {
    progress: await store.progress(pair),
    links: sorted(await store.links(pair, { recordIds: ['record-l1', 'record-l2', 'record-l3'] })),
    intents: await store.intents(pair),
    destruction: (await store.destruction(pair, NOON)).pair,
    kept: await kept(pair),
  };
}

/** For `assert.rejects`: a failure of this kind. */
export function failsAs(kind: FailureKind): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof ConnectorFailure, String(error));
    assert.equal(error.kind, kind);
    return true;
  };
}
