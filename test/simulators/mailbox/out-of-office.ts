import type { UserConfiguration } from './configuration.js';
import { createConfiguration, updateConfiguration } from './configuration-work.js';
import type { Mailbox } from './mailbox.js';

/** The out-of-office settings in Exchange's words; `start` and `end` are milliseconds since 1970. */
export interface OutOfOffice {
  readonly state: 'Disabled' | 'Enabled' | 'Scheduled';
  readonly audience: 'None' | 'Known' | 'All';
  readonly start: number | null;
  readonly end: number | null;
  readonly internalReply: string;
  readonly externalReply: string;
}

const NAME = 'OutOfOffice';

const NEVER_SET: OutOfOffice = {
  state: 'Disabled',
  audience: 'All',
  start: null,
  end: null,
  internalReply: '',
  externalReply: '',
};

/** What the mailbox answers when somebody is away. */
export function outOfOfficeOf(mailbox: Mailbox): OutOfOffice {
  const stored = configurationOf(mailbox)?.binaryData;
  if (stored === undefined || stored === null) return NEVER_SET;
  return JSON.parse(Buffer.from(stored, 'base64').toString('utf8')) as OutOfOffice;
}

/** Kept beside the inbox, as a real mailbox keeps it, so that it lives as long as the mailbox. */
export function setOutOfOffice(mailbox: Mailbox, settings: OutOfOffice): void {
  const binaryData = Buffer.from(JSON.stringify(settings), 'utf8').toString('base64');
  const write = configurationOf(mailbox) ? updateConfiguration : createConfiguration;
  write(mailbox, mailbox.folder('inbox'), { name: NAME, binaryData });
}

function configurationOf(mailbox: Mailbox): UserConfiguration | undefined {
  return mailbox.folder('inbox').configurations.get(NAME.toLowerCase());
}
