/** Rows under headings, columns as wide as their widest cell, for people. */
export function tableText(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) =>
    Math.max(...all.map((row) => displayWidth(row[column] ?? ''))),
  );
  return all.map((row) => lineOf(row, widths)).join('\n');
}

function lineOf(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - displayWidth(cell)))
    .join('  ')
    .trimEnd();
}

/** Letters with combining marks count once. */
function displayWidth(text: string): number {
  return [...graphemes.segment(text)].length;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
