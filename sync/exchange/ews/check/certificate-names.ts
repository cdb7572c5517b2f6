import { X509Certificate } from 'node:crypto';

/** The certificates in a text of PEM; those that cannot be read are left out. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  return [...pem.matchAll(PEM)].flatMap(([block]) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      return [];
    }
  });
}

const PEM = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[\s\S]+?-----END [A-Z0-9 ]+-----/g;

/** For which names a certificate is good, as it spells them. */
export function namesOf(certificate: X509Certificate): readonly string[] {
  const alternatives = certificate.subjectAltName;
  if (alternatives === undefined) return [partOf(certificate.subject, 'CN') ?? ''].filter(Boolean);
  return alternatives
    .split(', ')
    .map((entry) => entry.replace(/^(DNS|IP Address|IP):/, '').replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '');
}

/** One part of a name such as `CN=Firma Root CA`; null where it has none. */
export function partOf(name: string, part: string): string | null {
  const line = name.split('\n').find((one) => one.startsWith(`${part}=`));
  return line?.slice(part.length + 1) ?? null;
}
