import { userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { readConfig } from '../config.js';
import type { Config, Environment, LogLevel } from '../config.js';
import { openLog } from '../log.js';
import type { Log } from '../log.js';
import { openMetrics } from '../metrics.js';
import type { Metrics } from '../metrics.js';
import { openAbgleich } from '../wire.js';
import type { Abgleich } from '../wire.js';
import { complaintOf, complaintText } from './complaint.js';
import { COMMON_OPTIONS, helpOfAll, helpOfVerb } from './help.js';
import { InputError, inputOf } from './input.js';
import type { Input } from './input.js';
import type { Language, Outcome, Session, Verb } from './verb.js';

/** What the command line is given from outside. */
export interface Surroundings {
  readonly env: Environment;
  readonly stdin: Readable;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly stop: AbortSignal;
  readonly endWithin: (ms: number) => void;
}

/**
 * Runs what was typed and answers the exit code: 0 done, 1 a finding or failure, 2 bad input, 3 a side that cannot be
 * reached. With `--json` standard output is one JSON value, whatever happens. Never throws.
 */
export async function runCommandLine(
  args: readonly string[],
  verbs: readonly Verb[],
  surroundings: Surroundings,
): Promise<number> {
  const { print, complain, env } = surroundings;
  const wantsJson = args.includes('--json');
  let language = languageOf(env);
  let verb: Verb | null = null;
  const session = openSession(surroundings, {
    language: () => language,
    usualLevel: () => verb?.logLevel ?? 'warn',
  });
  try {
    verb = verbIn(args, verbs);
    const input = verb === null ? null : readInput(args, verb);
    language = input?.choice('language', ['de', 'en']) ?? language;
    if (verb === null || input === null) return await printHelp(helpOfAll(verbs, language));
    if (input.flag('help')) return await printHelp(helpOfVerb(verb, language));
    return answer(await verb.run(input, session));
  } catch (error) {
    const complaint = complaintOf(error);
    if (complaint.kind === 'bug') session.noteBug(error);
    const message = complaintText(complaint, language);
    if (wantsJson) print(`${JSON.stringify({ error: { kind: complaint.kind, message } })}\n`);
    complain(`${message}\n`);
    return complaint.exit;
  } finally {
    await session.close();
  }

  async function printHelp(text: string): Promise<number> {
    print(text);
    return 0;
  }

  function answer({ exit, json, text }: Outcome): number {
    if (json !== undefined) print(wantsJson ? `${JSON.stringify(json)}\n` : `${text[language]}\n`);
    return exit;
  }
}

/** LANG and its like decide on POSIX; elsewhere the system does. */
function languageOf(env: Environment): Language {
  const name = env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'];
  const locale = name ?? Intl.DateTimeFormat().resolvedOptions().locale;
  return locale.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** null = help about all of them. */
function verbIn(args: readonly string[], verbs: readonly Verb[]): Verb | null {
  const [first, second] = args.filter(
    (arg, at) => !arg.startsWith('-') && args[at - 1] !== '--language',
  );
  const found = verbs.find(
    ({ name }) => name === first || name === `${first ?? ''} ${second ?? ''}`,
  );
  if (found !== undefined) return found;
  if (first === undefined || first === 'help') return null;
  throw new InputError(unknownVerb(first, second, verbs));
}

function readInput(args: readonly string[], verb: Verb): Input {
  const options = { ...COMMON_OPTIONS, ...verb.options };
  refuseSecrets(args, options);
  const specs = Object.entries(options).map(
    ([name, { value }]) => [name, { type: value === null ? 'boolean' : 'string' }] as const,
  );
  try {
    const parsed = parseArgs({
      args: [...args],
      options: Object.fromEntries(specs),
      allowPositionals: true,
    });
    const words = parsed.positionals.slice(verb.name.split(' ').length);
    if (parsed.values['help'] !== true) checkWords(words, verb);
    return inputOf(words, parsed.values);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(notUnderstood(error, verb));
  }
}

/** A secret in an argument would be readable by every user of the machine, in the list of processes. */
function refuseSecrets(args: readonly string[], options: object): void {
  const typed = args.find((arg) => /^--(password|secret|client-secret)(=|$)/.test(arg));
  if (typed === undefined || typed.slice(2) in options) return;
  throw new InputError({
    de: 'Kennwörter stehen nicht auf der Befehlszeile: jeder auf dem Rechner könnte sie lesen. Nehmen Sie --password-file DATEI, oder --password-file - für die Standardeingabe.',
    en: 'Passwords do not belong on the command line: everybody on the machine could read them. Use --password-file FILE, or --password-file - for standard input.',
  });
}

function checkWords(words: readonly string[], verb: Verb): void {
  const needed = verb.positionals.filter((name) => !name.startsWith('['));
  const missing = needed[words.length];
  const mayRepeat = verb.positionals.at(-1)?.endsWith('…]') === true;
  const surplus = mayRepeat ? undefined : words[verb.positionals.length];
  if (missing !== undefined) {
    throw new InputError({
      de: `Es fehlt ${missing}. „abgleich ${verb.name} --help“ erklärt den Befehl.`,
      en: `${missing} is missing. "abgleich ${verb.name} --help" explains the verb.`,
    });
  }
  if (surplus !== undefined) {
    throw new InputError({
      de: `„${surplus}“ ist zu viel. „abgleich ${verb.name} --help“ erklärt den Befehl.`,
      en: `"${surplus}" is too much. "abgleich ${verb.name} --help" explains the verb.`,
    });
  }
}

function unknownVerb(first: string, second: string | undefined, verbs: readonly Verb[]) {
  const group = verbs.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  const typed = group.length > 0 && second !== undefined ? `${first} ${second}` : first;
  const known = (group.length > 0 ? group : verbs.map(({ name }) => name)).join(', ');
  return {
    de: `Den Befehl „${typed}“ gibt es nicht. Es gibt: ${known}.`,
    en: `There is no verb "${typed}". There are: ${known}.`,
  };
}

function notUnderstood(error: unknown, { name }: Verb) {
  const option = /'(-[^' ]*)/.exec(error instanceof Error ? error.message : '')?.[1] ?? '?';
  return {
    de: `Die Option ${option} gibt es bei „${name}“ nicht, oder ihr Wert fehlt oder ist zu viel. „abgleich ${name} --help“ zeigt alle.`,
    en: `"${name}" has no option ${option}, or its value is missing or too much. "abgleich ${name} --help" shows all of them.`,
  };
}

interface OpenSession extends Session {
  noteBug(error: unknown): void;
  close(): Promise<void>;
}

function openSession(
  { env, stdin, print, stop, endWithin }: Surroundings,
  { language, usualLevel }: { language: () => Language; usualLevel: () => LogLevel },
): OpenSession {
  const config = once((): Config => readConfig(env));
  const log = once((): Log => openLog(config().logLevel ?? usualLevel()));
  const metrics = once((): Metrics => openMetrics());
  let opened: Promise<Abgleich> | null = null;
  const open = (): Promise<Abgleich> =>
    (opened ??= openAbgleich(config(), {
      log: log(),
      ewsRequest: (connection, operation) => metrics().ewsRequest(connection, operation),
    }));
  return {
    get language() {
      return language();
    },
    stdin,
    who: userName(),
    config,
    log,
    metrics,
    open,
    print,
    stop,
    endWithin,
    noteBug(error) {
      if (env['ABGLEICH_LOG'] !== 'debug' && env['ABGLEICH_LOG'] !== 'trace') return;
      const stack = error instanceof Error ? error.stack : String(error);
      openLog('debug').debug({ stack }, 'unexpected error');
    },
    async close() {
      const abgleich = await opened?.catch(() => null);
      await abgleich?.close();
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** A user without an entry in the system's list still may run us. */
function userName(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return 'cli';
  }
}
