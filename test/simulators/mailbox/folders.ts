import { ChangeLog } from './change-log.js';
import { ExchangeError } from './failure.js';
import { mintChangeKey, mintId } from './ids.js';
import type { ItemKind } from './properties.js';
import type { StoredItem } from './stored-item.js';

export interface Folder {
  /** Stable, also when the folder moves (fact 13). */
  readonly id: string;
  readonly parentId: string | null;
  readonly displayName: string;
  readonly folderClass: string;
  /** `calendar`, `deleteditems`, …; null for folders that people made. */
  readonly distinguished: string | null;
  changeKey: string;
  readonly items: Map<string, StoredItem>;
  readonly log: ChangeLog;
  /** The mailbox's change number at which it was made. */
  readonly enteredSeq: number;
}

/** What a new folder needs. */
export interface FolderPlan {
  readonly parentId: string | null;
  readonly displayName: string;
  readonly folderClass: string;
  readonly distinguished: string | null;
}

/** The folders of one mailbox. */
export class FolderTree {
  private readonly byId = new Map<string, Folder>();
  private readonly byName = new Map<string, Folder>();
  private readonly mailboxGuid: string;

  constructor(mailboxGuid: string) {
    this.mailboxGuid = mailboxGuid;
  }

  add(plan: FolderPlan, { counter, seq }: { counter: number; seq: number }): Folder {
    return this.put({
      ...plan,
      id: mintId('folder', this.mailboxGuid, counter),
      changeKey: mintChangeKey('Folder', counter),
      enteredSeq: seq,
    });
  }

  /** Puts the folders of a file in the place of all that are here; they are empty afterwards. */
  replace(folders: readonly Omit<Folder, 'items' | 'log'>[]): void {
    this.byId.clear();
    this.byName.clear();
    for (const { id, parentId, displayName, folderClass, ...rest } of folders) {
      const { distinguished, changeKey, enteredSeq } = rest;
      const named = { id, parentId, displayName, folderClass };
      this.put({ ...named, distinguished, changeKey, enteredSeq });
    }
  }

  get(id: string): Folder {
    const folder = this.byId.get(id);
    if (!folder) throw folderNotFound();
    return folder;
  }

  named(distinguished: string): Folder {
    const folder = this.byName.get(distinguished);
    if (!folder) throw folderNotFound();
    return folder;
  }

  /** All folders, parents before their children. */
  all(): Folder[] {
    return [...this.byId.values()];
  }

  childrenOf(folder: Folder): Folder[] {
    return this.all().filter(({ parentId }) => parentId === folder.id);
  }

  /** Everything below a folder, at any depth. */
  below(folder: Folder): Folder[] {
    return this.childrenOf(folder).flatMap((child) => [child, ...this.below(child)]);
  }

  private put(plain: Omit<Folder, 'items' | 'log'>): Folder {
    const folder = { ...plain, items: new Map<string, StoredItem>(), log: new ChangeLog() };
    this.byId.set(folder.id, folder);
    if (folder.distinguished !== null) this.byName.set(folder.distinguished, folder);
    return folder;
  }
}

export function folderNotFound(): ExchangeError {
  return new ExchangeError(
    'ErrorFolderNotFound',
    'The specified folder could not be found in the store.',
  );
}

/** Every mailbox has these; the parents come first. */
export const STANDARD_FOLDERS: readonly (Omit<FolderPlan, 'parentId'> & {
  readonly parent: string | null;
})[] = [
  standard('root', null, '', ''),
  standard('msgfolderroot', 'root', 'Oberste Ebene des Informationsspeichers', 'IPF.Note'),
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
];

function standard(
  distinguished: string,
  parent: string | null,
  displayName: string,
  folderClass: string,
): Omit<FolderPlan, 'parentId'> & { readonly parent: string | null } {
  return { distinguished, parent, displayName, folderClass };
}

/** Which folder a new item goes to when the request names none. */
export const DEFAULT_FOLDER: Record<ItemKind, string> = {
  CalendarItem: 'calendar',
  Task: 'tasks',
  Contact: 'contacts',
  Message: 'drafts',
};

/** Exchange keeps classes apart: an appointment is created in calendar folders only (D:responsecode). */
export function checkFolderFits(kind: ItemKind, folder: Folder): void {
  const fit = FITS[kind];
  if (fit === undefined || folder.folderClass.startsWith(fit.folderClass)) return;
  throw new ExchangeError(fit.code, `A ${kind} does not go into "${folder.displayName}".`);
}

const FITS: Partial<Record<ItemKind, { readonly folderClass: string; readonly code: string }>> = {
  CalendarItem: {
    folderClass: 'IPF.Appointment',
    code: 'ErrorCannotCreateCalendarItemInNonCalendarFolder',
  },
  Task: { folderClass: 'IPF.Task', code: 'ErrorCannotCreateTaskInNonTaskFolder' },
  Contact: { folderClass: 'IPF.Contact', code: 'ErrorCannotCreateContactInNonContactFolder' },
};
