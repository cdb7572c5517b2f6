import type { Sentence } from '../../ports/failure.js';

/** What a person should read and do about a response code; null where the code's own text must do. */
export function sentenceOf(responseCode: string): Sentence | null {
  return SENTENCES.get(responseCode) ?? null;
}

/** HTTP 401. */
export const SIGN_IN_REFUSED: Sentence = {
  de: 'Exchange lehnt die Anmeldung ab. Benutzername und Kennwort des Dienstkontos prüfen und ob das Anmeldeverfahren am Server erlaubt ist. Mit Umlauten im Kennwort gelingt Basic nicht an jedem Server, NTLM schon.',
  en: 'Exchange refuses the sign-in. Check user name and password of the service account, and whether the server allows this way of signing in. With letters beyond ASCII in the password Basic fails at some servers; NTLM works.',
};

/** A user name that cannot be sent. */
export const BAD_USER: Sentence = {
  de: 'Der Benutzername enthält einen Doppelpunkt oder ein Steuerzeichen; damit kann sich niemand anmelden.',
  en: 'The user name holds a colon or a control character; nobody can sign in with it.',
};

/** HTTP 403. */
export const ACCESS_REFUSED: Sentence = {
  de: 'Exchange verbietet den Zugriff auf EWS. Beim Administrator nachfragen, ob EWS für das Dienstkonto und dieses Programm freigegeben ist.',
  en: 'Exchange forbids access to EWS. Ask its administrator whether EWS is allowed for the service account and for this program.',
};

/** HTTP 404 and the like. */
export const NOT_EWS: Sentence = {
  de: 'Unter dieser Adresse antwortet kein EWS. Die Adresse prüfen, üblich ist https://SERVER/EWS/Exchange.asmx.',
  en: 'There is no EWS at this address. Check it; the usual one is https://SERVER/EWS/Exchange.asmx.',
};

/** HTTP 3xx; `target` is the address it names, null where it names none. */
export function redirectedSentence(target: string | null): Sentence {
  const to = target === null ? { de: '', en: '' } : { de: ` (${target})`, en: ` (${target})` };
  return {
    de: `Der Server leitet auf eine andere Adresse um${to.de}. Umleitungen werden nicht befolgt, damit das Kennwort nirgends sonst hingeht; bitte die endgültige Adresse von EWS eintragen.`,
    en: `The server redirects to another address${to.en}. Redirects are not followed, so that the password goes nowhere else; please enter the final address of EWS.`,
  };
}

/** HTTP 440, which belongs to the sign-in page of Outlook on the web. */
export const FORMS_SIGN_IN: Sentence = {
  de: 'Statt EWS antwortet die Anmeldeseite von Outlook im Web (440). Die Adresse muss auf /EWS/Exchange.asmx enden; am Server darf für das Verzeichnis EWS keine formularbasierte Anmeldung eingestellt sein.',
  en: 'The sign-in page of Outlook on the web answers instead of EWS (440). The address must end in /EWS/Exchange.asmx; forms-based sign-in must not be set for the EWS directory of the server.',
};

/** HTTP 456. */
export const SIGN_IN_BARRED: Sentence = {
  de: 'Das Konto darf sich so nicht anmelden (456): Es ist gesperrt, oder der Mandant verlangt eine andere Anmeldung. Bei Exchange Online die Anmeldung als Anwendung (OAuth) einrichten.',
  en: 'The account may not sign in like this (456): it is blocked, or the tenant demands another way of signing in. With Exchange Online, set up signing in as an application (OAuth).',
};

/** HTTP 403 with the header X-EWS-Policy-Reason. */
export const EWS_BLOCKED: Sentence = {
  de: 'Exchange Online lässt EWS für diesen Mandanten, dieses Postfach oder dieses Programm nicht zu. Seit dem 1. Oktober 2026 sperrt Microsoft EWS, wo es nicht eigens erlaubt ist; bis zum 1. April 2027 kann der Administrator es noch erlauben (Set-OrganizationConfig -EwsEnabled $true, und die Anwendungs-ID in -EwsAllowedAppIDs; es wirkt nach bis zu 24 Stunden), danach endet EWS dort endgültig.',
  en: 'Exchange Online does not allow EWS for this tenant, this mailbox or this program. Since 1 October 2026 Microsoft blocks EWS where it is not expressly allowed; until 1 April 2027 the administrator can still allow it (Set-OrganizationConfig -EwsEnabled $true, and the application id in -EwsAllowedAppIDs; it takes up to 24 hours), after which EWS ends there for good.',
};

/** A web page where XML was due. */
export const WEB_PAGE: Sentence = {
  de: 'Statt Exchange hat eine Webseite geantwortet, meist ein Proxy oder eine Anmeldeseite dazwischen. Den Weg zum Exchange-Server prüfen.',
  en: 'A web page answered instead of Exchange, mostly a proxy or a sign-in page in between. Check the way to the Exchange server.',
};

/** An address that starts with http:// and leaves this machine. */
export const PLAIN_HTTP: Sentence = {
  de: 'Die Adresse beginnt mit http://, damit ginge das Kennwort unverschlüsselt durchs Netz. Bitte eine Adresse mit https:// eintragen.',
  en: 'The address starts with http://, so the password would cross the network in the clear. Please enter an address with https://.',
};

/** An address that is none. */
export const NO_ADDRESS: Sentence = {
  de: 'Das ist keine Adresse eines Exchange-Servers. Erwartet wird etwas wie https://mail.firma.de/EWS/Exchange.asmx, ohne Benutzername und Kennwort darin.',
  en: 'This is no address of an Exchange server. Expected is something like https://mail.company.com/EWS/Exchange.asmx, without user name and password in it.',
};

/** What a person calls the server that speaks EWS. */
export const EXCHANGE_SERVER: Sentence = { de: 'Exchange-Server', en: 'Exchange server' };

/** A broken encrypted connection to a server; `cause` is the name the TLS library gives it. */
export function tlsSentence(cause: string, server: Sentence): Sentence {
  const { fault, remedy } = TLS_CAUSES.get(cause) ?? BROKEN_OFF;
  return {
    de: `Die verschlüsselte Verbindung zum ${server.de} kommt nicht zustande: ${fault.de} (${cause}). ${remedy.de}`,
    en: `The encrypted connection to the ${server.en} fails: ${fault.en} (${cause}). ${remedy.en}`,
  };
}

/** No connection, or one that broke; `cause` is the name the operating system or the HTTP library gives it. */
export function connectionSentence(cause: string, server: Sentence): Sentence {
  return {
    de: `Der ${server.de} ist nicht zu erreichen (${cause}). Es wird von selbst wieder versucht.`,
    en: `The ${server.en} cannot be reached (${cause}). This is tried again by itself.`,
  };
}

interface TlsCause {
  readonly fault: Sentence;
  readonly remedy: Sentence;
}

const TRUST_IT: Sentence = {
  de: 'Ein Zertifikat einer öffentlichen Stelle einsetzen, oder bei der Verbindung das Zertifikat der eigenen Stelle (PEM) als vertrauenswürdig eintragen.',
  en: 'Install a certificate of a public authority, or enter the certificate of your own authority (PEM) as trusted at the connection.',
};

const NO_TLS: TlsCause = {
  fault: {
    de: 'an diesem Anschluss spricht niemand TLS',
    en: 'nobody speaks TLS at this port',
  },
  remedy: {
    de: 'Adresse und Anschluss (üblich 443) prüfen.',
    en: 'Check the address and the port (usually 443).',
  },
};

const TOO_OLD: TlsCause = {
  fault: { de: 'der Server kann nur veraltetes TLS', en: 'the server only knows outdated TLS' },
  remedy: { de: 'Am Server TLS 1.2 einschalten.', en: 'Enable TLS 1.2 at the server.' },
};

const BROKEN_OFF: TlsCause = {
  fault: { de: 'sie wurde abgebrochen', en: 'it was broken off' },
  remedy: {
    de: 'Zertifikat und TLS-Einstellungen des Servers prüfen.',
    en: 'Check the certificate and the TLS settings of the server.',
  },
};

const TLS_CAUSES: ReadonlyMap<string, TlsCause> = new Map([
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    {
      fault: {
        de: 'das Zertifikat ist selbst ausgestellt',
        en: 'the certificate is self-signed',
      },
      remedy: TRUST_IT,
    },
  ],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    {
      fault: {
        de: 'die Zertifikatskette endet bei einer Stelle, der dieser Rechner nicht vertraut',
        en: 'the chain of certificates ends at an authority that this machine does not trust',
      },
      remedy: TRUST_IT,
    },
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    {
      fault: {
        de: 'der Aussteller ist unbekannt, oder am Server fehlt ein Zwischenzertifikat',
        en: 'the issuer is unknown, or an intermediate certificate is missing at the server',
      },
      remedy: TRUST_IT,
    },
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    {
      fault: { de: 'der Aussteller ist unbekannt', en: 'the issuer is unknown' },
      remedy: TRUST_IT,
    },
  ],
  [
    'CERT_HAS_EXPIRED',
    {
      fault: { de: 'das Zertifikat ist abgelaufen', en: 'the certificate has expired' },
      remedy: {
        de: 'Am Server ein neues einsetzen; ist es dort noch gültig, die Uhr dieses Rechners prüfen.',
        en: 'Install a new one at the server; if it is still valid there, check the clock of this machine.',
      },
    },
  ],
  [
    'CERT_NOT_YET_VALID',
    {
      fault: { de: 'das Zertifikat gilt noch nicht', en: 'the certificate is not valid yet' },
      remedy: { de: 'Die Uhr dieses Rechners prüfen.', en: 'Check the clock of this machine.' },
    },
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    {
      fault: {
        de: 'das Zertifikat gilt für einen anderen Namen',
        en: 'the certificate is for another name',
      },
      remedy: {
        de: 'Die Adresse mit einem Namen eintragen, der im Zertifikat steht, oder das Zertifikat um diesen Namen ergänzen.',
        en: 'Enter the address with a name that is in the certificate, or have this name added to the certificate.',
      },
    },
  ],
  ['ERR_SSL_WRONG_VERSION_NUMBER', NO_TLS],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', NO_TLS],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', TOO_OLD],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', TOO_OLD],
]);

const TOO_OLD_SERVER: Sentence = {
  de: 'Der Exchange-Server ist zu alt. Nötig ist Exchange 2013 SP1 oder neuer.',
  en: 'The Exchange server is too old. Exchange 2013 SP1 or later is needed.',
};

const SENTENCES: ReadonlyMap<string, Sentence> = new Map([
  [
    'ErrorImpersonateUserDenied',
    {
      de: 'Das Dienstkonto darf dieses Postfach nicht vertreten. Dem Konto die Rolle ApplicationImpersonation für dieses Postfach geben.',
      en: 'The service account may not impersonate this mailbox. Give it the role ApplicationImpersonation for this mailbox.',
    },
  ],
  [
    'ErrorImpersonationDenied',
    {
      de: 'Das Dienstkonto darf auf diesem Server niemanden vertreten. Dem Konto die Rolle ApplicationImpersonation geben.',
      en: 'The service account may not impersonate anybody on this server. Give it the role ApplicationImpersonation.',
    },
  ],
  [
    'ErrorNonExistentMailbox',
    {
      de: 'Exchange kennt kein Postfach mit dieser Adresse. Die Adresse des Mitarbeiters prüfen.',
      en: 'Exchange knows no mailbox with this address. Check the address of the employee.',
    },
  ],
  [
    'ErrorNonPrimarySmtpAddress',
    {
      de: 'Das ist eine weitere Adresse eines Postfachs, nicht seine Hauptadresse. Beim Mitarbeiter die Hauptadresse eintragen; mit zwei Namen würde ein Postfach doppelt abgeglichen.',
      en: 'This is another address of a mailbox and not its main one. Enter the main address for the employee; under two names a mailbox would be synced twice.',
    },
  ],
  [
    'ErrorInvalidUserPrincipalName',
    {
      de: 'Exchange kennt niemanden, der sich so anmeldet (UPN). Die Anmeldung im ERP prüfen, oder beim Mitarbeiter das Postfach von Hand eintragen.',
      en: 'Exchange knows nobody who signs in like this (UPN). Check the login in the ERP, or enter the mailbox of the employee by hand.',
    },
  ],
  [
    'ErrorMissingEmailAddress',
    {
      de: 'Zu diesem Konto gehört kein Postfach. Die Adresse des Mitarbeiters prüfen.',
      en: 'This account has no mailbox. Check the address of the employee.',
    },
  ],
  [
    'ErrorAccessDenied',
    {
      de: 'Exchange verweigert den Zugriff auf diesen Ordner oder Eintrag. Die Rechte des Dienstkontos prüfen.',
      en: 'Exchange denies access to this folder or item. Check the rights of the service account.',
    },
  ],
  [
    'ErrorAccountDisabled',
    {
      de: 'Das Konto ist gesperrt. Es im Verzeichnisdienst freigeben oder den Mitarbeiter abschalten.',
      en: 'The account is disabled. Enable it in the directory, or switch this employee off.',
    },
  ],
  [
    'ErrorPasswordExpired',
    {
      de: 'Das Kennwort des Dienstkontos ist abgelaufen. Ein neues setzen und hier eintragen.',
      en: 'The password of the service account has expired. Set a new one and enter it here.',
    },
  ],
  [
    'ErrorFolderNotFound',
    {
      de: 'Ein Ordner, der abgeglichen werden soll, ist im Postfach nicht mehr da. Die Ordner dieses Mitarbeiters neu wählen.',
      en: 'A folder that is to be synced is not in the mailbox any more. Choose the folders of this employee again.',
    },
  ],
  [
    'ErrorQuotaExceeded',
    {
      de: 'Das Postfach ist voll. Platz schaffen oder die Grenze erhöhen.',
      en: 'The mailbox is full. Make room, or raise its limit.',
    },
  ],
  ['ErrorInvalidServerVersion', TOO_OLD_SERVER],
  ['ErrorIncorrectSchemaVersion', TOO_OLD_SERVER],
  [
    'ErrorInvalidSchemaVersionForMailboxVersion',
    {
      de: 'Dieses Postfach liegt auf einem Exchange-Server, der zu alt ist. Es auf Exchange 2013 SP1 oder neuer umziehen.',
      en: 'This mailbox is on an Exchange server that is too old. Move it to Exchange 2013 SP1 or later.',
    },
  ],
]);
