import { checkMailboxes } from '../check/check-mailboxes.js';
import type { Trial } from '../check/check-mailboxes.js';
import { commandsFor } from '../check/admin-commands.js';
import type { FailureKind, Sentence } from '../../sync/ports/failure.js';
import type { CommandGroup } from '../check/command-group.js';
import type { Abgleich, Connection, SyncedEmployee } from '../wire.js';
import { commandText } from './command-text.js';
import { commandValues } from './connections-check.js';
import { findConnection } from './find-connection.js';
import { findSynced } from './find-employee.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { warnOfOtherServers } from './other-servers.js';
import { tableText } from './table.js';
import type { Language, Outcome, Session, Verb } from './verb.js';
import { whyNotText } from './why-not.js';

export const EMPLOYEES_CHECK: Verb = {
  name: 'employees check',
  does: {
    de: 'öffnet das Postfach jedes gewählten Mitarbeiters und nennt die, bei denen es nicht geht, mit Grund und Abhilfe.',
    en: 'opens the mailbox of every selected employee, and names those where it fails, why, and what to do.',
  },
  positionals: ['[ADDRESS|ID…]'],
  options: {
    all: {
      value: null,
      help: {
        de: 'alle, die abgeglichen werden; so ist es auch, wenn niemand genannt ist.',
        en: 'all who are synced; which is also so where nobody is named.',
      },
    },
    connection: {
      value: 'NAME',
      help: {
        de: 'nur die, die über diese Verbindung abgeglichen werden.',
        en: 'only those who are synced over this connection.',
      },
    },
  },
  run: check,
};

/** An employee whose mailbox was tried. */
interface Tried {
  readonly employee: SyncedEmployee;
  readonly connection: Connection;
  readonly trial: Trial;
  readonly warning: Sentence | null;
}

interface Line {
  readonly id: string;
  readonly name: string;
  readonly mailbox: string;
  readonly connection: string;
  readonly state: Trial['state'];
  readonly code: string | null;
  readonly problem: Sentence | null;
  /** Another server is named for it than the connection's, or something else than the mailbox is in the way. */
  readonly warning: Sentence | null;
}

async function check(input: Input, session: Session): Promise<Outcome> {
  const typed = wordsOf(input);
  const abgleich = await session.open();
  const chosen = await choose(abgleich, typed, input.text('connection'));
  const tried: Tried[] = [];
  for (const one of chosen) {
    tried.push(...(await tryAll(abgleich, one, session.stop)));
  }
  return outcomeOf(tried, await commandsOf(abgleich, tried, session.stop));
}

function wordsOf(input: Input): readonly string[] {
  const typed: string[] = [];
  for (let at = 0; ; at += 1) {
    const word = input.word(at);
    if (word === null) break;
    typed.push(word);
  }
  if (!input.flag('all') || typed.length === 0) return typed;
  throw new InputError({
    de: 'Entweder Mitarbeiter nennen (Adresse oder Kennung) oder --all angeben.',
    en: 'Name employees (address or id), or give --all.',
  });
}

interface Chosen {
  readonly connection: Connection;
  readonly employees: readonly SyncedEmployee[];
}

/** Those who were typed, else all who are synced, by connection. */
async function choose(
  abgleich: Abgleich,
  typed: readonly string[],
  only: string | null,
): Promise<readonly Chosen[]> {
  const synced = await abgleich.employees.list();
  const named = typed.map((word) => findSynced(synced, word));
  const wanted = typed.length > 0 ? named : synced.filter(isSynced);
  const connections =
    only === null ? await abgleich.connections.list() : [await findConnection(abgleich, only)];
  const stranger = named.find(
    ({ connectionId }) => !connections.some(({ id }) => id === connectionId),
  );
  if (stranger !== undefined) throw new InputError(elsewhere(stranger));
  return connections.map((connection) => ({
    connection,
    employees: [...new Set(wanted)].filter(({ connectionId }) => connectionId === connection.id),
  }));
}

function elsewhere({ name }: SyncedEmployee): Sentence {
  return {
    de: `${name} wird über eine andere Verbindung abgeglichen. „abgleich employees list“ zeigt, über welche.`,
    en: `${name} is synced over another connection. "abgleich employees list" shows over which.`,
  };
}

function isSynced({ isEnabled, status }: SyncedEmployee): boolean {
  return isEnabled && status !== 'left';
}

async function tryAll(
  abgleich: Abgleich,
  { connection, employees }: Chosen,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  if (employees.length === 0) return [];
  const exchange = await abgleich.exchangeOf(connection.id);
  const trials = await checkMailboxes(employees, ({ mailbox, namedBy }) =>
    exchange.folders({ address: mailbox, namedBy }, signal),
  );
  const mailboxes = employees.map(({ mailbox }) => mailbox);
  const warnings = await warnOfOtherServers(abgleich, connection, mailboxes, signal);
  return employees.flatMap((employee, at) => {
    const trial = trials[at];
    const warning = warnings.get(employee.mailbox) ?? null;
    return trial === undefined ? [] : [{ employee, connection, trial, warning }];
  });
}

/** What mends the refusals, once per connection. */
async function commandsOf(
  abgleich: Abgleich,
  tried: readonly Tried[],
  signal: AbortSignal,
): Promise<readonly CommandGroup[]> {
  const denied = tried.filter(({ trial }) => DENIALS.has(codeOf(trial) ?? ''));
  const connections = [...new Set(denied.map(({ connection }) => connection))];
  const groups = connections.map(async (connection) => {
    const codes = denied.flatMap((one) =>
      one.connection === connection ? (codeOf(one.trial) ?? []) : [],
    );
    return commandsFor('impersonation', codes, await commandValues(abgleich, connection, signal));
  });
  return (await Promise.all(groups)).flat();
}

const DENIALS: ReadonlySet<string> = new Set([
  'ErrorImpersonateUserDenied',
  'ErrorImpersonationDenied',
  'EwsBlocked',
  'HTTP403',
]);

function codeOf(trial: Trial): string | null {
  return trial.state === 'failed' ? trial.failure.code : null;
}

function outcomeOf(tried: readonly Tried[], commands: readonly CommandGroup[]): Outcome {
  const lines = tried.map(lineOf);
  const problems = tried.filter(({ trial }) => trial.state !== 'opened');
  const isAway =
    problems.length > 0 && problems.every(({ trial }) => kindOf(trial) === 'unreachable');
  return {
    exit: problems.length === 0 ? 0 : isAway ? 3 : 1,
    json: {
      ok: problems.length === 0,
      opened: lines.length - problems.length,
      employees: lines,
      commands,
    },
    text: { de: textOf(lines, commands, 'de'), en: textOf(lines, commands, 'en') },
  };
}

function kindOf(trial: Trial): FailureKind | null {
  if (trial.state === 'opened') return null;
  return trial.state === 'failed' ? trial.failure.kind : trial.because.kind;
}

function lineOf({ employee, connection, trial, warning }: Tried): Line {
  const { id, name, mailbox } = employee;
  return {
    ...{ id, name, mailbox, connection: connection.name, state: trial.state },
    code: codeOf(trial),
    problem: problemOf(trial),
    warning: warning ?? whyNotText(employee),
  };
}

function problemOf(trial: Trial): Sentence | null {
  switch (trial.state) {
    case 'opened':
      return null;
    case 'failed': {
      const { sentence, message } = trial.failure;
      return sentence ?? { de: message, en: message };
    }
    case 'notTried':
      return NOT_TRIED;
  }
}

const NOT_TRIED: Sentence = {
  de: 'Nicht mehr versucht: der Fehler der anderen träfe auch dieses Postfach.',
  en: 'Not tried any more: the failure of the others would hit this mailbox as well.',
};

function textOf(
  lines: readonly Line[],
  commands: readonly CommandGroup[],
  language: Language,
): string {
  const words = WORDS[language];
  if (lines.length === 0) return words.nobody;
  const table = tableText(
    words.headings,
    lines.map(({ id, name, mailbox, connection, state }) => [
      ...[id, name, mailbox, connection],
      `${state === 'opened' ? '✓' : '✗'} ${words[state]}`,
    ]),
  );
  const problems = lines.flatMap(({ name, mailbox, state, code, problem }) =>
    problem === null || state === 'notTried'
      ? []
      : [`✗ ${name} (${mailbox})${code === null ? '' : `: ${code}`}`, `  → ${problem[language]}`],
  );
  const warnings = lines.flatMap(({ name, mailbox, warning }) =>
    warning === null ? [] : [`! ${name} (${mailbox})`, `  → ${warning[language]}`],
  );
  const count = lines.filter(({ state }) => state === 'opened').length;
  return [
    table,
    ...problems,
    ...warnings,
    ...commandText(commands, language, '    '),
    words.sum(count, lines.length),
  ].join('\n');
}

const WORDS = {
  de: {
    headings: ['KENNUNG', 'NAME', 'POSTFACH', 'VERBINDUNG', 'ERGEBNIS'],
    opened: 'geöffnet',
    failed: 'nicht geöffnet',
    notTried: 'nicht versucht',
    nobody: 'Es wird niemand abgeglichen. „abgleich employees enable“ schaltet Mitarbeiter frei.',
    sum: (opened: number, all: number) => `${opened} von ${all} Postfächern lassen sich öffnen.`,
  },
  en: {
    headings: ['ID', 'NAME', 'MAILBOX', 'CONNECTION', 'RESULT'],
    opened: 'opened',
    failed: 'not opened',
    notTried: 'not tried',
    nobody: 'Nobody is synced. "abgleich employees enable" enables employees.',
    sum: (opened: number, all: number) => `${opened} of ${all} mailboxes can be opened.`,
  },
} as const;
