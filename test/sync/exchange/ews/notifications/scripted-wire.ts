import type {
  Affinity,
  Wire,
  WireAnswer,
  WireRequest,
} from '../../../../../sync/exchange/ews/notifications/wire.js';
import { faultFailure } from '../../../../../sync/exchange/ews/response-messages.js';
import { descend, xmlReader, type XmlNode } from '../../../../../sync/exchange/ews/xml-reader.js';
import { answer, failure, soap, success } from '../scripted-server.js';

/** One request as it was sent. */
export interface Sent {
  readonly operation: string;
  readonly mailbox: string;
  readonly affinity: Affinity;
  readonly body: string;
  /** The subscriptions it names. */
  readonly ids: readonly string[];
}

/** One stream that the connector has open, as the test lets it speak. */
export interface OpenStream {
  readonly sent: Sent;
  readonly isOpen: () => boolean;
  /** Bytes, cut as they come. */
  write(text: string): void;
  ok(): void;
  closed(): void;
  /** An event in a folder, for a subscription. */
  event(id: string, folder: string, name?: string): void;
  refuse(code: string, ids?: readonly string[]): void;
  /** Ends without a word. */
  end(): void;
  breakOff(error: unknown): void;
}

/** null = as usual. */
type Answering = (sent: Sent) => string | null;

/** The other end of the wire: answers as told, and lets the test write the streams. */
export class ScriptedWire implements Wire {
  readonly sent: Sent[] = [];
  readonly streams: OpenStream[] = [];
  /** What is answered; subscriptions are numbered by mailbox unless told otherwise. */
  answers: Record<string, Answering> = {};
  /** Thrown where a stream is asked for; null = it is opened. */
  refuseStream: ((sent: Sent) => Error | null) | null = null;
  private subscriptions = 0;

  async ask(request: WireRequest & { readonly timeoutMs: number }): Promise<WireAnswer> {
    request.signal.throwIfAborted();
    const sent = this.note(request);
    const told = this.answers[sent.operation]?.(sent) ?? this.usual(sent);
    const content = contentOf(told);
    if (content.name === 'Fault') throw faultFailure(content);
    return { content, overrideCookie: `cookie-of-${sent.affinity.anchor.address}` };
  }

  async open(request: WireRequest): Promise<AsyncIterable<unknown>> {
    const sent = this.note(request);
    const refused = this.refuseStream?.(sent) ?? null;
    if (refused !== null) throw refused;
    const { stream, pieces } = openStream(sent, request.signal);
    this.streams.push(stream);
    return pieces;
  }

  /** The newest stream. */
  get stream(): OpenStream {
    const stream = this.streams.at(-1);
    if (stream === undefined) throw new Error('no stream was opened');
    return stream;
  }

  count(operation: string): number {
    return this.sent.filter((sent) => sent.operation === operation).length;
  }

  private note({ operation, mailbox, affinity, body }: WireRequest): Sent {
    const ids = [...body.matchAll(/SubscriptionId>([^<]+)</g)].map(([, id = '']) => id);
    const sent = { operation, mailbox: mailbox.address, affinity, body, ids };
    this.sent.push(sent);
    return sent;
  }

  private usual({ operation, mailbox }: Sent): string {
    if (operation === 'Subscribe') {
      this.subscriptions += 1;
      const name = mailbox.split('@')[0] ?? '';
      return subscribedAs(`${name}-${this.subscriptions}`);
    }
    if (operation === 'GetEvents') return pulled('', [STATUS_EVENT]);
    return answer(operation, success(operation, ''));
  }
}

function subscribedAs(id: string): string {
  const content = `<m:SubscriptionId>${id}</m:SubscriptionId><m:Watermark>W0</m:Watermark>`;
  return answer('Subscribe', success('Subscribe', content));
}

const STATUS_EVENT = '<t:StatusEvent><t:Watermark>W1</t:Watermark></t:StatusEvent>';

/** What GetEvents answers. */
export function pulled(id: string, events: readonly string[], hasMore = false): string {
  const content =
    `<m:Notification><t:SubscriptionId>${id}</t:SubscriptionId><t:PreviousWatermark>W</t:PreviousWatermark>` +
    `<t:MoreEvents>${String(hasMore)}</t:MoreEvents>${events.join('')}</m:Notification>`;
  return answer('GetEvents', success('GetEvents', content));
}

export function eventIn(folder: string, name = 'ModifiedEvent', watermark = 'W2'): string {
  return (
    `<t:${name}><t:Watermark>${watermark}</t:Watermark><t:TimeStamp>2026-03-02T08:00:00Z</t:TimeStamp>` +
    `<t:ItemId Id="i" ChangeKey="k"/><t:ParentFolderId Id="${folder}" ChangeKey="k"/></t:${name}>`
  );
}

export function refusal(operation: string, code: string): string {
  return answer(operation, failure(operation, code));
}

function contentOf(text: string): XmlNode {
  const reader = xmlReader();
  reader.write(text);
  const content = descend(reader.end(), 'Body')?.children[0];
  if (content === undefined) throw new Error('nothing to say');
  return content;
}

function openStream(sent: Sent, signal: AbortSignal) {
  const waiting: (Uint8Array | { readonly error: unknown } | null)[] = [];
  let notify: () => void = () => undefined;
  let isOpen = true;
  const put = (piece: (typeof waiting)[number]): void => {
    waiting.push(piece);
    notify();
  };
  async function* pieces(): AsyncGenerator<Uint8Array, void> {
    try {
      for (;;) {
        signal.throwIfAborted();
        const piece = waiting.shift();
        if (piece === undefined) await new Promise<void>((resolve) => (notify = resolve));
        else if (piece === null) return;
        else if ('error' in piece) throw piece.error;
        else yield piece;
      }
    } finally {
      isOpen = false;
    }
  }
  signal.addEventListener('abort', () => notify());
  const write = (text: string): void => put(Buffer.from(text));
  const say = (content: string): void => {
    write(answer('GetStreamingEvents', success('GetStreamingEvents', content)));
  };
  const stream: OpenStream = {
    sent,
    isOpen: () => isOpen,
    write,
    ok: () => say('<m:ConnectionStatus>OK</m:ConnectionStatus>'),
    closed: () => say('<m:ConnectionStatus>Closed</m:ConnectionStatus>'),
    event: (id, folder, name) => {
      const subscription = `<t:SubscriptionId>${id}</t:SubscriptionId>`;
      say(
        `<m:Notifications><m:Notification>${subscription}${eventIn(folder, name)}</m:Notification></m:Notifications>`,
      );
    },
    refuse(code, ids = []) {
      const named = ids.map((id) => `<t:SubscriptionId>${id}</t:SubscriptionId>`).join('');
      const more =
        ids.length === 0 ? '' : `<m:ErrorSubscriptionIds>${named}</m:ErrorSubscriptionIds>`;
      write(answer('GetStreamingEvents', failure('GetStreamingEvents', code, more)));
    },
    end: () => put(null),
    breakOff: (error) => put({ error }),
  };
  return { stream, pieces: pieces() };
}

/** An envelope with a fault, as it may stand in a stream. */
export function faultFrame(code: string): string {
  return soap(
    `<s:Fault><faultcode>s:Server</faultcode><faultstring>as planned</faultstring><detail>` +
      `<e:ResponseCode xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors">${code}</e:ResponseCode></detail></s:Fault>`,
  );
}
