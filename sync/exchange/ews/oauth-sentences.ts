import type { Sentence } from '../../ports/failure.js';

/** The server that issues tokens, as `tlsSentence` and `connectionSentence` name it. */
export const SIGN_IN_SERVER: Sentence = { de: 'Anmeldeserver', en: 'sign-in server' };

export const NO_CLIENT_ID: Sentence = {
  de: 'Die Anwendungs-ID (Client-ID) fehlt. Sie steht in Entra ID unter App-Registrierungen, Übersicht.',
  en: 'The application id (client id) is missing. Entra ID shows it under App registrations, Overview.',
};

export const NO_TENANT: Sentence = {
  de: 'Der Mandant fehlt. Bitte die Verzeichnis-ID (Mandanten-ID) aus Entra ID eintragen oder eine Domäne wie firma.onmicrosoft.com; „common“ und „organizations“ gehen für Anwendungen nicht.',
  en: 'The tenant is missing. Please enter the directory (tenant) id of Entra ID, or a domain like company.onmicrosoft.com; "common" and "organizations" do not work for applications.',
};

export const NO_SECRET: Sentence = {
  de: 'Der geheime Clientschlüssel ist leer. Bitte seinen Wert eintragen oder ein Zertifikat verwenden.',
  en: 'The client secret is empty. Please enter its value, or use a certificate.',
};

export const BAD_AUTHORITY: Sentence = {
  de: 'Die Adresse des Anmeldeservers ist nicht zu verwenden. Erwartet wird etwas wie https://login.microsoftonline.com/MANDANT, ohne Benutzername und Kennwort darin.',
  en: 'The address of the sign-in server cannot be used. Expected is something like https://login.microsoftonline.com/TENANT, without user name and password in it.',
};

export const BAD_KEY: Sentence = {
  de: 'Der private Schlüssel des Zertifikats ist nicht zu verwenden. Nötig ist ein RSA-Schlüssel mit mindestens 2048 Bit im PEM-Format ohne Kennwort.',
  en: 'The private key of the certificate cannot be used. Needed is an RSA key of at least 2048 bits in PEM format, without a password.',
};

export const BAD_CERTIFICATE: Sentence = {
  de: 'Das Zertifikat ist nicht im PEM-Format oder gehört nicht zu diesem privaten Schlüssel. Bitte beides aus derselben Datei nehmen.',
  en: 'The certificate is not in PEM format, or does not belong to this private key. Please take both from the same file.',
};

export const BAD_THUMBPRINT: Sentence = {
  de: 'Der Fingerabdruck des Zertifikats fehlt oder ist keiner. Er hat 64 (SHA-256) oder 40 (SHA-1) Hexadezimalziffern; am einfachsten das Zertifikat selbst angeben.',
  en: 'The thumbprint of the certificate is missing, or is none. It has 64 (SHA-256) or 40 (SHA-1) hexadecimal digits; it is easiest to give the certificate itself.',
};

/** HTTP 401 of Exchange although the token is new. */
export const TOKEN_REFUSED: Sentence = {
  de: 'Exchange nimmt die Anmeldung der Anwendung nicht an. In Entra ID prüfen, ob die Anwendung die Anwendungsberechtigung full_access_as_app (Office 365 Exchange Online) hat und ein Administrator ihr zugestimmt hat; ferner, ob das Postfach zu diesem Mandanten gehört und der Geltungsbereich (scope) zu diesem Server passt.',
  en: 'Exchange does not accept the sign-in of the application. Check in Entra ID whether the application has the application permission full_access_as_app (Office 365 Exchange Online) and an administrator has consented to it; also whether the mailbox belongs to this tenant and the scope fits this server.',
};

/** HTTP 403 of Exchange. */
export const APPLICATION_FORBIDDEN: Sentence = {
  de: 'Exchange verbietet der Anwendung den Zugriff. In Entra ID die Anwendungsberechtigung full_access_as_app (Office 365 Exchange Online) hinzufügen und „Administratorzustimmung erteilen“ wählen; in Exchange prüfen, ob EWS erlaubt ist und keine Zugriffsrichtlinie die Anwendung ausschließt.',
  en: 'Exchange forbids access to the application. In Entra ID, add the application permission full_access_as_app (Office 365 Exchange Online) and choose "Grant admin consent"; in Exchange, check that EWS is allowed and that no access policy shuts the application out.',
};

export const SIGN_IN_THROTTLED: Sentence = {
  de: 'Der Anmeldeserver ist überlastet und bittet um Geduld. Es wird von selbst wieder versucht.',
  en: 'The sign-in server is busy and asks to wait. This is tried again by itself.',
};

export const SIGN_IN_FAULTY: Sentence = {
  de: 'Der Anmeldeserver meldet eine Störung. Es wird von selbst wieder versucht.',
  en: 'The sign-in server reports a disturbance. This is tried again by itself.',
};

/** Neither a token nor a refusal. */
export const NO_TOKEN_SERVER: Sentence = {
  de: 'Unter der Adresse des Anmeldeservers antwortet etwas anderes, meist ein Proxy oder eine falsche Adresse. Den Weg zu login.microsoftonline.com und eine abweichend eingetragene Adresse prüfen.',
  en: 'Something else answers at the address of the sign-in server, mostly a proxy or a wrong address. Check the way to login.microsoftonline.com, and the address if another one was entered.',
};

/** What a person should do about a refusal of the sign-in server; `code` is Entra's AADSTS code or the one of OAuth. */
export function refusalSentence(code: string): Sentence {
  const known = REFUSALS.get(code);
  if (known !== undefined) return known;
  const number = /^AADSTS(\d+)$/.exec(code)?.[1];
  const page =
    number === undefined ? null : `https://login.microsoftonline.com/error?code=${number}`;
  return {
    de: `Der Anmeldeserver lehnt die Anmeldung der Anwendung ab (${code}). ${page === null ? 'Die Angaben zur Anwendung prüfen.' : `Was das heißt, steht unter ${page}.`}`,
    en: `The sign-in server refuses the sign-in of the application (${code}). ${page === null ? 'Check what was entered about the application.' : `What that means is told at ${page}.`}`,
  };
}

const WRONG_SECRET: Sentence = {
  de: 'Der geheime Clientschlüssel ist falsch. Bitte seinen Wert eintragen, nicht seine ID; Entra ID zeigt den Wert nur beim Anlegen, sonst einen neuen anlegen.',
  en: 'The client secret is wrong. Please enter its value, not its id; Entra ID shows the value only when it is made, otherwise make a new one.',
};

const UNKNOWN_TENANT: Sentence = {
  de: 'Diesen Mandanten gibt es nicht. Die Verzeichnis-ID (Mandanten-ID) oder Domäne prüfen, sie steht in Entra ID unter Übersicht.',
  en: 'There is no such tenant. Check the directory (tenant) id or domain; Entra ID shows it under Overview.',
};

const UNKNOWN_APPLICATION: Sentence = {
  de: 'In diesem Mandanten gibt es diese Anwendung nicht. Anwendungs-ID und Mandant vergleichen; wurde sie gerade erst angelegt, muss ein Administrator ihr zuerst zustimmen.',
  en: 'There is no such application in this tenant. Compare application id and tenant; if it was only just registered, an administrator must consent to it first.',
};

const WRONG_CERTIFICATE: Sentence = {
  de: 'Entra ID erkennt das Zertifikat der Anwendung nicht an: Es ist dort nicht hinterlegt, gehört zu einem anderen Schlüssel oder ist abgelaufen. In der App-Registrierung unter „Zertifikate & Geheimnisse“ nachsehen.',
  en: 'Entra ID does not recognise the certificate of the application: it was not uploaded there, belongs to another key, or has expired. Look into "Certificates & secrets" of the app registration.',
};

const WRONG_SCOPE: Sentence = {
  de: 'Den Geltungsbereich (scope) kennt der Mandant nicht. Für Exchange Online ist es https://outlook.office365.com/.default, für einen eigenen Server die Adresse, unter der er in Entra ID registriert ist.',
  en: 'The tenant does not know the scope. For Exchange Online it is https://outlook.office365.com/.default, for a server of your own the address under which Entra ID has it registered.',
};

const NO_CONSENT: Sentence = {
  de: 'Der Anwendung wurde noch nicht zugestimmt. In Entra ID unter API-Berechtigungen „Administratorzustimmung erteilen“ wählen.',
  en: 'Nobody has consented to the application yet. In Entra ID, choose "Grant admin consent" under API permissions.',
};

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const REFUSALS: ReadonlyMap<string, Sentence> = new Map([
  ['AADSTS7000215', WRONG_SECRET],
  [
    'AADSTS7000222',
    {
      de: 'Der geheime Clientschlüssel ist abgelaufen. In Entra ID einen neuen anlegen und seinen Wert hier eintragen.',
      en: 'The client secret has expired. Make a new one in Entra ID and enter its value here.',
    },
  ],
  ['AADSTS90002', UNKNOWN_TENANT],
  ['AADSTS900021', UNKNOWN_TENANT],
  ['AADSTS900023', UNKNOWN_TENANT],
  ['AADSTS700016', UNKNOWN_APPLICATION],
  ['AADSTS700038', UNKNOWN_APPLICATION],
  ['AADSTS700027', WRONG_CERTIFICATE],
  [
    'AADSTS700024',
    {
      de: 'Die Uhr dieses Rechners geht falsch: Für Entra ID ist die Anmeldung abgelaufen oder noch nicht gültig. Die Uhr stellen.',
      en: 'The clock of this machine is wrong: to Entra ID the sign-in has expired or is not valid yet. Set the clock.',
    },
  ],
  ['AADSTS500011', WRONG_SCOPE],
  ['AADSTS70011', WRONG_SCOPE],
  ['AADSTS1002012', WRONG_SCOPE],
  ['AADSTS65001', NO_CONSENT],
  ['AADSTS7000229', NO_CONSENT],
  [
    'AADSTS7000112',
    {
      de: 'Die Anwendung ist in Entra ID abgeschaltet. Sie unter Unternehmensanwendungen wieder für die Anmeldung aktivieren.',
      en: 'The application is disabled in Entra ID. Enable it for sign-in again under Enterprise applications.',
    },
  ],
  [
    'AADSTS53003',
    {
      de: 'Eine Richtlinie für bedingten Zugriff sperrt die Anmeldung der Anwendung. Sie in Entra ID für diesen Server oder diese Anwendung ausnehmen.',
      en: 'A Conditional Access policy blocks the sign-in of the application. Exempt this server or this application in Entra ID.',
    },
  ],
  ['invalid_scope', WRONG_SCOPE],
]);
