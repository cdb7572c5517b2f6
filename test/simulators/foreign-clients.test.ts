import { deflateSync, gzipSync } from 'node:zlib';
import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS } from './ews/operations/all-operations.js';
import { ANNA } from './mailbox-bench.js';
import { SERVICE_USER } from './sample-firm.js';
import {
  CALENDAR,
  calendarItem,
  createItems,
  envelope,
  getFolder,
  startSoapBench,
} from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';

let bench: SoapBench;

beforeEach(async () => {
  bench = await startSoapBench();
});
afterEach(() => bench.exchange.stop());

const REQUEST = envelope(getFolder(CALENDAR), {});
const AUTHORIZATION = `Basic ${Buffer.from(`${SERVICE_USER.address}:${SERVICE_USER.password}`).toString('base64')}`;

function post(
  body: Buffer | string | ReadableStream,
  headers: Readonly<Record<string, string>> = {},
  path = '/EWS/Exchange.asmx',
): Promise<Response> {
  const url = new URL(path, bench.exchange.url);
  const all = {
    'Content-Type': 'text/xml; charset=utf-8',
    Authorization: AUTHORIZATION,
    ...headers,
  };
  return fetch(url, { method: 'POST', headers: all, body, duplex: 'half' });
}

// prettier-ignore
test.each([
  { name: 'gzip', body: gzipSync(REQUEST), headers: { 'Content-Encoding': 'gzip' } },
  { name: 'deflate', body: deflateSync(REQUEST), headers: { 'Content-Encoding': 'deflate' } },
  { name: 'a byte order mark', body: Buffer.from(`\ufeff${REQUEST}`), headers: {} },
  { name: 'UTF-16 with a mark', body: Buffer.from(`\ufeff${REQUEST.replace('utf-8', 'utf-16')}`, 'utf16le'), headers: { 'Content-Type': 'text/xml; charset=utf-16' } },
  { name: 'UTF-16 from the other end', body: Buffer.from(REQUEST.replace('utf-8', 'utf-16'), 'utf16le').swap16(), headers: {} },
  { name: 'Latin 1', body: Buffer.from(REQUEST.replace('utf-8', 'iso-8859-1'), 'latin1'), headers: {} },
  { name: 'comments, CDATA and blanks', body: REQUEST.replace('<s:Body>', '\r\n <!-- ein <Kommentar> -->\t<s:Body><?noise?>').replace('>Default<', '><![CDATA[Default]]><'), headers: {} },
  { name: 'other prefixes', body: REQUEST.replaceAll(/(<\/?)s:/g, '$1SOAP-ENV:').replaceAll(/(<\/?)t:/g, '$1ns0:').replace('xmlns:s=', 'xmlns:SOAP-ENV=').replace('xmlns:t=', 'xmlns:ns0='), headers: {} },
  { name: 'no declaration', body: REQUEST.replace(/<\?xml.*?\?>/, ''), headers: { 'Content-Type': 'application/soap+xml' } },
  { name: 'a body in pieces', body: new Blob([REQUEST]).stream(), headers: {} },
])('a request with $name', async ({ body, headers }) => {
  const response = await post(body, headers);
  expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('NoError')]);
});

test.each(['/ews/exchange.asmx', '/EWS/EXCHANGE.ASMX', '/ews/Exchange.asmx?x=1'])(
  'at %s',
  async (path) => {
    expect((await post(REQUEST, {}, path)).status).toBe(200);
  },
);

test.each([
  { name: 'a compression that is none', body: 'abc', encoding: 'gzip', status: 400 },
  { name: 'an unknown compression', body: 'abc', encoding: 'br', status: 415 },
])('$name: $status', async ({ body, encoding, status }) => {
  expect((await post(body, { 'Content-Encoding': encoding })).status).toBe(status);
});

test.each([
  ['nothing', ''],
  ['rubbish', '\u0000\u0001'],
  ['JSON', '{"a": 1}'],
  ['a document type', `<!DOCTYPE a [<!ENTITY b "c">]>${REQUEST}`],
  ['no body', REQUEST.replace(/<s:Body>.*<\/s:Body>/, '')],
  ['a deep nest', REQUEST.replace('<m:FolderShape>', `<m:FolderShape>${'<t:A>'.repeat(2000)}`)],
])('%s is a schema error, and the server lives', async (_name, body) => {
  const response = await post(body);
  expect([response.status, await response.text()]).toEqual([
    500,
    expect.stringContaining('ErrorSchemaValidation'),
  ]);
  expect((await post(REQUEST)).status).toBe(200);
});

test('every operation survives a request without anything in it', async () => {
  for (const name of [...OPERATIONS.keys(), 'GetStreamingEvents']) {
    const response = await post(envelope(`<m:${name}/>`, {}));
    expect([200, 500]).toContain(response.status);
    expect(await response.text(), name).not.toContain('ErrorInternalServerError');
  }
});

test('a client that asks before it sends is told to go on', async () => {
  const { port } = new URL(bench.exchange.url);
  const socket = connect(Number(port), '127.0.0.1');
  const heard: string[] = [];
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.setEncoding('utf8').on('data', (text: string) => {
    heard.push(text);
    if (text.startsWith('HTTP/1.1 100')) socket.write(REQUEST);
  });
  socket.write(
    `POST /EWS/Exchange.asmx HTTP/1.1\r\nHost: x\r\nAuthorization: ${AUTHORIZATION}\r\nConnection: close\r\n` +
      `Content-Type: text/xml\r\nExpect: 100-continue\r\nContent-Length: ${Buffer.byteLength(REQUEST)}\r\n\r\n`,
  );
  await done;
  expect(heard.join('')).toMatch(/^HTTP\/1\.1 100 Continue[^]*HTTP\/1\.1 200 OK[^]*NoError/);
});

test('a bug answers as a server does that has one, and the next request is answered', async () => {
  const { organisation } = bench.exchange;
  const mailbox = organisation.mailbox(ANNA);
  const works = mailbox.create.bind(mailbox);
  mailbox.create = () => {
    throw new TypeError('a planted bug');
  };
  const create = createItems(calendarItem());
  const failed = await bench.ask(create);
  expect([failed.status, failed.codes]).toEqual([500, ['ErrorInternalServerError']]);
  mailbox.create = works;
  expect((await bench.ask(create)).codes).toEqual(['NoError']);
});
