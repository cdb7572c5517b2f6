import { createPrivateKey, X509Certificate } from 'node:crypto';

/** What one PEM file holds of an application, each part as PEM; null where it is not in it. */
export interface CertificateFile {
  readonly key: string | null;
  /** The certificates, the one that belongs to the key first. */
  readonly x5c: string | null;
}

/** Reads what is between the BEGIN and END lines and leaves out the rest. Whether it can be used is for the connector to say. */
export function certificateFileIn(pem: string): CertificateFile {
  const blocks = [...pem.matchAll(BLOCK)].map(([text, label = '']) => ({ text, label }));
  const key = blocks.find(({ label }) => label.endsWith('PRIVATE KEY'))?.text ?? null;
  const certificates = blocks
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ text }) => text);
  return { key, x5c: certificates.length === 0 ? null : ownFirst(certificates, key).join('\n') };
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n[\s\S]+?\r?\n-----END \1-----/g;

/** A file made from a .pfx may have the authority's certificate first; the connector takes the first for its own. */
function ownFirst(certificates: readonly string[], key: string | null): readonly string[] {
  const own = certificates.find((certificate) => isOf(certificate, key));
  return own === undefined ? certificates : [own, ...certificates.filter((one) => one !== own)];
}

function isOf(certificate: string, key: string | null): boolean {
  try {
    return key !== null && new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // unreadable; whoever uses it says so
  }
}
