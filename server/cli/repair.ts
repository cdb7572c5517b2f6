import type { Sentence } from '../../sync/ports/failure.js';
import type { Pair } from '../../sync/ports/pair.js';
import { machineChance, machineClock } from '../clock.js';
import { previewPairs } from '../preview.js';
import type { PreviewCounts } from '../preview.js';
import { likelyMeaning } from '../repair-sentences.js';
import type { Abgleich, Suspicion } from '../wire.js';
import { findConnection } from './find-connection.js';
import { InputError } from './input.js';
import type { Input } from './input.js';
import { done } from './verb.js';
import type { Language, OptionSpec, Outcome, Session, Verb } from './verb.js';

const CONNECTION: OptionSpec = {
  value: 'NAME',
  help: { de: 'nur diese Verbindung.', en: 'only this connection.' },
};

export const REPAIR_STATUS: Verb = {
  name: 'repair status',
  does: {
    de: 'zeigt, ob eine Seite aus einer Sicherung oder eine Kopie zu sein scheint, so dass nichts geschrieben wird.',
    en: 'shows whether a side seems to come from a backup or to be a copy, so that nothing is written.',
  },
  positionals: [],
  options: {
    connection: CONNECTION,
    preview: {
      value: null,
      help: {
        de: 'sieht auf beiden Seiten nach, was nach dem Bestätigen geschähe; dabei wird nichts geschrieben.',
        en: 'looks on both sides at what would happen once it is confirmed; nothing is written for that.',
      },
    },
  },
  run: status,
};

export const REPAIR_CONFIRM: Verb = {
  name: 'repair confirm',
  does: {
    de: 'bestätigt, dass es die richtigen Daten sind: beide Seiten werden neu gelesen und verbunden, dann geht es weiter.',
    en: 'confirms that these are the right data: both sides are read and connected anew, then work goes on.',
  },
  positionals: [],
  options: {
    connection: CONNECTION,
    all: { value: null, help: { de: 'alle Verbindungen.', en: 'all connections.' } },
    'make-anew': {
      value: null,
      help: {
        de: 'legt neu an, was in den Postfächern fehlt, weil sie aus einer Sicherung kommen; sonst wartet es.',
        en: 'creates anew what is missing in the mailboxes because they come from a backup; otherwise it waits.',
      },
    },
  },
  run: confirm,
};

/** A connection in repair mode. */
interface Line {
  readonly connectionId: string;
  readonly connection: string;
  readonly since: string;
  readonly meaning: Sentence;
  readonly stores: readonly {
    readonly store: string;
    readonly finding: Suspicion['finding'];
    readonly since: string;
  }[];
}

async function status(input: Input, session: Session): Promise<Outcome> {
  const abgleich = await session.open();
  const { lines } = await read(input, abgleich);
  if (lines.length === 0) return done([], NOTHING);
  const names = await namesOf(abgleich);
  const forecasts = input.flag('preview') ? await foresee(lines, abgleich, session.stop) : [];
  const text = (language: Language): string =>
    [
      ...lines.map((line) => textOf(line, names, language)),
      ...(forecasts.length === 0 ? [] : [forecastText(forecasts, names, language)]),
      HINT[language],
    ].join('\n\n');
  const json = input.flag('preview') ? { connections: lines, pairs: forecasts } : lines;
  return { exit: 1, json, text: { de: text('de'), en: text('en') } };
}

/** What the first cycle of a pair would do. What is equal on both sides is connected, and not counted. */
interface Forecast extends Pick<PreviewCounts, 'create' | 'update' | 'remove' | 'held' | 'parked'> {
  readonly employee: string;
  /** Why it could not be looked at; null = it was. */
  readonly problem: Sentence | null;
}

async function foresee(
  lines: readonly Line[],
  abgleich: Abgleich,
  signal: AbortSignal,
): Promise<readonly Forecast[]> {
  const theirs = new Set(lines.map(({ connectionId }) => connectionId));
  const pairs = (await abgleich.pairs.list()).filter(({ connectionId }) =>
    theirs.has(connectionId),
  );
  const deps = {
    abgleich: { portsFor: (pair: Pair) => abgleich.repairPortsFor(pair) },
    ...{ clock: machineClock, chance: machineChance, limit: 0 },
  };
  const forecasts: Forecast[] = [];
  const looked = previewPairs(
    pairs.map((pair) => ({ pair, isFirst: false })),
    deps,
    signal,
  );
  for await (const { pair, counts, problem } of looked) {
    const { create, update, remove, held, parked } = counts;
    const employee = pair.employeeId;
    forecasts.push({ employee, problem, create, update, remove, held, parked });
  }
  return forecasts;
}

function forecastText(
  forecasts: readonly Forecast[],
  names: ReadonlyMap<string, string>,
  language: Language,
): string {
  const sum = ({ erp, exchange }: { readonly erp: number; readonly exchange: number }): number =>
    erp + exchange;
  const lines = forecasts.map(({ employee, problem, create, update, remove, held, parked }) => {
    const name = names.get(`mailbox:${employee}`) ?? employee;
    if (problem !== null) return `  ${name}: ${problem[language]}`;
    const counts = { create: sum(create), update: sum(update), remove: sum(remove), held, parked };
    return `  ${name}: ${WOULD_BE[language](counts)}`;
  });
  return [FORECAST[language], ...lines].join('\n');
}

const FORECAST: Sentence = {
  de: 'Nach dem Bestätigen würde verbunden, was gleich ist, und außerdem:',
  en: 'Once confirmed, what is equal would be connected, and besides:',
};

interface Counts {
  readonly create: number;
  readonly update: number;
  readonly remove: number;
  readonly held: number;
  readonly parked: number;
}

const WOULD_BE = {
  de: ({ create, update, remove, held, parked }: Counts) =>
    `${create} angelegt, ${update} geändert, ${remove} gelöscht, ${held} angehalten, ${parked} zurückgestellt`,
  en: ({ create, update, remove, held, parked }: Counts) =>
    `${create} created, ${update} changed, ${remove} deleted, ${held} held, ${parked} parked`,
};

async function confirm(input: Input, session: Session): Promise<Outcome> {
  if (input.flag('all') === (input.text('connection') !== null)) throw new InputError(EITHER);
  const abgleich = await session.open();
  const { lines, suspicions } = await read(input, abgleich);
  const confirmed: { readonly connection: string; readonly pairs: number }[] = [];
  for (const { connectionId, connection } of lines) {
    const { pairs } = await abgleich.confirmRepair(
      connectionId,
      { suspicions, makesAnew: input.flag('make-anew') },
      session.who,
      session.stop,
    );
    confirmed.push({ connection, pairs });
  }
  if (confirmed.length === 0) return done([], NOTHING);
  const text = (language: Language): string =>
    confirmed.map((one) => CONFIRMED[language](one)).join('\n');
  return done(confirmed, { de: text('de'), en: text('en') });
}

async function read(
  input: Input,
  abgleich: Abgleich,
): Promise<{ readonly lines: readonly Line[]; readonly suspicions: readonly Suspicion[] }> {
  const typed = input.text('connection');
  const chosen =
    typed === null ? await abgleich.connections.list() : [await findConnection(abgleich, typed)];
  const suspicions = await abgleich.suspicions();
  const lines = chosen.flatMap(({ id, name }): readonly Line[] => {
    const theirs = suspicions.filter(({ connectionId }) => connectionId === id);
    const [first] = theirs;
    if (first === undefined) return [];
    const stores = theirs.map(({ store, finding, since }) => ({ store, finding, since }));
    const { since } = first;
    return [{ connectionId: id, connection: name, since, meaning: likelyMeaning(theirs), stores }];
  });
  return { lines, suspicions };
}

async function namesOf(abgleich: Abgleich): Promise<ReadonlyMap<string, string>> {
  return new Map((await abgleich.employees.list()).map(({ id, name }) => [`mailbox:${id}`, name]));
}

function textOf(
  { connection, meaning, stores }: Line,
  names: ReadonlyMap<string, string>,
  language: Language,
): string {
  const rows = stores.map(({ store, finding, since }) => {
    const name =
      store === 'erp' ? ERP[language] : `${MAILBOX[language]} ${names.get(store) ?? store}`;
    return `  ✗ ${name}: ${FINDINGS[finding][language]} (${SINCE[language]} ${since})`;
  });
  return [`${connection}: ${meaning[language]}`, ...rows].join('\n');
}

const FINDINGS: Record<Suspicion['finding'], Sentence> = {
  foreign: {
    de: 'trägt eine andere Marke als die beiden, die Abgleich kennt',
    en: 'shows another token than the two that Abgleich knows',
  },
  unknown: {
    de: 'trägt eine Marke, Abgleich kennt keine',
    en: 'shows a token, Abgleich knows of none',
  },
  missing: {
    de: 'trägt keine Marke, Abgleich kennt eine',
    en: 'shows no token, Abgleich knows of one',
  },
};

const ERP: Sentence = { de: 'Datenbank des ERP', en: 'ERP database' };
const MAILBOX: Sentence = { de: 'Postfach', en: 'mailbox of' };
const SINCE: Sentence = { de: 'seit', en: 'since' };

const NOTHING: Sentence = {
  de: 'Keine Verbindung ist im Reparaturmodus.',
  en: 'No connection is in repair mode.',
};

const HINT: Sentence = {
  de: 'Bis jemand entscheidet, wird auf diesen Verbindungen nichts geschrieben. „abgleich repair confirm --connection NAME“ liest beide Seiten neu: Gleiches wird verbunden, ohne etwas zu ändern; Unterschiede und Fehlendes wartet unter „abgleich held list“.',
  en: 'Until somebody decides, nothing is written on these connections. "abgleich repair confirm --connection NAME" reads both sides anew: what is equal is connected without a change; what differs or is missing waits under "abgleich held list".',
};

const EITHER: Sentence = {
  de: 'Entweder --connection NAME angeben oder --all („abgleich repair status“ zeigt, worum es geht).',
  en: 'Give either --connection NAME or --all ("abgleich repair status" shows what it is about).',
};

const CONFIRMED = {
  de: ({ connection, pairs }: { connection: string; pairs: number }) =>
    `${connection}: bestätigt; ${pairs} Kalender werden beim nächsten Abgleich neu gelesen und verbunden.`,
  en: ({ connection, pairs }: { connection: string; pairs: number }) =>
    `${connection}: confirmed; ${pairs} calendars are read and connected anew by the next sync.`,
};
