import type { TranslationContext } from './kind.js';

/**
 * The lines that we add below a body in Exchange to show what the ERP knows, and take off again. A person may write
 * above and below them, a server may turn them into HTML and back; nothing of them ever comes back as body text.
 */

/** A body with the block taken off, and the lines of the block. */
export interface SplitBody {
  readonly body: string;
  /** '' where there is no block; as `blockText` makes it otherwise. */
  readonly block: string;
}

/** The body as it stands in Exchange; without a block where there are no lines. */
export function joinBody(
  body: string,
  block: string,
  language: TranslationContext['language'],
): string {
  if (block === '') return body;
  const framed = `${START[language]}\n${block}\n${END[language]}`;
  return body === '' ? framed : `${body}\n\n${framed}`;
}

/**
 * Takes all blocks off a body. A block begins and ends with lines of equals signs; where a person has deleted one of
 * the two, the lines next to the other one that begin with a label of ours are the block.
 */
export function splitBody(text: string): SplitBody {
  if (!text.includes('==')) return { body: text, block: '' };
  const lines = text.split('\n');
  const roles = lines.map(roleOf);
  if (!roles.some((role) => role === 'start' || role === 'end')) return { body: text, block: '' };
  const taken = new Set<number>();
  roles.forEach((role, at) => {
    if (role === 'start') takeDown(roles, at, taken);
    else if (role === 'end' && !taken.has(at)) takeUp(roles, at, taken);
  });
  return { body: rest(lines, taken), block: firstBlock(lines, roles, taken) };
}

/** Lines of a block in their one form: no blanks around or doubled, no empty lines. */
export function blockText(lines: readonly string[]): string {
  return lines
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

/** The names of the lines, in the order in which they are shown. */
export const BLOCK_LABELS = {
  participants: { de: 'Teilnehmer', en: 'Participants' },
  company: { de: 'Firma', en: 'Company' },
  contact: { de: 'Ansprechpartner', en: 'Contact' },
  project: { de: 'Projekt', en: 'Project' },
  equipment: { de: 'Ressourcen', en: 'Equipment' },
} as const;

const START = {
  de: '=== Aus dem ERP (Änderungen hier gehen verloren) ===',
  en: '=== From the ERP (changes in here get lost) ===',
};
const END = { de: '=== Ende ERP ===', en: '=== End of ERP ===' };

type Role = 'start' | 'end' | 'label' | 'empty' | 'other';

/** What may stand before a line of ours after a detour through HTML or a quotation. */
const MARGIN = '[\\s>*]*';

const START_LINE = markerLine('(?:aus\\s+dem|from\\s+the)\\s+erp\\b[^=]*');
const END_LINE = markerLine('(?:ende|end\\s+of)\\s+erp\\s*');

function markerLine(words: string): RegExp {
  return new RegExp(`^${MARGIN}={2,}\\s*${words}={2,}${MARGIN}$`, 'i');
}

const LABELS = Object.values(BLOCK_LABELS).flatMap(({ de, en }) => [de, en]);
const LABEL_LINE = new RegExp(`^${MARGIN}(?:${LABELS.join('|')})\\s*:`);

function roleOf(line: string): Role {
  if (line.includes('==')) {
    if (START_LINE.test(line)) return 'start';
    if (END_LINE.test(line)) return 'end';
  }
  if (LABEL_LINE.test(line)) return 'label';
  return /^[\s>]*$/.test(line) ? 'empty' : 'other';
}

/** From a start line to its end line; without one, over the label lines that follow. */
function takeDown(roles: readonly Role[], start: number, taken: Set<number>): void {
  const next = roles.findIndex((role, at) => at > start && (role === 'start' || role === 'end'));
  const isClosed = roles[next] === 'end';
  let last = start;
  for (let at = start + 1; at < (next === -1 ? roles.length : next); at++) {
    if (!isClosed && roles[at] !== 'label' && roles[at] !== 'empty') break;
    if (isClosed || roles[at] === 'label') last = at;
  }
  for (let at = start; at <= (isClosed ? next : last); at++) taken.add(at);
}

/** An end line without its start line takes the label lines above it. */
function takeUp(roles: readonly Role[], end: number, taken: Set<number>): void {
  let first = end;
  for (let at = end - 1; at >= 0 && !taken.has(at); at--) {
    if (roles[at] !== 'label' && roles[at] !== 'empty') break;
    if (roles[at] === 'label') first = at;
  }
  for (let at = first; at <= end; at++) taken.add(at);
}

/** What stands above and below, with one empty line between where blocks were. */
function rest(lines: readonly string[], taken: ReadonlySet<number>): string {
  const parts: string[] = [];
  let part: string[] = [];
  const close = (): void => {
    const text = part.join('\n');
    parts.push(parts.length === 0 ? text.trimEnd() : text.replace(/^\s*\n/, '').trimEnd());
    part = [];
  };
  lines.forEach((line, at) => {
    if (!taken.has(at)) part.push(line);
    else if (!taken.has(at - 1)) close();
  });
  close();
  return parts.filter((text) => text.trim() !== '').join('\n\n');
}

function firstBlock(
  lines: readonly string[],
  roles: readonly Role[],
  taken: ReadonlySet<number>,
): string {
  const block: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!taken.has(at)) {
      if (block.length > 0) break;
    } else if (roles[at] !== 'start' && roles[at] !== 'end') block.push(lines[at] ?? '');
    else if (block.length > 0) break;
  }
  return blockText(block.map((line) => line.replace(/^[\s>*]+/, '')));
}
