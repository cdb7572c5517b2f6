import { createHash } from 'node:crypto';
import type { MailboxEpochs } from '../../ports/epoch.js';
import type { Mailbox } from '../../ports/exchange.js';
import { ConnectorFailure } from '../../ports/failure.js';
import {
  readGetUserConfiguration,
  writeCreateUserConfiguration,
  writeGetUserConfiguration,
  writeUpdateUserConfiguration,
} from './operations/user-configuration.js';
import type { Ask } from './requests.js';
import { onlyMessage } from './response-messages.js';

/** How to ask within one call of the port. */
export interface EpochAsking {
  readonly reading: (mailbox: Mailbox, signal: AbortSignal) => Ask;
  readonly writing: (mailbox: Mailbox, signal: AbortSignal) => Ask;
}

/**
 * The tokens of the mailboxes as user configurations of the calendar (protocol facts 70 to 72): hidden messages beside its
 * items, which Outlook does not show and which a move of the mailbox takes along.
 */
export function mailboxEpochs({ reading, writing }: EpochAsking): MailboxEpochs {
  return {
    read: async (mailbox, holder, signal) =>
      (await readToken(reading(mailbox, signal), nameFor(holder))) ?? '',
    async write(mailbox, holder, token, signal) {
      const ask = writing(mailbox, signal);
      const configuration = { name: nameFor(holder), xmlData: documentOf(token) };
      try {
        const request = writeUpdateUserConfiguration(configuration);
        onlyMessage(await ask('UpdateUserConfiguration', request));
      } catch (error) {
        if (!isNotThere(error)) throw error;
        await create(ask, configuration);
      }
    },
  };
}

/** A create that is repeated finds its own; another worker of ours writes the same token. */
async function create(
  ask: Ask,
  configuration: { readonly name: string; readonly xmlData: Uint8Array },
): Promise<void> {
  const made = await ask('CreateUserConfiguration', writeCreateUserConfiguration(configuration));
  try {
    onlyMessage(made);
  } catch (error) {
    if (!(error instanceof ConnectorFailure) || error.code !== 'ErrorItemSave') throw error;
    const request = writeUpdateUserConfiguration(configuration);
    onlyMessage(await ask('UpdateUserConfiguration', request));
  }
}

/** undefined: there is no such configuration. What cannot be read is a token as well, and none of ours. */
async function readToken(ask: Ask, name: string): Promise<string | undefined> {
  const response = await ask('GetUserConfiguration', writeGetUserConfiguration(name));
  try {
    const bytes = readGetUserConfiguration(onlyMessage(response));
    if (bytes === null) return undefined;
    const text = Buffer.from(bytes).toString('utf8');
    return DOCUMENT.exec(text)?.[1] ?? `unreadable:${digestOf(text)}`;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof ConnectorFailure && error.code === 'ErrorItemNotFound';
}

/** Only letters, digits and dots may be in a name. It is in customers' mailboxes for ever. */
function nameFor(holder: string): string {
  return `AbgleichEpoch.${digestOf(holder)}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function documentOf(token: string): Uint8Array {
  return Buffer.from(`<?xml version="1.0"?>\r\n<abgleich epoch="${token}"/>`, 'utf8');
}

const DOCUMENT = /<abgleich epoch="([\w.-]{1,64})"\/>/;
