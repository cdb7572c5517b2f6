import { child, childText, type XmlNode } from '../xml-reader.js';
import { element, textElement, type Xml } from '../xml-writer.js';

/** A hidden message of that name in the calendar; only its XML is of interest here (protocol fact 70). */
export interface UserConfiguration {
  readonly name: string;
  /** The bytes of the XML stream; null where it has none. */
  readonly xmlData: Uint8Array | null;
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/getuserconfiguration-operation */
export function writeGetUserConfiguration(name: string): Xml {
  return element(
    'm:GetUserConfiguration',
    null,
    writeName('m:UserConfigurationName', name),
    textElement('m:UserConfigurationProperties', 'XmlData'),
  );
}

/** The XML stream in one response message; null where the configuration has none. */
export function readGetUserConfiguration(message: XmlNode): Uint8Array | null {
  const configuration = child(message, 'UserConfiguration');
  const text = configuration === null ? null : childText(configuration, 'XmlData');
  return text === null || text.trim() === '' ? null : Buffer.from(text, 'base64');
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/createuserconfiguration-operation */
export function writeCreateUserConfiguration(configuration: UserConfiguration): Xml {
  return element('m:CreateUserConfiguration', null, writeConfiguration(configuration));
}

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateuserconfiguration-operation */
export function writeUpdateUserConfiguration(configuration: UserConfiguration): Xml {
  return element('m:UpdateUserConfiguration', null, writeConfiguration(configuration));
}

function writeConfiguration({ name, xmlData }: UserConfiguration): Xml {
  const base64 = Buffer.from(xmlData ?? []).toString('base64');
  return element(
    'm:UserConfiguration',
    null,
    writeName('t:UserConfigurationName', name),
    textElement('t:XmlData', base64),
  );
}

function writeName(tag: string, name: string): Xml {
  return element(tag, { Name: name }, element('t:DistinguishedFolderId', { Id: 'calendar' }));
}
