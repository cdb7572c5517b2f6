import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EmailAddress } from '../../../../mappings/values.js';
import { parseEmail } from '../../../../mappings/values.js';
import { envelope } from '../../../../sync/exchange/ews/envelope.js';
import { writeNewAppointment } from '../../../../sync/exchange/ews/item-fields.js';
import { writeCreateItem } from '../../../../sync/exchange/ews/operations/create-item.js';
import { writeFindByMark } from '../../../../sync/exchange/ews/operations/find-item.js';
import { requestHeaders } from '../../../../sync/exchange/ews/request-headers.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import {
  child,
  childText,
  descend,
  xmlReader,
  type XmlNode,
} from '../../../../sync/exchange/ews/xml-reader.js';

/** Anything that may stand in a database: control characters, halves of surrogate pairs, markup, line ends. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
    .map((units) => String.fromCharCode(...units)),
  fc.constantFrom(
    '\r\nX-Evil: 1',
    ']]><b/>',
    '<!--',
    '&#0;',
    '\ud800',
    '\ufffe',
    '"\'<>&',
    '\u0000',
  ),
);

/** What XML 1.0 can hold of a text. */
function held(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, '');
}

function parsed(xml: string): XmlNode {
  const reader = xmlReader();
  reader.write(xml);
  return reader.end();
}

/** An address as if somebody had got it past the check at the edge. */
function unchecked(text: string): EmailAddress {
  return text as EmailAddress;
}

describe('a request', () => {
  test('says what was meant, whatever text is in subject, place, body, mark and folder', () => {
    const texts = fc.record({
      ...{ subject: anyText, location: anyText, bodyText: anyText },
      ...{ mark: anyText, folderId: anyText },
    });
    fc.assert(
      fc.property(texts, ({ mark, folderId, ...fields }) => {
        const item = writeNewAppointment({ fields }, mark);
        const mailbox = { address: parseEmail('anna@example.com') };
        const root = parsed(envelope(mailbox, writeCreateItem({ folderId, items: [item] })));
        const request = descend(root, 'Body', 'CreateItem');
        const folder = request && descend(request, 'SavedItemFolderId', 'FolderId');
        expect(folder?.attributes['Id']).toBe(held(folderId));
        const written = request && descend(request, 'Items', 'CalendarItem');
        expect(written && childText(written, 'Subject')).toBe(held(fields.subject));
        expect(written && childText(written, 'Location')).toBe(held(fields.location));
        expect(written && childText(written, 'Body')).toBe(held(fields.bodyText));
        const property = written && child(written, 'ExtendedProperty');
        expect(property && childText(property, 'Value')).toBe(held(mark));
      }),
      { numRuns: 500 },
    );
  });

  test('searches for what was meant, whatever the key', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        const body = writeFindByMark({ folder: { id: 'F' }, prefixes: [key], offset: 0 });
        const root = parsed(envelope({ address: parseEmail('anna@example.com') }, body));
        expect(JSON.stringify(root)).toContain(JSON.stringify(held(key)));
      }),
    );
  });

  test.each(['mail', 'upn'] as const)('acts as whom was meant, whatever the name (%s)', (by) => {
    fc.assert(
      fc.property(anyText, (text) => {
        const mailbox = { address: unchecked(text), ...(by === 'upn' && { namedBy: by }) };
        const root = parsed(envelope(mailbox, writeCreateItem({ folderId: 'F', items: [] })));
        const whom = descend(root, 'Header', 'ExchangeImpersonation', 'ConnectingSID');
        expect(whom?.children.map(({ name, text: shown }) => [name, shown])).toEqual([
          [by === 'upn' ? 'PrincipalName' : 'PrimarySmtpAddress', held(text)],
        ]);
      }),
    );
  });

  test('has headers that nothing in a name can break', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const headers = new Headers(requestHeaders({ address: unchecked(text) }));
        expect([...headers.keys()].sort()).toEqual([
          'accept',
          'accept-encoding',
          'content-type',
          'user-agent',
          'x-anchormailbox',
        ]);
        expect(headers.get('x-anchormailbox')).not.toMatch(/[\r\n\0]/);
      }),
    );
  });

  test('asks for no packed answer', () => {
    const headers = requestHeaders({ address: parseEmail('anna@example.com') });
    expect(headers['accept-encoding']).toBe('identity');
  });
});

describe('a user name for Basic', () => {
  test.each(['a:b', 'a\r\nX-Evil: 1', 'a\u0000', '\u007f'])('is refused where it is %j', (user) => {
    expect(() => basicSignIn({ user, password: 'p' })).toThrow(
      expect.objectContaining({ kind: 'forbidden', code: 'NotUsable' }),
    );
  });

  test.each(['müller', 'FIRMA\\größe', 'abgleich@firma.de'])('is taken: %s', (user) => {
    expect(() => basicSignIn({ user, password: 'a:b\r\nß' })).not.toThrow();
  });
});
