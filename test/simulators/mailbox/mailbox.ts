import { sumUp } from './changes.js';
import type { ItemChange } from './changes.js';
import { extendedKey } from './extended.js';
import { ExchangeError } from './failure.js';
import { checkFolderFits, DEFAULT_FOLDER } from './folders.js';
import type { Folder } from './folders.js';
import type { MailboxHost } from './host.js';
import { ItemStore } from './item-store.js';
import { attendeesOf, isMeeting, postingsOfDelete, postingsOfWrite } from './ledger.js';
import type { Posting, SendMode } from './ledger.js';
import { locate } from './locate.js';
import type { Located } from './locate.js';
import { resolveConflict } from './merging.js';
import type { ConflictMode } from './modes.js';
import type { NewItem } from './new-item.js';
import { newProperties } from './new-properties.js';
import type { Birth } from './new-properties.js';
import type { ItemKind, ItemProperties } from './properties.js';
import { liveOccurrences, occurrenceOn, occurrenceProperties } from './series.js';
import type { Occurrence } from './series.js';
import { contentOf } from './stored-item.js';
import type { StoredContent, StoredItem } from './stored-item.js';
import { splitTask } from './tasks.js';
import type { ItemTarget } from './targets.js';
import { updatedContent, withChangedOccurrence, withDeletedOccurrence } from './updates.js';
import { viewItem, viewOccurrence } from './view.js';
import type { ItemView, ViewMailbox } from './view.js';

/** Who writes, and how: the parts that all writes share. */
export interface WriteContext {
  /** TimeZoneContext of the request. */
  readonly headerZone: string | null;
  readonly send: SendMode;
  /** The operation, or `person`: what the ledger names as the cause. */
  readonly cause: string;
  /** Display name of who writes. */
  readonly by: string;
}

export type DeleteType = 'HardDelete' | 'SoftDelete' | 'MoveToDeletedItems';

/** An item after its update. */
export interface UpdatedView extends ItemView {
  /** How many of the values lost against another client's (AutoResolve). */
  readonly conflicts: number;
}

/**
 * One Exchange mailbox in memory: the truth that all skins share, in Exchange's own words. It answers like a
 * server; it never sends anything. Errors are `ExchangeError` with the ResponseCode of EWS.
 */
export class Mailbox implements ViewMailbox {
  readonly address: string;
  readonly name: string;
  readonly guid: string;
  readonly store: ItemStore;
  private readonly host: MailboxHost;

  constructor(person: ViewMailbox, host: MailboxHost) {
    this.address = person.address;
    this.name = person.name;
    this.guid = person.guid;
    this.host = host;
    this.store = new ItemStore(person.guid, host);
  }

  /** A folder by its well-known name (`calendar`, `deleteditems`, …). */
  folder(distinguished: string): Folder {
    return this.store.folders.named(distinguished);
  }

  /** The item, master or occurrence a request means. */
  get(target: ItemTarget): ItemView {
    const { item } = locate(this, target);
    this.store.noteRead(item);
    return this.view(locate(this, target));
  }

  /** The class of what a request means, without reading it. */
  kindOf(target: ItemTarget): ItemKind {
    return locate(this, { ...target, changeKey: null }).item.kind;
  }

  /** A stored item, or one of its occurrences, as it reads now. */
  viewOf(item: StoredItem, occurrence: Occurrence | null = null): ItemView {
    return this.view({ item, occurrence });
  }

  /** Makes an item; `folder` null is the default folder of its class. */
  create(folder: Folder | null, plan: NewItem, context: WriteContext): ItemView {
    const target = folder ?? this.folder(DEFAULT_FOLDER[plan.kind]);
    checkFolderFits(plan.kind, target);
    const drafted = newProperties(plan, this.birth(context.headerZone));
    const send = isMeeting(drafted) ? context.send : 'SendToNone';
    const properties =
      send === 'SendToNone' ? drafted : { ...drafted, MeetingRequestWasSent: true };
    const extended = new Map(plan.extended.map((one) => [extendedKey(one.path), one]));
    const content = { properties, extended, exceptions: new Map<number, never>() };
    const item = this.store.add(target, plan.kind, { ...content, by: context.by });
    const postings = postingsOfWrite(item, { before: null, after: properties }, send);
    this.host.post(this, postings, context.cause);
    return this.view({ item, occurrence: null });
  }

  /** Does the steps of an UpdateItem on an item, a master or one occurrence (facts 35, 36, 51, 53). */
  update(
    target: ItemTarget,
    change: { readonly changes: readonly ItemChange[]; readonly conflict: ConflictMode },
    context: WriteContext,
  ): UpdatedView {
    const { item, occurrence } = locate(this, target);
    const before = occurrence ? occurrenceProperties(item, occurrence) : item.properties;
    const wanted = sumUp(change.changes, { kind: item.kind, before });
    const { modes } = this.host;
    const { conflict } = change;
    const clash = { changeKey: target.changeKey, conflict, draft: wanted };
    const { draft, conflicts } = resolveConflict(item, clash, modes);
    const updating = { modes, now: this.host.nowMs(), ...context };
    const content = occurrence
      ? {
          ...contentOf(item),
          exceptions: withChangedOccurrence(item, { occurrence, draft }, updating),
        }
      : updatedContent(item, draft, updating);
    const oneOff = this.splitOff(item, content, context);
    if (oneOff) return { ...this.view({ item: oneOff, occurrence: null }), conflicts };
    this.store.replace(item, content, context.by);
    const now = occurrence && occurrenceOn(item, occurrence.day);
    const after = now ? occurrenceProperties(item, now) : item.properties;
    this.postUpdate(item, { before, after, occurrence: now }, context);
    return { ...this.view({ item, occurrence: now }), conflicts };
  }

  /** The organiser forwards a meeting: the invitation goes to these people alone (D:forwarditem). */
  invite(item: StoredItem, to: readonly string[], cause: string): void {
    const { Subject: subject = '' } = item.properties;
    this.host.post(this, [{ kind: 'invitation', to, item, subject }], cause);
  }

  /** Deletes an item, a whole series or one occurrence; change keys are ignored (evidence B 2). */
  remove(target: ItemTarget, type: DeleteType, context: WriteContext): void {
    const { item, occurrence } = locate(this, target);
    const properties = occurrence ? occurrenceProperties(item, occurrence) : item.properties;
    if (occurrence) this.removeOccurrence(item, occurrence, context.by);
    const postings = postingsOfDelete(item, properties, context.send);
    this.host.post(this, about(postings, occurrence), context.cause);
    if (occurrence) return;
    const isTrashed = this.store.folders.get(item.folderId).distinguished === 'deleteditems';
    if (type === 'HardDelete') this.store.destroy(item);
    else if (type === 'SoftDelete' || isTrashed) {
      this.store.relocate(item, this.folder('recoverableitemsdeletions'));
    } else this.store.relocate(item, this.folder('deleteditems'));
  }

  /** Moves an item: the same content under a new id (fact 13). */
  move(target: ItemTarget, folder: Folder): ItemView {
    const item = this.wholeItem(target);
    this.store.relocate(item, folder);
    return this.view({ item, occurrence: null });
  }

  /** Copies as a person does: all properties travel, also ours, but the UID is new (evidence A 68a). */
  copy(target: ItemTarget, folder: Folder, by: string): ItemView {
    const source = this.wholeItem(target);
    const properties = { ...source.properties };
    if (source.kind === 'CalendarItem') properties.UID = this.host.newUid();
    if (source.kind === 'CalendarItem' && isMeeting(properties)) {
      properties.Subject = `Copy: ${properties.Subject ?? ''}`.slice(0, 255);
      properties.MyResponseType = 'NoResponseReceived';
      properties.MeetingRequestWasSent = false;
    }
    const content = { ...contentOf(source), properties, by, copyOf: source };
    const item = this.store.add(folder, source.kind, content);
    return this.view({ item, occurrence: null });
  }

  /** Makes a folder as a person does. */
  createFolder(parent: Folder, displayName: string, folderClass: string): Folder {
    const siblings = this.store.folders.childrenOf(parent);
    if (siblings.some((sibling) => sibling.displayName === displayName)) {
      throw new ExchangeError('ErrorFolderExists', 'A folder of that name exists.');
    }
    return this.store.addFolder({
      parentId: parent.id,
      displayName,
      folderClass,
      distinguished: null,
    });
  }

  /** What a new item or attachment in this mailbox starts with. */
  birth(headerZone: string | null): Birth {
    const number = (): number => this.store.newIdentity().counter;
    return { owner: this, host: this.host, headerZone, number };
  }

  private view({ item, occurrence }: Located): ItemView {
    if (!occurrence) return viewItem(item, this);
    return viewOccurrence(item, occurrence, { mailbox: this, options: this.host.modes });
  }

  private wholeItem(target: ItemTarget): StoredItem {
    const { item, occurrence } = locate(this, target);
    if (!occurrence) return item;
    throw new ExchangeError(
      'ErrorCalendarCannotMoveOrCopyOccurrence',
      'An occurrence cannot be moved or copied.',
    );
  }

  /** Fact 74: the one-off that an update of a recurring task makes; the series goes on under the old id. */
  private splitOff(
    item: StoredItem,
    content: StoredContent,
    { headerZone, by }: WriteContext,
  ): StoredItem | null {
    if (item.kind !== 'Task') return null;
    const at = { now: this.host.nowMs(), zone: headerZone ?? 'UTC' };
    const split = splitTask(item.properties, content.properties, at);
    if (!split) return null;
    this.store.replace(item, { ...content, properties: split.series }, by);
    const folder = this.store.folders.get(item.folderId);
    return this.store.add(folder, 'Task', { ...content, properties: split.oneOff, by });
  }

  private removeOccurrence(item: StoredItem, occurrence: Occurrence, by: string): void {
    const { modes } = this.host;
    const [first, second] = liveOccurrences(item, 1);
    if (first && !second && modes.lastOccurrence === 'refuse') {
      throw new ExchangeError('ErrorRecurrenceHasNoOccurrence', 'It is the last occurrence.');
    }
    const exceptions = withDeletedOccurrence(item, occurrence, modes);
    this.store.replace(item, { ...contentOf(item), exceptions }, by);
  }

  /** The mails of an update, and the mark that they were sent (evidence B 10a). */
  private postUpdate(
    item: StoredItem,
    change: {
      readonly before: ItemProperties;
      readonly after: ItemProperties;
      readonly occurrence: Occurrence | null;
    },
    { send, cause }: WriteContext,
  ): void {
    const postings = postingsOfWrite(item, change, send);
    if (postings.length > 0 && attendeesOf(change.after).length > 0) {
      const exception = change.occurrence?.exception;
      const sent = exception?.kind === 'changed' ? exception.properties : item.properties;
      sent.MeetingRequestWasSent = true;
    }
    this.host.post(this, about(postings, change.occurrence), cause);
  }
}

function about(postings: readonly Posting[], occurrence: Occurrence | null): readonly Posting[] {
  return occurrence === null ? postings : postings.map((one) => ({ ...one, occurrence }));
}
