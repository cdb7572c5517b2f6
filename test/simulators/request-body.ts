import type { IncomingMessage } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';

/** A body that cannot be read at all; `status` is the HTTP status that says so. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const LIMIT = 64 * 1024 * 1024; // evidence B 12

/** Reads a request's body as text, whatever client wrote it: compressed, in UTF-16, with a byte order mark. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LIMIT) throw new UnreadableBody(413, 'the request is larger than 64 MB');
    chunks.push(chunk);
  }
  return decode(unpack(Buffer.concat(chunks), request.headers['content-encoding']));
}

function unpack(bytes: Buffer, encoding = 'identity'): Buffer {
  try {
    const options = { maxOutputLength: LIMIT };
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, options);
    if (encoding === 'deflate') return inflateSync(bytes, options);
  } catch {
    throw new UnreadableBody(400, `the body is not ${encoding}`);
  }
  if (encoding === 'identity') return bytes;
  throw new UnreadableBody(415, `the encoding ${encoding} is not understood`);
}

function decode(bytes: Buffer): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** By the mark or the first letters; else what the XML declaration says (XML 1.0, appendix F). */
function encodingOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  const declared = /^\s*<\?xml[^>]*\sencoding=["']([\w-]+)["']/.exec(
    bytes.toString('latin1', 0, 200),
  );
  const [, name = 'utf-8'] = declared ?? [];
  return /^(iso-8859-1|windows-1252|us-ascii)$/i.test(name) ? 'windows-1252' : 'utf-8';
}
