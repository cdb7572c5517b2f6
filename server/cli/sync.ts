import { syncOnce } from '../sync-once.js';
import type { PairResult } from '../sync-once.js';
import type { Pair } from '../../sync/ports/pair.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Abgleich, SyncedEmployee } from '../wire.js';
import { findSynced } from './find-employee.js';
import { InputError } from './input.js';
import { refreshStaff } from '../refresh-staff.js';
import { whyNotText } from './why-not.js';
import type { Input } from './input.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

export const SYNC: Verb = {
  name: 'sync',
  does: {
    de: 'gleicht einmal alle ab, oder einen Mitarbeiter, bis nichts mehr zu tun ist.',
    en: 'syncs everybody once, or one employee, until nothing is left to do.',
  },
  positionals: [],
  options: {
    once: {
      value: null,
      help: {
        de: 'muss angegeben werden; dauernd gleicht „abgleich serve“ ab.',
        en: 'must be given; "abgleich serve" is what goes on syncing.',
      },
    },
    employee: {
      value: 'ADDRESS|ID',
      help: { de: 'nur dieser Mitarbeiter.', en: 'only this employee.' },
    },
  },
  run: sync,
};

async function sync(input: Input, session: Session): Promise<Outcome> {
  if (!input.flag('once')) {
    throw new InputError({
      de: 'Es fehlt --once. Dauernd abgleichen: „abgleich serve“.',
      en: '--once is missing. To go on syncing: "abgleich serve".',
    });
  }
  const abgleich = await session.open();
  await refreshStaff(abgleich, session.stop);
  const synced = await abgleich.employees.list();
  const pairs = await pairsToSync(abgleich, synced, input.text('employee'));
  const parts = {
    abgleich,
    config: session.config(),
    log: session.log(),
    metrics: session.metrics(),
  };
  const results = await syncOnce(pairs, parts, session.stop);
  return outcomeOf(results, new Map(synced.map(({ id, name }) => [id, name])));
}

async function pairsToSync(
  abgleich: Abgleich,
  synced: readonly SyncedEmployee[],
  typed: string | null,
): Promise<readonly Pair[]> {
  const chosen = typed === null ? synced : [findSynced(synced, typed)];
  return activePairs(abgleich, chosen, typed);
}

/** The pairs of these employees that are switched on. Whoever was `typed` must be one of them. */
export async function activePairs(
  abgleich: Abgleich,
  chosen: readonly SyncedEmployee[],
  typed: string | null,
): Promise<readonly Pair[]> {
  const { isSyncing } = await abgleich.settings.installation();
  if (!isSyncing) {
    throw new InputError({
      de: 'Der Hauptschalter ist aus: es wird nichts abgeglichen. „abgleich switch on“ schaltet ihn ein.',
      en: 'The main switch is off: nothing is synced. "abgleich switch on" switches it on.',
    });
  }
  const connections = await abgleich.connections.list();
  const open = new Set(connections.filter(({ isEnabled }) => isEnabled).map(({ id }) => id));
  const active = chosen.filter(
    ({ whyNot, connectionId }) => whyNot === null && open.has(connectionId),
  );
  const [refused] = typed === null || active.length > 0 ? [] : chosen;
  if (refused !== undefined) throw new InputError(whyNotText(refused) ?? CONNECTION_OFF);
  const pairs = await Promise.all(active.map(({ id }) => abgleich.pairs.list(id)));
  return pairs.flat().filter(({ policy }) => policy.direction !== 'off');
}

const CONNECTION_OFF: Sentence = {
  de: 'Die Verbindung ist abgeschaltet. „abgleich switch on --connection NAME“ schaltet sie ein.',
  en: 'The connection is switched off. "abgleich switch on --connection NAME" switches it on.',
};

function outcomeOf(results: readonly PairResult[], nameOf: ReadonlyMap<string, string>): Outcome {
  const lines = results.map((result) => lineOf(result, nameOf));
  const problems = results.filter((result) => problemOf(result) !== null);
  const isUnreachable = problems.length > 0 && problems.every(isAway);
  return {
    exit: problems.length === 0 ? 0 : isUnreachable ? 3 : 1,
    json: { pairs: lines },
    text: { de: textOf(lines, 'de'), en: textOf(lines, 'en') },
  };
}

interface Line {
  readonly employee: string;
  readonly name: string;
  readonly kind: Pair['kind'];
  readonly created: number;
  readonly updated: number;
  readonly removed: number;
  readonly conflicts: number;
  readonly parked: number;
  readonly held: number;
  /** Records that must wait, for example for a write whose answer was lost. */
  readonly owed: number;
  readonly problem: Sentence | null;
}

function lineOf(result: PairResult, nameOf: ReadonlyMap<string, string>): Line {
  const { pair, end, created, updated, removed, conflicts } = result;
  const report = end?.kind === 'done' ? end.report : null;
  return {
    employee: pair.employeeId,
    name: nameOf.get(pair.employeeId) ?? pair.employeeId,
    kind: pair.kind,
    ...{ created, updated, removed, conflicts },
    parked: report?.parked ?? 0,
    held: report?.held ?? 0,
    owed: report?.owed ?? 0,
    problem: problemOf(result),
  };
}

/** The other side could not be reached. */
export function isAway({ end }: Pick<PairResult, 'end'>): boolean {
  if (end?.kind === 'postponed') return true;
  const kind = end?.kind === 'failed' ? end.failure?.kind : null;
  return kind === 'unreachable' || kind === 'busy';
}

/** Why a pair is not in order after its cycle; null = it is. */
export function problemOf({ end }: Pick<PairResult, 'end'>): Sentence | null {
  if (end === null) return BUSY_ELSEWHERE;
  switch (end.kind) {
    case 'failed':
      return end.why;
    case 'done':
      return reportProblem(end.report);
    case 'switchedOff':
      return null;
    case 'postponed':
      return SERVER_AWAY;
    case 'paused':
      return IN_A_PAUSE;
    case 'calledOff':
    case 'timedOut':
    case 'leaseLost':
      return NOT_FINISHED;
  }
}

function reportProblem(report: { parked: number; held: number; owed: number }): Sentence | null {
  const { parked, held, owed } = report;
  if (parked + held + owed === 0) return null;
  return {
    de: `${parked} zurückgestellt, ${held} angehalten, ${owed} noch offen; „abgleich journal“ sagt, warum.`,
    en: `${parked} parked, ${held} held, ${owed} not finished yet; "abgleich journal" says why.`,
  };
}

const BUSY_ELSEWHERE: Sentence = {
  de: 'Ein anderer Prozess gleicht dieses Postfach gerade ab.',
  en: 'Another process is syncing this mailbox at the moment.',
};

const SERVER_AWAY: Sentence = {
  de: 'Der Server war eben bei anderen Postfächern nicht zu erreichen; hier wurde es nicht mehr versucht.',
  en: 'The server could not be reached for other mailboxes a moment ago; it was not tried here.',
};

const IN_A_PAUSE: Sentence = {
  de: 'Gerade ist eine eingestellte Pause; „abgleich employees show“ sagt, welche.',
  en: 'It is one of the pauses that were set; "abgleich employees show" says which.',
};

const NOT_FINISHED: Sentence = {
  de: 'Abgebrochen, bevor alles erledigt war; der nächste Lauf macht weiter.',
  en: 'Stopped before all was done; the next run goes on from there.',
};

function textOf(lines: readonly Line[], language: Language): string {
  const words = WORDS[language];
  if (lines.length === 0) return words.nobody;
  return lines
    .map((line) => {
      const { name, created, updated, removed, conflicts, problem } = line;
      const counts = `${created} ${words.created}, ${updated} ${words.updated}, ${removed} ${words.removed}, ${conflicts} ${words.conflicts}`;
      const first = `${problem === null ? '✓' : '✗'} ${name}: ${counts}`;
      return problem === null ? first : `${first}\n  → ${problem[language]}`;
    })
    .join('\n');
}

const WORDS = {
  de: {
    created: 'angelegt',
    updated: 'geändert',
    removed: 'gelöscht',
    conflicts: 'Konflikte',
    nobody: 'Es wird niemand abgeglichen.',
  },
  en: {
    created: 'created',
    updated: 'updated',
    removed: 'removed',
    conflicts: 'conflicts',
    nobody: 'Nobody is synced.',
  },
} as const;
