import type {
  ConfigurationChange,
  DictionaryEntry,
  DictionaryObject,
  UserConfiguration,
} from '../../mailbox/configuration.js';
import {
  createConfiguration,
  deleteConfiguration,
  getConfiguration,
  updateConfiguration,
} from '../../mailbox/configuration-work.js';
import { mintId } from '../../mailbox/ids.js';
import { findFolderIn } from '../addressing.js';
import type { PlacedFolder } from '../addressing.js';
import {
  booleanOf,
  childNamed,
  checkOrder,
  element,
  requiredAttribute,
  requiredChild,
  schemaError,
  textElement,
  wordOf,
} from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation */
export const getUserConfiguration: Operation = (body, context) => {
  checkOrder(body, ['UserConfigurationName', 'UserConfigurationProperties']);
  const node = requiredChild(body, 'UserConfigurationName');
  const words = requiredChild(body, 'UserConfigurationProperties').text.trim().split(/\s+/);
  const parts = words.map((word) => wordOf(word, PARTS));
  return answerEach(context, [node], (named) => {
    const { place, name } = readName(named, context);
    const isWanted = (part: Part): boolean => parts.includes('All') || parts.includes(part);
    return writeConfiguration(place, getConfiguration(place.folder, name), isWanted);
  });
};

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createuserconfiguration-operation */
export const createUserConfiguration: Operation = (body, context) =>
  withConfiguration(body, context, ({ mailbox, folder }, content) =>
    createConfiguration(mailbox, folder, content),
  );

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateuserconfiguration-operation */
export const updateUserConfiguration: Operation = (body, context) =>
  withConfiguration(body, context, ({ mailbox, folder }, content) =>
    updateConfiguration(mailbox, folder, content),
  );

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteuserconfiguration-operation */
export const deleteUserConfiguration: Operation = (body, context) => {
  checkOrder(body, ['UserConfigurationName']);
  return answerEach(context, [requiredChild(body, 'UserConfigurationName')], (node) => {
    const { place, name } = readName(node, context);
    deleteConfiguration(place.mailbox, place.folder, name);
    return '';
  });
};

const PARTS = ['Id', 'Dictionary', 'XmlData', 'BinaryData', 'All'] as const;
type Part = (typeof PARTS)[number];

type Content = ConfigurationChange & { readonly name: string };

function withConfiguration(
  body: XmlNode,
  context: OperationContext,
  work: (place: PlacedFolder, content: Content) => void,
): string {
  checkOrder(body, ['UserConfiguration']);
  const node = requiredChild(body, 'UserConfiguration');
  checkOrder(node, ['UserConfigurationName', 'ItemId', 'Dictionary', 'XmlData', 'BinaryData']);
  return answerEach(context, [requiredChild(node, 'UserConfigurationName')], (named) => {
    const { place, name } = readName(named, context);
    work(place, { name, ...readContent(node) });
    return '';
  });
}

/** The name stands in an attribute, its folder inside. */
function readName(
  node: XmlNode,
  context: OperationContext,
): { readonly place: PlacedFolder; readonly name: string } {
  return { place: findFolderIn(node, context), name: requiredAttribute(node, 'Name') };
}

function readContent(node: XmlNode): ConfigurationChange {
  const dictionary = childNamed(node, 'Dictionary');
  const xmlData = childNamed(node, 'XmlData');
  const binaryData = childNamed(node, 'BinaryData');
  return {
    ...(dictionary ? { dictionary: dictionary.children.map(readEntry) } : {}),
    ...(xmlData ? { xmlData: base64Of(xmlData) } : {}),
    ...(binaryData ? { binaryData: base64Of(binaryData) } : {}),
  };
}

function base64Of({ name, text }: XmlNode): string {
  const compact = text.replace(/\s+/g, '');
  if (Buffer.from(compact, 'base64').toString('base64') === compact) return compact;
  throw schemaError(`'${name}' is not base64.`);
}

function readEntry(node: XmlNode): DictionaryEntry {
  checkOrder(node, ['DictionaryKey', 'DictionaryValue']);
  const value = requiredChild(node, 'DictionaryValue');
  return {
    key: readObject(requiredChild(node, 'DictionaryKey')),
    value: value.children.length === 0 ? null : readObject(value),
  };
}

const TYPES = [
  'DateTime',
  'Boolean',
  'Byte',
  'String',
  'Integer32',
  'UnsignedInteger32',
  'Integer64',
  'UnsignedInteger64',
  'StringArray',
  'ByteArray',
] as const;

function readObject(node: XmlNode): DictionaryObject {
  const type = wordOf(requiredChild(node, 'Type').text, TYPES);
  const texts = node.children.filter(({ name }) => name === 'Value').map(({ text }) => text);
  // Exchange answers `true` and `false` where a client sent 1 and 0 (fact 7).
  const values = type === 'Boolean' ? texts.map((text) => String(booleanOf(text))) : texts;
  if (values.length === 0) throw schemaError(`The element '${node.name}' has no value.`);
  return { type, values };
}

function writeConfiguration(
  { mailbox, folder }: PlacedFolder,
  { name, counter, changeKey, dictionary, xmlData, binaryData }: UserConfiguration,
  isWanted: (part: Part) => boolean,
): string {
  const id = { Id: mintId('item', mailbox.guid, counter), ChangeKey: changeKey };
  const where = element('t:FolderId', '', { Id: folder.id, ChangeKey: folder.changeKey });
  return element(
    'm:UserConfiguration',
    element('t:UserConfigurationName', where, { Name: name }) +
      (isWanted('Id') ? element('t:ItemId', '', id) : '') +
      (dictionary && isWanted('Dictionary')
        ? element('t:Dictionary', dictionary.map(writeEntry).join(''))
        : '') +
      (xmlData !== null && isWanted('XmlData') ? textElement('t:XmlData', xmlData) : '') +
      (binaryData !== null && isWanted('BinaryData')
        ? textElement('t:BinaryData', binaryData)
        : ''),
  );
}

function writeEntry({ key, value }: DictionaryEntry): string {
  const nil = {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:nil': true,
  };
  return element(
    't:DictionaryEntry',
    element('t:DictionaryKey', writeObject(key)) +
      (value
        ? element('t:DictionaryValue', writeObject(value))
        : element('t:DictionaryValue', '', nil)),
  );
}

function writeObject({ type, values }: DictionaryObject): string {
  return element('t:Type', type) + values.map((value) => textElement('t:Value', value)).join('');
}
