import type { CheckStepName } from '../../sync/ports/connection-check.js';
import type { Sentence } from '../../sync/ports/failure.js';

/** What people call the steps of a check. */
export const STEP_TITLES: Record<CheckStepName, Sentence> = {
  name: { de: 'Name', en: 'Name' },
  address: { de: 'Adresse', en: 'Address' },
  tls: { de: 'Verschlüsselung', en: 'Encryption' },
  signInServer: { de: 'Anmeldeserver', en: 'Sign-in server' },
  service: { de: 'Dienst', en: 'Service' },
  signIn: { de: 'Anmeldung', en: 'Sign-in' },
  version: { de: 'Version', en: 'Version' },
  ownMailbox: { de: 'Eigenes Postfach', en: 'Own mailbox' },
  role: { de: 'Rolle', en: 'Role' },
  impersonation: { de: 'Vertretung', en: 'Impersonation' },
  folders: { de: 'Ordner', en: 'Folders' },
  rights: { de: 'Rechte', en: 'Rights' },
  clock: { de: 'Uhr', en: 'Clock' },
};
