import { createHash } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { shapeOf } from './document-shape.js';

/**
 * Loaded with `--import` into every process of a test run: writes down each XML request that any HTTP server of the process
 * receives, and each XML answer of the fake Exchange, for `npm run test:schema`. Documents of the same shape are kept once;
 * `exchanges.jsonl` has one line for every request with its answer. Without ABGLEICH_RECORD_SOAP it does nothing.
 */
const folder = process.env['ABGLEICH_RECORD_SOAP'];

/** The header by which an answer of the fake Exchange is known from that of a server that only plays a part. */
const FAKE = 'x-feserver';

if (folder !== undefined && folder !== '') {
  mkdirSync(folder, { recursive: true });
  subscribe('http.server.request.start', (message) => {
    if (isExchange(message)) record(folder, message.request, message.response);
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function isExchange(message: unknown): message is Exchange {
  return (
    typeof message === 'object' && message !== null && 'request' in message && 'response' in message
  );
}

function record(to: string, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== 'POST') return;
  const asked = listenToRequest(request);
  const answered = listenToResponse(response);
  response.once('close', () => {
    const { 'content-encoding': encoding, 'user-agent': client = '' } = request.headers;
    const body = unpacked(Buffer.concat(asked), encoding);
    if (!request.complete || body === null || !isXml(body)) return;
    const isAnswer = response.hasHeader(FAKE) && isXmlType(response);
    const line = {
      client,
      path: request.url,
      status: response.statusCode,
      request: keep(to, body),
      response: isAnswer ? keep(to, Buffer.concat(answered)) : null,
      isWhole: response.writableFinished, // a stream that was left and a planted break stop anywhere
    };
    appendFileSync(join(to, 'exchanges.jsonl'), `${JSON.stringify(line)}\n`);
  });
}

/** null = it cannot be read. */
function unpacked(body: Buffer, encoding: string | undefined): Buffer | null {
  try {
    return encoding === 'gzip' ? gunzipSync(body) : body;
  } catch {
    return null;
  }
}

/** What the parser hands over, before any reader takes it out again. */
function listenToRequest(request: IncomingMessage): readonly Buffer[] {
  const pieces: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (piece: unknown, encoding?: BufferEncoding): boolean => {
    if (piece instanceof Uint8Array) pieces.push(Buffer.from(piece));
    return push(piece, encoding);
  };
  return pieces;
}

function listenToResponse(response: ServerResponse): readonly Buffer[] {
  const pieces: Buffer[] = [];
  const note = (piece: unknown): void => {
    if (typeof piece === 'string') pieces.push(Buffer.from(piece, 'utf8'));
    else if (piece instanceof Uint8Array) pieces.push(Buffer.from(piece));
  };
  for (const name of ['write', 'end'] as const) {
    const original: unknown = Reflect.get(response, name);
    if (typeof original !== 'function') continue;
    Object.defineProperty(response, name, {
      configurable: true,
      writable: true,
      value: (...given: readonly unknown[]): unknown => {
        note(given[0]);
        return Reflect.apply(original, response, given);
      },
    });
  }
  return pieces;
}

/** Stores a document unless one of its shape is there already; returns the name of the file. */
function keep(to: string, document: Buffer): string {
  const name = `${createHash('sha256')
    .update(shapeOf(document.toString('utf8')))
    .digest('hex')
    .slice(0, 24)}.xml`;
  const path = join(to, name);
  if (!existsSync(path)) writeFileSync(path, document);
  return name;
}

function isXml(body: Buffer): boolean {
  const start = body.subarray(0, 200).toString('latin1').replaceAll('\0', '');
  return /^(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*</.test(start) && !/^\s*<!doctype html/i.test(start);
}

function isXmlType(response: ServerResponse): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/xml');
}
