import { ExchangeError } from '../../mailbox/failure.js';
import { readId } from '../../mailbox/ids.js';
import { checkOrder, element, requiredAttribute, requiredChild, wordOf } from '../xml.js';
import type { XmlNode } from '../xml.js';
import { answerEach } from './operation.js';
import type { Operation, OperationContext } from './operation.js';

/** https://learn.microsoft.com/exchange/client-developer/web-service-reference/convertid-operation */
export const convertId: Operation = (body, context) => {
  checkOrder(body, ['SourceIds']);
  const format = wordOf(requiredAttribute(body, 'DestinationFormat'), FORMATS);
  return answerEach(context, requiredChild(body, 'SourceIds').children, (node) =>
    convertOne(node, format, context),
  );
};

const FORMATS = ['EwsLegacyId', 'EwsId', 'EntryId', 'HexEntryId', 'StoreId', 'OwaId'] as const;
type IdFormat = (typeof FORMATS)[number];

/** Some clients read their own address off the answer (fact 96). */
function convertOne(node: XmlNode, format: IdFormat, { organisation }: OperationContext): string {
  if (node.name !== 'AlternateId') {
    throw new ExchangeError('ErrorUnsupportedTypeForConversion', 'There are no public folders.');
  }
  const source = wordOf(requiredAttribute(node, 'Format'), FORMATS);
  const id = FORMS[source].read(requiredAttribute(node, 'Id'));
  const parts = id === null ? null : readId(id);
  const mailbox = parts && organisation.mailboxByGuid(parts.mailboxGuid);
  if (id === null || !mailbox) {
    throw new ExchangeError('ErrorInvalidIdMalformed', 'Id is malformed.');
  }
  return element('m:AlternateId', '', {
    'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
    'xsi:type': 't:AlternateIdType',
    Format: format,
    Id: FORMS[format].write(id),
    Mailbox: mailbox.address,
  });
}

interface IdForm {
  /** The same id in this form. */
  write(id: string): string;
  /** Back to the id that requests use; null for what cannot be one. */
  read(text: string): string | null;
}

/** A store id is an entry id behind its length; the entry id of these mailboxes is the id's own bytes. */
const FORMS: Record<IdFormat, IdForm> = {
  EwsId: { write: (id) => id, read: (text) => text },
  EwsLegacyId: {
    write: (id) => Buffer.concat([LEGACY, bytesOf(id)]).toString('base64'),
    read: (text) => withoutHead(LEGACY, bytesOf(text)),
  },
  EntryId: {
    write: (id) => Buffer.concat([ENTRY, bytesOf(id)]).toString('base64'),
    read: (text) => withoutHead(ENTRY, bytesOf(text)),
  },
  HexEntryId: {
    write: (id) =>
      Buffer.concat([ENTRY, bytesOf(id)])
        .toString('hex')
        .toUpperCase(),
    read: (text) => withoutHead(ENTRY, Buffer.from(text, 'hex')),
  },
  StoreId: {
    write: (id) => {
      const entry = Buffer.concat([ENTRY, bytesOf(id)]);
      return Buffer.concat([Buffer.from([entry.length]), entry]).toString('base64');
    },
    read: (text) => withoutHead(ENTRY, bytesOf(text).subarray(1)),
  },
  OwaId: {
    write: (id) => id.replace(/\//g, '-').replace(/\+/g, '_'),
    read: (text) => text.replace(/-/g, '/').replace(/_/g, '+'),
  },
};

const LEGACY = Buffer.from('AQ', 'latin1');
const ENTRY = Buffer.from([0, 0, 0, 0]);

function bytesOf(id: string): Buffer {
  return Buffer.from(id, 'base64');
}

function withoutHead(head: Buffer, bytes: Buffer): string | null {
  const isOurs = bytes.subarray(0, head.length).equals(head);
  return isOurs ? bytes.subarray(head.length).toString('base64') : null;
}
