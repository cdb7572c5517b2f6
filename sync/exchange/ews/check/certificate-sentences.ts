import type { X509Certificate } from 'node:crypto';
import type { CheckFault } from '../../../ports/connection-check.js';
import type { Sentence } from '../../../ports/failure.js';
import { partOf } from './certificate-names.js';

/** The faults of certificates, each with what to do. The codes are those of OpenSSL and Node where they have one. */

export function selfSigned(own: X509Certificate): CheckFault {
  const who = subjectOf(own);
  return fault('DEPTH_ZERO_SELF_SIGNED_CERT', {
    cause: {
      de: `Das Zertifikat „${who}“ ist selbst ausgestellt, keine Stelle bürgt dafür`,
      en: `The certificate "${who}" is self-signed, no authority vouches for it`,
    },
    remedy: {
      de: `Am Server ein Zertifikat einer öffentlichen oder der eigenen Stelle einsetzen. Oder genau diesem vertrauen: es als PEM-Datei speichern und bei der Verbindung mit --ca-file DATEI eintragen (SHA-256: ${own.fingerprint256}; mit dem am Server vergleichen).`,
      en: `Install a certificate of a public authority or of your own at the server. Or trust this very one: save it as a PEM file and enter it at the connection with --ca-file FILE (SHA-256: ${own.fingerprint256}; compare it with the one at the server).`,
    },
  });
}

/** The chain is complete and ends at a root that nobody knows. */
export function unknownAuthority(root: X509Certificate): CheckFault {
  const who = subjectOf(root);
  return fault('SELF_SIGNED_CERT_IN_CHAIN', {
    cause: {
      de: `Ausgestellt von „${who}“, einer Stelle, der dieser Rechner nicht vertraut`,
      en: `Issued by "${who}", an authority that this machine does not trust`,
    },
    remedy: enterRoot(who),
  });
}

/** The issuer is neither sent nor known. */
export function unknownIssuer(last: X509Certificate): CheckFault {
  const who = issuerOf(last);
  return fault('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', {
    cause: {
      de: `Ausgestellt von „${who}“, einer Stelle, der dieser Rechner nicht vertraut`,
      en: `Issued by "${who}", an authority that this machine does not trust`,
    },
    remedy: enterRoot(who),
  });
}

export function incompleteChain(last: X509Certificate, hasOwnAuthority: boolean): CheckFault {
  const who = issuerOf(last);
  const orDe = hasOwnAuthority
    ? ` Oder die mit --ca-file eingetragene Stelle ist nicht die, die es ausgestellt hat: dann das Stammzertifikat von „${who}“ eintragen.`
    : '';
  const orEn = hasOwnAuthority
    ? ` Or the authority entered with --ca-file is not the one that issued it: then enter the root certificate of "${who}".`
    : '';
  return fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE', {
    cause: {
      de: `Die Zertifikatskette ist unvollständig: das Zwischenzertifikat „${who}“ fehlt`,
      en: `The chain of certificates is incomplete: the intermediate certificate "${who}" is missing`,
    },
    remedy: {
      de: `Das Zwischenzertifikat am Exchange-Server in den Speicher „Zwischenzertifizierungsstellen“ des Computers einspielen, damit der Server es mitschickt.${orDe}`,
      en: `Install the intermediate certificate at the Exchange server, into the computer's store "Intermediate Certification Authorities", so that the server sends it along.${orEn}`,
    },
  });
}

/** What is trusted leads no further: Node wants the root. */
export function rootMissing(last: X509Certificate): CheckFault {
  const who = issuerOf(last);
  return fault('UNABLE_TO_GET_ISSUER_CERT', {
    cause: {
      de: `Eingetragen ist nur „${subjectOf(last)}“, nicht die Stammstelle „${who}“ darüber`,
      en: `Only "${subjectOf(last)}" is entered, not the root authority "${who}" above it`,
    },
    remedy: enterRoot(who),
  });
}

export function expired(certificate: X509Certificate, isOwn: boolean): CheckFault {
  const since = dayOf(certificate.validTo);
  const which = whichOf(certificate, isOwn);
  return fault('CERT_HAS_EXPIRED', {
    cause: {
      de: `${which.de} ist seit dem ${since.de} abgelaufen`,
      en: `${which.en} expired on ${since.en}`,
    },
    remedy: {
      de: 'Am Server ein neues Zertifikat einsetzen. Ist es dort noch gültig, geht die Uhr dieses Rechners vor.',
      en: 'Install a new certificate at the server. If it is still valid there, the clock of this machine is fast.',
    },
  });
}

export function notYetValid(certificate: X509Certificate, isOwn: boolean): CheckFault {
  const from = dayOf(certificate.validFrom);
  const which = whichOf(certificate, isOwn);
  return fault('CERT_NOT_YET_VALID', {
    cause: {
      de: `${which.de} gilt erst ab dem ${from.de}`,
      en: `${which.en} is valid only from ${from.en}`,
    },
    remedy: {
      de: 'Die Uhr dieses Rechners prüfen: meist geht sie nach. Stimmt sie, am Server ein Zertifikat einsetzen, das schon gilt.',
      en: 'Check the clock of this machine: mostly it is slow. If it is right, install a certificate at the server that is valid already.',
    },
  });
}

export function wrongName(host: string, names: readonly string[]): CheckFault {
  const shown = names.slice(0, MAX_NAMES).join(', ') + (names.length > MAX_NAMES ? ', …' : '');
  const usable = names.find((name) => !name.startsWith('*') && name.includes('.'));
  return fault('ERR_TLS_CERT_ALTNAME_INVALID', {
    cause: {
      de: `Das Zertifikat gilt nicht für ${host}, sondern für: ${shown || '(keinen Namen)'}`,
      en: `The certificate is not for ${host}, but for: ${shown || '(no name)'}`,
    },
    remedy: {
      de: `Die Adresse der Verbindung mit einem dieser Namen eintragen${usable === undefined ? '' : ` (etwa https://${usable}/EWS/Exchange.asmx)`}, wenn er zu diesem Server führt; sonst am Server ein Zertifikat einsetzen, in dem ${host} steht.`,
      en: `Enter the address of the connection with one of these names${usable === undefined ? '' : ` (such as https://${usable}/EWS/Exchange.asmx)`} if it leads to this server; otherwise install a certificate at the server that has ${host} in it.`,
    },
  });
}

const MAX_NAMES = 12;

/** CA/Browser Forum, Baseline Requirements, 7.1.4.2.1: no internal names since 2015. */
export function singleLabel(host: string): CheckFault {
  return fault('SINGLE_LABEL_NAME', {
    cause: {
      de: `${host} ist ein kurzer Name ohne Domäne, für den keine öffentliche Stelle ein Zertifikat ausstellt`,
      en: `${host} is a short name without a domain, for which no public authority issues a certificate`,
    },
    remedy: {
      de: `Die Adresse mit dem vollen Namen eintragen (etwa https://${host}.firma.de/EWS/Exchange.asmx), oder ein Zertifikat der eigenen Stelle verwenden, in dem ${host} steht, und diese Stelle mit --ca-file eintragen.`,
      en: `Enter the address with the full name (such as https://${host}.company.com/EWS/Exchange.asmx), or use a certificate of your own authority that has ${host} in it, and enter that authority with --ca-file.`,
    },
  });
}

/** A certificate that is good, for a few days more. */
export function endsSoon(own: X509Certificate, days: number): CheckFault {
  const end = dayOf(own.validTo);
  return fault('CERT_ENDS_SOON', {
    cause: {
      de: `Das Zertifikat läuft in ${days} Tagen ab, am ${end.de}`,
      en: `The certificate ends in ${days} days, on ${end.en}`,
    },
    remedy: {
      de: 'Rechtzeitig am Server ein neues einsetzen; danach steht der Abgleich sonst still.',
      en: 'Install a new one at the server in time; otherwise syncing stops then.',
    },
  });
}

function enterRoot(who: string): Sentence {
  return {
    de: `Ist es die Stelle der eigenen Firma: ihr Stammzertifikat als PEM-Datei (Base-64) exportieren, auf einem Rechner der Domäne mit „certutil -ca.cert stelle.cer“ und „certutil -encode stelle.cer stelle.pem“, und bei der Verbindung mit --ca-file DATEI eintragen. Sonst am Server ein Zertifikat einer öffentlichen Stelle einsetzen. Gesucht ist „${who}“.`,
    en: `If it is your company's own authority: export its root certificate as a PEM file (Base-64), on a machine of the domain with "certutil -ca.cert authority.cer" and "certutil -encode authority.cer authority.pem", and enter it at the connection with --ca-file FILE. Otherwise install a certificate of a public authority at the server. Wanted is "${who}".`,
  };
}

function whichOf(certificate: X509Certificate, isOwn: boolean): Sentence {
  if (isOwn) return { de: 'Das Zertifikat', en: 'The certificate' };
  const who = subjectOf(certificate);
  return {
    de: `Das Zertifikat der Stelle „${who}“`,
    en: `The certificate of the authority "${who}"`,
  };
}

function subjectOf({ subject }: X509Certificate): string {
  return shortNameOf(subject);
}

function issuerOf({ issuer }: X509Certificate): string {
  return shortNameOf(issuer);
}

/** A server chooses these texts: they are shown without what could write over the lines of a terminal. */
function shortNameOf(name: string): string {
  const text = partOf(name, 'CN') ?? partOf(name, 'OU') ?? partOf(name, 'O') ?? name;
  return text.replaceAll(/\p{C}+/gu, ' ').slice(0, 120);
}

function dayOf(text: string): Sentence {
  const iso = new Date(Date.parse(text)).toISOString().slice(0, 10);
  const [year, month, day] = iso.split('-');
  return { de: `${day ?? ''}.${month ?? ''}.${year ?? ''}`, en: iso };
}

function fault(
  code: string,
  { cause, remedy }: { readonly cause: Sentence; readonly remedy: Sentence },
): CheckFault {
  return { kind: 'unreachable', code, cause, remedy };
}
