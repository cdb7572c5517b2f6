import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  createIn,
  deleting,
  field,
  findIn,
  getNamed,
  itemId,
  setting,
  update,
} from './item-requests.js';
import { attributeOf, getItems, startSoapBench } from './soap-bench.js';
import type { Answered, SoapBench } from './soap-bench.js';

let bench: SoapBench;
beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const CONTACT =
  '<t:Contact><t:FileAsMapping>LastCommaFirst</t:FileAsMapping><t:DisplayName>Jörg Weiß</t:DisplayName>' +
  '<t:GivenName>Jörg</t:GivenName><t:EmailAddresses><t:Entry Key="EmailAddress1">joerg@weiss.example</t:Entry>' +
  '<t:Entry Key="EmailAddress2">privat@weiss.example</t:Entry></t:EmailAddresses><t:PhysicalAddresses>' +
  '<t:Entry Key="Business"><t:Street>Hauptstraße 1</t:Street><t:City>Köln</t:City></t:Entry>' +
  '<t:Entry Key="Home"><t:City>Bonn</t:City></t:Entry></t:PhysicalAddresses><t:PhoneNumbers>' +
  '<t:Entry Key="MobilePhone">+49 170 1</t:Entry></t:PhoneNumbers><t:Birthday>1970-02-03T11:59:00Z</t:Birthday>' +
  '<t:Children><t:String>Mia</t:String><t:String>Ben</t:String></t:Children>' +
  '<t:Surname>Weiß</t:Surname></t:Contact>';

async function contact(): Promise<string> {
  const made = await bench.ask(createIn('contacts', CONTACT));
  expect(made.codes).toEqual(['NoError']);
  return itemId(attributeOf(made, 'ItemId', 'Id'));
}

const indexed = (uri: string, index: string): string =>
  `<t:IndexedFieldURI FieldURI="contacts:${uri}" FieldIndex="${index}"/>`;

/** `Key: text` of every entry with a text, `Key/Part: text` of postal addresses. */
function entries(answered: Answered): string[] {
  return answered.all('Entry').flatMap(({ attributes, children, text }) => {
    const key = attributes['Key'] ?? '';
    return children.length === 0
      ? [`${key}: ${text}`]
      : children.map((part) => `${key}/${part.name}: ${part.text}`);
  });
}

test('everything comes back, the composed names too', async () => {
  const read = await bench.ask(getItems(await contact()));
  const texts = (name: string): string[] => read.all(name).map(({ text }) => text);
  expect(entries(read)).toEqual([
    'EmailAddress1: joerg@weiss.example',
    'EmailAddress2: privat@weiss.example',
    'Business/Street: Hauptstraße 1',
    'Business/City: Köln',
    'Home/City: Bonn',
    'MobilePhone: +49 170 1',
  ]);
  expect([texts('FileAs'), texts('Subject'), texts('FullName'), texts('Birthday')]).toEqual([
    ['Weiß, Jörg'],
    ['Jörg Weiß'],
    ['Jörg Weiß'],
    ['1970-02-03T11:59:00Z'],
  ]);
});

test('one entry is set, one part of an address, and the others stay (fact 38)', async () => {
  const id = await contact();
  const steps =
    setting(
      indexed('EmailAddress', 'EmailAddress2'),
      'Contact',
      '<t:EmailAddresses><t:Entry Key="EmailAddress2">neu@weiss.example</t:Entry></t:EmailAddresses>',
    ) +
    setting(
      indexed('PhysicalAddress:PostalCode', 'Business'),
      'Contact',
      '<t:PhysicalAddresses><t:Entry Key="Business"><t:PostalCode>50667</t:PostalCode></t:Entry></t:PhysicalAddresses>',
    ) +
    deleting(indexed('PhysicalAddress:Street', 'Business')) +
    deleting(indexed('PhoneNumber', 'MobilePhone'));
  expect((await bench.ask(update(id, steps))).codes).toEqual(['NoError']);
  expect(entries(await bench.ask(getItems(id)))).toEqual([
    'EmailAddress1: joerg@weiss.example',
    'EmailAddress2: neu@weiss.example',
    'Business/City: Köln',
    'Business/PostalCode: 50667',
    'Home/City: Bonn',
  ]);
});

test('the whole dictionary is replaced where it is named as a whole', async () => {
  const id = await contact();
  const whole = setting(
    field('contacts:EmailAddresses'),
    'Contact',
    '<t:EmailAddresses><t:Entry Key="EmailAddress3">nur@weiss.example</t:Entry></t:EmailAddresses>',
  );
  await bench.ask(update(id, whole));
  const read = await bench.ask(getNamed(id, field('contacts:EmailAddresses')));
  expect(entries(read)).toEqual(['EmailAddress3: nur@weiss.example']);
});

test('GetItem answers the entries that were asked for, and no others', async () => {
  const paths = indexed('EmailAddress', 'EmailAddress1') + indexed('PhysicalAddress:City', 'Home');
  const read = await bench.ask(getNamed(await contact(), paths));
  expect(entries(read)).toEqual(['EmailAddress1: joerg@weiss.example', 'Home/City: Bonn']);
});

test('an entry under another path, or one that does not exist, is refused', async () => {
  const id = await contact();
  const entry = '<t:EmailAddresses><t:Entry Key="EmailAddress1">x</t:Entry></t:EmailAddresses>';
  const other = setting(indexed('EmailAddress', 'EmailAddress2'), 'Contact', entry);
  expect((await bench.ask(update(id, other))).codes).toEqual(['ErrorUpdatePropertyMismatch']);
  const fourth = setting(indexed('EmailAddress', 'EmailAddress4'), 'Contact', entry);
  expect((await bench.ask(update(id, fourth))).codes).toEqual(['ErrorSchemaValidation']);
});

test('a name that is too long is refused, a long subject is cut', async () => {
  const id = await contact();
  const long = 'ü'.repeat(300);
  const name = setting(field('contacts:Surname'), 'Contact', `<t:Surname>${long}</t:Surname>`);
  expect((await bench.ask(update(id, name))).codes).toEqual(['ErrorPropertyUpdate']);
  const subject = setting(field('item:Subject'), 'Contact', `<t:Subject>${long}</t:Subject>`);
  await bench.ask(update(id, subject));
  const read = await bench.ask(getNamed(id, field('item:Subject')));
  expect(read.all('Subject')[0]?.text.length).toBe(255);
});

test('a distribution list keeps its members', async () => {
  const member = (address: string): string =>
    `<t:Member><t:Mailbox><t:EmailAddress>${address}</t:EmailAddress><t:MailboxType>OneOff</t:MailboxType></t:Mailbox></t:Member>`;
  const list = `<t:DistributionList><t:DisplayName>Alle</t:DisplayName><t:Members>${member('a@x.example')}${member('b@x.example')}</t:Members></t:DistributionList>`;
  const id = attributeOf(await bench.ask(createIn('contacts', list)), 'ItemId', 'Id');
  const read = await bench.ask(getItems(itemId(id)));
  expect(read.all('EmailAddress').map(({ text }) => text)).toEqual(['a@x.example', 'b@x.example']);
});

test('ContactsView names a range of display names', async () => {
  const named = ['Anton', 'Berta', 'Cäsar', 'Dora'].map(
    (name) => `<t:Contact><t:DisplayName>${name}</t:DisplayName></t:Contact>`,
  );
  await bench.ask(createIn('contacts', named.join('')));
  const view = '<m:ContactsView InitialName="b" FinalName="d"/>';
  const found = await bench.ask(findIn('contacts', { view }));
  expect(found.all('DisplayName').map(({ text }) => text)).toEqual(['Berta', 'Cäsar']);
});
