import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { framesIn } from '../../../../../sync/exchange/ews/notifications/frames.js';
import { descend } from '../../../../../sync/exchange/ews/xml-reader.js';
import { ConnectorFailure } from '../../../../../sync/ports/failure.js';

/** The texts inside the bodies of all frames, and the code of what ended them. */
async function read(
  pieces: readonly (string | Uint8Array)[],
  limit = 10_000,
): Promise<{ readonly texts: readonly string[]; readonly code: string | null }> {
  const texts: string[] = [];
  try {
    for await (const frame of framesIn(streamOf(pieces), limit)) {
      texts.push(descend(frame, 'Body', 'Says')?.text ?? '');
    }
    return { texts, code: null };
  } catch (error) {
    return { texts, code: error instanceof ConnectorFailure ? error.code : String(error) };
  }
}

async function* streamOf(
  pieces: readonly (string | Uint8Array)[],
): AsyncGenerator<Uint8Array, void> {
  for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
}

const frame = (says: string, prefix = 'soap:'): string =>
  `<${prefix}Envelope xmlns${prefix === '' ? '' : ':soap'}="http://schemas.xmlsoap.org/soap/envelope/">` +
  `<${prefix}Body><Says>${says}</Says></${prefix}Body></${prefix}Envelope>`;

const DECLARATION = '<?xml version="1.0" encoding="utf-8"?>';

describe('frames of a stream', () => {
  test.each([
    ['one in a piece', [frame('a')], ['a']],
    ['several in a piece', [frame('a') + frame('b') + frame('c')], ['a', 'b', 'c']],
    [
      'a declaration before each',
      [DECLARATION + frame('a') + DECLARATION + frame('b')],
      ['a', 'b'],
    ],
    ['blanks between', [`\r\n ${frame('a')}\r\n\r\n${DECLARATION}${frame('b')}\n`], ['a', 'b']],
    [
      'a byte order mark before each',
      [`\uFEFF${DECLARATION}${frame('a')}\uFEFF${frame('b')}`],
      ['a', 'b'],
    ],
    ['any prefix, and none', [frame('a', '') + frame('b', 's12:') + frame('c')], ['a', 'b', 'c']],
    ['one cut in the middle of a tag', [frame('a').slice(0, 30), frame('a').slice(30)], ['a']],
    [
      'a > that ends nothing',
      [frame('a > b <![CDATA[</soap:Envelope>]]>')],
      ['a > b </soap:Envelope>'],
    ],
    ['nothing but signs of life', ['  ', '\r\n', ''], []],
    ['no piece at all', [], []],
  ])('%s', async (_name, pieces, texts) => {
    expect(await read(pieces)).toEqual({ texts, code: null });
  });

  test('come out the same wherever the bytes are cut', async () => {
    const text = `${DECLARATION}${frame('Müller &amp; Söhne 🎉')}\n${frame('zwei')}${DECLARATION}${frame('ß')}`;
    const bytes = Buffer.from(text);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const ends = [...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(await read(pieces)).toEqual({
          texts: ['Müller & Söhne 🎉', 'zwei', 'ß'],
          code: null,
        });
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['a web page', '<!DOCTYPE html><html><body>Sign in</body></html>', 'AnswerNotSoap'],
    [
      'a web page without a document type',
      '<html><body>Sign in<br></body></html>',
      'AnswerNotSoap',
    ],
    ['text that is no XML', 'upstream timed out', 'AnswerNotSoap'],
    ['another document', '<Envelope2/>', 'AnswerNotSoap'],
    ['a stream that ends in a frame', frame('b').slice(0, -5), 'AnswerTruncated'],
    ['broken XML', '<soap:Envelope><soap:Body></soap:Envelope>', 'AnswerMalformed'],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>', 'AnswerNotSoap'],
    ['a frame without an end', `<soap:Envelope><a>${'x'.repeat(20_000)}`, 'AnswerTooLarge'],
    ['a frame that is too large', frame('>'.repeat(20_000)), 'AnswerTooLarge'],
    ['another encoding', Buffer.from(frame('Müller'), 'latin1'), 'AnswerMisencoded'],
  ])('end by name at %s, after those before it', async (_name, bad, code) => {
    expect(await read([frame('a'), bad])).toEqual({ texts: ['a'], code });
  });

  test('may be many: the limit is for each', async () => {
    const many = Array.from({ length: 500 }, (_, index) => frame(String(index)));
    const { texts, code } = await read(many, 300);
    expect([texts.length, code]).toEqual([500, null]);
  });
});
