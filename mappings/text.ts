import type { Loss, LossReason } from './translation.js';

/**
 * Text as both sides can hold it. Values keep the text as it came from its side; these functions say what becomes
 * of it in the other one, and what two texts must share to count as equal (rules.md, "What the evidence adds").
 */

/** Subject and location are cut here: Exchange does it to a subject without a word (evidence B 7a, 7b). */
export const LINE_LIMIT = 255;

/** One line as it is written: no control characters, no blanks around it, cut to 255 without halving a character. */
export function writtenLine(text: string): string {
  const line = ASCII_LINE.test(text) ? text : printable(text).replace(BREAKS, ' ');
  return cut(line.trim()).trimEnd();
}

/** A text of several lines as it is written: in the form of `textLines`, without control characters. */
export function writtenText(text: string): string {
  return ASCII_TEXT.test(text) ? textLines(text) : textLines(printable(text));
}

/** A text of several lines in its one form: lines end in \n, no blanks at line ends, no empty lines at the end. */
export function textLines(text: string): string {
  if (text === '') return text;
  const unix = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  // not by one pattern: it would take the square of the length of a long run of blanks
  const hasBlanks = BLANK_AT_LINE_END.test(unix);
  const lines = hasBlanks
    ? unix
        .split('\n')
        .map((line) => line.trimEnd())
        .join('\n')
    : unix;
  return lines.trimEnd();
}

/** What two lines have in common that mean the same: how accents are composed and which blank it is do not count. */
export function comparedLine(text: string): string {
  const line = writtenLine(text);
  return ASCII_LINE.test(line) ? line : cut(line.normalize('NFC').replace(ODD_BLANKS, ' ')).trim();
}

/** The same for texts of several lines. */
export function comparedText(text: string): string {
  const written = writtenText(text);
  return ASCII_TEXT.test(written)
    ? written
    : writtenText(written.normalize('NFC').replace(ODD_BLANKS, ' '));
}

/** What is lost when a text is written: what no XML can carry, and what is beyond the limit of a line. */
export function textLosses(field: string, text: string, kind: 'line' | 'text'): readonly Loss[] {
  const losses: Loss[] = [];
  const add = (reason: LossReason, detail: string): void => {
    losses.push({ field, reason, detail });
  };
  const shown = printable(text);
  if (shown !== text) add('textUnprintable', 'Control characters were taken out.');
  if (kind === 'line' && shown.replace(BREAKS, ' ').trim().length > LINE_LIMIT) {
    add('textTooLong', `The text was cut to ${LINE_LIMIT} characters.`);
  }
  return losses;
}

/** Most texts are such, and need no second look. */
const ASCII_LINE = /^[\u0020-\u007e]*$/;
const ASCII_TEXT = /^[\t\n\u0020-\u007e]*$/;

const BREAKS = /[\r\n\t\u0085\u2028\u2029]+/g;
const BLANK_AT_LINE_END = /[^\S\n]\n/;

/** What the conversion from HTML makes of blanks, and what word processors use for them. */
const ODD_BLANKS = /[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g;

/** Control characters, which XML 1.0 does not carry (section 2.2) or mailboxes drop, and halves of surrogate pairs. */
const UNPRINTABLE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff\p{Cs}]/gu;

function printable(text: string): string {
  return text.search(UNPRINTABLE) === -1 ? text : text.replace(UNPRINTABLE, '');
}

function cut(line: string): string {
  if (line.length <= LINE_LIMIT) return line;
  const halved = /[\ud800-\udbff]$/.test(line.slice(0, LINE_LIMIT));
  return line.slice(0, halved ? LINE_LIMIT - 1 : LINE_LIMIT);
}
