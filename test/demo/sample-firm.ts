import type { ErpReference } from '../../mappings/erp-record.js';

/** The firm of the demo and the tests: who works there, and its code tables. None of it exists. */
export const FIRM = 'Muster Maschinenbau GmbH';
export const FIRM_DOMAIN = 'muster-maschinenbau.example';

export interface SampleEmployee {
  readonly id: string;
  readonly givenName: string;
  readonly surname: string;
  readonly email: string;
}

/** Twelve employees, E01 to E12; umlauts are written out in their addresses. */
export const EMPLOYEES: readonly SampleEmployee[] = [
  ['Anna', 'Becker', 'anna.becker'],
  ['Bernd', 'Vogel', 'bernd.vogel'],
  ['Claudia', 'König', 'claudia.koenig'],
  ['Dieter', 'Schäfer', 'dieter.schaefer'],
  ['Eva', 'Müller', 'eva.mueller'],
  ['Frank', 'Weiß', 'frank.weiss'],
  ['Gisela', 'Brandt', 'gisela.brandt'],
  ['Holger', 'Krüger', 'holger.krueger'],
  ['Ines', 'Jäger', 'ines.jaeger'],
  ['Jörg', 'Böhm', 'joerg.boehm'],
  ['Karin', 'Löwe', 'karin.loewe'],
  ['Lars', 'Petersen', 'lars.petersen'],
].map(([givenName = '', surname = '', local = ''], at) => ({
  id: `E${String(at + 1).padStart(2, '0')}`,
  givenName,
  surname,
  email: `${local}@${FIRM_DOMAIN}`,
}));

export interface SamplePriority {
  readonly id: string;
  readonly name: string;
  readonly importance: 'low' | 'normal' | 'high';
  readonly isDefault: boolean;
}

/** Seven priorities for three importances: what comes back from Exchange must not turn "sehr hoch" into "hoch". */
export const PRIORITIES: readonly SamplePriority[] = [
  { id: 'P1', name: 'sofort', importance: 'high', isDefault: false },
  { id: 'P2', name: 'sehr hoch', importance: 'high', isDefault: false },
  { id: 'P3', name: 'hoch', importance: 'high', isDefault: true },
  { id: 'P4', name: 'normal', importance: 'normal', isDefault: true },
  { id: 'P5', name: 'bei Gelegenheit', importance: 'normal', isDefault: false },
  { id: 'P6', name: 'niedrig', importance: 'low', isDefault: true },
  { id: 'P7', name: 'sehr niedrig', importance: 'low', isDefault: false },
];

export interface SampleActivityType {
  readonly id: string;
  readonly number: number;
  readonly name: string;
  readonly color: string | null;
}

/** The first one is the default. */
export const ACTIVITY_TYPES: readonly SampleActivityType[] = [
  { id: 'A1', number: 1, name: 'Besprechung', color: '#3a6ea5' },
  { id: 'A2', number: 2, name: 'Kundenbesuch', color: '#2e8b57' },
  { id: 'A3', number: 3, name: 'Montage', color: '#c65d21' },
  { id: 'A5', number: 5, name: 'Aufgabe', color: null },
  { id: 'A7', number: 7, name: 'Prüfung', color: '#7d4f9e' },
  { id: 'A12', number: 12, name: 'Übergabe', color: '#b8860b' },
];

export const COMPANIES: readonly ErpReference[] = [
  { id: 'F1', name: 'Gießerei Süd AG' },
  { id: 'F2', name: 'Stahlwerk Öhringen GmbH & Co. KG' },
  { id: 'F3', name: 'Hydraulik Höfer' },
  { id: 'F4', name: 'Papierfabrik Zwickau GmbH' },
  { id: 'F5', name: 'Pfalz-Getriebe AG' },
  { id: 'F6', name: 'Nippon Seiki Trading KK' },
  { id: 'F7', name: 'Hudson Valley Tools, Inc.' },
  { id: 'F8', name: 'Molkerei Alpenblick eG' },
];

export interface SampleContact extends ErpReference {
  readonly companyId: string;
  readonly givenName: string;
  readonly surname: string;
}

export const CONTACTS: readonly SampleContact[] = [
  ['K1', 'F1', 'Gerda', 'Groß'],
  ['K2', 'F1', 'Uwe', 'Lüdtke'],
  ['K3', 'F2', 'Sabine', 'Öztürk'],
  ['K4', 'F3', 'Heinz', 'Höfer'],
  ['K5', 'F4', 'Marek', 'Świątek'],
  ['K6', 'F5', 'Petra', 'Pfälzer'],
  ['K7', 'F6', 'Kenji', 'Watanabe'],
  ['K8', 'F7', 'Mary-Ann', "O'Neill"],
  ['K9', 'F8', 'Vroni', 'Älpler'],
].map(([id = '', companyId = '', givenName = '', surname = '']) => ({
  id,
  companyId,
  givenName,
  surname,
  name: `${givenName} ${surname}`,
}));

export interface SampleProject extends ErpReference {
  readonly companyId: string;
}

export const PROJECTS: readonly SampleProject[] = [
  { id: 'J1', companyId: 'F1', name: '2291 Entgratzelle' },
  { id: 'J2', companyId: 'F2', name: '2307 Walzenprüfstand' },
  { id: 'J3', companyId: 'F5', name: '2314 Getriebemontage, 2. Ausbaustufe' },
  { id: 'J4', companyId: 'F6', name: '2320 Pressenlinie Ōsaka' },
  { id: 'J5', companyId: 'F7', name: '2333 Retrofit Albany' },
];

export const EQUIPMENT: readonly string[] = [
  'Besprechungsraum Nürburgring',
  'Besprechungsraum Süd',
  'Beamer',
  'Transporter MM-AB 123',
  'Messkoffer 4',
  'Videoanlage',
];
