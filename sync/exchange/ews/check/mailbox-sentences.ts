import type { CheckFault } from '../../../ports/connection-check.js';
import type { Sentence } from '../../../ports/failure.js';
import type { ProbedFolder } from './folder-probe.js';

type Reason = Pick<CheckFault, 'cause' | 'remedy'>;

export const FOLDER_NAMES: Record<ProbedFolder, Sentence> = {
  calendar: { de: 'Kalender', en: 'calendar' },
  tasks: { de: 'Aufgaben', en: 'tasks' },
  contacts: { de: 'Kontakte', en: 'contacts' },
};

export const FULL_USER: Reason = {
  cause: {
    de: 'Das Dienstkonto hat kein eigenes Postfach',
    en: 'The service account has no mailbox of its own',
  },
  remedy: {
    de: 'Dem Konto ein Postfach geben (Enable-Mailbox), also einen vollwertigen Benutzer daraus machen: Exchange führt seine Grenzen (Drosselung) und seine Benachrichtigungen am Postfach des Kontos.',
    en: 'Give the account a mailbox (Enable-Mailbox), that is, make a full user of it: Exchange keeps its limits (throttling) and its notifications by the mailbox of the account.',
  },
};

export const ROLE_IS_THERE: Record<'user' | 'application', Sentence> = {
  user: {
    de: 'das Dienstkonto hat die Rolle ApplicationImpersonation',
    en: 'the service account has the role ApplicationImpersonation',
  },
  application: {
    de: 'die Anwendung darf Postfächer öffnen',
    en: 'the application may open mailboxes',
  },
};

/** `forAll`: refused on this server; `forOne`: refused for the one mailbox that was tried. */
export const DENIED_ROLE: Record<'user' | 'application', Record<'forAll' | 'forOne', Reason>> = {
  user: {
    forAll: {
      cause: {
        de: 'Dem Dienstkonto fehlt die Rolle ApplicationImpersonation',
        en: 'The service account lacks the role ApplicationImpersonation',
      },
      remedy: {
        de: 'Der Exchange-Administrator muss sie dem Konto geben; die Befehle dafür stehen darunter. Bis sie überall wirkt, vergehen einige Minuten.',
        en: 'The Exchange administrator must give it to the account; the commands for it are below. It takes some minutes to work everywhere.',
      },
    },
    forOne: {
      cause: {
        de: 'Das Dienstkonto darf dieses Postfach nicht vertreten: ihm fehlt die Rolle ApplicationImpersonation, oder ihr Bereich schließt das Postfach nicht ein',
        en: 'The service account may not impersonate this mailbox: it lacks the role ApplicationImpersonation, or its scope leaves the mailbox out',
      },
      remedy: {
        de: 'Der Exchange-Administrator muss die Rolle vergeben oder das Postfach in die Gruppe ihres Bereichs aufnehmen; die Befehle dafür stehen darunter.',
        en: 'The Exchange administrator must assign the role, or add the mailbox to the group of its scope; the commands for it are below.',
      },
    },
  },
  application: {
    forAll: {
      cause: {
        de: 'Die Anwendung darf keine Postfächer öffnen',
        en: 'The application may not open mailboxes',
      },
      remedy: {
        de: 'Ihr fehlt in Entra ID die Berechtigung full_access_as_app (Office 365 Exchange Online) oder in Exchange Online die Rolle „Application EWS.AccessAsApp“; die Befehle für die Rolle stehen darunter. Bis sie wirkt, können zwei Stunden vergehen.',
        en: 'It lacks the permission full_access_as_app (Office 365 Exchange Online) in Entra ID, or the role "Application EWS.AccessAsApp" in Exchange Online; the commands for the role are below. It may take two hours to work.',
      },
    },
    forOne: {
      cause: {
        de: 'Die Anwendung darf dieses Postfach nicht öffnen: es liegt nicht im Bereich ihrer Rolle, oder die Rolle fehlt',
        en: 'The application may not open this mailbox: it is not in the scope of its role, or the role is missing',
      },
      remedy: {
        de: 'Das Postfach in die Gruppe aufnehmen, auf die der Bereich der Rolle „Application EWS.AccessAsApp“ zeigt, oder die Rolle vergeben; die Befehle dafür stehen darunter. Bis sie wirken, können zwei Stunden vergehen.',
        en: 'Add the mailbox to the group that the scope of the role "Application EWS.AccessAsApp" points to, or assign the role; the commands for it are below. They may take two hours to work.',
      },
    },
  },
};

export const DENIED_MAILBOX: Reason = {
  cause: {
    de: 'Dieses Postfach darf nicht vertreten werden: es liegt nicht im Bereich der Rolle',
    en: 'This mailbox may not be impersonated: it is not in the scope of the role',
  },
  remedy: {
    de: 'Das Postfach in die Gruppe aufnehmen, auf die der Bereich der Rolle zeigt; die Befehle dafür stehen darunter.',
    en: 'Add the mailbox to the group that the scope of the role points to; the commands for it are below.',
  },
};

export const NO_MAILBOX_TO_TRY: CheckFault = {
  kind: 'rejected',
  code: 'NoMailbox',
  cause: { de: 'kein Postfach zum Ausprobieren', en: 'no mailbox to try with' },
  remedy: {
    de: 'Mit --mailbox ADRESSE eines nennen, oder einen Mitarbeiter freischalten.',
    en: 'Name one with --mailbox ADDRESS, or enable an employee.',
  },
};

export const UNTOLD_RIGHTS: Sentence = {
  de: 'der Server sagt nichts darüber; ohne etwas zu schreiben ist es nicht festzustellen',
  en: 'the server says nothing about it; it cannot be told without writing something',
};
