import type { Appointment } from '../../mappings/appointment/appointment.js';
import type { Foreseen } from '../../sync/engine/preview.js';
import type { Side } from '../../sync/ports/store.js';
import type { PairPreview, PreviewCounts } from '../preview.js';
import { detailText } from './journal-details.js';
import { fieldName, fieldWords, titleOf } from './preview-words.js';
import type { Language } from './verb.js';

/** What was foreseen, for people: per employee the counts, then line by line what would happen. */
export function previewText(
  previews: readonly PairPreview[],
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  if (previews.length === 0) return WORDS[language].nobody;
  return previews.map((one) => pairText(one, nameOf, language)).join('\n\n');
}

function pairText(
  { pair, isFirst, counts, entries, problem }: PairPreview,
  nameOf: ReadonlyMap<string, string>,
  language: Language,
): string {
  const words = WORDS[language];
  const name = nameOf.get(pair.employeeId) ?? pair.employeeId;
  const first = isFirst ? ` (${words.first})` : '';
  const lines = entries.flatMap((one) => entryLines(one, { pair, language }));
  const shown = entries.length;
  const all = entriesIn(counts);
  return [
    `${name}${first}: ${countsText(counts, language)}`,
    ...lines.map((line) => `  ${line}`),
    ...(all > shown ? [`  ${words.more(all - shown)}`] : []),
    ...(problem === null ? [] : [`  ✗ ${problem[language]}`]),
  ].join('\n');
}

function entriesIn(counts: PreviewCounts): number {
  const { create, update, remove, held, linked, unlinked, parked, unknown } = counts;
  const writes = [create, update, remove].reduce((sum, one) => sum + one.erp + one.exchange, 0);
  return writes + held + linked + unlinked + parked + unknown;
}

function countsText(counts: PreviewCounts, language: Language): string {
  const words = WORDS[language];
  const sides = (['erp', 'exchange'] as const).flatMap((side) => {
    const parts = (['create', 'update', 'remove'] as const)
      .filter((what) => counts[what][side] > 0)
      .map((what) => `${counts[what][side]} ${words[what]}`);
    return parts.length === 0 ? [] : [`${SIDES[side]}: ${parts.join(', ')}`];
  });
  const others = (['held', 'linked', 'unlinked', 'parked', 'unknown', 'conflicts'] as const)
    .filter((what) => counts[what] > 0)
    .map((what) => `${counts[what]} ${words[what]}`);
  const ignored = Object.entries(counts.ignored).map(
    ([why, count]) => `${count} ${words.ignored} (${detailText(why, language)})`,
  );
  const parts = [...sides, ...others, ...ignored];
  return parts.length === 0 ? words.nothing : parts.join('; ');
}

const SIDES: Record<Side, string> = { erp: 'ERP', exchange: 'Exchange' };

interface Reader {
  readonly pair: PairPreview['pair'];
  readonly language: Language;
}

function entryLines(foreseen: Foreseen<object>, reader: Reader): readonly string[] {
  const { language } = reader;
  const words = WORDS[language];
  switch (foreseen.what) {
    case 'create':
    case 'update':
    case 'remove':
      return writeLines(foreseen, reader);
    case 'hold': {
      const where = `${SIDES[foreseen.side]}, ${foreseen.recordId}`;
      return [`! ${words.held}: ${where}: ${detailText(foreseen.held, language)}`];
    }
    case 'link':
      return [`= ${words.linked}: ${foreseen.recordId}`];
    case 'unlink': {
      const why = detailText(foreseen.why, language);
      return [`/ ${words.unlinked}: ${foreseen.recordId}: ${why}`];
    }
    case 'park': {
      const why = detailText(foreseen.reason, language);
      return [`✗ ${words.parked}: ${SIDES[foreseen.side]}, ${foreseen.id}: ${why}`];
    }
    case 'unknown':
      return [`? ${words.unknown}: ${foreseen.recordId ?? foreseen.itemId ?? ''}`];
    case 'ignore':
      return [];
  }
}

const MARKS = { create: '+', update: '~', remove: '-' } as const;

function writeLines(
  foreseen: Extract<Foreseen<object>, { what: 'create' | 'update' | 'remove' }>,
  { pair, language }: Reader,
): readonly string[] {
  const words = WORDS[language];
  const { zone } = pair.policy;
  const { what, side, fields, losses, conflicts, held } = foreseen;
  const before = appointmentIn(foreseen.before);
  const after = appointmentIn(foreseen.after);
  const subject = before ?? after;
  const title = subject === null ? '' : titleOf(subject, zone, language);
  const waits = held === null ? '' : ` – ${words.held}: ${detailText(held, language)}`;
  const said = { zone, language };
  const changes = fields.map((path) => {
    const from = before === null ? '' : fieldWords(before, path, said);
    const to = after === null ? '' : fieldWords(after, path, said);
    const isWon = conflicts.some(({ field }) => field === path);
    return `    ${fieldName(path, language)}: ${from} → ${to}${isWon ? ` (${words.conflict})` : ''}`;
  });
  return [
    `${MARKS[what]} ${SIDES[side]} ${words[what]}: ${title}${waits}`,
    ...changes,
    ...losses.map(({ field, detail }) => `    ${fieldName(field, language)}: ${detail}`),
  ];
}

/** Only appointments are synced so far; the words for another kind come with it. */
function appointmentIn(value: object | null): Appointment | null {
  return value === null ? null : (value as Appointment);
}

const WORDS = {
  de: {
    nobody:
      'Es wird niemand abgeglichen. Mit --employee oder --all auch die, die noch nicht abgeglichen werden.',
    nothing: 'nichts zu tun',
    first: 'erster Abgleich',
    create: 'anlegen',
    update: 'ändern',
    remove: 'löschen',
    held: 'wartet auf Freigabe',
    linked: 'verbinden',
    unlinked: 'trennen',
    parked: 'zurückstellen',
    unknown: 'noch offen',
    conflicts: 'auf beiden Seiten geändert',
    conflict: 'auf beiden Seiten geändert',
    ignored: 'bleiben, wo sie sind',
    more: (count: number) => `… und ${count} weitere (--limit zeigt mehr).`,
  },
  en: {
    nobody: 'Nobody is synced. With --employee or --all also those who are not synced yet.',
    nothing: 'nothing to do',
    first: 'first sync',
    create: 'create',
    update: 'change',
    remove: 'delete',
    held: 'waits for approval',
    linked: 'connect',
    unlinked: 'disconnect',
    parked: 'set aside',
    unknown: 'still open',
    conflicts: 'changed on both sides',
    conflict: 'changed on both sides',
    ignored: 'stay where they are',
    more: (count: number) => `… and ${count} more (--limit shows more).`,
  },
} as const;
