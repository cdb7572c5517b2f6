import type { ServerResponse } from 'node:http';
import type { ServerSettings } from '../../server-settings.js';
import type { ServerRelease } from '../server-release.js';
import type { EventStream, StreamOutput } from './event-stream.js';
import { writeFrame } from './frames.js';
import type { Frame } from './frames.js';

/** Lets a stream run as the chunked answer to a request, cut into chunks as the settings say. */
export function answerWithStream(
  stream: EventStream,
  response: ServerResponse,
  {
    release,
    settings,
  }: { readonly release: ServerRelease; readonly settings: () => ServerSettings },
): void {
  const output = outputOf(response, { release, settings });
  response.once('close', () => stream.abandoned());
  stream.start(output);
}

function outputOf(
  response: ServerResponse,
  {
    release,
    settings,
  }: { readonly release: ServerRelease; readonly settings: () => ServerSettings },
): StreamOutput {
  const withheld: Buffer[] = [];
  const out = new ChunkWriter(response);
  const send = (bytes: Buffer): void => {
    if (settings().streamDelivery === 'withheld') withheld.push(bytes);
    else out.push(Buffer.concat([...withheld.splice(0), bytes]));
  };
  return {
    write(frames) {
      const { streamChunks } = settings();
      for (const bytes of CHUNKS[streamChunks](frames, release)) send(bytes);
    },
    end() {
      if (withheld.length > 0) out.push(Buffer.concat(withheld));
      out.end();
    },
    cut: () => response.destroy(),
  };
}

type Cutting = (frames: readonly Frame[], release: ServerRelease) => Buffer[];

const CHUNKS: Readonly<Record<ServerSettings['streamChunks'], Cutting>> = {
  single: (frames, release) => frames.map((frame) => Buffer.from(writeFrame(frame, release))),
  gathered: (frames, release) => [
    Buffer.from(frames.map((frame) => `${writeFrame(frame, release)}\r\n`).join('')),
  ],
  split: (frames, release) => frames.flatMap((frame) => split(writeFrame(frame, release, REMARK))),
};

const REMARK = 'Größe 😀';

/** In three: the first cut is within the tag of the envelope, the second within the smiley of the remark. */
function split(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const within = bytes.indexOf(Buffer.from('😀')) + 2;
  return [bytes.subarray(0, 5), bytes.subarray(5, within), bytes.subarray(within)];
}

/** Writes one chunk a turn, so that chunks arrive apart; the head goes out with the first. */
class ChunkWriter {
  private readonly response: ServerResponse;
  private readonly waiting: Buffer[] = [];
  private isEnding = false;
  private isBusy = false;

  constructor(response: ServerResponse) {
    this.response = response;
  }

  push(bytes: Buffer): void {
    this.waiting.push(bytes);
    this.go();
  }

  end(): void {
    this.isEnding = true;
    this.go();
  }

  private go(): void {
    if (this.isBusy) return;
    const next = this.waiting.shift();
    if (next === undefined) {
      if (this.isEnding) this.response.end();
      return;
    }
    this.isBusy = true;
    const { response } = this;
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(200, STREAM_HEADERS);
    response.write(next, () =>
      setImmediate(() => {
        this.isBusy = false;
        this.go();
      }),
    );
  }
}

const STREAM_HEADERS = {
  'Content-Type': 'text/xml; charset=utf-8',
  'Cache-Control': 'private',
  'X-Accel-Buffering': 'no',
};
