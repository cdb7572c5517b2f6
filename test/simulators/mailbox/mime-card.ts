import { component, escapeText, line, lineOf, textIn, textLine } from './ical-text.js';
import type { IcalComponent, IcalLine } from './ical-text.js';
import type { ItemInput, ItemProperties } from './properties.js';

/** A contact as vCard 3.0: names, company, mail addresses and telephones. */
export function writeCard(properties: ItemProperties): IcalComponent {
  const { EmailAddresses = {}, PhoneNumbers = {} } = properties;
  const names = [properties.Surname, properties.GivenName, properties.MiddleName, '', ''];
  return component('VCARD', [
    line('VERSION', '3.0'),
    line('N', names.map((name) => escapeText(name ?? '')).join(';')),
    textLine('FN', properties.DisplayName ?? properties.FileAs ?? ''),
    ...optional('ORG', properties.CompanyName),
    ...optional('TITLE', properties.JobTitle),
    ...Object.values(EmailAddresses).map((one) => textLine('EMAIL', one, { TYPE: 'INTERNET' })),
    ...Object.entries(PhoneNumbers).map(([key, one]) => {
      return textLine('TEL', one, { TYPE: PHONE_TYPES.get(key) ?? 'VOICE' });
    }),
    ...optional('NOTE', properties.Body?.Value.trim()),
  ]);
}

const PHONE_TYPES: ReadonlyMap<string, string> = new Map([
  ['BusinessPhone', 'WORK'],
  ['HomePhone', 'HOME'],
  ['MobilePhone', 'CELL'],
  ['BusinessFax', 'FAX'],
]);

function optional(name: string, text: string | undefined): IcalLine[] {
  return text === undefined || text === '' ? [] : [textLine(name, text)];
}

/** Reads names, company and the first three mail addresses of a vCard. */
export function readCard(card: IcalComponent): ItemInput {
  const [surname = '', given = ''] = (lineOf(card, 'N')?.value ?? '').split(';');
  const company = textIn(card, 'ORG');
  const mails = card.lines.filter(({ name }) => name === 'EMAIL').slice(0, 3);
  const entries = mails.map(({ value }, at): [string, string] => [`EmailAddress${at + 1}`, value]);
  return {
    DisplayName: textIn(card, 'FN') ?? '',
    ...(surname === '' ? {} : { Surname: surname }),
    ...(given === '' ? {} : { GivenName: given }),
    ...(company === null ? {} : { CompanyName: company.replace(/;+$/, '') }),
    ...(entries.length === 0 ? {} : { EmailAddresses: Object.fromEntries(entries) }),
  };
}
