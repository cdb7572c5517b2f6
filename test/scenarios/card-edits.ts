import { NARROW } from '../sync/engine/card-kind.js';
import type { Card, CardPatch } from '../sync/engine/card-kind.js';

/** What people do to a card that both sides have, and what comes of it. */
export interface Edit {
  readonly name: string;
  readonly erp?: CardPatch;
  readonly outlook?: CardPatch;
  /** All that travels. */
  readonly toErp?: CardPatch;
  readonly toExchange?: CardPatch;
  readonly begins?: Partial<Card>;
  /** What is told of since. */
  readonly told?: readonly string[];
}

const NEW_PHOTO = 'PNG!'.repeat(24);

export const EDITS: readonly Edit[] = [
  {
    name: 'I correct the second phone in Outlook, and the ERP keeps all others',
    outlook: { phones: { 'business 2': '030 999' } },
    toErp: { phones: { 'business 2': '030 999' } },
  },
  {
    name: 'I correct the second e-mail in the ERP',
    erp: { mails: { 2: 'buero@muster.example' } },
    toExchange: { mails: { 2: 'buero@muster.example' } },
  },
  {
    name: 'I delete a phone in Outlook, and just that one goes in the ERP',
    outlook: { phones: { 'business 1': '' } },
    toErp: { phones: { 'business 1': '' } },
  },
  {
    name: 'I delete an e-mail in Outlook, and just that one goes in the ERP',
    outlook: { mails: { 3: '' } },
    toErp: { mails: { 3: '' } },
  },
  {
    name: 'I empty everything that Outlook shows, and the ERP keeps what Outlook never had',
    outlook: { phones: { 'business 1': '', 'business 2': '' }, mails: { 1: '', 2: '', 3: '' } },
    toErp: { phones: { 'business 1': '', 'business 2': '' }, mails: { 1: '', 2: '', 3: '' } },
  },
  {
    name: 'he moves, says Outlook: neither his numbers nor his photo go along',
    outlook: { town: 'Düsseldorf' },
    toErp: { town: 'Düsseldorf' },
  },
  {
    name: 'he moves, says the ERP: neither his numbers nor his photo go along',
    erp: { town: 'Görlitz' },
    toExchange: { town: 'Görlitz' },
  },
  {
    name: 'each of us changes another number, and both stay',
    erp: { phones: { 'business 1': '030 111', 'business 3': '030 333' } },
    outlook: { phones: { 'business 2': '030 222', 'mobile 1': '0170 1' } },
    toErp: { phones: { 'business 2': '030 222', 'mobile 1': '0170 1' } },
    toExchange: { phones: { 'business 1': '030 111' } },
  },
  {
    name: 'the fourth e-mail changes in the ERP: nothing is written anywhere',
    erp: { mails: { 4: 'neu@y.example' } },
  },
  {
    name: 'he has a new photo in the ERP: it travels once',
    erp: { photo: NEW_PHOTO },
    toExchange: { photo: NEW_PHOTO },
  },
  {
    name: 'he has a new photo in Outlook: it travels once',
    outlook: { photo: NEW_PHOTO },
    toErp: { photo: NEW_PHOTO },
  },
  {
    name: 'his photo goes in Outlook, and nothing else',
    outlook: { photo: '' },
    toErp: { photo: '' },
  },
];

/** Beside what everybody does. */
export const ODD_EDITS: readonly Edit[] = [
  {
    name: 'a Mac writes the dots of ü by themselves: that is no edit',
    outlook: { name: 'Jürgen Groß'.normalize('NFD') },
  },
  {
    name: 'he is called Jörg after all',
    outlook: { name: 'Jörg Großmüller' },
    toErp: { name: 'Jörg Großmüller' },
  },
  {
    name: 'two numbers are one when they are dialled: I delete one in Outlook, and the ERP keeps the other one',
    begins: { phones: { 'business 1': '030 / 123-45', 'business 2': '+49 30 12345' } },
    outlook: { phones: { 'business 2': '' } },
    toErp: { phones: { 'business 2': '' } },
  },
  {
    name: 'two numbers are one when they are dialled: I change one in the ERP, and Outlook keeps the other one',
    begins: { phones: { 'business 1': '030 / 123-45', 'business 2': '+49 30 12345' } },
    erp: { phones: { 'business 1': '030 / 123-46' } },
    toExchange: { phones: { 'business 1': '030 / 123-46' } },
  },
  {
    name: 'what is no number is taken as it stands there',
    outlook: { phones: { 'mobile 1': 'auf Anfrage' } },
    toErp: { phones: { 'mobile 1': 'auf Anfrage' } },
  },
  {
    name: 'I fill a place in Outlook that was empty',
    begins: { phones: { 'business 1': '030 1', 'business 3': '030 3' } },
    outlook: { phones: { 'business 2': '030 2' } },
    toErp: { phones: { 'business 2': '030 2' } },
  },
  {
    name: 'the ERP gets a fifth e-mail, for which there is no place either: I am told',
    erp: { mails: { 5: 'fuenf@y.example' } },
    told: ['mails/5 notSynced'],
  },
  {
    name: 'the ERP gets a fourth e-mail later: I am told, though nothing is written',
    begins: { mails: { 1: 'a@y.example' }, phones: {} },
    erp: { mails: { 4: 'vier@y.example' } },
    told: ['mails/4 notSynced'],
  },
  {
    name: 'the fourth e-mail takes a free place in the ERP: Outlook shows it',
    begins: { mails: { 1: 'a@y.example', 2: 'b@y.example', 4: 'd@y.example' } },
    erp: { mails: { 3: 'd@y.example', 4: '' } },
    toExchange: { mails: { 3: 'd@y.example' } },
  },
  {
    name: 'the fourth e-mail takes the place of the second one in the ERP, and the second one its place',
    erp: { mails: { 2: 'x@y.example', 4: 'info@muster.example' } },
    toExchange: { mails: { 2: 'x@y.example' } },
  },
];

export const LONG_NAME = 'Dr. Jürgen Großmann-Müllerstedt';

/** In an ERP with short texts. */
export const NARROW_EDITS: readonly Edit[] = [
  {
    name: 'he has a longer name in Outlook than the ERP holds: it keeps what fits, and I am told',
    outlook: { name: LONG_NAME },
    toErp: { name: LONG_NAME.slice(0, NARROW) },
    told: ['name textTooLong'],
  },
  {
    name: 'he has a longer number in Outlook than the ERP holds: it gets it without the blanks',
    outlook: { phones: { 'mobile 1': '+49 (0) 170 / 12 34 - 56 78' } },
    toErp: { phones: { 'mobile 1': '+4917012345678' } },
  },
];
