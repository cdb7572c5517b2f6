import { computed, DEFAULT, NAMED, stored, UNSEARCHABLE } from './field-row.js';
import type { FieldRow } from './field-row.js';

const FILE_AS_MAPPINGS = [
  ...['None', 'LastCommaFirst', 'FirstSpaceLast', 'Company', 'LastCommaFirstCompany'],
  ...['CompanyLastFirst', 'LastFirst', 'LastFirstCompany', 'CompanyLastCommaFirst'],
  ...['LastFirstSuffix', 'LastSpaceFirstCompany', 'CompanyLastSpaceFirst', 'LastSpaceFirst'],
  ...['DisplayName', 'FirstName', 'LastFirstMiddleSuffix', 'LastName', 'Empty'],
];
const ADDRESS_KEYS = ['Home', 'Business', 'Other'];
const PHONE_KEYS = [
  ...['AssistantPhone', 'BusinessFax', 'BusinessPhone', 'BusinessPhone2', 'Callback', 'CarPhone'],
  ...['CompanyMainPhone', 'HomeFax', 'HomePhone', 'HomePhone2', 'Isdn', 'MobilePhone', 'OtherFax'],
  ...['OtherTelephone', 'Pager', 'PrimaryPhone', 'RadioPhone', 'Telex', 'TtyTddPhone'],
  ...['BusinessMobile', 'IPPhone', 'Mms', 'Msn'],
];

/** The parts of a postal address, in the order of the schema. */
export const ADDRESS_PARTS = ['Street', 'City', 'State', 'CountryOrRegion', 'PostalCode'] as const;

function numbered(name: string): { readonly choices: readonly string[] } {
  return { choices: [`${name}1`, `${name}2`, `${name}3`] };
}

/** What a contact has beside what every item has. */
// prettier-ignore
export const CONTACT_FIELDS: readonly FieldRow[] = [
  stored('contacts:FileAs', 'text', DEFAULT),
  stored('contacts:FileAsMapping', 'choice', { choices: FILE_AS_MAPPINGS }),
  stored('contacts:DisplayName', 'text', DEFAULT),
  stored('contacts:GivenName', 'text'),
  stored('contacts:Initials', 'text'),
  stored('contacts:MiddleName', 'text'),
  stored('contacts:Nickname', 'text'),
  computed('contacts:CompleteName', UNSEARCHABLE),
  stored('contacts:CompanyName', 'text', DEFAULT),
  stored('contacts:EmailAddresses', 'dictionary', { ...numbered('EmailAddress'), ...DEFAULT }),
  stored('contacts:PhysicalAddresses', 'dictionary', { choices: ADDRESS_KEYS }),
  stored('contacts:PhoneNumbers', 'dictionary', { choices: PHONE_KEYS, ...DEFAULT }),
  stored('contacts:AssistantName', 'text'),
  stored('contacts:Birthday', 'time'),
  stored('contacts:BusinessHomePage', 'text'),
  stored('contacts:Children', 'strings'),
  stored('contacts:Companies', 'strings', UNSEARCHABLE),
  computed('contacts:ContactSource', NAMED),
  stored('contacts:Department', 'text'),
  stored('contacts:Generation', 'text'),
  stored('contacts:ImAddresses', 'dictionary', numbered('ImAddress')),
  stored('contacts:JobTitle', 'text'),
  stored('contacts:Manager', 'text'),
  stored('contacts:Mileage', 'text'),
  stored('contacts:OfficeLocation', 'text'),
  stored('contacts:PostalAddressIndex', 'choice', { choices: ['None', ...ADDRESS_KEYS] }),
  stored('contacts:Profession', 'text'),
  stored('contacts:SpouseName', 'text'),
  stored('contacts:Surname', 'text'),
  stored('contacts:WeddingAnniversary', 'time'),
  computed('contacts:HasPicture'),
];

/** What a distribution list has beside what every item has. */
export const LIST_FIELDS: readonly FieldRow[] = [
  stored('contacts:DisplayName', 'text', DEFAULT),
  stored('contacts:FileAs', 'text', DEFAULT),
  computed('contacts:ContactSource', NAMED),
  stored('distributionlist:Members', 'members', { getItemOnly: true, ...UNSEARCHABLE }),
];

/** The dictionary, and the part of its entries, that an indexed path means; null for what has no entries here. */
export function entryOf(uri: string, index: string): { uri: string; entry: string } | null {
  const [, name = '', part = ''] =
    /^contacts:(EmailAddress|PhoneNumber|ImAddress|PhysicalAddress)(?::(\w+))?$/.exec(uri) ?? [];
  const whole = DICTIONARIES.get(name);
  if (whole === undefined || (name === 'PhysicalAddress') !== (part !== '')) return null;
  return { uri: whole, entry: part === '' ? index : `${index}:${part}` };
}

const DICTIONARIES: ReadonlyMap<string, string> = new Map([
  ['EmailAddress', 'contacts:EmailAddresses'],
  ['PhysicalAddress', 'contacts:PhysicalAddresses'],
  ['PhoneNumber', 'contacts:PhoneNumbers'],
  ['ImAddress', 'contacts:ImAddresses'],
]);
