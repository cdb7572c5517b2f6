import type { ErpEmployee } from '../../sync/ports/erp.js';
import type { PairState, SyncedEmployee } from '../wire.js';
import type { Sentence } from '../../sync/ports/failure.js';
import { tableText } from './table.js';
import { done } from './verb.js';
import type { Language, Outcome, Session, Verb } from './verb.js';
import { whyNotText } from './why-not.js';

export const EMPLOYEES_LIST: Verb = {
  name: 'employees list',
  does: {
    de: 'zeigt das Personal des ERP, wer davon abgeglichen wird, und was dabei hakt.',
    en: 'shows the staff of the ERP, who of it is synced, and what is in the way of that.',
  },
  positionals: [],
  options: {},
  run: async (_input, session) => list(session),
};

/** One line: an employee of the ERP, a synced one, or both. */
interface Line {
  readonly id: string;
  readonly name: string;
  readonly mailbox: string | null;
  readonly status: ErpEmployee['status'];
  /** null = was never chosen. */
  readonly connection: string | null;
  readonly isEnabled: boolean;
  /** Why nothing of theirs is synced although they were chosen; null = nothing is in the way. */
  readonly whyNot: Sentence | null;
  readonly pairs: readonly Omit<PairState, 'employeeId'>[];
}

async function list(session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  await abgleich.employees.noteClients(await abgleich.directory.hasClients(session.stop));
  const staff = await abgleich.directory.employees(session.stop);
  const synced = await abgleich.employees.list();
  const connections = await abgleich.connections.list();
  const states = await abgleich.pairStates();
  const known = new Set(staff.map(({ id }) => id));
  const gone = synced.filter(({ id }) => !known.has(id));
  const facts: Facts = {
    syncedOf: new Map(synced.map((one) => [one.id, one])),
    connectionOf: new Map(connections.map(({ id, name }) => [id, name])),
    states,
  };
  const lines = [...staff, ...gone.map(goneFromErp)].map((employee) => lineOf(employee, facts));
  return done(lines, { de: textOf(lines, 'de'), en: textOf(lines, 'en') });
}

interface Facts {
  readonly syncedOf: ReadonlyMap<string, SyncedEmployee>;
  readonly connectionOf: ReadonlyMap<string, string>;
  readonly states: readonly PairState[];
}

type Shown = Pick<ErpEmployee, 'id' | 'name' | 'email' | 'mailbox' | 'status'>;

function goneFromErp({ id, name, mailbox }: SyncedEmployee): Shown {
  return { id, name, email: null, mailbox, status: 'left' };
}

function lineOf({ id, name, email, mailbox, status }: Shown, facts: Facts): Line {
  const synced = facts.syncedOf.get(id);
  const pairs = facts.states.filter(({ employeeId }) => employeeId === id);
  return {
    ...{ id, name, status },
    mailbox: synced?.mailbox ?? mailbox ?? email,
    connection: synced === undefined ? null : (facts.connectionOf.get(synced.connectionId) ?? null),
    isEnabled: synced?.isEnabled ?? false,
    whyNot: synced?.isEnabled === true ? whyNotText(synced) : null,
    pairs: pairs.map(({ pairId, kind, lastRunAt, trouble, links, parked, held }) => {
      return { pairId, kind, lastRunAt, trouble, links, parked, held };
    }),
  };
}

function textOf(lines: readonly Line[], language: Language): string {
  const words = WORDS[language];
  const table = tableText(
    words.headings,
    lines.map(({ id, name, mailbox, status, connection, isEnabled }) => [
      id,
      name,
      mailbox ?? '–',
      words[status],
      isEnabled ? (connection ?? '') : '–',
    ]),
  );
  return [table, ...troublesOf(lines, language)].join('\n');
}

function troublesOf(lines: readonly Line[], language: Language): string[] {
  const words = WORDS[language];
  return lines
    .filter(({ isEnabled }) => isEnabled)
    .flatMap(({ name, whyNot, pairs }) => [
      ...(whyNot === null ? [] : [`✗ ${whyNot[language]}`]),
      ...pairs.flatMap(({ trouble, parked, held }) => [
        ...(trouble === null ? [] : [`✗ ${name}: ${trouble[language]}`]),
        ...(parked === 0 ? [] : [`✗ ${name}: ${parked} ${words.parked}`]),
        ...(held === 0 ? [] : [`✗ ${name}: ${held} ${words.held}`]),
      ]),
    ]);
}

const WORDS = {
  de: {
    headings: ['KENNUNG', 'NAME', 'POSTFACH', 'STATUS', 'ABGLEICH ÜBER'],
    active: 'aktiv',
    onLeave: 'beurlaubt',
    left: 'ausgeschieden',
    parked: 'zurückgestellt; „abgleich journal“ sagt, warum.',
    held: 'angehalten, weil auf einmal zu viel gelöscht würde.',
  },
  en: {
    headings: ['ID', 'NAME', 'MAILBOX', 'STATUS', 'SYNCED OVER'],
    active: 'active',
    onLeave: 'on leave',
    left: 'left',
    parked: 'parked; "abgleich journal" says why.',
    held: 'held, because too much would be deleted at once.',
  },
} as const;
