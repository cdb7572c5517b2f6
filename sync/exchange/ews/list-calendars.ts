import type { Calendar } from '../../ports/calendars.js';
import { foldersBelow, isCalendar } from './folders-below.js';
import { readGetFolder, writeGetFolder } from './operations/get-folder.js';
import type { Ask } from './requests.js';
import { onlyMessage } from './response-messages.js';

/** The calendars of the mailbox that `ask` speaks for; a calendar that was deleted as a whole lies below Deleted Items. */
export async function listCalendars(ask: Ask): Promise<readonly Calendar[]> {
  const request = writeGetFolder([{ distinguished: 'calendar' }]);
  const defaultId = readGetFolder(onlyMessage(await ask('GetFolder', request)));
  const all = await foldersBelow(ask, { distinguished: 'msgfolderroot' });
  const deleted = new Set(
    (await foldersBelow(ask, { distinguished: 'deleteditems' })).map(({ id }) => id),
  );
  const calendars = all
    .filter((folder) => isCalendar(folder) && !deleted.has(folder.id))
    .map(({ id, name }) => ({ id, name, isDefault: id === defaultId }));
  return calendars.sort((a, b) => Number(b.isDefault) - Number(a.isDefault));
}
