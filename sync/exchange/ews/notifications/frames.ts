import { TextDecoder } from 'node:util';
import { ConnectorFailure } from '../../../ports/failure.js';
import { WEB_PAGE } from '../sentences.js';
import { UnreadableXml, xmlReader, type XmlNode, type XmlReader } from '../xml-reader.js';

/**
 * Cuts a stream into the documents it consists of and hands out each one's root as soon as it is complete (protocol fact 80). Where the
 * pieces of the stream are cut means nothing: a piece may hold several documents, or end inside of a tag or a letter. What
 * lies between two documents may be blank and nothing else.
 *
 * Throws `ConnectorFailure` (`unreachable`): `AnswerNotSoap` for text that is no envelope, `AnswerTooLarge` for a document of more
 * than `maxCharacters`, `AnswerMisencoded`, `AnswerMalformed`, and `AnswerTruncated` where the stream ends inside of one.
 */
export async function* framesIn(
  pieces: AsyncIterable<unknown>,
  maxCharacters: number,
): AsyncGenerator<XmlNode> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const cutter = frameCutter(maxCharacters);
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) throw unreadable('AnswerMalformed', 'no stream of bytes');
    yield* cutter.cut(decoded(decoder, piece));
  }
  yield* cutter.cut(decoded(decoder, null));
  cutter.end();
}

interface FrameCutter {
  cut(text: string): readonly XmlNode[];
  /** Throws where a document has begun and not ended. */
  end(): void;
}

/** A document can only end with a `>`, so it is looked at after each of them. */
function frameCutter(maxCharacters: number): FrameCutter {
  let reader: XmlReader | null = null;
  let characters = 0;

  const take = (part: string): XmlNode | null => {
    const piece = reader === null ? part.trimStart() : part; // XML allows nothing before its declaration
    if (piece === '') return null;
    characters += piece.length;
    if (characters > maxCharacters) {
      throw unreadable('AnswerTooLarge', `an envelope has more than ${maxCharacters} characters`);
    }
    reader ??= xmlReader();
    reader.write(piece);
    if (!reader.isComplete()) return null;
    const root = reader.end();
    reader = null;
    characters = 0;
    if (root.name !== 'Envelope') throw unreadable('AnswerNotSoap', `<${root.name}> in a stream`);
    return root;
  };

  return {
    cut: (text) => named(() => partsOf(text).flatMap((part) => take(part) ?? [])),
    end() {
      if (reader !== null) throw unreadable('AnswerTruncated', 'the stream ends in an envelope');
    },
  };
}

function partsOf(text: string): readonly string[] {
  return text.split(/(?<=>)/);
}

function decoded(decoder: TextDecoder, piece: Uint8Array | null): string {
  try {
    return piece === null ? decoder.decode() : decoder.decode(piece, { stream: true });
  } catch (error) {
    throw unreadable('AnswerMisencoded', 'the stream is not valid UTF-8', error);
  }
}

function named<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnreadableXml) throw unreadable(error.reason, error.message, error);
    throw error;
  }
}

/** What is no SOAP in a stream comes from a proxy, as a rule as a web page. */
function unreadable(code: string, message: string, cause?: unknown): ConnectorFailure {
  const sentence = code === 'AnswerNotSoap' ? WEB_PAGE : undefined;
  return new ConnectorFailure('unreachable', message, { code, cause, sentence });
}
