import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { readXml } from './ews/xml.js';
import type { XmlNode } from './ews/xml.js';
import { ANNA } from './mailbox-bench.js';
import { envelope } from './soap-bench.js';
import type { SoapBench } from './soap-bench.js';
import { SERVICE_USER } from './sample-firm.js';

/** A client of GetStreamingEvents that keeps what arrives as it arrives. */
export interface StreamClient {
  readonly response: IncomingMessage;
  /** The chunks so far. */
  readonly chunks: readonly Buffer[];
  /** Resolves with the next envelope; rejects when the stream ends or is cut before. */
  next(): Promise<XmlNode>;
  /** Resolves when nothing more will come: `end` as agreed, or `cut`. */
  readonly over: Promise<'end' | 'cut'>;
  /** Goes away in the middle. */
  leave(): void;
}

/** Opens a stream; resolves with the head of the answer. */
export async function openStream(
  bench: SoapBench,
  ids: readonly string[],
  more: {
    readonly as?: string;
    readonly minutes?: number;
    readonly headers?: Record<string, string>;
  } = {},
): Promise<StreamClient> {
  const { as = ANNA, minutes = 30, headers = {} } = more;
  const call = request(bench.exchange.url, {
    method: 'POST',
    agent: false,
    headers: { ...headers, 'Content-Type': 'text/xml; charset=utf-8', Authorization: basic() },
  });
  call.end(envelope(getStreamingEvents(ids, minutes), { as }));
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    call.once('response', resolve).once('error', reject);
  });
  return clientOf(response);
}

/** The request's body. */
export function getStreamingEvents(ids: readonly string[], minutes = 30): string {
  const inside = ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('');
  return (
    `<m:GetStreamingEvents><m:SubscriptionIds>${inside}</m:SubscriptionIds>` +
    `<m:ConnectionTimeout>${minutes}</m:ConnectionTimeout></m:GetStreamingEvents>`
  );
}

function clientOf(response: IncomingMessage): StreamClient {
  const chunks: Buffer[] = [];
  let taken = 0;
  let isOver = false;
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const one of waiting.splice(0)) one();
  };
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    wake();
  });
  const over = new Promise<'end' | 'cut'>((resolve) => {
    response.once('close', () => {
      isOver = true;
      resolve(response.complete ? 'end' : 'cut');
      wake();
    });
    response.once('error', () => undefined);
  });
  const next = async (): Promise<XmlNode> => {
    for (;;) {
      const text = Buffer.concat(chunks).toString('utf8');
      const end = text.indexOf('</Envelope>', taken);
      if (end >= 0) {
        const frame = text.slice(taken, end + '</Envelope>'.length);
        taken += frame.length;
        return readXml(frame);
      }
      if (isOver) throw new Error('the stream is over');
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { response, chunks, next, over, leave: () => response.destroy() };
}

function basic(): string {
  const { address, password } = SERVICE_USER;
  return `Basic ${Buffer.from(`${address}:${password}`).toString('base64')}`;
}
