/** The 12 employees of the sample firm, as the sample ERP and the fake Exchange both have them. */
export interface Person {
  readonly employeeId: string;
  readonly name: string;
  readonly mailbox: string;
  /** Whether private appointments travel too. New employees start with "no private" on. */
  readonly withPrivate: boolean;
}

const DOMAIN = 'muster-maschinenbau.example';

export const PEOPLE: readonly Person[] = [
  ['Anna Becker', 'anna.becker'],
  ['Bernd Vogel', 'bernd.vogel'],
  ['Claudia König', 'claudia.koenig'],
  ['Dieter Schäfer', 'dieter.schaefer'],
  ['Eva Müller', 'eva.mueller'],
  ['Frank Weiß', 'frank.weiss'],
  ['Gisela Brandt', 'gisela.brandt'],
  ['Holger Krüger', 'holger.krueger'],
  ['Ines Jäger', 'ines.jaeger'],
  ['Jörg Böhm', 'joerg.boehm'],
  ['Karin Löwe', 'karin.loewe'],
  ['Lars Petersen', 'lars.petersen'],
].map(([name = '', local = ''], index) => ({
  employeeId: `E${String(index + 1).padStart(2, '0')}`,
  name,
  mailbox: `${local}@${DOMAIN}`,
  withPrivate: index === 2 || index === 6,
}));

/** The person with this id; throws for a stranger. */
export function personOf(employeeId: string): Person {
  const person = PEOPLE.find((one) => one.employeeId === employeeId);
  if (person === undefined) throw new Error(`no employee ${employeeId} in the sample firm`);
  return person;
}
