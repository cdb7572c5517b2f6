import { readFileSync } from 'node:fs';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { checkTls } from '../../../../../sync/exchange/ews/check/tls-step.js';
import type { StepFinding } from '../../../../../sync/exchange/ews/check/steps.js';
import { VirtualClock } from '../../../../simulators/clock.js';
import { pem, startPlain, startTls, type CertificateServer } from './certificate-server.js';

const opened: CertificateServer[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(opened.splice(0).map((server) => server.stop()));
});

async function check(
  server: CertificateServer,
  { host = 'localhost', ca = null, now = '2026-03-02T08:00:00Z' }: Partial<Trial> = {},
): Promise<StepFinding> {
  opened.push(server);
  const limits = {
    clock: new VirtualClock(now),
    timeoutMs: 5000,
    signal: new AbortController().signal,
  };
  return checkTls({ host, ca: ca === null ? null : pem(ca), open: server.open }, limits);
}

interface Trial {
  readonly host: string;
  /** The name of a fixture. */
  readonly ca: string | null;
  readonly now: string;
}

const codesOf = ({ faults }: StepFinding): string[] => faults.map(({ code }) => code);

const NAMES = { here: 'localhost', elsewhere: 'mail.firma.example', short: 'exchange01' };

// prettier-ignore
const FAULTY: readonly ({ name: string; certificates: string[]; codes: string[]; en: RegExp; de: RegExp } & Partial<Trial>)[] = [
  { name: 'self-signed', certificates: ['self-signed'], codes: ['DEPTH_ZERO_SELF_SIGNED_CERT'], en: /self-signed.*save it as a PEM file.*--ca-file FILE \(SHA-256: [0-9A-F:]{95}/, de: /selbst ausgestellt.*--ca-file DATEI/ },
  { name: 'of an unknown root that is sent along', certificates: ['by-intermediate', 'intermediate', 'root'], codes: ['SELF_SIGNED_CERT_IN_CHAIN'], en: /Issued by "Müller & Söhne Stammstelle".*certutil/, de: /Ausgestellt von „Müller & Söhne Stammstelle“/ },
  { name: 'of an unknown issuer that is not sent along', certificates: ['trusted'], codes: ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY'], en: /Issued by "authority".*--ca-file FILE/, de: /Ausgestellt von „authority“/ },
  { name: 'with an intermediate missing', certificates: ['by-intermediate'], ca: 'root', codes: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE'], en: /intermediate certificate "Müller & Söhne Zwischenstelle" is missing.*so that the server sends it along/, de: /Zwischenzertifikat „Müller & Söhne Zwischenstelle“ fehlt/ },
  { name: 'where only the intermediate is trusted', certificates: ['by-intermediate'], ca: 'intermediate', codes: ['UNABLE_TO_GET_ISSUER_CERT'], en: /Only "Müller & Söhne Zwischenstelle" is entered, not the root authority "Müller & Söhne Stammstelle"/, de: /nicht die Stammstelle/ },
  { name: 'expired', certificates: ['expired'], ca: 'authority', codes: ['CERT_HAS_EXPIRED'], en: /expired on 2021-01-01/, de: /seit dem 01\.01\.2021 abgelaufen/ },
  { name: 'not valid yet', certificates: ['early'], ca: 'root', codes: ['CERT_NOT_YET_VALID'], en: /valid only from 2110-01-01.*Check the clock/, de: /erst ab dem 01\.01\.2110.*Uhr/ },
  { name: 'for another name', certificates: ['trusted'], ca: 'authority', host: NAMES.elsewhere, codes: ['ERR_TLS_CERT_ALTNAME_INVALID'], en: /not for mail\.firma\.example, but for: localhost, 127\.0\.0\.1/, de: /nicht für mail\.firma\.example, sondern für: localhost, 127\.0\.0\.1/ },
  { name: 'for another name than a short one', certificates: ['wrong-name'], ca: 'authority', host: NAMES.short, codes: ['ERR_TLS_CERT_ALTNAME_INVALID', 'SINGLE_LABEL_NAME'], en: /https:\/\/mail\.example\.com\/EWS.*exchange01 is a short name/, de: /kurzer Name ohne Domäne/ },
  { name: 'wrong in three ways at once', certificates: ['all-wrong'], codes: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID'], en: /self-signed.*expired.*not for localhost/, de: /selbst ausgestellt.*abgelaufen.*nicht für localhost/ },
  { name: 'expired, and of an unknown issuer', certificates: ['expired'], codes: ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERT_HAS_EXPIRED'], en: /Issued by.*expired/, de: /Ausgestellt.*abgelaufen/ },
];

describe('the certificate of a server', () => {
  test.each([
    { name: 'of an authority of one’s own', certificates: ['trusted'], ca: 'authority' },
    { name: 'self-signed and entered', certificates: ['self-signed'], ca: 'self-signed' },
    {
      name: 'with its intermediate',
      certificates: ['by-intermediate', 'intermediate'],
      ca: 'root',
    },
    { name: 'for an address', certificates: ['trusted'], ca: 'authority', host: '127.0.0.1' },
  ])('$name passes', async ({ certificates, ...trial }) => {
    const server = await startTls(certificates);
    expect(await check(server, trial)).toMatchObject({
      state: 'passed',
      result: { en: 'in order (TLSv1.3)' },
    });
  });

  test.each(FAULTY)('$name fails as $codes', async ({ certificates, codes, en, de, ...trial }) => {
    const server = await startTls(certificates);
    const finding = await check(server, trial);
    expect([finding.state, codesOf(finding)]).toEqual(['failed', codes]);
    const told = (language: 'de' | 'en'): string =>
      finding.faults.map(({ cause, remedy }) => `${cause[language]} ${remedy[language]}`).join(' ');
    expect(told('en')).toMatch(en);
    expect(told('de')).toMatch(de);
    expect(server.said).toEqual([]);
  });

  test('fails as it does even where the environment says to trust everybody', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const finding = await check(await startTls(['self-signed']));
    expect(codesOf(finding)).toEqual(['DEPTH_ZERO_SELF_SIGNED_CERT']);
  });

  test('that ends within a month passes with a warning', async () => {
    const server = await startTls(['trusted']);
    const finding = await check(server, { ca: 'authority', now: '2119-12-15T00:00:00Z' });
    expect([finding.state, codesOf(finding)]).toEqual(['warning', ['CERT_ENDS_SOON']]);
    expect(finding.faults[0]?.cause.en).toBe('The certificate ends in 17 days, on 2120-01-01');
  });
});

const OLD: TlsOptions = {
  minVersion: 'TLSv1',
  maxVersion: 'TLSv1.1',
  ciphers: 'DEFAULT@SECLEVEL=0',
};

const DEMANDING: TlsOptions = {
  requestCert: true,
  rejectUnauthorized: true,
  ca: readFileSync(new URL('../../../../fixtures/tls/root.pem', import.meta.url)),
};

describe('a handshake that breaks off', () => {
  test('for TLS 1.1 is told, with the faults of the certificate behind it', async () => {
    const finding = await check(await startTls(['expired'], OLD), { ca: 'authority' });
    expect(codesOf(finding)[1]).toBe('CERT_HAS_EXPIRED');
    expect(finding.faults[0]?.cause.en).toBe(
      'The server knows TLS 1.1 at most, which is outdated and unsafe',
    );
  });

  test.each([
    { version: 'TLSv1.3', options: DEMANDING },
    { version: 'TLSv1.2', options: { ...DEMANDING, maxVersion: 'TLSv1.2' as const } },
  ])('because a client’s certificate is demanded is told ($version)', async ({ options }) => {
    const finding = await check(await startTls(['trusted'], options), { ca: 'authority' });
    expect(finding.state).toBe('failed');
    expect(finding.faults[0]?.cause.en).toBe('The server demands a certificate of the client');
    expect(finding.faults[0]?.remedy.en).toContain('set client certificates to "Ignore"');
  });

  test('may ask for a client’s certificate and go on without', async () => {
    const options = { ...DEMANDING, rejectUnauthorized: false };
    const finding = await check(await startTls(['trusted'], options), { ca: 'authority' });
    expect(finding.state).toBe('passed');
  });

  // prettier-ignore
  const PLAIN = [
    { name: 'plain HTTP', greeting: 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n', en: 'A web server without encryption answers at this port (HTTP in place of HTTPS)' },
    { name: 'a mail server', greeting: '220 mail.firma.example ESMTP\r\n', en: 'Nobody speaks TLS at this port, but another service does' },
    { name: 'nothing', greeting: '', en: 'The server takes the connection and breaks the encryption off (ECONNRESET)' },
  ] as const;

  test.each(PLAIN)('against $name is told', async ({ greeting, en }) => {
    const finding = await check(await startPlain(greeting));
    expect(finding.state).toBe('failed');
    expect(finding.faults[0]?.cause.en).toBe(en);
  });
});
