import { ConnectorFailure } from '../../sync/ports/failure.js';
import type { KindName } from '../../sync/ports/store.js';
import type { Pair } from '../../sync/ports/pair.js';
import { machineClock } from '../clock.js';
import { calendarNamed } from '../jobs/chosen-calendar.js';
import type { Abgleich, Connection, PairChanges, SyncedEmployee } from '../wire.js';
import { checkEmployee } from './check-employee.js';
import { pairLines } from './effective-settings.js';
import { PAIR_KEYS, readPairSetting } from './employee-settings.js';
import { wasMistyped } from './find-connection.js';
import { findSynced } from './find-employee.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { settingsText } from './settings-text.js';
import { readSyncChange, syncKeys, together } from './sync-choices.js';
import type { SyncChange } from './sync-choices.js';
import { nothingTyped, readTyped, typedSettings } from './typed-settings.js';
import type { Outcome, Session, Verb } from './verb.js';

export const EMPLOYEES_SET: Verb = {
  name: 'employees set',
  does: {
    de: 'ändert Einstellungen eines Mitarbeiters, als SCHLÜSSEL=WERT; SCHLÜSSEL= stellt wieder her, was sonst gilt. „employees show“ nennt alle.',
    en: 'changes settings of an employee, as KEY=VALUE; KEY= restores what counts otherwise. "employees show" names all of them.',
  },
  positionals: ['ADDRESS|ID', '[KEY=VALUE…]'],
  options: {
    kind: {
      value: 'appointment|task|contact',
      help: {
        de: 'nur für Termine, Aufgaben oder Kontakte; sonst für alles.',
        en: 'for appointments, tasks or contacts only; otherwise for all of them.',
      },
    },
  },
  run: set,
};

interface Target {
  readonly employee: SyncedEmployee;
  readonly connection: Connection;
  readonly pairs: readonly Pair[];
  /** null = all kinds. */
  readonly kind: KindName | null;
}

type Change =
  | { readonly own: PairChanges; readonly sync?: never; readonly calendar?: never }
  | { readonly sync: SyncChange; readonly own?: never; readonly calendar?: never }
  | { readonly calendar: string; readonly own?: never; readonly sync?: never };

async function set(input: Input, session: Session): Promise<Outcome> {
  const typed = typedSettings(input, 1);
  const kind = input.choice('kind', ['appointment', 'task', 'contact']);
  const abgleich = await session.open();
  const target = await targetOf(abgleich, input.word(0) ?? '', kind);
  const known = [...PAIR_KEYS, ...syncKeys(target.connection.zone)];
  if (typed.size === 0) throw nothingTyped(known);
  const changes = await readTyped<Change>(typed, known, (key, text) => {
    if (key === 'calendar') return { calendar: text };
    const own = readPairSetting(key, text, machineClock.now());
    if (own !== null) return { own };
    const sync = readSyncChange(key, text, target.connection.zone);
    return sync === null ? null : { sync };
  });
  await save(abgleich, target, changes, session);
  return outcomeOf(abgleich, target, session);
}

async function targetOf(abgleich: Abgleich, typed: string, kind: KindName | null): Promise<Target> {
  const employee = findSynced(await abgleich.employees.list(), typed);
  const connection = await abgleich.connections.get(employee.connectionId);
  const all = await abgleich.pairs.list(employee.id);
  const pairs = all.filter((pair) => kind === null || pair.kind === kind);
  if (pairs.length > 0) return { employee, connection, pairs, kind };
  throw new InputError({
    de: `${employee.name} hat nichts dieser Art, das abgeglichen wird.`,
    en: `${employee.name} has nothing of this kind that is synced.`,
  });
}

async function save(
  abgleich: Abgleich,
  target: Target,
  changes: readonly Change[],
  session: Session,
): Promise<void> {
  const { employee, pairs, kind } = target;
  const { direction, choices } = together(changes.flatMap(({ sync }) => sync ?? []));
  const calendar = changes.find((change) => change.calendar !== undefined)?.calendar;
  const own = changes.reduce<PairChanges>((so, change) => ({ ...so, ...change.own }), {
    ...(direction !== undefined && { direction }),
  });
  // before anything is stored: a calendar that is not there is bad input
  const chosen =
    calendar === undefined ? {} : await calendarChoice(abgleich, target, calendar, session);
  if (kind === null && Object.keys(choices).length > 0) {
    await abgleich.employees.choose(employee.id, choices, session.who).catch(wasMistyped);
  }
  for (const pair of pairs) {
    const ofPair = {
      ...(kind === null ? {} : choices),
      ...(pair.kind === 'appointment' ? chosen : {}),
    };
    const change = { ...own, ...(Object.keys(ofPair).length > 0 && { choices: ofPair }) };
    if (Object.keys(change).length === 0) continue;
    await abgleich.pairs.update(pair.id, change, session.who).catch(wasMistyped);
  }
}

/** Checked at once: what is stored is a calendar of this mailbox. */
async function calendarChoice(
  abgleich: Abgleich,
  { employee, connection }: Target,
  typed: string,
  { stop }: Session,
): Promise<{ readonly calendar: { readonly id: string; readonly name: string } | undefined }> {
  if (typed === '') return { calendar: undefined };
  const list = await abgleich.calendarsOf(connection.id);
  const { mailbox: address, namedBy } = employee;
  const calendars = await list({ address, namedBy }, stop);
  const wanted = { id: typed, name: typed };
  try {
    const { id, name } = calendarNamed(calendars, wanted, { address, namedBy });
    return { calendar: { id, name } };
  } catch (error) {
    throw new InputError(...sentencesOf(error));
  }
}

function sentencesOf(error: unknown) {
  if (error instanceof ConnectorFailure && error.sentence !== null) return [error.sentence];
  throw error;
}

/** The result, and at once whether the employee can be synced (feature B7). */
async function outcomeOf(abgleich: Abgleich, target: Target, session: Session): Promise<Outcome> {
  const { employee } = target;
  const now = findSynced(await abgleich.employees.list(), employee.id);
  const problem = await checkEmployee(abgleich, now, session.stop);
  const pairs = await Promise.all(
    (await abgleich.pairs.list(employee.id)).map(async (pair) => ({
      kind: pair.kind,
      settings: await pairLines(abgleich, pair),
    })),
  );
  const { id, name, mailbox } = now;
  const tables = (language: 'de' | 'en') =>
    pairs.map(({ settings }) => settingsText(settings, language)).join('\n\n');
  return {
    exit: problem === null ? 0 : 1,
    json: { id, name, mailbox, problem, pairs },
    text: {
      de: `${line(name, problem?.de, 'Geändert; das gilt sofort. Das Postfach lässt sich öffnen.')}\n${tables('de')}`,
      en: `${line(name, problem?.en, 'Changed, which counts at once. The mailbox can be opened.')}\n${tables('en')}`,
    },
  };
}

function line(name: string, problem: string | undefined, isWell: string): string {
  return problem === undefined ? `✓ ${name}: ${isWell}` : `✗ ${name}\n  → ${problem}`;
}
