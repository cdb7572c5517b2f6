import type { PairedBy } from '../../sync/engine/pairing/pairing-notes.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { resyncPairs } from '../resync.js';
import type { PairResynced } from '../resync.js';
import type { Abgleich, SyncedEmployee } from '../wire.js';
import { findConnection } from './find-connection.js';
import { findSynced } from './find-employee.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { detailText } from './journal-details.js';
import { activePairs, isAway, problemOf } from './sync.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const RESYNC: Verb = {
  name: 'resync',
  does: {
    de: 'liest beide Seiten ganz neu und verbindet wieder, was seine Verbindung verloren hat; was auf beiden Seiten da ist, wird weder angelegt noch gelöscht.',
    en: 'reads both sides anew and connects again what has lost its link; what is there on both sides is neither made nor deleted.',
  },
  positionals: [],
  options: {
    employee: {
      value: 'ADDRESS|ID',
      help: { de: 'nur dieser Mitarbeiter.', en: 'only this employee.' },
    },
    connection: {
      value: 'NAME',
      help: { de: 'alle dieser Verbindung.', en: 'everybody on this connection.' },
    },
    all: { value: null, help: { de: 'alle.', en: 'everybody.' } },
  },
  run: resync,
};

async function resync(input: Input, session: Session): Promise<Outcome> {
  assertOneChosen(input);
  const abgleich = await session.open();
  await abgleich.employees.refresh(await abgleich.directory.employees(session.stop));
  const synced = await abgleich.employees.list();
  const chosen = await chosenBy(input, abgleich, synced);
  const pairs = await activePairs(abgleich, chosen, input.text('employee'));
  const parts = {
    abgleich,
    config: session.config(),
    log: session.log(),
    metrics: session.metrics(),
  };
  const results = await resyncPairs(pairs, parts, session.stop);
  return outcomeOf(results, new Map(synced.map(({ id, name }) => [id, name])));
}

/** Nothing is read anew by leaving out whose it is. */
function assertOneChosen(input: Input): void {
  const given = [input.text('employee'), input.text('connection'), input.flag('all') || null];
  if (given.filter((one) => one !== null).length === 1) return;
  throw new InputError({
    de: 'Entweder --employee, oder --connection, oder --all angeben.',
    en: 'Give either --employee, or --connection, or --all.',
  });
}

async function chosenBy(
  input: Input,
  abgleich: Abgleich,
  synced: readonly SyncedEmployee[],
): Promise<readonly SyncedEmployee[]> {
  const employee = input.text('employee');
  if (employee !== null) return [findSynced(synced, employee)];
  const name = input.text('connection');
  if (name === null) return synced;
  const { id } = await findConnection(abgleich, name);
  return synced.filter(({ connectionId }) => connectionId === id);
}

interface Line {
  readonly employee: string;
  readonly name: string;
  readonly kind: PairResynced['pair']['kind'];
  readonly paired: Readonly<Record<PairedBy, number>>;
  readonly differing: PairResynced['notes']['differing'];
  readonly unpaired: PairResynced['notes']['unpaired'];
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly problem: Sentence | null;
}

function lineOf(result: PairResynced, nameOf: ReadonlyMap<string, string>): Line {
  const { pair, end, notes } = result;
  const report = end?.kind === 'done' ? end.report : null;
  const count = (by: PairedBy): number => notes.paired.filter((one) => one.by === by).length;
  const sum = (what: 'created' | 'updated' | 'removed'): number =>
    (report?.[what].erp ?? 0) + (report?.[what].exchange ?? 0);
  return {
    employee: pair.employeeId,
    name: nameOf.get(pair.employeeId) ?? pair.employeeId,
    kind: pair.kind,
    paired: { key: count('key'), uid: count('uid'), content: count('content') },
    differing: notes.differing,
    unpaired: notes.unpaired,
    ...{ created: sum('created'), updated: sum('updated'), removed: sum('removed') },
    problem: problemOf(result),
  };
}

function outcomeOf(results: readonly PairResynced[], nameOf: ReadonlyMap<string, string>): Outcome {
  const lines = results.map((result) => lineOf(result, nameOf));
  const problems = results.filter((result) => problemOf(result) !== null);
  const isUnreachable = problems.length > 0 && problems.every(isAway);
  const isClear = lines.every(
    ({ problem, differing, unpaired }) =>
      problem === null && differing.length + unpaired.length === 0,
  );
  return {
    exit: isUnreachable ? 3 : isClear ? 0 : 1,
    json: { pairs: lines },
    text: { de: textOf(lines, 'de'), en: textOf(lines, 'en') },
  };
}

function textOf(lines: readonly Line[], language: Language): string {
  if (lines.length === 0) return WORDS[language].nobody;
  return lines.map((line) => blockOf(line, language)).join('\n');
}

function blockOf(line: Line, language: Language): string {
  const { name, paired, differing, unpaired, created, updated, removed, problem } = line;
  const words = WORDS[language];
  const isClear = problem === null && differing.length + unpaired.length === 0;
  const found = `${paired.key} ${words.key}, ${paired.uid} ${words.uid}, ${paired.content} ${words.content}`;
  const done = `${created} ${words.created}, ${updated} ${words.updated}, ${removed} ${words.removed}`;
  const why = (reason: string | null): string =>
    reason === null ? words.unmoved : detailText(reason, language);
  return [
    `${isClear ? '✓' : '✗'} ${name}: ${words.connected}: ${found}; ${done}`,
    ...differing.map(({ recordId, reason }) => `  ≠ ${words.record} ${recordId}: ${why(reason)}`),
    ...unpaired.map(
      ({ side, id, reason }) =>
        `  ? ${side === 'erp' ? words.record : words.item} ${id}: ${why(reason)}`,
    ),
    ...(problem === null ? [] : [`  → ${problem[language]}`]),
  ].join('\n');
}

const WORDS = {
  de: {
    connected: 'neu verbunden',
    key: 'am Schlüssel',
    uid: 'an der UID',
    content: 'am Inhalt',
    created: 'angelegt',
    updated: 'geändert',
    removed: 'gelöscht',
    record: 'Datensatz',
    item: 'Element in Exchange',
    unmoved: 'beide Seiten verschieden, obwohl keine seit dem letzten Abgleich geändert wurde',
    nobody: 'Es wird niemand abgeglichen.',
  },
  en: {
    connected: 'connected anew',
    key: 'by key',
    uid: 'by UID',
    content: 'by content',
    created: 'created',
    updated: 'updated',
    removed: 'removed',
    record: 'record',
    item: 'item in Exchange',
    unmoved: 'both sides differ, although neither was changed since they last agreed',
    nobody: 'Nobody is synced.',
  },
} as const;
