import type { ConfigurationChange, UserConfiguration } from './configuration.js';
import { ExchangeError } from './failure.js';
import type { Folder } from './folders.js';
import { itemNotFound } from './locate.js';
import type { Mailbox } from './mailbox.js';

/** The configuration of that name in a folder. */
export function getConfiguration(folder: Folder, name: string): UserConfiguration {
  const found = folder.configurations.get(name.toLowerCase());
  if (!found) throw itemNotFound();
  return found;
}

/** Makes one; a name lives once in a folder. */
export function createConfiguration(
  mailbox: Mailbox,
  folder: Folder,
  { name, ...content }: ConfigurationChange & { readonly name: string },
): void {
  if (!/^[A-Za-z0-9.]{1,237}$/.test(name)) {
    throw new ExchangeError('ErrorInvalidValueForProperty', 'The name has a wrong sign.');
  }
  if (folder.configurations.has(name.toLowerCase())) {
    throw new ExchangeError('ErrorItemSave', 'There is a configuration of that name.');
  }
  const empty = { name, dictionary: null, xmlData: null, binaryData: null };
  put(mailbox, folder, { ...empty, ...content });
}

/** Replaces the parts that are given; nothing guards against a change in between (fact 72). */
export function updateConfiguration(
  mailbox: Mailbox,
  folder: Folder,
  { name, ...content }: ConfigurationChange & { readonly name: string },
): void {
  const before = getConfiguration(folder, name);
  const { counter } = before;
  const { changeKey } = mailbox.store.newIdentity();
  folder.configurations.set(name.toLowerCase(), { ...before, ...content, counter, changeKey });
}

/** Takes one away. */
export function deleteConfiguration(mailbox: Mailbox, folder: Folder, name: string): void {
  getConfiguration(folder, name);
  folder.configurations.delete(name.toLowerCase());
  mailbox.store.newIdentity();
}

function put(
  mailbox: Mailbox,
  folder: Folder,
  content: Omit<UserConfiguration, 'counter' | 'changeKey'>,
): void {
  const identity = mailbox.store.newIdentity();
  folder.configurations.set(content.name.toLowerCase(), { ...content, ...identity });
}
