import { findFolderIn } from '../addressing.js';
import { writeFolder } from '../folder-writer.js';
import { childNamed, checkOrder, element, requiredChild, textElement, textOf } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';
import type { PlacedFolder } from '../addressing.js';
import { ExchangeError } from '../../mailbox/failure.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderhierarchy-operation */
export const syncFolderHierarchy: Operation = (body, context) => {
  checkOrder(body, ['FolderShape', 'SyncFolderId', 'SyncState']);
  requiredChild(body, 'FolderShape');
  const node = childNamed(body, 'SyncFolderId');
  return answerEach(context, [node], (id) => {
    const { mailbox, folder } = id ? findFolderIn(id, context) : ownRoot(context);
    // A state from a request without SyncFolderId does not fit one with it (fact 26).
    const scope = id ? folder.id : 'whole-mailbox';
    const { found, syncState } = mailbox.store.syncHierarchy(
      scope,
      folder,
      textOf(body, 'SyncState'),
    );
    const changes = found.map((one) => element('t:Create', writeFolder({ mailbox, folder: one })));
    return (
      textElement('m:SyncState', syncState) +
      '<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange>' +
      element('m:Changes', changes.join(''))
    );
  });
};

function ownRoot({ caller }: OperationContext): PlacedFolder {
  const { mailbox } = caller;
  if (mailbox) return { mailbox, folder: mailbox.folder('root') };
  throw new ExchangeError('ErrorMissingEmailAddress', 'The account has no mailbox of its own.');
}
