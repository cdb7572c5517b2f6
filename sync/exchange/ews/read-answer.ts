import { pipeline } from 'node:stream';
import { TextDecoder } from 'node:util';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Dispatcher } from 'undici';
import { ConnectorFailure } from '../../ports/failure.js';
import { WEB_PAGE } from './sentences.js';
import { UnreadableXml, xmlReader, type XmlNode } from './xml-reader.js';

/**
 * Reads the body of an answer as XML while it arrives. More than `maxBytes`, another encoding than it claims, broken XML
 * and a web page are each a failure with a code of its own, all of them `unreachable`: nobody knows what was done.
 */
export async function readAnswer(
  response: Pick<Dispatcher.ResponseData, 'headers' | 'body'>,
  maxBytes: number,
): Promise<XmlNode> {
  const contentType = String(response.headers['content-type'] ?? '');
  if (/html/i.test(contentType)) {
    response.body.on('error', () => undefined).destroy();
    throw unreadable('AnswerIsWebPage', WEB_PAGE.en);
  }
  try {
    return await readPieces(unpacked(response), decoderFor(contentType), maxBytes);
  } catch (error) {
    if (error instanceof UnreadableXml) throw unreadable(error.reason, error.message, error);
    throw error;
  }
}

/**
 * No packed answer is asked for, yet a gateway in between may pack one. It is unpacked as it is read: the limit counts what comes out, so
 * that a thousand times more than what was sent is not kept either.
 */
function unpacked({
  headers,
  body,
}: Pick<Dispatcher.ResponseData, 'headers' | 'body'>): AsyncIterable<unknown> {
  const packing = String(headers['content-encoding'] ?? '').trim();
  const ended = (): void => undefined; // whoever reads it learns of its failure
  switch (packing.toLowerCase()) {
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      return pipeline(body, createGunzip(), ended);
    case 'deflate':
      return pipeline(body, createInflate(), ended);
    case 'br':
      return pipeline(body, createBrotliDecompress(), ended);
    default:
      body.on('error', ended).destroy();
      throw unreadable('AnswerPacked', `the answer is packed as ${packing.slice(0, 40)}`);
  }
}

async function readPieces(
  body: AsyncIterable<unknown>,
  decoder: TextDecoder,
  maxBytes: number,
): Promise<XmlNode> {
  const reader = xmlReader();
  let bytes = 0;
  for await (const piece of body) {
    if (!(piece instanceof Uint8Array))
      throw unreadable('AnswerMalformed', 'not a stream of bytes');
    bytes += piece.byteLength;
    if (bytes > maxBytes) {
      throw unreadable('AnswerTooLarge', `the answer is larger than ${maxBytes} bytes`);
    }
    reader.write(decode(decoder, piece));
  }
  reader.write(decode(decoder, null));
  return reader.end();
}

function decode(decoder: TextDecoder, piece: Uint8Array | null): string {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (error) {
    throw unreadable('AnswerMisencoded', `the answer is not valid ${decoder.encoding}`, error);
  }
}

/** What the header says, else UTF-8. Invalid bytes are refused: replaced ones would be stored as somebody's text. */
function decoderFor(contentType: string): TextDecoder {
  const charset = /charset\s*=\s*"?([\w:-]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch (error) {
    throw unreadable('AnswerMisencoded', `the answer is in an unknown encoding: ${charset}`, error);
  }
}

/** A web page that claims to be XML gives itself away by its document type. */
function unreadable(code: string, message: string, cause?: unknown): ConnectorFailure {
  const isPage = code === 'AnswerIsWebPage' || message.includes('document type');
  return new ConnectorFailure('unreachable', message, {
    code,
    cause,
    sentence: isPage ? WEB_PAGE : undefined,
  });
}
