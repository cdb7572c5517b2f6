import { bodyAs } from '../mailbox/bodies.js';
import { attendeesOf } from '../mailbox/ledger.js';
import type { ItemProperties } from '../mailbox/properties.js';
import type { ItemView } from '../mailbox/view.js';

/** Understands the plain part of a QueryString: words and phrases, `subject:word`, AND, OR and NOT. */

/** What a QueryString wants of an item. */
export function readQueryString(text: string): (view: ItemView) => boolean {
  const alternatives = splitAt(tokensOf(text), 'OR').map(allOf);
  return (view) => alternatives.some((fits) => fits(view));
}

function tokensOf(text: string): string[] {
  return text.match(/(?:\w+:)?"[^"]*"|\S+/g) ?? [];
}

function splitAt(tokens: readonly string[], word: string): string[][] {
  const parts: string[][] = [[]];
  for (const token of tokens) {
    if (token === word) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function allOf(tokens: readonly string[]): (view: ItemView) => boolean {
  const tests = tokens
    .filter((token) => token !== 'AND' && token !== 'NOT')
    .map((token, at, kept) => {
      const before = tokens[tokens.indexOf(token) - 1];
      const fits = oneWord(kept[at] ?? token);
      return before === 'NOT' ? (view: ItemView) => !fits(view) : fits;
    });
  return (view) => tests.every((test) => test(view));
}

const PLACES: ReadonlyMap<string, (properties: ItemProperties) => readonly string[]> = new Map([
  ['subject', ({ Subject = '' }: ItemProperties) => [Subject]],
  ['body', ({ Body }: ItemProperties) => [Body ? bodyAs(Body, 'Text').Value : '']],
  ['location', ({ Location = '' }: ItemProperties) => [Location]],
  ['category', ({ Categories = [] }: ItemProperties) => Categories],
  ['from', ({ From, Organizer }: ItemProperties) => addressTexts([From, Organizer])],
  ['to', ({ ToRecipients = [] }: ItemProperties) => addressTexts(ToRecipients)],
  ['participants', (properties: ItemProperties) => addressTexts(attendeesOf(properties))],
  ['displayname', ({ DisplayName = '' }: ItemProperties) => [DisplayName]],
  ['email', ({ EmailAddresses = {} }: ItemProperties) => Object.values(EmailAddresses)],
]);

function addressTexts(
  list: readonly ({ readonly Name?: string; readonly EmailAddress: string } | undefined)[],
): string[] {
  return list.flatMap((one) => (one ? [one.Name ?? '', one.EmailAddress] : []));
}

/** A word fits at the beginning of a word, without regard to case. */
function oneWord(token: string): (view: ItemView) => boolean {
  const [, name = '', rest = token] = /^(\w+):(.*)$/.exec(token) ?? [];
  const place = PLACES.get(name.toLowerCase());
  const places = place ? [place] : [...PLACES.values()];
  const needle = (place ? rest : token).replace(/"/g, '').replace(/\*$/, '').toLowerCase();
  return ({ properties }) =>
    places
      .flatMap((textsOf) => textsOf(properties))
      .some((text) =>
        ` ${text.toLowerCase()}`.replace(/[^\p{L}\p{N}]+/gu, ' ').includes(spaced(needle)),
      );
}

function spaced(needle: string): string {
  return ` ${needle.replace(/[^\p{L}\p{N}]+/gu, ' ')}`;
}
