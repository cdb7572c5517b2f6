import { bodyAs } from './bodies.js';
import type { MailboxAddress } from './addresses.js';
import { invalid } from './ical-text.js';
import type { ItemInput, ItemProperties } from './properties.js';
import { formatTime } from './zones.js';

/** A message as RFC 5322 text, in one part; without attachments. */
export function writeMessage(properties: ItemProperties, createdAt: number): string {
  const body = properties.Body ?? { BodyType: 'Text', Value: '' };
  const { BodyType, Value } = bodyAs(body, 'Best');
  const headers = [
    addressHeader('From', properties.From ? [properties.From] : []),
    addressHeader('To', properties.ToRecipients ?? []),
    addressHeader('Cc', properties.CcRecipients ?? []),
    `Subject: ${encodedWord(properties.Subject ?? '')}`,
    `Date: ${new Date(properties.DateTimeSent ?? createdAt).toUTCString().replace('GMT', '+0000')}`,
    properties.InternetMessageId === undefined ? '' : `Message-ID: ${properties.InternetMessageId}`,
    'MIME-Version: 1.0',
    `Content-Type: text/${BodyType === 'HTML' ? 'html' : 'plain'}; charset="utf-8"`,
    'Content-Transfer-Encoding: base64',
  ];
  const lines =
    Buffer.from(Value, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  return [...headers.filter((one) => one !== ''), '', ...lines, ''].join('\r\n');
}

function addressHeader(name: string, addresses: readonly MailboxAddress[]): string {
  if (addresses.length === 0) return '';
  const written = addresses.map(({ Name, EmailAddress }) =>
    Name === undefined ? EmailAddress : `${encodedWord(Name)} <${EmailAddress}>`,
  );
  return `${name}: ${written.join(', ')}`;
}

/** Header text outside ASCII (RFC 2047). */
function encodedWord(text: string): string {
  const plain = text.replace(/[\r\n]+/g, ' ');
  if (/^[\x20-\x7e]*$/.test(plain)) return plain;
  return `=?utf-8?B?${Buffer.from(plain, 'utf8').toString('base64')}?=`;
}

/** Reads subject, people, message id and the first text of an RFC 5322 message. */
export function readMessage(text: string): ItemInput {
  const { headers, body } = splitPart(text);
  const subject = headers.get('subject');
  const id = headers.get('message-id');
  const from = addressesOf(headers.get('from'))[0];
  return {
    ...(subject === undefined ? {} : { Subject: decodedWords(subject) }),
    ...(id === undefined ? {} : { InternetMessageId: id.trim() }),
    ...(from ? { From: from, Sender: from } : {}),
    ...peopleOf('ToRecipients', headers.get('to')),
    ...peopleOf('CcRecipients', headers.get('cc')),
    ...sentAt(headers.get('date')),
    Body: textOf({ headers, body }) ?? { BodyType: 'Text', Value: '' },
  };
}

function sentAt(date: string | undefined): ItemInput {
  const at = Date.parse(date ?? '');
  return Number.isNaN(at) ? {} : { DateTimeSent: formatTime(at) };
}

function peopleOf(name: 'ToRecipients' | 'CcRecipients', header: string | undefined): ItemInput {
  const found = addressesOf(header);
  return found.length === 0 ? {} : { [name]: found };
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

function splitPart(text: string): Part {
  const [, head = '', body = ''] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(text) ?? [null, text, ''];
  const headers = new Map<string, string>();
  for (const one of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = one.indexOf(':');
    if (colon <= 0) continue;
    const name = one.slice(0, colon).toLowerCase();
    if (!headers.has(name)) headers.set(name, one.slice(colon + 1).trim());
  }
  if (headers.size === 0) throw invalid('There is no header.');
  return { headers, body };
}

/** The first text in a part or in those inside it; HTML only where there is no plain text before it. */
function textOf({ headers, body }: Part): { BodyType: 'HTML' | 'Text'; Value: string } | null {
  const type = headers.get('content-type') ?? 'text/plain';
  const [, boundary] = /boundary="?([^";]+)"?/i.exec(type) ?? [];
  if (/^multipart\//i.test(type) && boundary !== undefined) {
    const inner = body.split(
      new RegExp(`(?:^|\\r?\\n)--${escapedPattern(boundary)}(?:--)?[ \\t]*`),
    );
    const parts = inner.slice(1).filter((one) => one.trim() !== '');
    const found = parts.map((one) => textOf(splitPart(one.replace(/^\r?\n/, ''))));
    return found.find((one) => one !== null) ?? null;
  }
  if (!/^text\/(plain|html)/i.test(type)) return null;
  const [, charset = 'utf-8'] = /charset="?([^";]+)"?/i.exec(type) ?? [];
  const bytes = bytesOf(body, headers.get('content-transfer-encoding') ?? '7bit');
  const Value = new TextDecoder(charset === 'us-ascii' ? 'utf-8' : charset).decode(bytes);
  return { BodyType: /html/i.test(type) ? 'HTML' : 'Text', Value };
}

function escapedPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function bytesOf(body: string, encoding: string): Buffer {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return quotedPrintable(body.replace(/=[ \t]*\r?\n/g, ''));
    default:
      return Buffer.from(body, 'utf8');
  }
}

function quotedPrintable(text: string): Buffer {
  const pieces = [...text.matchAll(/=([0-9A-Fa-f]{2})|([\s\S])/g)].map(([, hex, plain = '']) =>
    hex === undefined ? Buffer.from(plain, 'utf8') : Buffer.from(hex, 'hex'),
  );
  return Buffer.concat(pieces);
}

function decodedWords(text: string): string {
  const joined = text.replace(/\?=\s+=\?/g, '?==?');
  return joined.replace(
    /=\?([^?]+)\?([BQ])\?([^?]*)\?=/gi,
    (_all, charset: string, encoding: string, data: string) => {
      const bytes =
        encoding.toUpperCase() === 'B'
          ? Buffer.from(data, 'base64')
          : quotedPrintable(data.replace(/_/g, ' '));
      return new TextDecoder(charset).decode(bytes);
    },
  );
}

function addressesOf(header: string | undefined): MailboxAddress[] {
  const list = (header ?? '').match(/(?:"[^"]*"|[^,"])+/g) ?? [];
  return list.flatMap((one) => {
    const [, name = '', address = one] = /^(.*)<([^>]*)>\s*$/.exec(one) ?? [];
    const EmailAddress = address.trim();
    if (EmailAddress === '') return [];
    const Name = decodedWords(name.replace(/"/g, '').trim());
    return [Name === '' ? { EmailAddress } : { Name, EmailAddress }];
  });
}
