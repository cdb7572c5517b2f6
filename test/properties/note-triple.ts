import { parseInstant } from '../../mappings/values.js';
import type { Observed } from '../../sync/engine/sights.js';
import { planActions } from '../../sync/engine/plan.js';
import type { Action } from '../../sync/engine/decision.js';
import type { PairWork } from '../../sync/engine/pair-work.js';
import { shownAs } from '../../sync/engine/shown.js';
import { translate } from '../../sync/engine/translate.js';
import type { PairPolicy } from '../../sync/ports/pair.js';
import type { Bases, Intent, Link } from '../../sync/ports/store.js';
import { VirtualClock } from '../simulators/clock.js';
import { seededChance } from '../simulators/random.js';
import { CONTEXT, NOTE } from '../sync/engine/note-kind.js';
import type { Note, NoteShapes } from '../sync/engine/note-kind.js';

/** The three states of one thing: what each side shows, and, in its link, what both showed when they last agreed. */
export interface Triple {
  readonly name: string;
  erp: Note | null;
  exchange: Note | null;
  link: Link | null;
  /** Writes that were promised and not settled, and the version that the one to the ERP led to, if it landed. */
  open: readonly Intent[];
  landed: number | null;
  /** Counts what either side has shown. */
  version: number;
  /** Values that lost, as a journal would keep them. */
  readonly lost: unknown[];
  /** Writes that provably did not reach the ERP. */
  readonly cameToNothing: Set<string>;
}

/** The planner's world without any port: whoever asks one fails. */
export function workWith(policy: PairPolicy): PairWork<NoteShapes> {
  const nothing = new Proxy(
    {},
    {
      get: (_target, name) => {
        if (name === 'clockOffsetMs') return undefined;
        throw new Error(`the planner asked the outside for ${String(name)}`);
      },
    },
  );
  return {
    pair: {
      id: 'pair',
      connectionId: '1',
      employeeId: 'E01',
      kind: 'task',
      mailbox: { address: 'anna@firma.example' as never },
      folders: ['calendar'],
      policy,
    },
    lease: { pairId: 'pair', fence: 1 },
    kind: NOTE,
    erp: nothing as PairWork<NoteShapes>['erp'],
    exchange: nothing as PairWork<NoteShapes>['exchange'],
    store: nothing as PairWork<NoteShapes>['store'],
    clock: new VirtualClock('2026-03-02T08:00:00Z'),
    chance: seededChance(1),
    // texts instead of hashes: the planner must not care, and a failing test can be read
    fingerprinter: { of: (_link, field, text) => `${field}=${text}` },
    translation: CONTEXT,
    signal: new AbortController().signal,
  };
}

const CHANGED_AT = parseInstant('2026-02-01T00:00:00Z');

/** The triple as a cycle would have read it. */
export function observedOf(work: PairWork<NoteShapes>, triple: Triple): Observed<NoteShapes> {
  const { name, erp, exchange, link, open, landed } = triple;
  const version = String(triple.version);
  const linkId = link?.id ?? '';
  const unit = {
    link,
    recordId: erp === null && link === null ? null : `r${name}`,
    recordNews: { kind: 'ask' as const },
    itemId: exchange === null && link === null ? null : `i${name}`,
    itemNews: { kind: 'ask' as const },
    mark: null,
    open,
    cameToNothing: triple.cameToNothing,
    landedVersion: landed === null ? null : String(landed),
  };
  const seen = {
    ...{ id: `r${name}`, version, birth: `b${name}`, changedAt: CHANGED_AT },
    ...{ isInScope: true, employees: ['E01'] },
  };
  const ref = { id: `i${name}`, version };
  return {
    unit,
    linkId,
    record:
      erp === null
        ? link === null
          ? { kind: 'none' }
          : { kind: 'removed', idReused: false }
        : { kind: 'there', seen: { ...seen, record: erp }, shown: shownAs(work, linkId, erp) },
    item:
      exchange === null
        ? { kind: link === null ? 'none' : 'deleted' }
        : {
            kind: 'there',
            seen: { ref, folderId: 'calendar', mark: null, item: exchange },
            shown: shownAs(work, linkId, exchange),
          },
    isCopy: false,
    isTwin: false,
    putBacks: 0,
    isRecreated: false,
    hasDeclined: false,
  };
}

export function plan(
  work: PairWork<NoteShapes>,
  triples: readonly Triple[],
): readonly Action<NoteShapes>[] {
  const observed = triples.map((triple) => observedOf(work, triple));
  return planActions(work, observed, new Map());
}

/** What an interrupted cycle may have done before it died: each side's write, or not. */
export interface Died {
  readonly erp: boolean;
  readonly exchange: boolean;
}

/** Carries an action out as the ports would, purely; answers whether anything was written. */
export function apply(
  work: PairWork<NoteShapes>,
  triple: Triple,
  action: Action<NoteShapes>,
  died: Died | null = null,
): boolean {
  const { decision } = action;
  triple.version += 1;
  switch (decision.kind) {
    case 'merge': {
      const { merged } = decision;
      const writes = { erp: merged.toErp.length > 0, exchange: merged.toExchange.length > 0 };
      for (const { lost } of [...merged.conflicts, ...merged.putBack]) triple.lost.push(lost);
      if (writes.erp && died?.erp !== false) triple.erp = NOTE.asErpHolds(merged.forErp, CONTEXT);
      if (writes.exchange && died?.exchange !== false) triple.exchange = merged.forExchange;
      if (died === null) return (settle(work, triple), writes.erp || writes.exchange);
      promised(work, triple, action, writes.erp && died.erp);
      return true;
    }
    case 'createInExchange':
      triple.exchange = decision.record.shown.value;
      return (link(work, triple), true);
    case 'createInErp':
      triple.erp = NOTE.asErpHolds(decision.item.shown.value, CONTEXT);
      return (link(work, triple), true);
    case 'removeFromErp':
      triple.erp = null;
      return (end(triple, 'deletedEverywhere'), true);
    case 'removeFromExchange':
      triple.exchange = null;
      return (end(triple, 'deletedEverywhere'), true);
    case 'endLink':
      return (end(triple, decision.why), false);
    default:
      return false;
  }
}

/** The write is not confirmed: the next plan knows the promise, and not what became of it. */
function promised(
  work: PairWork<NoteShapes>,
  triple: Triple,
  action: Action<NoteShapes>,
  landed: boolean,
): void {
  const translation = translate(work, action, NOTHING_OPEN);
  if (!translation.ok) throw new Error(translation.reason);
  const { intents } = translation.step;
  triple.open = [...triple.open, ...intents];
  if (!landed) for (const { id, side } of intents) if (side === 'erp') triple.cameToNothing.add(id);
  triple.landed = landed ? triple.version : null;
}

const NOTHING_OPEN = {
  open: [],
  openOf: new Map<string, never>(),
  landed: new Map<string, string>(),
  cameToNothing: new Set<string>(),
  ledTo: new Map<string, string>(),
  waiting: new Set<string>(),
  retries: new Map<string, never>(),
  owed: [],
  made: new Map(),
};

function settle(work: PairWork<NoteShapes>, triple: Triple): void {
  triple.open = [];
  triple.landed = null;
  if (triple.link !== null) triple.link = { ...triple.link, bases: basesOf(work, triple) };
}

function link(work: PairWork<NoteShapes>, triple: Triple): void {
  triple.link = linkOf(work, triple);
  triple.open = [];
  triple.landed = null;
}

function end(triple: Triple, why: NonNullable<Link['ended']>): void {
  if (triple.link !== null) triple.link = { ...triple.link, ended: why };
  triple.open = [];
}

/** A link of both sides as they are now. */
export function linkOf(work: PairWork<NoteShapes>, triple: Triple): Link {
  const { name } = triple;
  return {
    ...{ id: `l${name}`, key: `k${name}`, attempt: 1, uid: null, ended: null, form: 'note.1' },
    ...{ recordId: `r${name}`, recordBirth: `b${name}`, recordVersion: '1' },
    ...{ itemId: `i${name}`, itemVersion: '1' },
    bases: basesOf(work, triple),
  };
}

function basesOf(work: PairWork<NoteShapes>, { name, erp, exchange }: Triple): Bases {
  const base = (note: Note | null): Bases['erp'] =>
    note === null ? {} : shownAs(work, `l${name}`, note).base;
  return { erp: base(erp), exchange: base(exchange) };
}
