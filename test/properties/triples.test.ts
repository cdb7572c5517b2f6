import { expect, test } from 'vitest';
import { parseInstant, parseZone } from '../../mappings/values.js';
import { travelOf, waysOf } from '../../sync/engine/terms/travel.js';
import { DEFAULT_OPTIONS } from '../../sync/ports/pair.js';
import type { PairPolicy } from '../../sync/ports/pair.js';
import type { Side } from '../../sync/ports/store.js';
import { Random } from '../simulators/random.js';
import { CONTEXT, NOTE, note } from '../sync/engine/note-kind.js';
import type { Note } from '../sync/engine/note-kind.js';
import { apply, linkOf, plan, workWith } from './note-triple.js';
import type { Triple } from './note-triple.js';

const TRIPLES = 100_000;
const MOST_ROUNDS = 10;

/** One edit, by its field and a value that no other edit has. */
interface Edit {
  readonly side: Side;
  readonly field: 'title' | 'room' | 'days';
  readonly day: string | null;
  readonly token: string;
}

interface Tree {
  readonly triples: readonly Triple[];
  readonly edits: Map<Triple, Edit[]>;
  readonly deleted: Map<Triple, Set<Side>>;
}

function policyOf(random: Random): PairPolicy {
  const isNarrow = random.chance(0.2);
  return {
    direction: random.oneOf(['both', 'both', 'both', 'toErp', 'toExchange']),
    conflict: random.oneOf(['erp', 'exchange', 'newest']),
    deleteInExchange: random.chance(0.8),
    deleteInErp: random.chance(0.8),
    leavePrivateOut: false,
    syncStart: parseInstant('2026-01-01T00:00:00Z'),
    stockFrom: null,
    guard: { count: 1000, percent: 100 },
    zone: parseZone('Europe/Berlin'),
    language: 'de',
    writeTimeoutMs: 20_000,
    rights: { create: true, change: true, delete: true },
    options: {
      ...DEFAULT_OPTIONS,
      fields: isNarrow ? { room: random.oneOf(['toErp', 'toExchange'] as const) } : {},
      enforce: random.chance(0.2),
    },
  };
}

/** One tree, perturbed twice: both sides stem from what they agreed on, so that their changes meet. */
function treeOf(work: ReturnType<typeof workWith>, random: Random): Tree {
  const tree: Tree = { triples: [], edits: new Map(), deleted: new Map() };
  const triples: Triple[] = [];
  for (let size = random.between(1, 3); size > 0; size -= 1) {
    const name = String(size);
    const base = note({ title: `Wartung ${name} lang`, days: { d1: 'alt', d2: 'deleted' } });
    const triple: Triple = {
      ...{ name, erp: NOTE.asErpHolds(base, CONTEXT), exchange: base, link: null },
      ...{ open: [], landed: null, version: 1, lost: [], cameToNothing: new Set<string>() },
    };
    if (random.chance(0.85)) triple.link = linkOf(work, triple);
    else if (random.chance(0.5)) triple.erp = null;
    else triple.exchange = null;
    triples.push(triple);
    tree.edits.set(triple, []);
    tree.deleted.set(triple, new Set());
    for (const side of ['erp', 'exchange'] as const) perturb(tree, triple, side, random);
  }
  return { ...tree, triples };
}

let tokens = 0;

/** A clipped title still shows it; `n1` is not in `n12`. */
function shows(text: string, token: string): boolean {
  for (let at = text.indexOf(token); at >= 0; at = text.indexOf(token, at + 1)) {
    if (!/\d/.test(text.charAt(at + token.length))) return true;
  }
  return false;
}

function perturb(tree: Tree, triple: Triple, side: Side, random: Random): void {
  if (triple[side] !== null && triple.link !== null && random.chance(0.12)) {
    // whoever deletes it has seen what it showed there
    const seen = JSON.stringify(triple[side]);
    const unseen = (tree.edits.get(triple) ?? []).filter(({ token }) => !shows(seen, token));
    tree.edits.set(triple, unseen);
    triple[side] = null;
    tree.deleted.get(triple)?.add(side);
  }
  for (let times = random.below(3); times > 0; times -= 1) {
    const value = triple[side];
    if (value === null) return;
    tokens += 1;
    const field = random.oneOf(['title', 'room', 'days'] as const);
    const day = field === 'days' ? random.oneOf(['d1', 'd2', 'd3']) : null;
    const edit: Edit = { side, field, day, token: `n${String(tokens)}` };
    triple[side] = edited(value, edit);
    triple.version += 1;
    const others = tree.edits.get(triple) ?? [];
    // whoever changes a value has seen the one that was there
    const was = field === 'days' ? (value.days[day ?? ''] ?? '') : value[field];
    const isSeen = (one: Edit): boolean => one.field === field && shows(was, one.token);
    tree.edits.set(triple, [...others.filter((one) => !isSeen(one)), edit]);
  }
}

function edited(value: Note, { side, field, day, token }: Edit): Note {
  const next =
    day !== null
      ? { ...value, days: { ...value.days, [day]: token } }
      : { ...value, [field]: field === 'title' ? `${token} mit langem Ende` : token };
  return side === 'erp' ? NOTE.asErpHolds(next, CONTEXT) : next;
}

test('a tree that both sides changed settles: in few rounds, in any order, with nothing lost and nothing sent the wrong way', () => {
  let triples = 0;
  for (let seed = 1; triples < TRIPLES; seed += 1) {
    const random = new Random(seed);
    const work = workWith(policyOf(random));
    const tree = treeOf(work, random);
    triples += tree.triples.length;
    const problems = problemsOf(work, tree, random);
    if (problems.length > 0) {
      expect.fail(`seed ${String(seed)}: ${problems.join('; ')}\n${JSON.stringify(tree.triples)}`);
    }
  }
}, 180_000);

type Work = ReturnType<typeof workWith>;

function problemsOf(work: Work, tree: Tree, random: Random): string[] {
  const problems: string[] = [];
  const died = random.chance(0.3)
    ? { erp: random.chance(0.5), exchange: random.chance(0.5) }
    : null;
  for (let round = 0; ; round += 1) {
    if (round > MOST_ROUNDS) return [...problems, 'does not settle'];
    const order = random.shuffled(tree.triples);
    const actions = plan(work, order);
    const isCompared = round === 0 && random.chance(0.1);
    if (isCompared && !isSamePlan(work, order, actions)) problems.push('the order decides');
    problems.push(...actions.flatMap(({ decision }) => wrongWays(work, decision)));
    const wrote = order.map((triple, index) => {
      const action = actions[index];
      if (action === undefined) return false;
      problems.push(...unasked(tree, triple, action.decision.kind));
      return apply(work, triple, action, round === 0 ? died : null);
    });
    if (round === 0 && died !== null) meddle(tree, random);
    else if (!wrote.includes(true)) break;
  }
  return [...problems, ...tree.triples.flatMap((triple) => endOf(work, tree, triple))];
}

/** Somebody edits while the interrupted write waits to be recognised. */
function meddle(tree: Tree, random: Random): void {
  for (const triple of tree.triples) {
    if (random.chance(0.3)) perturb(tree, triple, random.oneOf(['erp', 'exchange']), random);
  }
}

function isSamePlan(work: Work, order: readonly Triple[], actions: ReturnType<typeof plan>) {
  const again = plan(work, [...order].reverse()).map(({ decision }) => decision);
  const text = (decision: unknown): string => JSON.stringify(decision);
  return actions.every(({ decision }, at) => text(decision) === text(again[order.length - 1 - at]));
}

function wrongWays(
  work: Work,
  decision: ReturnType<typeof plan>[number]['decision'],
): readonly string[] {
  const { direction, options } = work.pair.policy;
  const isInto = (side: Side): boolean =>
    direction === 'both' || direction === (side === 'erp' ? 'toErp' : 'toExchange');
  if (decision.kind === 'merge') {
    const travel = travelOf(work.pair.policy);
    const isAllowed = (path: string, way: 'toErp' | 'toExchange'): boolean => {
      const field = path.split('/')[0] as keyof Note;
      return waysOf(field, NOTE.rules[field], travel)[way];
    };
    const { toErp, toExchange } = decision.merged;
    return [
      ...toErp.filter((path) => !isAllowed(path, 'toErp')),
      ...toExchange.filter((path) => !isAllowed(path, 'toExchange')),
    ].map((path) => `${path} travels the wrong way`);
  }
  const isPutBack = options.enforce && 'isPutBack' in decision;
  if (isPutBack) return [];
  if (/InErp$|FromErp$/.test(decision.kind) && !isInto('erp')) return [decision.kind];
  if (/InExchange$|FromExchange$/.test(decision.kind) && !isInto('exchange'))
    return [decision.kind];
  return [];
}

/** Only what somebody deleted is removed. */
function unasked(tree: Tree, triple: Triple, kind: string): readonly string[] {
  const deleted = tree.deleted.get(triple);
  if (kind === 'removeFromErp' && deleted?.has('exchange') !== true)
    return ['removed from the ERP'];
  if (kind === 'removeFromExchange' && deleted?.has('erp') !== true)
    return ['removed from Exchange'];
  return [];
}

/** Both sides agree, and each edit that may travel is seen on both, or is kept as lost. */
function endOf(work: Work, tree: Tree, triple: Triple): readonly string[] {
  const { direction, options, deleteInErp, deleteInExchange } = work.pair.policy;
  const { erp, exchange, lost } = triple;
  const isPlain = direction === 'both' && Object.keys(options.fields).length === 0;
  if (!isPlain) return [];
  const edits = tree.edits.get(triple) ?? [];
  const deleted = tree.deleted.get(triple) ?? new Set();
  const kept = JSON.stringify(lost);
  if (erp === null || exchange === null) {
    if (erp === null && exchange === null) return goneOf(edits, deleted, kept);
    return deleteInErp && deleteInExchange ? ['only one side has it'] : [];
  }
  const isEqual =
    JSON.stringify(sorted(NOTE.asErpHolds(exchange, CONTEXT))) === JSON.stringify(sorted(erp));
  const missing = edits.filter(({ field, token }) => {
    const isSeen = [erp, exchange].every((one) => shows(JSON.stringify(one[field]), token));
    return !isSeen && !shows(kept, token);
  });
  return [
    ...(isEqual ? [] : ['they differ']),
    ...missing.map(
      ({ side, field, token }) => `${side} wrote ${token} into ${field} of ${triple.name}: lost`,
    ),
  ];
}

/** What is gone was deleted where its last edits were seen. */
function goneOf(
  edits: readonly Edit[],
  deleted: ReadonlySet<Side>,
  kept: string,
): readonly string[] {
  if (deleted.size === 0) return ['gone, and nobody deleted it'];
  return edits
    .filter(({ side, token }) => !deleted.has(side) && !shows(kept, token))
    .map(({ side, token }) => `${side} wrote ${token}, and it is gone`);
}

function sorted(value: Note): unknown {
  return { ...value, days: Object.entries(value.days).sort(), about: '' };
}
