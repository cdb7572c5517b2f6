import { ExchangeError } from '../../mailbox/failure.js';
import type { FolderChange } from '../../mailbox/folders.js';
import type { Mailbox } from '../../mailbox/mailbox.js';
import { findFolderIn } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import { readFolderShape } from '../folder-fields.js';
import type { FolderShape } from '../folder-fields.js';
import { writeFolder } from '../folder-writer.js';
import { childNamed, checkOrder, element, requiredChild, textElement, textOf } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export const syncFolderHierarchy: Operation = (body, context) => {
  checkOrder(body, ['FolderShape', 'SyncFolderId', 'SyncState']);
  const shape = readFolderShape(requiredChild(body, 'FolderShape'));
  const node = childNamed(body, 'SyncFolderId');
  return answerEach(context, [node], (id) => {
    const { mailbox, folder } = id ? findFolderIn(id, context) : ownRoot(context);
    // A state from a request without SyncFolderId does not fit one with it (fact 26).
    const scope = id ? folder.id : 'whole-mailbox';
    const state = textOf(body, 'SyncState');
    const { changes, syncState } = mailbox.store.syncHierarchy(scope, folder, state);
    return (
      textElement('m:SyncState', syncState) +
      '<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>' +
      element('m:Changes', changes.map((one) => writeChange(one, mailbox, shape)).join(''))
    );
  });
};

function writeChange(change: FolderChange, mailbox: Mailbox, shape: FolderShape): string {
  if (change.kind === 'Delete') {
    return element('t:Delete', element('t:FolderId', '', { Id: change.id }));
  }
  return element(`t:${change.kind}`, writeFolder({ mailbox, folder: change.folder }, shape));
}

function ownRoot({ caller }: OperationContext): PlacedFolder {
  const { mailbox } = caller;
  if (mailbox) return { mailbox, folder: mailbox.folder('root') };
  throw new ExchangeError('ErrorMissingEmailAddress', 'The account has no mailbox of its own.');
}
