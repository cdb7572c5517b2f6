import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { certificateFileIn } from '../../server/certificate-file.js';

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/tls/${name}`, import.meta.url), 'utf8').trim();

const KEY = fixture('application-key.pem');
const OWN = fixture('application.pem');
const AUTHORITY = fixture('authority.pem');

describe('a PEM file of an application', () => {
  test.each([
    ['the key first', `${KEY}\n${OWN}\n`],
    ['the key last', `${OWN}\n${KEY}`],
    [
      'what OpenSSL writes around them',
      `Bag Attributes\n  friendlyName: Büro\n${KEY}\nsubject=x\n${OWN}`,
    ],
    ['a byte order mark', `\uFEFF${KEY}\n${OWN}`],
  ])('with %s', (_, pem) => {
    expect(certificateFileIn(pem)).toEqual({ key: KEY, x5c: OWN });
  });

  test('of Windows keeps its line ends', () => {
    const crlf = (text: string): string => text.replaceAll('\n', '\r\n');
    const { key, x5c } = certificateFileIn(crlf(`${KEY}\n${OWN}\n`));
    expect({ key, x5c }).toEqual({ key: crlf(KEY), x5c: crlf(OWN) });
  });

  test('has the certificate of the key first, whatever its order was', () => {
    const { x5c } = certificateFileIn([AUTHORITY, OWN, KEY].join('\n'));
    expect(x5c).toBe(`${OWN}\n${AUTHORITY}`);
  });

  test('keeps the order where no certificate belongs to the key', () => {
    const { x5c } = certificateFileIn([AUTHORITY, OWN, fixture('server-key.pem')].join('\n'));
    expect(x5c).toBe(`${AUTHORITY}\n${OWN}`);
  });

  test.each([
    ['no key', OWN, { key: null, x5c: OWN }],
    ['no certificate', KEY, { key: KEY, x5c: null }],
    ['neither, as a client secret', 'abc8Q~geheim-----BEGIN', { key: null, x5c: null }],
    ['half a key', KEY.slice(0, 200), { key: null, x5c: null }],
  ])('with %s', (_, pem, found) => {
    expect(certificateFileIn(pem)).toEqual(found);
  });
});
