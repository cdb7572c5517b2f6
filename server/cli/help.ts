import type { Sentence } from '../../sync/ports/failure.js';
import type { Language, OptionSpec, Verb } from './verb.js';

/** Options that every verb has. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  json: {
    value: null,
    help: {
      de: 'gibt die Antwort als einen JSON-Wert auf die Standardausgabe.',
      en: 'prints the answer as one JSON value on standard output.',
    },
  },
  language: {
    value: 'de|en',
    help: {
      de: 'wählt die Sprache; sonst entscheidet LANG.',
      en: 'chooses the language; otherwise LANG decides.',
    },
  },
  help: {
    value: null,
    help: { de: 'zeigt diese Hilfe.', en: 'shows this help.' },
  },
};

/** What a verb does and which options it has. */
export function helpOfVerb(verb: Verb, language: Language): string {
  const options = { ...COMMON_OPTIONS, ...verb.options };
  const rows = Object.entries(options).map(([name, { value, help }]) => ({
    left: `  --${name}${value === null ? '' : ` ${value}`}`,
    right: help[language],
  }));
  return [
    `abgleich ${[verb.name, ...verb.positionals].join(' ')} [${WORDS.options[language]}]`,
    '',
    verb.does[language],
    '',
    ...columns(rows),
    '',
  ].join('\n');
}

/** All verbs, a line each, and the settings of the environment. */
export function helpOfAll(verbs: readonly Verb[], language: Language): string {
  const rows = verbs.map((verb) => ({
    left: `  ${[verb.name, ...verb.positionals].join(' ')}`,
    right: verb.does[language],
  }));
  return [
    WORDS.title[language],
    '',
    ...columns(rows),
    '',
    WORDS.environment[language],
    ...columns(ENVIRONMENT.map(({ name, help }) => ({ left: `  ${name}`, right: help[language] }))),
    '',
    WORDS.exits[language],
    '',
  ].join('\n');
}

function columns(rows: readonly { readonly left: string; readonly right: string }[]): string[] {
  const width = Math.min(Math.max(...rows.map(({ left }) => left.length)), 40);
  return rows.map(({ left, right }) =>
    left.length > width
      ? `${left}\n${' '.repeat(width + 2)}${right}`
      : `${left.padEnd(width + 2)}${right}`,
  );
}

const WORDS = {
  options: { de: 'OPTIONEN', en: 'OPTIONS' },
  title: {
    de: 'abgleich BEFEHL: hält Termine im ERP und in Exchange-Postfächern gleich. „abgleich BEFEHL --help“ erklärt jeden Befehl.',
    en: 'abgleich VERB: keeps appointments in the ERP and in Exchange mailboxes the same. "abgleich VERB --help" explains each verb.',
  },
  environment: { de: 'Einstellungen der Umgebung:', en: 'Settings of the environment:' },
  exits: {
    de: 'Ende mit 0: erledigt, 1: ein Befund oder Fehler, 2: falsche Eingabe, 3: eine Seite ist nicht erreichbar.',
    en: 'Exit code 0: done, 1: a finding or failure, 2: bad input, 3: a side cannot be reached.',
  },
} as const satisfies Record<string, Sentence>;

const ENVIRONMENT: readonly { readonly name: string; readonly help: Sentence }[] = [
  {
    name: 'DATABASE_URL',
    help: {
      de: 'die Datenbank von Abgleich; ohne sie startet eine eigene in ABGLEICH_DATA.',
      en: 'the database of Abgleich; without it one of its own starts in ABGLEICH_DATA.',
    },
  },
  {
    name: 'ERP_DATABASE_URL',
    help: {
      de: 'die Datenbank des ERP; ohne sie dieselbe.',
      en: 'the database of the ERP; without it the same one.',
    },
  },
  {
    name: 'ABGLEICH_DATA',
    help: {
      de: 'Ordner für eigene Daten (.abgleich).',
      en: 'folder for its own data (.abgleich).',
    },
  },
  {
    name: 'ABGLEICH_KEY_FILE',
    help: {
      de: 'Schlüsseldatei (keys in ABGLEICH_DATA); sie gehört in die Datensicherung.',
      en: 'key file (keys in ABGLEICH_DATA); it belongs into the backup.',
    },
  },
  {
    name: 'ABGLEICH_POSTGRES',
    help: {
      de: 'machine oder embedded: welches PostgreSQL die eigene Datenbank startet.',
      en: 'machine or embedded: which PostgreSQL the database of its own starts.',
    },
  },
  {
    name: 'ABGLEICH_HTTP_PORT',
    help: {
      de: 'Port auf 127.0.0.1 (8480; 0 = ein freier).',
      en: 'port on 127.0.0.1 (8480; 0 = a free one).',
    },
  },
  {
    name: 'ABGLEICH_POLL_SECONDS',
    help: {
      de: 'wie oft ohne Anlass nachgesehen wird (60).',
      en: 'how often it looks without being told (60).',
    },
  },
  {
    name: 'ABGLEICH_WORKERS',
    help: {
      de: 'wie viele Postfächer zugleich abgeglichen werden (4).',
      en: 'how many mailboxes are synced at once (4).',
    },
  },
  {
    name: 'ABGLEICH_SHUTDOWN_SECONDS',
    help: {
      de: 'wie lange das Beenden dauern darf (10).',
      en: 'how long stopping may take (10).',
    },
  },
  {
    name: 'ABGLEICH_LOG',
    help: {
      de: 'silent, error, warn, info, debug oder trace (bei serve info, sonst warn).',
      en: 'silent, error, warn, info, debug or trace (for serve info, else warn).',
    },
  },
];
