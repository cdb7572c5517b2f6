import type { CategoryColour } from '../../../ports/categories.js';

/** The numbers of the colours in the list's `color` attribute (protocol fact 71). */
const NUMBERS: Record<CategoryColour, number> = {
  none: -1,
  red: 0,
  orange: 1,
  peach: 2,
  yellow: 3,
  green: 4,
  teal: 5,
  olive: 6,
  blue: 7,
  purple: 8,
  maroon: 9,
  steel: 10,
  darkSteel: 11,
  gray: 12,
  darkGray: 13,
  black: 14,
  darkRed: 15,
  darkOrange: 16,
  darkPeach: 17,
  darkYellow: 18,
  darkGreen: 19,
  darkTeal: 20,
  darkOlive: 21,
  darkBlue: 22,
  darkPurple: 23,
  darkMaroon: 24,
};

const BY_NUMBER = new Map(Object.entries(NUMBERS).map(([colour, number]) => [number, colour]));

export function colourNumber(colour: CategoryColour): string {
  return String(NUMBERS[colour]);
}

/** null for what is no number, or a number that we do not know. */
export function colourOf(text: string): CategoryColour | null {
  const name = /^\s*[+-]?\d+\s*$/.test(text) ? BY_NUMBER.get(Number(text)) : undefined;
  return name !== undefined && isColour(name) ? name : null;
}

function isColour(name: string): name is CategoryColour {
  return name in NUMBERS;
}
