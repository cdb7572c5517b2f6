import { createVerify, generateKeyPairSync, verify, constants, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  checkApplication,
  type OauthApplication,
} from '../../../../sync/exchange/ews/oauth-application.js';
import { requestToken } from '../../../../sync/exchange/ews/oauth-token.js';
import { dialThrough } from '../../../../sync/exchange/ews/dial.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { startAuthority } from './fake-authority.js';

const SHA256 = 'AB:12'.padEnd(95, ':CD');
const SHA1 = 'ef34'.repeat(10);
const PEM = { type: 'pkcs8', format: 'pem' } as const;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = privateKey.export(PEM);
const SHORT_KEY = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export(PEM);
const EC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export(PEM);
const LOCKED_KEY = privateKey.export({ ...PEM, cipher: 'aes-256-cbc', passphrase: 'x' });

function application(changes: Partial<OauthApplication> = {}): OauthApplication {
  return { tenantId: 'firma.example', clientId: 'app', credential: { secret: 's' }, ...changes };
}

describe('where an application signs in', () => {
  test.each([
    [{}, 'https://login.microsoftonline.com/firma.example'],
    [{ tenantId: ' 1b2c-3d ' }, 'https://login.microsoftonline.com/1b2c-3d'],
    [{ tenantId: 'a/b?c' }, 'https://login.microsoftonline.com/a%2Fb%3Fc'],
    [
      { authority: 'https://login.microsoftonline.us' },
      'https://login.microsoftonline.us/firma.example',
    ],
    [
      { authority: 'https://login.microsoftonline.us/gov/' },
      'https://login.microsoftonline.us/gov',
    ],
    [{ authority: 'http://127.0.0.1:8080/t' }, 'http://127.0.0.1:8080/t'],
  ])('%o is %s', (changes, address) => {
    expect(checkApplication(application(changes)).authority.href).toBe(address);
  });
});

describe('an application that cannot be used', () => {
  test.each<[string, Partial<OauthApplication>, RegExp]>([
    ['has no id', { clientId: ' ' }, /client id/],
    ['has no tenant', { tenantId: '' }, /tenant/],
    ['names the tenant of everybody', { tenantId: 'common' }, /tenant/],
    [
      'names it in the address',
      { authority: 'https://login.microsoftonline.com/Organizations' },
      /tenant/,
    ],
    ['has an empty secret', { credential: { secret: '' } }, /secret is empty/],
    [
      'would send its secret in the clear',
      { authority: 'http://login.firma.de/t' },
      /sign-in server/,
    ],
    [
      'has a password in the address',
      { authority: 'https://u:p@login.firma.de/t' },
      /sign-in server/,
    ],
    ['has an address that is none', { authority: 'login.firma.de' }, /sign-in server/],
    ['has a key that is none', certificate('geheim', SHA256), /private key/],
    ['has a key that is too short', certificate(SHORT_KEY, SHA256), /2048/],
    ['has a key of another kind', certificate(EC_KEY, SHA256), /RSA/],
    ['has a key with a password', certificate(LOCKED_KEY, SHA256), /without a password/],
    ['has no thumbprint', certificate(KEY), /thumbprint/],
    ['has half a thumbprint', certificate(KEY, SHA256.slice(0, 40)), /thumbprint/],
    ['has a certificate that is none', certificate(KEY, SHA256, 'x'), /same file/],
    [
      'has the certificate of another key',
      certificate(KEY, SHA256, fixture('trusted.pem')),
      /same file/,
    ],
  ])('%s', (_, changes, remedy) => {
    expect(() => checkApplication(application(changes))).toThrow(
      expect.objectContaining({
        kind: 'forbidden',
        code: 'NotUsable',
        message: expect.stringMatching(remedy) as string,
        sentence: {
          de: expect.stringMatching(/\w\./) as string,
          en: expect.stringMatching(remedy) as string,
        },
      }),
    );
  });
});

describe('a certificate', () => {
  test('signs for the token endpoint, named by its SHA-256', async () => {
    const { header, claims, isSigned } = await assertionFor(certificate(KEY, SHA256));
    expect(header).toMatchObject({ alg: 'PS256', 'x5t#S256': base64url(SHA256) });
    expect(claims).toMatchObject({ iss: 'app', sub: 'app' });
    expect(claims['aud']).toMatch(/^https:.*\/firma\.example\/oauth2\/v2\.0\/token$/);
    expect(isSigned).toBe(true);
  });

  test('signs as older registrations know it, named by its SHA-1', async () => {
    const { header, isSigned } = await assertionFor(certificate(KEY, SHA1));
    expect(header).toMatchObject({ alg: 'RS256', x5t: base64url(SHA1) });
    expect(isSigned).toBe(true);
  });

  test('is enough by itself: it has its own thumbprint, and goes along', () => {
    const pem = fixture('application.pem');
    const { credential } = checkApplication(
      application(certificate(fixture('application-key.pem'), undefined, pem)),
    );
    expect(credential).toMatchObject({
      certificate: { x5c: pem, thumbprint: expect.stringMatching(/^[0-9A-F]{64}$/) as string },
    });
  });
});

function certificate(key: string | Buffer, thumbprint?: string, x5c?: string) {
  const more = { ...(thumbprint && { thumbprint }), ...(x5c && { x5c }) };
  return { credential: { certificate: { key: key.toString(), ...more } } };
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), 'utf8');
}

function base64url(thumbprint: string): string {
  return Buffer.from(thumbprint.replaceAll(':', ''), 'hex').toString('base64url');
}

/** The assertion that stands in for a secret, taken apart. */
async function assertionFor(changes: Partial<OauthApplication>) {
  const authority = await startAuthority();
  try {
    await requestToken({
      application: checkApplication(application({ ...changes, authority: authority.url })),
      ...{
        dial: dialThrough({ ca: null, proxy: null }),
        clock: new VirtualClock(),
        stop: new AbortController().signal,
      },
    });
  } finally {
    await authority.stop();
  }
  const form = authority.asked[0]?.form ?? {};
  expect(form['client_secret']).toBeUndefined();
  const [header = '', claims = '', signature = ''] = (form['client_assertion'] ?? '').split('.');
  return {
    header: decoded(header),
    claims: decoded(claims),
    isSigned: isSignedBy(publicKey, `${header}.${claims}`, signature, decoded(header)['alg']),
  };
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
}

function isSignedBy(key: KeyObject, text: string, signature: string, algorithm: unknown): boolean {
  const bytes = Buffer.from(signature, 'base64url');
  if (algorithm === 'RS256') return createVerify('sha256').update(text).verify(key, bytes);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify('sha256', Buffer.from(text), { key, padding, saltLength: 32 }, bytes);
}
