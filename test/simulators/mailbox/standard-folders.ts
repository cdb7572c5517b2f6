import type { FolderPlan } from './folders.js';

/** A folder that every mailbox has from the start, under the well-known name of its parent. */
export type StandardFolder = Omit<FolderPlan, 'parentId'> & { readonly parent: string | null };

/** As on a German server; the parents come first. */
export const STANDARD_FOLDERS: readonly StandardFolder[] = [
  standard('root', null, 'root', ''),
  standard('msgfolderroot', 'root', 'Oberste Ebene des Informationsspeichers', ''),
  standard('calendar', 'msgfolderroot', 'Kalender', 'IPF.Appointment'),
  standard('contacts', 'msgfolderroot', 'Kontakte', 'IPF.Contact'),
  standard('tasks', 'msgfolderroot', 'Aufgaben', 'IPF.Task'),
  standard('inbox', 'msgfolderroot', 'Posteingang', 'IPF.Note'),
  standard('drafts', 'msgfolderroot', 'Entwürfe', 'IPF.Note'),
  standard('outbox', 'msgfolderroot', 'Postausgang', 'IPF.Note'),
  standard('sentitems', 'msgfolderroot', 'Gesendete Elemente', 'IPF.Note'),
  standard('deleteditems', 'msgfolderroot', 'Gelöschte Elemente', 'IPF.Note'),
  standard('junkemail', 'msgfolderroot', 'Junk-E-Mail', 'IPF.Note'),
  standard('journal', 'msgfolderroot', 'Journal', 'IPF.Journal'),
  standard('notes', 'msgfolderroot', 'Notizen', 'IPF.StickyNote'),
  standard('recoverableitemsroot', 'root', 'Recoverable Items', ''),
  standard('recoverableitemsdeletions', 'recoverableitemsroot', 'Deletions', ''),
  standard('recoverableitemsversions', 'recoverableitemsroot', 'Versions', ''),
  standard('recoverableitemspurges', 'recoverableitemsroot', 'Purges', ''),
  standard('syncissues', 'msgfolderroot', 'Synchronisierungsprobleme', 'IPF.Note'),
  standard('conflicts', 'syncissues', 'Konflikte', ''),
  standard('localfailures', 'syncissues', 'Lokale Fehler', ''),
  standard('serverfailures', 'syncissues', 'Serverfehler', ''),
  standard('conversationhistory', 'msgfolderroot', 'Aufgezeichnete Unterhaltungen', ''),
  standard('recipientcache', 'contacts', 'Recipient Cache', 'IPF.Contact.RecipientCache'),
  standard(
    'quickcontacts',
    'contacts',
    'Skype for Business-Kontakte',
    'IPF.Contact.MOC.QuickContacts',
  ),
  standard('imcontactlist', 'contacts', 'Kontaktliste', 'IPF.Contact.MOC.ImContactList'),
  unnamed('contacts', 'GAL Contacts', 'IPF.Contact.GalContacts'),
  unnamed('contacts', 'Organizational Contacts', 'IPF.Contact.OrganizationalContacts'),
  standard('searchfolders', 'root', 'Suchordner', ''),
  standard('todosearch', 'root', 'Vorgangssuche', 'IPF.Task'),
  standard('mycontacts', 'root', 'Meine Kontakte', 'IPF.Note'),
  standard('favorites', 'root', 'Favorites', 'IPF.Note'),
  standard('directory', 'root', 'Directory', ''),
  unnamed('root', 'AllItems', 'IPF'),
  unnamed('root', 'AllContacts', 'IPF.Note'),
  unnamed('root', 'Common Views', ''),
  unnamed('root', 'Conversation Action Settings', 'IPF.Configuration'),
  unnamed('root', 'Deferred Action', ''),
  unnamed('root', 'ExchangeSyncData', ''),
  unnamed('root', 'Freebusy Data', ''),
  unnamed('root', 'Location', ''),
  unnamed('root', 'MailboxAssociations', ''),
  unnamed('root', 'Reminders', 'Outlook.Reminder'),
  unnamed('root', 'Schedule', ''),
  unnamed('root', 'Sharing', 'IPF.Note'),
  unnamed('root', 'Shortcuts', ''),
  unnamed('root', 'Spooler Queue', ''),
  unnamed('root', 'System', ''),
  unnamed('root', 'Views', ''),
];

function standard(
  distinguished: string,
  parent: string | null,
  displayName: string,
  folderClass: string,
): StandardFolder {
  return { distinguished, parent, displayName, folderClass };
}

/** Has no well-known name, yet nobody made it. */
function unnamed(parent: string, displayName: string, folderClass: string): StandardFolder {
  return { distinguished: null, parent, displayName, folderClass };
}

/** The words that a request may use (the schema's DistinguishedFolderIdNameType). */
const KNOWN_NAMES: ReadonlySet<string> = new Set([
  ...STANDARD_FOLDERS.flatMap(({ distinguished }) => distinguished ?? []),
  'publicfoldersroot',
  'voicemail',
  'recoverableitemsdiscoveryholds',
  ...['root', 'msgfolderroot', 'deleteditems', 'inbox'].map((name) => `archive${name}`),
  ...['root', 'deletions', 'versions', 'purges', 'discoveryholds'].map(
    (name) => `archiverecoverableitems${name}`,
  ),
  ...['adminauditlogs', 'peopleconnect', 'mecontact', 'personmetadata', 'scheduled', 'archive'],
  ...['teamspaceactivity', 'teamspacemessaging', 'teamspaceworkitems', 'orionnotes', 'tagitems'],
  ...['alltaggeditems', 'externalcontacts', 'teamchat', 'teamchathistory', 'important', 'starred'],
  ...['root', 'inbound', 'outbound', 'feeds'].map((name) => `yammer${name}`),
  ...['root', 'recylebin', 'system', 'volume'].map((name) => `onedrive${name}`),
]);

/** Whether the schema has the name at all; if so and the mailbox has no such folder, it is merely not found. */
export function isFolderName(name: string): boolean {
  return KNOWN_NAMES.has(name);
}
