import { createHash } from 'node:crypto';
import type { MailboxEpochs } from '../../sync/ports/epoch.js';
import { createConfiguration, updateConfiguration } from './mailbox/configuration-work.js';
import type { Organisation } from './mailbox/organisation.js';

/** The tokens of the mailboxes directly over the fake Exchange, in the hidden messages that the SOAP skin would use. */
export function memoryEpochs(organisation: Organisation): MailboxEpochs {
  return {
    async read({ address }, holder) {
      const folder = organisation.mailbox(address).folder('calendar');
      const xmlData = folder.configurations.get(nameFor(holder).toLowerCase())?.xmlData ?? '';
      const text = Buffer.from(xmlData, 'base64').toString('utf8');
      return /epoch="([^"]*)"/.exec(text)?.[1] ?? '';
    },
    async write({ address }, holder, token) {
      const mailbox = organisation.mailbox(address);
      const folder = mailbox.folder('calendar');
      const document = `<?xml version="1.0"?>\r\n<abgleich epoch="${token}"/>`;
      const content = { name: nameFor(holder), xmlData: Buffer.from(document).toString('base64') };
      const isThere = folder.configurations.has(nameFor(holder).toLowerCase());
      (isThere ? updateConfiguration : createConfiguration)(mailbox, folder, content);
    },
  };
}

/** The name is in customers' mailboxes for ever, so it is written here once more by hand. */
function nameFor(holder: string): string {
  return `AbgleichEpoch.${createHash('sha256').update(holder).digest('hex').slice(0, 16)}`;
}
