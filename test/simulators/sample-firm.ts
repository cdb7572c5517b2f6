import type { User } from './mailbox/organisation.js';

/** The German machine-building firm of the demo: its staff here is the same as in the sample ERP. */

const DOMAIN = 'muster-maschinenbau.example';

const STAFF: readonly (readonly [account: string, name: string])[] = [
  ['anna.becker', 'Anna Becker'],
  ['bernd.vogel', 'Bernd Vogel'],
  ['claudia.koenig', 'Claudia König'],
  ['dieter.schaefer', 'Dieter Schäfer'],
  ['eva.mueller', 'Eva Müller'],
  ['frank.weiss', 'Frank Weiß'],
  ['gisela.brandt', 'Gisela Brandt'],
  ['holger.krueger', 'Holger Krüger'],
  ['ines.jaeger', 'Ines Jäger'],
  ['joerg.boehm', 'Jörg Böhm'],
  ['karin.loewe', 'Karin Löwe'],
  ['lars.petersen', 'Lars Petersen'],
];

/** The account that works in all mailboxes by impersonation; it has none itself. */
export const SERVICE_USER: User = {
  address: `abgleich@${DOMAIN}`,
  name: 'Abgleich',
  password: 'abgleich-demo',
  role: 'service',
};

export const DEMO_USERS: readonly User[] = [
  SERVICE_USER,
  ...STAFF.map(([account, name]): User => mailboxUser(`${account}@${DOMAIN}`, name)),
];

/** A person with a mailbox; the password is the demo's. */
export function mailboxUser(address: string, name: string): User {
  return { address, name, password: 'demo', role: 'mailbox' };
}
