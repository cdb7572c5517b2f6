import { parseEmail, UnreadableValue } from '../../mappings/values.js';
import type { EmailAddress, PlainDate } from '../../mappings/values.js';
import type { ErpEmployee } from '../../sync/ports/erp.js';
import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { Sentence } from '../../sync/ports/failure.js';
import type { Abgleich, Connection, SyncedEmployee } from '../wire.js';
import { findConnection } from './find-connection.js';
import { chosenWord, findInStaff } from './find-employee.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { warnOfOtherServers } from './other-servers.js';
import type { Language, Outcome, Session, Verb } from './verb.js';
import { whyNotText } from './why-not.js';

export const EMPLOYEES_ENABLE: Verb = {
  name: 'employees enable',
  does: {
    de: 'gleicht einen Mitarbeiter ab, oder alle, und prüft, ob ihr Postfach zu öffnen ist.',
    en: 'syncs an employee, or all of them, and checks whether their mailbox can be opened.',
  },
  positionals: ['[ADDRESS|ID]'],
  options: {
    all: {
      value: null,
      help: {
        de: 'alle, die nicht ausgeschieden sind und ein Postfach haben.',
        en: 'all who have not left and have a mailbox.',
      },
    },
    connection: {
      value: 'NAME',
      help: {
        de: 'über welche Verbindung; nötig, wenn es mehrere gibt.',
        en: 'over which connection; needed where there are several.',
      },
    },
    mailbox: {
      value: 'ADDRESS',
      help: {
        de: 'ein anderes Postfach als die E-Mail-Adresse im ERP.',
        en: 'another mailbox than the e-mail address in the ERP.',
      },
    },
    'stock-from': {
      value: 'DAY',
      help: {
        de: 'übernimmt auch, was schon da ist und an diesem Tag oder später endet.',
        en: 'also brings over what is there already and ends on this day or later.',
      },
    },
    'with-private': {
      value: null,
      help: {
        de: 'gleicht auch private Termine ab; sonst bleiben sie außen vor.',
        en: 'syncs private appointments too; otherwise they stay out.',
      },
    },
    direction: {
      value: 'both|to-exchange|to-erp|off',
      help: {
        de: 'in welche Richtung; sonst wie bei der Verbindung, üblich beide.',
        en: 'which way; otherwise as the connection has it, usually both.',
      },
    },
  },
  run: enable,
};

/** What became of one employee. */
interface Line {
  readonly id: string;
  readonly name: string;
  readonly mailbox: string | null;
  readonly isEnabled: boolean;
  /** Why not, or why their mailbox cannot be opened; null = all is well. */
  readonly problem: Sentence | null;
  /** What is well now and may not stay so; null = nothing. */
  readonly warning: Sentence | null;
}

/** A line, and whether its problem is that nobody answers. */
interface Result {
  readonly line: Line;
  readonly isUnreachable: boolean;
}

async function enable(input: Input, session: Session): Promise<Outcome> {
  const choice = readChoice(input);
  const abgleich = await session.open();
  const connection = await findConnection(abgleich, input.text('connection'));
  await abgleich.employees.noteClients(await abgleich.directory.hasClients(session.stop));
  const staff = await abgleich.directory.employees(session.stop);
  const chosen = choice.typed === null ? staff : [findInStaff(staff, choice.typed)];
  const candidates = choice.typed === null ? chosen.filter(isCandidate) : chosen;
  const results: Result[] = [];
  for (const employee of candidates) {
    results.push(await enableOne(employee, { abgleich, connection, choice, session }));
  }
  const warned = await withWarnings(results, { abgleich, connection, choice, session });
  return outcomeOf(warned, choice.typed !== null);
}

interface Choice {
  readonly typed: string | null;
  readonly mailbox: EmailAddress | null;
  readonly stockFrom: PlainDate | null;
  readonly withPrivate: boolean;
  readonly direction: 'both' | 'toExchange' | 'toErp' | 'off' | null;
}

const DIRECTIONS = {
  both: 'both',
  'to-exchange': 'toExchange',
  'to-erp': 'toErp',
  off: 'off',
} as const;

function readChoice(input: Input): Choice {
  const typed = chosenWord(input);
  const direction = input.choice('direction', ['both', 'to-exchange', 'to-erp', 'off']);
  return {
    typed,
    mailbox: readMailbox(input.text('mailbox'), typed),
    stockFrom: input.date('stock-from'),
    withPrivate: input.flag('with-private'),
    direction: direction === null ? null : DIRECTIONS[direction],
  };
}

function readMailbox(text: string | null, typed: string | null): EmailAddress | null {
  if (text === null) return null;
  if (typed === null) {
    throw new InputError({
      de: '--mailbox gilt für einen Mitarbeiter, nicht für --all.',
      en: '--mailbox is for one employee, not for --all.',
    });
  }
  try {
    return parseEmail(text);
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    throw new InputError({
      de: `--mailbox ist „${text}“; erwartet wird eine Adresse wie name@firma.de.`,
      en: `--mailbox is "${text}"; expected is an address like name@company.com.`,
    });
  }
}

/** Whom `--all` means; the others are not mentioned, since they are no surprise. */
function isCandidate({ status, mailbox, email, login }: ErpEmployee): boolean {
  return status !== 'left' && (mailbox ?? email ?? login) !== null;
}

interface Enabling {
  readonly abgleich: Abgleich;
  readonly connection: Connection;
  readonly choice: Choice;
  readonly session: Session;
}

/** One who cannot be taken in does not stop the others. */
async function enableOne(employee: ErpEmployee, work: Enabling): Promise<Result> {
  const { abgleich, connection, choice, session } = work;
  const { id, name } = employee;
  try {
    const synced = await abgleich.employees.enable(
      {
        connectionId: connection.id,
        employee,
        kinds: ['appointment'],
        ...(choice.stockFrom === null ? {} : { stockFrom: choice.stockFrom }),
        ...(choice.mailbox === null ? {} : { mailbox: choice.mailbox }),
        settings: settingsOf(choice),
      },
      session.who,
    );
    const facts = { id, name, mailbox: synced.mailbox, isEnabled: true };
    const whyNot = whyNotText(synced);
    if (whyNot !== null) {
      return { line: { ...facts, problem: whyNot, warning: null }, isUnreachable: false };
    }
    return resultOf(facts, await tryMailbox(synced, work));
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.kind !== 'rejected') throw error;
    return resultOf(
      { id, name, mailbox: employee.mailbox ?? employee.email, isEnabled: false },
      error,
    );
  }
}

function settingsOf({ direction, withPrivate }: Choice) {
  return {
    ...(direction === null ? {} : { direction }),
    ...(withPrivate ? { leavePrivateOut: false } : {}),
  };
}

/** Saving checks at once whether the employee can be synced (feature B7). */
async function tryMailbox(
  { mailbox, namedBy }: SyncedEmployee,
  { abgleich, connection, session }: Enabling,
): Promise<ConnectorFailure | null> {
  try {
    const exchange = await abgleich.exchangeOf(connection.id);
    await exchange.folders({ address: mailbox, namedBy }, session.stop);
    return null;
  } catch (error) {
    if (error instanceof ConnectorFailure) return error;
    throw error;
  }
}

/** All mailboxes are asked about in one go. */
async function withWarnings(
  results: readonly Result[],
  { abgleich, connection, session }: Enabling,
): Promise<readonly Result[]> {
  const mailboxes = results.flatMap(({ line }) =>
    line.isEnabled && line.mailbox !== null ? [parseEmail(line.mailbox)] : [],
  );
  const warnings = await warnOfOtherServers(abgleich, connection, mailboxes, session.stop);
  const byText: ReadonlyMap<string | null, Sentence> = warnings;
  return results.map(({ line, isUnreachable }) => ({
    line: { ...line, warning: byText.get(line.mailbox) ?? null },
    isUnreachable,
  }));
}

function resultOf(
  facts: Omit<Line, 'problem' | 'warning'>,
  failure: ConnectorFailure | null,
): Result {
  const problem =
    failure === null ? null : (failure.sentence ?? { de: failure.message, en: failure.message });
  return {
    line: { ...facts, problem, warning: null },
    isUnreachable: failure?.kind === 'unreachable',
  };
}

function outcomeOf(results: readonly Result[], isOne: boolean): Outcome {
  const lines = results.map(({ line }) => line);
  const problems = results.filter(({ line }) => line.problem !== null);
  const isUnreachable = problems.length > 0 && problems.every((result) => result.isUnreachable);
  return {
    exit: problems.length === 0 ? 0 : isUnreachable ? 3 : 1,
    json: isOne ? lines[0] : lines,
    text: { de: textOf(lines, 'de'), en: textOf(lines, 'en') },
  };
}

function textOf(lines: readonly Line[], language: Language): string {
  const words = WORDS[language];
  if (lines.length === 0) return words.nobody;
  return lines
    .map(({ id, name, mailbox, isEnabled, problem, warning }) => {
      const state = isEnabled ? words.enabled : words.refused;
      const first = `${problem === null ? '✓' : '✗'} ${name} (${id}, ${mailbox ?? '–'}): ${state}`;
      const remedy = problem === null ? '' : `\n  → ${problem[language]}`;
      return first + remedy + (warning === null ? '' : `\n  ! ${warning[language]}`);
    })
    .join('\n');
}

const WORDS = {
  de: {
    enabled: 'wird abgeglichen',
    refused: 'wird nicht abgeglichen',
    nobody: 'Im ERP ist niemand, der abgeglichen werden kann.',
  },
  en: {
    enabled: 'is synced',
    refused: 'is not synced',
    nobody: 'There is nobody in the ERP who can be synced.',
  },
} as const;
