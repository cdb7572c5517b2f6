import type { Random } from '../simulators/random.js';

/** What people type: umlauts, quotes, brackets, other scripts, blanks at the end, very long lines. */
const TITLES = [
  'Montage Halle 3',
  'Abnahme Prüfstand Größe 4',
  'Kundenbesuch Müller & Söhne',
  'Angebot "Förderband" <Entwurf>',
  'Übergabe Schichtplan ',
  'Telefonat Świątek',
  'Wartung Fräsmaschine – Öl & Kühlmittel',
  'Besprechung 東京',
  'Jour fixe 🚧 Umbau',
  `Besichtigung ${'der sehr langen Halle '.repeat(8)}`,
] as const;

const LOCATIONS = [
  '',
  'Halle 3',
  'Besprechungsraum Süd',
  'Beim Kunden (Öhringen)',
  'Straße 17, 2. OG',
];

const BODIES = [
  '',
  'Bitte Unterlagen mitbringen.',
  'Erste Zeile\nzweite Zeile mit Umlauten: äöüß ÄÖÜ\n\nnach einer leeren Zeile',
  'Preise < 1.000 € & > 10 %: "vertraulich"',
  'Zeile mit Blanks am Ende   \nund noch eine',
  'Grüße\n-- \nAnna',
  `${'Ein langer Absatz über die Hydraulik. '.repeat(40)}\nEnde`,
] as const;

const HTML_BODIES = [
  '<html><body><p>Bitte <b>pünktlich</b> kommen.</p><p>Grüße</p></body></html>',
  '<p>Punkte:</p><ul><li>Öl</li><li>K&uuml;hlmittel &amp; Filter</li></ul>',
  '<div>Eine Zeile<br>noch eine&nbsp;Zeile</div>',
] as const;

export function anyTitle(random: Random): string {
  return random.oneOf(TITLES);
}

export function anyLocation(random: Random): string {
  return random.oneOf(LOCATIONS);
}

/** Repeated edits must differ, so each ends with a number of its own. */
export function anyBody(random: Random, number: number): string {
  const body = random.oneOf(BODIES);
  return body === '' ? '' : `${body}\nStand ${number}`;
}

export function anyHtml(random: Random, number: number): string {
  return random.oneOf(HTML_BODIES).replace(/<\/(p|ul|div)>/, ` (${number})</$1>`);
}
