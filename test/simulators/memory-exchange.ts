import type {
  ExchangeAppointment,
  ExchangeAppointmentPatch,
} from '../../mappings/exchange-item.js';
import type {
  ExchangePort,
  FolderCursor,
  ItemChange as PortChange,
  ItemCreate,
  ItemFound,
  ItemRef,
  ItemRemove,
  ItemSeen,
  ItemUpdate,
} from '../../sync/ports/exchange.js';
import { answered, ConnectorFailure, failed, leaving } from '../../sync/ports/failure.js';
import type { Answer, FailureKind } from '../../sync/ports/failure.js';
import { parseMark } from '../../sync/ports/mark.js';
import type { ItemChange } from './mailbox/changes.js';
import { extendedKey } from './mailbox/extended.js';
import { ExchangeError } from './mailbox/failure.js';
import type { Folder } from './mailbox/folders.js';
import type { Mailbox } from './mailbox/mailbox.js';
import type { Organisation } from './mailbox/organisation.js';
import type { ExtendedPath } from './mailbox/properties.js';
import type { StoredItem } from './mailbox/stored-item.js';
import { itemTarget } from './mailbox/targets.js';
import { bringAbout, QUIETLY, writeQuietly, writing } from './memory-exchange-exceptions.js';
import { appointmentOf, changesOf, inputOf } from './memory-exchange-items.js';

type AppointmentPort = ExchangePort<ExchangeAppointment, ExchangeAppointmentPatch>;

/**
 * Skin 1 of the fake Exchange: the port directly over the mailboxes, without any wire. It shares every rule of
 * Exchange with the SOAP skin, and keeps the port's promises as a connector would. `pageSize` is how many changes come
 * in one page.
 */
export function memoryExchange(organisation: Organisation, pageSize = PAGE): AppointmentPort {
  const at = ({ address }: { readonly address: string }): Mailbox =>
    refusing(() => organisation.mailbox(address));
  return {
    folders: async (mailbox) => [at(mailbox).folder('calendar').id],
    changesSince: async (mailbox, { folderId, cursor }) =>
      refusing(() => changesSince(at(mailbox), { folderId, cursor }, pageSize)),
    read: async (mailbox, ids) => ids.map((id) => answer(() => readOne(at(mailbox), id))),
    create: async (mailbox, entries) =>
      entries.map((entry) => answer(() => createOne(at(mailbox), entry))),
    update: async (mailbox, entries) =>
      entries.map((entry) => answer(() => updateOne(at(mailbox), entry))),
    remove: async (mailbox, entries) =>
      entries.map((entry) => answer(() => removeOne(at(mailbox), entry))),
    bringBack: async (mailbox, entries) =>
      entries.map(({ ref, folderId }) =>
        answer(() => {
          at(mailbox).move(itemTarget(ref.id), at(mailbox).store.folders.get(folderId));
          return null;
        }),
      ),
    findByKey: async (mailbox, { folderId, keys }) => findByKeys(at(mailbox), folderId, keys),
  };
}

/** Where the mark lives; the name is in customers' mailboxes for ever, so it is written here once more by hand. */
export const MARK_PATH: ExtendedPath = {
  PropertySetId: 'fff1ad88-45da-4196-849c-59721420d729',
  PropertyName: 'AbgleichKey',
  PropertyType: 'String',
};
const MARK_KEY = extendedKey(MARK_PATH);

const PAGE = 512;

function changesSince(
  mailbox: Mailbox,
  { folderId, cursor }: FolderCursor,
  pageSize: number,
): { changes: PortChange[]; cursor: string; isLast: boolean } {
  const page = mailbox.store.sync(mailbox.store.folders.get(folderId), cursor, pageSize);
  const changes = page.changes.map((change): PortChange => {
    if (change.kind === 'Delete') return { kind: 'vanished', id: change.id };
    const { item } = change;
    const isPrivate = (item.properties.Sensitivity ?? 'Normal') !== 'Normal';
    return { kind: 'seen', ref: refOf(item), mark: markOf(item), isPrivate };
  });
  return { changes, cursor: page.syncState, isLast: page.includesLastItemInRange };
}

function readOne(mailbox: Mailbox, id: string): ItemSeen<ExchangeAppointment> {
  const { stored } = mailbox.get(itemTarget(id));
  return {
    ref: refOf(stored),
    folderId: stored.folderId,
    mark: markOf(stored),
    item: appointmentOf(mailbox, stored),
  };
}

function createOne(
  mailbox: Mailbox,
  { folderId, mark, patch, tell }: ItemCreate<ExchangeAppointmentPatch>,
): ItemRef {
  const extended = [{ path: MARK_PATH, value: mark }];
  const plan = { kind: 'CalendarItem', input: inputOf(patch), extended } as const;
  const { stored } = mailbox.create(mailbox.store.folders.get(folderId), plan, writing(tell));
  if (patch.exceptions) bringAbout(mailbox, stored, patch.exceptions);
  return refOf(stored);
}

function updateOne(
  mailbox: Mailbox,
  { ref, patch, mark, tell, tellOf }: ItemUpdate<ExchangeAppointmentPatch>,
): ItemRef {
  const changes: ItemChange[] = [
    ...(patch ? changesOf(patch) : []),
    ...(mark === null ? [] : [marking(mark)]),
  ];
  const { stored } = mailbox.get(itemTarget(ref.id));
  if (stored.changeKey !== ref.version) throw stale();
  if (changes.length > 0) writeQuietly(mailbox, ref.id, changes, tell);
  if (patch?.exceptions) {
    const { exceptions } = patch;
    inPart(stored, () => {
      bringAbout(mailbox, stored, exceptions, tellOf);
    });
  }
  if (typeof tell === 'object' && tell.only.length > 0) {
    mailbox.invite(stored, tell.only, QUIETLY.cause);
  }
  return refOf(stored);
}

/** Whatever is refused says in which state it left the item. */
function inPart(stored: StoredItem, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw leaving(failureOf(error), stored.changeKey);
  }
}

function removeOne(mailbox: Mailbox, { ref, mark, tell }: ItemRemove): null {
  try {
    const { stored } = mailbox.get(itemTarget(ref.id));
    if (stored.changeKey !== ref.version) throw stale();
    writeQuietly(mailbox, ref.id, [marking(mark)]);
    mailbox.remove(itemTarget(ref.id), 'MoveToDeletedItems', writing(tell));
  } catch (error) {
    if (!(error instanceof ExchangeError && error.code === 'ErrorItemNotFound')) throw error;
  }
  return null;
}

function findByKeys(mailbox: Mailbox, folderId: string, keys: readonly string[]): ItemFound[] {
  const wanted = new Set(keys);
  return mailbox.store.folders.all().flatMap((folder) =>
    [...folder.items.values()].flatMap((item) => {
      const mark = markOf(item);
      const key = parseMark(mark)?.key;
      if (mark === null || key === undefined || !wanted.has(key)) return [];
      return [{ key, mark, ref: refOf(item), place: placeOf(folder, folderId) }];
    }),
  );
}

function placeOf({ id, distinguished }: Folder, folderId: string): ItemFound['place'] {
  if (id === folderId) return 'inFolder';
  return distinguished !== null && DELETED.has(distinguished) ? 'deleted' : 'elsewhere';
}

const DELETED: ReadonlySet<string> = new Set([
  'deleteditems',
  'recoverableitemsdeletions',
  'recoverableitemspurges',
]);

function marking(value: string): ItemChange {
  return { action: 'setExtended', extended: { path: MARK_PATH, value } };
}

function markOf({ extended }: StoredItem): string | null {
  const value = extended.get(MARK_KEY)?.value;
  return typeof value === 'string' ? value : null;
}

function refOf({ id, changeKey }: StoredItem): ItemRef {
  return { id, version: changeKey };
}

function stale(): ExchangeError {
  return new ExchangeError('ErrorIrresolvableConflict', 'The change key is not the current one.');
}

function answer<T>(work: () => T): Answer<T> {
  try {
    return answered(work());
  } catch (error) {
    return failed(failureOf(error));
  }
}

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failureOf(error);
  }
}

const KINDS: ReadonlyMap<string, FailureKind> = new Map([
  ['ErrorIrresolvableConflict', 'stale'],
  ['ErrorItemNotFound', 'gone'],
  ['ErrorInvalidSyncStateData', 'cursorExpired'],
  ['ErrorFolderNotFound', 'cursorExpired'],
  ['ErrorNonExistentMailbox', 'forbidden'],
  ['ErrorAccessDenied', 'forbidden'],
]);

/** Failures pass; what is neither a failure nor an answer of Exchange is a bug and is thrown on. */
function failureOf(error: unknown): ConnectorFailure {
  if (error instanceof ConnectorFailure) return error;
  if (!(error instanceof ExchangeError)) throw error;
  return new ConnectorFailure(KINDS.get(error.code) ?? 'rejected', error.message, {
    code: error.code,
  });
}
