import { ChangeLog } from './change-log.js';
import type { UserConfiguration } from './configuration.js';
import { ExchangeError } from './failure.js';
import { mintChangeKey, mintId } from './ids.js';
import type { Permission } from './permissions.js';
import type { ExtendedProperty, ItemKind } from './properties.js';
import type { StoredItem } from './stored-item.js';

export interface Folder {
  /** Stable, also when the folder moves (fact 13). */
  readonly id: string;
  parentId: string | null;
  displayName: string;
  readonly folderClass: string;
  /** `calendar`, `deleteditems`, …; null for folders that people made. */
  readonly distinguished: string | null;
  changeKey: string;
  readonly items: Map<string, StoredItem>;
  readonly log: ChangeLog;
  /** The mailbox's change number at which it was made, of its last change, and of its last move. */
  readonly enteredSeq: number;
  changedSeq: number;
  movedSeq: number;
  readonly extended: Map<string, ExtendedProperty>;
  /** null: what a fresh folder grants. */
  permissions: readonly Permission[] | null;
  /** User configurations by their names in small letters. */
  readonly configurations: Map<string, UserConfiguration>;
}

/** What a new folder needs. */
export interface FolderPlan {
  readonly parentId: string | null;
  readonly displayName: string;
  readonly folderClass: string;
  readonly distinguished: string | null;
}

/** A folder as a file keeps it; what older files lack is empty. */
export type PlainFolder = Omit<
  Folder,
  'items' | 'log' | 'extended' | 'configurations' | 'permissions' | 'changedSeq' | 'movedSeq'
> &
  Partial<Pick<Folder, 'permissions' | 'changedSeq' | 'movedSeq'>> & {
    readonly extended?: readonly (readonly [string, ExtendedProperty])[];
    readonly configurations?: readonly UserConfiguration[];
  };

/** A folder that is gone; `seq` is the change number of its end. */
export interface FolderTombstone {
  readonly id: string;
  readonly entered: number;
  readonly seq: number;
}

/** What a hierarchy feed tells of one folder. */
export type FolderChange =
  | { readonly kind: 'Create' | 'Update'; readonly folder: Folder }
  | { readonly kind: 'Delete'; readonly id: string };

/** The folders of one mailbox. */
export class FolderTree {
  private readonly byId = new Map<string, Folder>();
  private readonly byName = new Map<string, Folder>();
  private readonly gone: FolderTombstone[] = [];
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
  replace(folders: readonly PlainFolder[], gone: readonly FolderTombstone[]): void {
    this.byId.clear();
    this.byName.clear();
    this.gone.splice(0, this.gone.length, ...gone);
    for (const folder of folders) this.put(folder);
  }

  /** Takes a folder away; its items and children are the caller's. */
  remove(folder: Folder, seq: number): void {
    this.byId.delete(folder.id);
    this.gone.push({ id: folder.id, entered: folder.enteredSeq, seq });
  }

  tombstones(): readonly FolderTombstone[] {
    return this.gone;
  }

  find(id: string): Folder | null {
    return this.byId.get(id) ?? null;
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

  /** What became of the folders below one since a change number; a folder moved out is deleted there. */
  changesBelow(scope: Folder, known: number): FolderChange[] {
    const inside = this.below(scope);
    const isInside = new Set(inside);
    const changed = inside
      .filter(({ changedSeq }) => changedSeq > known)
      .map((folder): FolderChange => {
        return { kind: folder.enteredSeq > known ? 'Create' : 'Update', folder };
      });
    const left = this.all().filter(
      (folder) => folder.movedSeq > known && folder.enteredSeq <= known && !isInside.has(folder),
    );
    const ended = this.gone.filter(({ entered, seq }) => seq > known && entered <= known);
    return [
      ...changed,
      ...[...left, ...ended].map(({ id }): FolderChange => ({ kind: 'Delete', id })),
    ];
  }

  private put({ extended = [], configurations = [], ...plain }: PlainFolder): Folder {
    const folder: Folder = {
      changedSeq: plain.enteredSeq,
      movedSeq: plain.enteredSeq,
      permissions: null,
      ...plain,
      extended: new Map(extended),
      configurations: new Map(configurations.map((one) => [one.name.toLowerCase(), one])),
      items: new Map<string, StoredItem>(),
      log: new ChangeLog(),
    };
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

/** Which folder a new item goes to when the request names none. */
export const DEFAULT_FOLDER: Record<ItemKind, string> = {
  CalendarItem: 'calendar',
  Task: 'tasks',
  Contact: 'contacts',
  DistributionList: 'contacts',
  Message: 'drafts',
  PostItem: 'inbox',
  MeetingRequest: 'inbox',
  MeetingResponse: 'inbox',
  MeetingCancellation: 'inbox',
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
  DistributionList: {
    folderClass: 'IPF.Contact',
    code: 'ErrorCannotCreateContactInNonContactFolder',
  },
};
