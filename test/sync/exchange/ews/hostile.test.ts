import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { openEws, type Ews } from '../../../../sync/exchange/ews/adapter.js';
import { basicSignIn } from '../../../../sync/exchange/ews/sign-in.js';
import { ConnectorFailure } from '../../../../sync/ports/failure.js';
import { VirtualClock } from '../../../simulators/clock.js';
import { Random } from '../../../simulators/random.js';
import { ANNA } from './fake-exchange.js';
import {
  answer,
  failure,
  itemMessage,
  soap,
  startScripted,
  success,
  type Reply,
  type ScriptedServer,
} from './scripted-server.js';

/** Answers made to hurt, or broken on the way: each ends in a failure with a name, none in a crash, a hang or a wrong value. */
const LIMIT = 64 * 1024;
const open: (Ews | ScriptedServer)[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await ('stop' in one ? one.stop() : one.close());
});

async function connect(...replies: readonly Reply[]): Promise<Ews['appointments']> {
  const server = await startScripted(...replies);
  const ews = openEws({
    url: server.url,
    signIn: basicSignIn({ user: 'svc@firma.example', password: 'geheim' }),
    clock: new VirtualClock(),
    maxAnswerBytes: LIMIT,
  });
  open.push(ews, server);
  return ews.appointments;
}

const IDS = ['a', 'b', 'c'];
const GOOD = answer('GetItem', ...IDS.map((id) => itemMessage(id)));

/** What came of reading three items: per id the subject or the failure; where all failed alike, that failure once. */
async function outcome(...replies: readonly Reply[]): Promise<string> {
  const port = await connect(...replies);
  try {
    const answers = await port.read({ address: ANNA }, IDS, new AbortController().signal);
    const failures = new Set(answers.map((one) => (one.ok ? '' : nameOf(one.failure))));
    const [only = ''] = failures;
    if (failures.size === 1 && only !== '') return only;
    return answers
      .map((one, at) =>
        one.ok
          ? `${one.value.ref.id}=${one.value.item.subject}`
          : `${IDS[at] ?? '?'}!${one.failure.kind}`,
      )
      .join(' ');
  } catch (error) {
    if (error instanceof ConnectorFailure) return nameOf(error);
    throw error;
  }
}

function nameOf({ kind, code }: ConnectorFailure): string {
  return `${kind} ${code ?? '-'}`;
}

const ALL_RIGHT = 'a=Wartung b=Wartung c=Wartung';

test('the answer that the others are made from is a good one', async () => {
  expect(await outcome({ body: GOOD })).toBe(ALL_RIGHT);
});

describe('a broken answer', () => {
  test('cut off anywhere is never taken for a whole one', async () => {
    const bytes = Buffer.from(GOOD, 'utf8');
    const random = new Random(7);
    const cuts = [
      0,
      1,
      bytes.length - 1,
      ...Array.from({ length: 60 }, () => random.below(bytes.length)),
    ];
    for (const at of cuts) {
      for (const cut of [true, false]) {
        expect(await outcome({ body: bytes.subarray(0, at), cut }), `cut at ${String(at)}`).toMatch(
          /^unreachable /,
        );
      }
    }
  });

  const CASES: readonly (readonly [name: string, reply: Reply, expected: string | RegExp])[] = [
    [
      'tags that do not match',
      { body: GOOD.replace('</t:Subject>', '</t:Subjekt>') },
      /^unreachable AnswerMalformed/,
    ],
    ['a tag that is not closed', { body: GOOD.replace('</t:Subject>', '') }, /^unreachable Answer/],
    ['text behind its end', { body: `${GOOD}<more/>` }, /^unreachable Answer/],
    ['two envelopes', { body: GOOD + GOOD.replace(/^<\?xml[^>]*>/, '') }, /^unreachable Answer/],
    ['nothing', { body: '' }, /^unreachable Answer/],
    ['blanks', { body: ' \r\n ' }, /^unreachable Answer/],
    ['JSON', { body: '{"error":"no"}' }, 'unreachable AnswerNotSoap'],
    [
      'a page of a proxy',
      {
        body: '<!DOCTYPE html><html><body>Anmelden</body></html>',
        headers: { 'content-type': 'text/html' },
      },
      /^unreachable /,
    ],
    [
      'a page that is XML',
      { body: '<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>' },
      'unreachable AnswerNotSoap',
    ],
    [
      'a proxy that is down',
      { status: 502, body: '<html>Bad Gateway</html>' },
      'unreachable HTTP502',
    ],
    [
      'an envelope without a body',
      { body: GOOD.replace(/<s:Body[\s\S]*<\/s:Body>/, '') },
      'unreachable AnswerNotSoap',
    ],
    ['an empty body', { body: soap('') }, 'unreachable AnswerNotSoap'],
    [
      'the answer to another question',
      {
        body: answer('SyncFolderItems', success('SyncFolderItems', '<m:SyncState>x</m:SyncState>')),
      },
      /^unreachable /,
    ],
    ['no messages at all', { body: answer('GetItem') }, 'unreachable AnswerIncomplete'],
    [
      'more messages than were asked for',
      { body: answer('GetItem', ...['a', 'b', 'c', 'd'].map((id) => itemMessage(id))) },
      'unreachable AnswerIncomplete',
    ],
    ['UTF-16', { body: Buffer.from(`\ufeff${GOOD}`, 'utf16le') }, /^unreachable Answer/],
    [
      'letters that are no UTF-8',
      { body: Buffer.from(GOOD.replace('Wartung', 'Gr\u00f6\u00dfe'), 'latin1') },
      /^unreachable AnswerMisencoded/,
    ],
    [
      'half of what was compressed, though nobody asked for that',
      { body: gzipSync(GOOD).subarray(0, 200), headers: { 'content-encoding': 'gzip' } },
      /^unreachable Z_BUF_ERROR/,
    ],
  ];
  test.each(CASES)('with %s has a name', async (_name, reply, expected) => {
    expect(await outcome(reply)).toMatch(expected);
  });
});

describe('an answer made to hurt', () => {
  const LAUGHS =
    '<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>';
  const CASES: readonly (readonly [name: string, body: string, expected: string])[] = [
    [
      'entities that grow',
      GOOD.replace(/^<\?xml[^>]*>/, LAUGHS).replaceAll('Wartung', '&b;'),
      'unreachable AnswerNotSoap',
    ],
    [
      'a file of ours as an entity',
      GOOD.replace(/^<\?xml[^>]*>/, '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/passwd">]>'),
      'unreachable AnswerNotSoap',
    ],
    ['an entity nobody knows', GOOD.replaceAll('Wartung', '&nbsp;'), 'unreachable AnswerMalformed'],
    [
      'a nesting without end',
      GOOD.replace('Wartung', '<x>'.repeat(5_000)),
      'unreachable AnswerTooDeep',
    ],
    [
      'a text without end',
      GOOD.replace('Wartung', 'x'.repeat(LIMIT)),
      'unreachable AnswerTooLarge',
    ],
    [
      'an attribute without end',
      GOOD.replace('Id="a"', `Id="${'a'.repeat(LIMIT)}"`),
      'unreachable AnswerTooLarge',
    ],
    [
      'elements without end',
      GOOD.replace('Wartung', '<t:x/>'.repeat(LIMIT / 5)),
      'unreachable AnswerTooLarge',
    ],
  ];
  test.each(CASES)('by %s has a name', async (_name, body, expected) => {
    expect(await outcome({ body })).toBe(expected);
  });
});

describe('an answer in part wrong', () => {
  test('gives nobody the content of somebody else', async () => {
    const swapped = answer('GetItem', ...['b', 'a', 'c'].map((id) => itemMessage(id)));
    const singles = IDS.map((id) => ({ body: answer('GetItem', itemMessage(id)) }));
    const [a, b, c] = singles;
    if (a === undefined || b === undefined || c === undefined) throw new Error('three items');
    expect(await outcome({ body: swapped }, { body: swapped }, a, b, c)).toBe(ALL_RIGHT);
  });

  test('costs only the entry that makes no sense', async () => {
    const noTimes = '<t:Subject>ohne Zeiten</t:Subject>';
    const odd = itemMessage('b', `${noTimes}<t:Start>gestern</t:Start><t:End>heute</t:End>`);
    const task = success(
      'GetItem',
      '<m:Items><t:Task><t:ItemId Id="b" ChangeKey="k"/></t:Task></m:Items>',
    );
    const nothing = success('GetItem', '<m:Items/>');
    const strange = failure('GetItem', 'ErrorNeverHeardOf');
    for (const middle of [odd, task, nothing, strange, itemMessage('b', noTimes)]) {
      const body = answer('GetItem', itemMessage('a'), middle, itemMessage('c'));
      expect(await outcome({ body })).toBe('a=Wartung b!rejected c=Wartung');
    }
  });

  test('with characters that XML forbids is read without them', async () => {
    const odd = GOOD.replaceAll('Wartung', 'War\u0000\u0008&#x1F;&#0;&#xFFFF;tung\ufffe');
    expect(await outcome({ body: odd })).toBe(ALL_RIGHT);
  });

  test('with markup inside a text is read as text', async () => {
    const odd = GOOD.replaceAll('Wartung', '<![CDATA[</t:Subject><t:Start>]]>&lt;b&gt;&amp;amp;');
    const text = '</t:Subject><t:Start><b>&amp;';
    expect(await outcome({ body: odd })).toBe(IDS.map((id) => `${id}=${text}`).join(' '));
  });
});

test('noise on the line is a failure or a readable answer, never a crash', async () => {
  const bytes = Buffer.from(GOOD, 'utf8');
  const random = new Random(11);
  for (let round = 0; round < 300; round++) {
    const noisy = Buffer.from(bytes);
    for (let hit = 0; hit <= round % 4; hit++) {
      noisy[random.below(noisy.length)] = random.below(256);
    }
    const result = await outcome({ body: noisy });
    expect(result).toMatch(/^(unreachable|busy|forbidden|gone|stale|rejected|cursorExpired) |=|!/);
  }
});
