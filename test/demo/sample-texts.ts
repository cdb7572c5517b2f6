import type { Random } from '../simulators/random.js';

/** A title as people write them: short, with umlauts, with a company, now and then as long as the ERP allows. */
export function sampleTitle(random: Random, company: string | null): string {
  const subject = random.oneOf(SUBJECTS);
  const number = String(random.between(100, 999));
  if (random.chance(0.02)) return long(`${subject} ${number}: `);
  if (company !== null) return `${subject} ${company}`;
  return random.chance(0.5)
    ? `${subject} ${number}`
    : `${subject} – ${random.oneOf(OBJECTS)} ${number}`;
}

/** Plain text: lines end in \n, no blanks at line ends, no empty lines at the end. */
export function sampleBody(random: Random): string {
  if (random.chance(0.4)) return '';
  const lines = random.shuffled(LINES).slice(0, random.between(1, 5));
  const body = random.chance(0.3) ? lines.join('\n\n') : lines.join('\n');
  return random.chance(0.02) ? `${body}\n${long('Protokoll: ').repeat(20)}` : body;
}

/** A room, an address or nothing. */
export function sampleLocation(random: Random): string {
  return random.chance(0.3) ? '' : random.oneOf(PLACES);
}

const TITLE_LIMIT = 255;

function long(start: string): string {
  return (start + OBJECTS.join(', ').repeat(4)).slice(0, TITLE_LIMIT).trimEnd();
}

const SUBJECTS: readonly string[] = [
  'Projektbesprechung',
  'Abnahme',
  'Jour fixe Qualität',
  'Wartung Prüfstand',
  'Rückfrage zum Angebot',
  'Übergabe an die Montage',
  'Kick-off',
  'Arbeitssicherheit: Begehung',
  'Mitarbeitergespräch',
  'Telefonat',
  'Lieferantenaudit',
  'Führung durch Halle 3',
  'Schulung „SPS & Robotik“',
  'Messeplanung Hannover',
  '4-Augen-Prüfung',
];

const OBJECTS: readonly string[] = [
  'Entgratzelle',
  'Walzenprüfstand',
  'Getriebemontage',
  'Förderband Süd',
  'Hydraulikaggregat',
  'Schweißroboter',
  'Ölabscheider',
  'Kühlkreislauf',
];

const LINES: readonly string[] = [
  'Bitte die aktuellen Zeichnungen mitbringen.',
  'Tagesordnung: 1. Stand, 2. offene Punkte, 3. Termine',
  'Rückmeldung bis Freitag, 12:00 Uhr',
  'Kosten < 5.000 € & Liefertermin > KW 20',
  'Treffpunkt ist der Empfang; Ausweis nötig.',
  'Ansprechpartnerin vor Ort: Frau Groß, Tel. +49 711 5550-123',
  'Einwahl: https://konferenz.example/mm?raum=42&pin=1%2F2',
  'Größe der Aufspannfläche: 2,40 m × 1,20 m (±0,05)',
  '日本語の資料も送ります。',
  'Danke! 🙂',
];

const PLACES: readonly string[] = [
  'Werk 1, Raum 2.14',
  'Werk 2, Halle 3',
  'Nürnberg, Äußere Sulzbacher Str. 118',
  'Besprechungsraum Süd',
  'Telefon',
  'beim Kunden',
  'Stuttgart Messe, Stand 4 C 21',
  'Albany, NY',
  '大阪市北区',
];
