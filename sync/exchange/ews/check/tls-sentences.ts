import type { CheckFault } from '../../../ports/connection-check.js';
import type { Sentence } from '../../../ports/failure.js';
import { EXCHANGE_SERVER, tlsSentence } from '../sentences.js';
import type { Look } from './look-at-certificate.js';

/** Why a handshake broke off before any certificate counted; `code` is the name that OpenSSL or the system gives it. */
export function handshakeFault(look: Look, code: string): CheckFault {
  const { cause, remedy } = reasonOf(look, code);
  return { kind: 'unreachable', code, cause, remedy };
}

interface Reason {
  readonly cause: Sentence;
  readonly remedy: Sentence;
}

function reasonOf(look: Look, code: string): Reason {
  if (look.firstBytes.startsWith('HTTP/')) return PLAIN_HTTP;
  if (look.firstBytes !== '' && !TLS_RECORD.test(look.firstBytes)) return NO_TLS;
  if (look.demandsCertificate) return CLIENT_CERTIFICATE;
  if (look.protocol !== null) return tooOld(look.protocol);
  if (OUTDATED.has(code)) return tooOld('TLS 1.1');
  if (code === 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE') return NO_COMMON_CIPHER;
  if (BROKEN_OFF.has(code)) return brokenOff(code);
  return { cause: { de: code, en: code }, remedy: tlsSentence(code, EXCHANGE_SERVER) };
}

/** An alert or a handshake, of any version that there is (RFC 8446, section 5.1). */
const TLS_RECORD = /^[\x15\x16]\x03/;

const PLAIN_HTTP: Reason = {
  cause: {
    de: 'An diesem Port antwortet ein Webserver ohne Verschlüsselung (HTTP statt HTTPS)',
    en: 'A web server without encryption answers at this port (HTTP in place of HTTPS)',
  },
  remedy: {
    de: 'Den Port in der Adresse prüfen, üblich ist 443. Am Exchange-Server muss an diesem Port eine Bindung für HTTPS mit einem Zertifikat bestehen.',
    en: 'Check the port in the address, usually 443. The Exchange server needs a binding for HTTPS with a certificate at this port.',
  },
};

const NO_TLS: Reason = {
  cause: {
    de: 'An diesem Port spricht niemand TLS, sondern ein anderer Dienst',
    en: 'Nobody speaks TLS at this port, but another service does',
  },
  remedy: {
    de: 'Adresse und Port prüfen, üblich ist 443.',
    en: 'Check the address and the port, usually 443.',
  },
};

const CLIENT_CERTIFICATE: Reason = {
  cause: {
    de: 'Der Server verlangt ein Zertifikat des Clients',
    en: 'The server demands a certificate of the client',
  },
  remedy: {
    de: 'In IIS beim virtuellen Verzeichnis EWS unter „SSL-Einstellungen“ Clientzertifikate auf „Ignorieren“ stellen; steht ein Reverse-Proxy davor, dort diesen Rechner ausnehmen.',
    en: 'In IIS, under "SSL Settings" of the virtual directory EWS, set client certificates to "Ignore"; if a reverse proxy stands in front, exempt this machine there.',
  },
};

const NO_COMMON_CIPHER: Reason = {
  cause: {
    de: 'Server und dieser Rechner haben kein gemeinsames Verschlüsselungsverfahren',
    en: 'The server and this machine have no cipher in common',
  },
  remedy: {
    de: 'Am Server TLS 1.2 mit zeitgemäßen Verfahren (ECDHE mit AES-GCM) einschalten.',
    en: 'Enable TLS 1.2 with up-to-date ciphers (ECDHE with AES-GCM) at the server.',
  },
};

function tooOld(protocol: string): Reason {
  const version = protocol.replace('TLSv1.', 'TLS 1.').replace(/^TLSv1$/, 'TLS 1.0');
  return {
    cause: {
      de: `Der Server kann höchstens ${version}, das veraltet und unsicher ist`,
      en: `The server knows ${version} at most, which is outdated and unsafe`,
    },
    remedy: {
      de: 'Am Exchange-Server TLS 1.2 einschalten (SCHANNEL\\Protocols\\TLS 1.2\\Server in der Registrierung, Enabled = 1, danach neu starten); Exchange 2013 braucht dafür CU19 oder neuer.',
      en: 'Enable TLS 1.2 at the Exchange server (SCHANNEL\\Protocols\\TLS 1.2\\Server in the registry, Enabled = 1, then restart it); Exchange 2013 needs CU19 or later for it.',
    },
  };
}

const OUTDATED: ReadonlySet<string> = new Set([
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
]);

const BROKEN_OFF: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'TimedOut']);

function brokenOff(code: string): Reason {
  return {
    cause: {
      de: `Der Server nimmt die Verbindung an und bricht die Verschlüsselung ab (${code})`,
      en: `The server takes the connection and breaks the encryption off (${code})`,
    },
    remedy: {
      de: 'Meist fehlt in IIS an diesem Port das Zertifikat der HTTPS-Bindung, oder eine Firewall mit TLS-Prüfung bricht ab. Die Bindung prüfen und diesen Weg an der Firewall ausnehmen.',
      en: 'Mostly the HTTPS binding of this port has no certificate in IIS, or a firewall that inspects TLS breaks it off. Check the binding, and exempt this way at the firewall.',
    },
  };
}
