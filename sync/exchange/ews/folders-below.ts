import { readFindFolder, writeFindFolder, type FoundFolder } from './operations/find-folder.js';
import type { FolderAddress } from './operations/get-folder.js';
import type { Ask } from './requests.js';
import { onlyMessage } from './response-messages.js';

/** All folders below one, at any depth, over all pages. */
export async function foldersBelow(
  ask: Ask,
  below: FolderAddress,
): Promise<readonly FoundFolder[]> {
  const folders: FoundFolder[] = [];
  for (;;) {
    const request = writeFindFolder({ below, offset: folders.length });
    const page = readFindFolder(onlyMessage(await ask('FindFolder', request)));
    folders.push(...page.folders);
    if (page.isLast) return folders;
  }
}

export function isCalendar({ folderClass }: Pick<FoundFolder, 'folderClass'>): boolean {
  return /^IPF\.Appointment(\.|$)/i.test(folderClass);
}
