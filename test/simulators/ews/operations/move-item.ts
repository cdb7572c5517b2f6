import { ExchangeError } from '../../mailbox/failure.js';
import { findFolderIn, findTarget } from '../addressing.js';
import { writeItem } from '../item-writer.js';
import { ID_ONLY } from '../shape.js';
import { booleanOf, checkOrder, element, requiredChild, textOf } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/moveitem-operation */
export const moveItem: Operation = relocating('move', 'ToFolderId');

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/copyitem-operation */
export const copyItem: Operation = relocating('copy', 'ToFolderId');

/**
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/archiveitem-operation
 * Nobody has an archive here; the item goes to the named folder, as EL's live test sees it.
 */
export const archiveItem: Operation = relocating('move', 'ArchiveSourceFolderId');

function relocating(how: 'move' | 'copy', folderName: string): Operation {
  return (body, context) => {
    checkOrder(body, [folderName, 'ItemIds', 'ReturnNewItemIds']);
    const folderNode = requiredChild(body, folderName);
    const isAnswered = booleanOf(textOf(body, 'ReturnNewItemIds') ?? 'true');
    const { caller, headerZone, organisation } = context;
    return answerEach(context, requiredChild(body, 'ItemIds').children, (id) => {
      const { mailbox, target } = findTarget(id, context);
      const destination = findFolderIn(folderNode, context);
      if (destination.mailbox !== mailbox) {
        throw new ExchangeError('ErrorMoveCopyFailed', 'The folder is in another mailbox.');
      }
      const view =
        how === 'move'
          ? mailbox.move(target, destination.folder)
          : mailbox.copy(target, destination.folder, caller.user.name);
      if (!isAnswered) return '<m:Items/>';
      const writing = { shape: ID_ONLY, headerZone, modes: organisation.modes, isList: false };
      return element('m:Items', writeItem(view, writing));
    });
  };
}
