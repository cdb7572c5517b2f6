import { unreadableEntry } from '../response-messages.js';
import { child, childText, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';

/** The folders of a mailbox that one kind each lives in, by the names every mailbox has them under. */
export const PROBED_FOLDERS = ['calendar', 'tasks', 'contacts'] as const;
export type ProbedFolder = (typeof PROBED_FOLDERS)[number];

/** What we may do in a folder; null where the server does not say. */
export interface FolderRights {
  readonly read: boolean | null;
  readonly create: boolean | null;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getfolder-operation */
export function writeFolderProbe(folders: readonly (ProbedFolder | 'inbox')[]): Xml {
  return element(
    'm:GetFolder',
    null,
    element(
      'm:FolderShape',
      null,
      textElement('t:BaseShape', 'IdOnly'),
      element(
        't:AdditionalProperties',
        null,
        element('t:FieldURI', { FieldURI: 'folder:EffectiveRights' }),
      ),
    ),
    element(
      'm:FolderIds',
      null,
      ...folders.map((name) => element('t:DistinguishedFolderId', { Id: name })),
    ),
  );
}

/**
 * The rights in the folder of one response message. Of `EffectiveRights`, Modify and Delete are about the folder itself.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/effectiverights
 */
export function readFolderProbe(message: XmlNode): FolderRights {
  const folder = child(message, 'Folders')?.children[0];
  if (folder === undefined) throw unreadableEntry('no folder');
  const rights = child(folder, 'EffectiveRights');
  return { read: truth(rights, 'Read'), create: truth(rights, 'CreateContents') };
}

function truth(rights: XmlNode | null, name: string): boolean | null {
  const text = rights === null ? undefined : childText(rights, name)?.trim();
  if (text === undefined || text === '') return null;
  return text === 'true' || text === '1';
}
