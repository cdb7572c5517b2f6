import { ExchangeError } from './failure.js';

/** A component of iCalendar or vCard (RFC 5545, RFC 6350): `VEVENT`, `VTIMEZONE`, …, names in capitals. */
export interface IcalComponent {
  readonly name: string;
  readonly lines: readonly IcalLine[];
  readonly components: readonly IcalComponent[];
}

export interface IcalLine {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** As it stands in the text, escapes included. */
  readonly value: string;
}

/** A line as it is written; parameters with a value of null are left out. */
export function line(
  name: string,
  value: string,
  parameters: Readonly<Record<string, string | null>> = {},
): IcalLine {
  const given = Object.entries(parameters).filter(
    (pair): pair is [string, string] => pair[1] !== null,
  );
  return { name, value, parameters: Object.fromEntries(given) };
}

/** A line whose value is a person's text. */
export function textLine(
  name: string,
  value: string,
  parameters: Readonly<Record<string, string | null>> = {},
): IcalLine {
  return line(name, escapeText(value), parameters);
}

export function component(
  name: string,
  lines: readonly IcalLine[],
  components: readonly IcalComponent[] = [],
): IcalComponent {
  return { name, lines, components };
}

/** Writes a component with CRLF and lines of at most 75 bytes. */
export function writeIcal(root: IcalComponent): string {
  return writeLines(root)
    .map((one) => `${folded(one)}\r\n`)
    .join('');
}

function writeLines({ name, lines, components }: IcalComponent): string[] {
  return [
    `BEGIN:${name}`,
    ...lines.map(writeLine),
    ...components.flatMap(writeLines),
    `END:${name}`,
  ];
}

function writeLine({ name, parameters, value }: IcalLine): string {
  const written = Object.entries(parameters).map(([key, text]) => `;${key}=${quoted(text)}`);
  return `${name}${written.join('')}:${value}`;
}

function quoted(text: string): string {
  const plain = text.replace(/["\r\n]/g, '');
  return /[:;,]/.test(plain) ? `"${plain}"` : plain;
}

/** Folds between characters, never inside one. */
function folded(text: string): string {
  let written = '';
  let bytes = 0;
  for (const character of text) {
    const size = Buffer.byteLength(character, 'utf8');
    if (bytes + size > 75) {
      written += '\r\n ';
      bytes = 1;
    }
    written += character;
    bytes += size;
  }
  return written;
}

/** Reads one component; folded lines and bare line feeds are fine. Throws ErrorMimeContentInvalid. */
export function readIcal(text: string): IcalComponent {
  const open: Growing[] = [];
  let root: Growing | null = null;
  const unfolded = text.replace(/^\ufeff/, '').replace(/\r?\n[ \t]/g, '');
  for (const one of unfolded.split(/\r?\n/)) {
    if (one.trim() === '') continue;
    const read = readLine(one);
    const value = read.value.trim().toUpperCase();
    if (read.name === 'BEGIN') {
      const inner: Growing = { name: value, lines: [], components: [] };
      const parent = open.at(-1);
      if (parent) parent.components.push(inner);
      else root ??= inner;
      open.push(inner);
    } else if (read.name === 'END') {
      if (open.pop()?.name !== value) throw invalid(`END:${value} has no beginning.`);
    } else {
      const current = open.at(-1);
      if (!current) throw invalid(`${read.name} stands outside.`);
      current.lines.push(read);
    }
  }
  if (!root || open.length > 0) throw invalid('The content is not complete.');
  return root;
}

interface Growing extends IcalComponent {
  readonly lines: IcalLine[];
  readonly components: Growing[];
}

const LINE =
  /^([A-Za-z0-9.-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^":;,]*)(?:,(?:"[^"]*"|[^":;,]*))*)*):(.*)$/s;

function readLine(text: string): IcalLine {
  const [, name = '', parameters = '', value = ''] = LINE.exec(text) ?? [];
  if (name === '') throw invalid(`Not a content line: ${text.slice(0, 40)}`);
  const pairs = [...parameters.matchAll(/;([A-Za-z0-9-]+)=((?:"[^"]*"|[^;"])*)/g)];
  return {
    name: name.toUpperCase().replace(/^.*\./, ''), // vCard groups: item1.EMAIL
    parameters: Object.fromEntries(
      pairs.map(([, key = '', one = '']) => [key.toUpperCase(), one.replace(/"/g, '')]),
    ),
    value,
  };
}

/** The first line of that name, or null. */
export function lineOf({ lines }: IcalComponent, name: string): IcalLine | null {
  return lines.find((one) => one.name === name) ?? null;
}

/** Its value as a person's text, or null. */
export function textIn(parent: IcalComponent, name: string): string | null {
  const found = lineOf(parent, name);
  return found ? unescapeText(found.value) : null;
}

export function escapeText(text: string): string {
  return text
    .replace(/\\/g, '\\\\')
    .replace(/;/g, '\\;')
    .replace(/,/g, '\\,')
    .replace(/\r\n|\r|\n/g, '\\n');
}

export function unescapeText(value: string): string {
  return value.replace(/\\(.)/gs, (_all, next: string) =>
    next === 'n' || next === 'N' ? '\r\n' : next,
  );
}

/** Splits a list of texts at its commas, but not at escaped ones. */
export function textList(value: string): string[] {
  return [...value.matchAll(/(?:[^,\\]|\\.)+/gs)].map(([one]) => unescapeText(one).trim());
}

export function invalid(message: string): ExchangeError {
  return new ExchangeError('ErrorMimeContentInvalid', message);
}
