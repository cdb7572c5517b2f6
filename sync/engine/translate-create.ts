import { Untranslatable } from '../../mappings/translation.js';
import { formatMark } from '../ports/mark.js';
import type { Bases } from '../ports/store.js';
import type { PairWork, Shapes } from './pair-work.js';
import type { Action } from './decision.js';
import { keyForRecord } from './record-key.js';
import type { Interrupted } from './recover.js';
import { fingerprinted, intentOf } from './step.js';
import { claimOf } from './claim.js';
import type { DecisionOf, Step } from './step.js';
import { travelling } from './terms/travel.js';
import { travelFor } from './terms/travel-for.js';

/** A new item from a record. Its key travels with it; one that came to nothing before is reused with another attempt. */
export function createInExchange<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { record }: DecisionOf<S, 'createInExchange'>,
  interrupted: Interrupted,
): Step<S> {
  const { observed } = action;
  const retry = interrupted.retries.get(record.seen.id);
  const linkId = work.chance.key();
  const key = retry?.key ?? keyForRecord(work, record.seen.birth);
  const attempt = (retry?.attempt ?? 0) + 1;
  const wanted = travelling(work.kind, record.shown.value, 'exchange', travelFor(work, observed));
  const { value, losses } = work.kind.toExchange(wanted, null, work.translation);
  const mark = formatMark({ key, attempt, owner: work.pair.id });
  const [folderId = ''] = work.pair.folders;
  const source = fingerprinted(work, linkId, record.shown.canonical);
  const held = work.kind.asExchangeHolds(wanted, work.translation);
  const expected = fingerprinted(work, linkId, work.kind.canonical(held), source);
  const bases: Bases = { erp: source.base, exchange: expected.base };
  const { id: recordId, birth: recordBirth, version: recordVersion } = record.seen;
  const ids = { recordId, recordBirth, recordVersion, itemId: null, itemVersion: null };
  return {
    action,
    linkId,
    key,
    attempt,
    erp: null,
    exchange: { kind: 'create', entry: { folderId, mark, patch: written<S, 'itemPatch'>(value) } },
    intents: [
      intentOf(work, {
        side: 'exchange',
        what: 'create',
        linkId,
        key,
        attempt,
        ...ids,
        target: bases,
      }),
    ],
    losses,
    expected: { exchange: expected },
    destroys: 0,
  };
}

/** A new record from an item, which is marked first. */
export function createInErp<S extends Shapes>(
  work: PairWork<S>,
  action: Action<S>,
  { item, replaces }: DecisionOf<S, 'createInErp'>,
): Step<S> {
  const { observed } = action;
  const { meeting } = action.observed;
  // its record may have gone for this employee alone: only the ERP can tell, and it has a meeting once (rule 10)
  const claimAnew = replaces === null ? undefined : (claimOf(work, item) ?? undefined);
  const linkId = work.chance.key();
  const key = work.chance.key();
  const wanted = travelling(work.kind, item.shown.value, 'erp', travelFor(work, observed));
  const { value, losses } = work.kind.toErp(wanted, null, work.translation);
  const source = fingerprinted(work, linkId, item.shown.canonical);
  const held = work.kind.asErpHolds(wanted, work.translation);
  const expected = fingerprinted(work, linkId, work.kind.canonical(held), source);
  const bases: Bases = { erp: expected.base, exchange: source.base };
  const { ref } = item.seen;
  const ids = {
    recordId: null,
    recordBirth: null,
    recordVersion: null,
    itemId: ref.id,
    itemVersion: ref.version,
  };
  const mark = formatMark({ key, attempt: 1, owner: work.pair.id });
  return {
    action,
    linkId,
    key,
    attempt: 1,
    erp: {
      kind: 'create',
      entry: {
        key,
        attempt: 1,
        ownerId: work.pair.employeeId,
        patch: written<S, 'recordPatch'>(value),
        meeting: meeting?.kind === 'first' ? meeting.claim : claimAnew,
      },
    },
    exchange: { kind: 'update', entry: { ref, patch: null, mark } },
    intents: [
      intentOf(work, {
        side: 'erp',
        what: 'create',
        linkId,
        key,
        attempt: 1,
        ...ids,
        target: bases,
      }),
    ],
    losses,
    expected: { erp: expected },
    destroys: 0,
  };
}

/** A create always has something to write; an empty translation would be a bug of the mapping. */
function written<S extends Shapes, P extends 'itemPatch' | 'recordPatch'>(
  value: S[P] | null,
): S[P] {
  if (value === null)
    throw new Untranslatable('record', {
      de: 'Für einen neuen Eintrag gibt es nichts zu schreiben.',
      en: 'The translation of a new record is empty.',
    });
  return value;
}
