import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.js';

/**
 * The server's half of NTLMv2: the challenge, and whether an answer to it proves the password.
 * https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp
 */

/** A handshake between its second and third message. */
export interface Challenge {
  readonly negotiate: Buffer;
  readonly message: Buffer;
  readonly nonce: Buffer;
}

/** Answers the first message; null for bytes that are none. */
export function challengeFor(negotiate: Buffer, nonce: Buffer, nowMs: number): Challenge | null {
  if (kindOf(negotiate) !== 1) return null;
  const targetName = utf16('MUSTER');
  const info = targetInfo(nowMs);
  const message = Buffer.alloc(56);
  SIGNATURE.copy(message);
  message.writeUInt32LE(2, 8);
  writeField(message, { at: 12, length: targetName.length, offset: 56 });
  message.writeUInt32LE(FLAGS, 20);
  nonce.copy(message, 24);
  writeField(message, { at: 40, length: info.length, offset: 56 + targetName.length });
  message.set([10, 0, 0x63, 0x45, 0, 0, 0, 15], 48); // Windows Server 2016
  return { negotiate, message: Buffer.concat([message, targetName, info]), nonce };
}

/** What the third message says. */
export interface Answer {
  readonly user: string;
  readonly domain: string;
  readonly message: Buffer;
  readonly proof: Buffer;
  readonly blob: Buffer;
  readonly sealedKey: Buffer;
  readonly flags: number;
}

/** Reads the third message; null for bytes that are none, and for answers older than NTLMv2. */
export function readAnswer(message: Buffer): Answer | null {
  if (kindOf(message) !== 3 || message.length < 64) return null;
  const response = readField(message, 20);
  const domain = readField(message, 28);
  const user = readField(message, 36);
  const sealedKey = readField(message, 52);
  if (!response || !domain || !user || !sealedKey || response.length < 48) return null;
  return {
    user: user.toString('utf16le'),
    domain: domain.toString('utf16le'),
    message,
    proof: response.subarray(0, 16),
    blob: response.subarray(16),
    sealedKey,
    flags: message.readUInt32LE(60),
  };
}

/** Whether the answer proves the password, unaltered on its way; `certificate` also ties it to the TLS connection. */
export function isProven(
  answer: Answer,
  challenge: Challenge,
  { password, certificate }: { readonly password: string; readonly certificate: Buffer | null },
): boolean {
  const key = hmac(md4(utf16(password)), utf16(upper(answer.user) + answer.domain));
  if (!hmac(key, challenge.nonce, answer.blob).equals(answer.proof)) return false;
  const pairs = readPairs(answer.blob.subarray(28));
  const isSigned = ((pairs.get(AV_FLAGS)?.readUInt32LE(0) ?? 0) & 2) !== 0;
  if (isSigned && !isUnaltered(answer, challenge, hmac(key, answer.proof))) return false;
  const bindings = pairs.get(AV_CHANNEL_BINDINGS);
  return certificate === null || (bindings?.equals(channelBindings(certificate)) ?? false);
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const AV_FLAGS = 6;
const AV_CHANNEL_BINDINGS = 10;
const KEY_EXCHANGE = 0x40000000;

/** Unicode, request target, NTLM, always sign, domain, extended security, target info, version, 128, key exchange, 56. */
const FLAGS =
  (0x1 | 0x4 | 0x200 | 0x8000 | 0x10000 | 0x80000 | 0x800000 | 0x2000000 | 0xe0000000) >>> 0;

function kindOf(message: Buffer): number | null {
  if (message.length < 12 || !message.subarray(0, 8).equals(SIGNATURE)) return null;
  return message.readUInt32LE(8);
}

function targetInfo(nowMs: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(Math.floor(nowMs)) + 11_644_473_600_000n) * 10_000n);
  const pairs: readonly (readonly [number, Buffer])[] = [
    [2, utf16('MUSTER')],
    [1, utf16('MBX01')],
    [4, utf16('muster-maschinenbau.example')],
    [3, utf16('mbx01.muster-maschinenbau.example')],
    [7, time],
    [0, Buffer.alloc(0)],
  ];
  return Buffer.concat(
    pairs.flatMap(([id, value]) => {
      const head = Buffer.alloc(4);
      head.writeUInt16LE(id, 0);
      head.writeUInt16LE(value.length, 2);
      return [head, value];
    }),
  );
}

function readPairs(info: Buffer): Map<number, Buffer> {
  const pairs = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= info.length;) {
    const id = info.readUInt16LE(at);
    const length = info.readUInt16LE(at + 2);
    if (id === 0) break;
    pairs.set(id, info.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return pairs;
}

const CODE_AT = 72;

/** The integrity code over all three messages, with itself left blank. */
function isUnaltered(answer: Answer, { negotiate, message }: Challenge, baseKey: Buffer): boolean {
  const code = answer.message.subarray(CODE_AT, CODE_AT + 16);
  const blank = Buffer.from(answer.message);
  blank.fill(0, CODE_AT, CODE_AT + 16);
  const isExchanged = (answer.flags & KEY_EXCHANGE) !== 0 && answer.sealedKey.length === 16;
  const key = isExchanged ? rc4(baseKey, answer.sealedKey) : baseKey;
  return hmac(key, negotiate, message, blank).equals(code);
}

/** RFC 5929 `tls-server-end-point` inside a gss_channel_bindings_struct without addresses. */
function channelBindings(certificate: Buffer): Buffer {
  const data = Buffer.concat([
    Buffer.from('tls-server-end-point:', 'latin1'),
    createHash('sha256').update(certificate).digest(),
  ]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5').update(head).update(data).digest();
}

function rc4(key: Buffer, data: Buffer): Buffer {
  const box = Array.from({ length: 256 }, (_, index) => index);
  const swap = (left: number, right: number): void => {
    [box[left], box[right]] = [box[right] ?? 0, box[left] ?? 0];
  };
  let mixed = 0;
  for (let index = 0; index < 256; index++) {
    mixed = (mixed + (box[index] ?? 0) + (key[index % key.length] ?? 0)) & 255;
    swap(index, mixed);
  }
  let at = 0;
  let other = 0;
  return Buffer.from(
    data.map((byte) => {
      at = (at + 1) & 255;
      other = (other + (box[at] ?? 0)) & 255;
      swap(at, other);
      return byte ^ (box[((box[at] ?? 0) + (box[other] ?? 0)) & 255] ?? 0);
    }),
  );
}

function readField(message: Buffer, at: number): Buffer | null {
  const length = message.readUInt16LE(at);
  const offset = message.readUInt32LE(at + 4);
  return offset + length <= message.length ? message.subarray(offset, offset + length) : null;
}

function writeField(
  message: Buffer,
  { at, length, offset }: { readonly at: number; readonly length: number; readonly offset: number },
): void {
  message.writeUInt16LE(length, at);
  message.writeUInt16LE(length, at + 2);
  message.writeUInt32LE(offset, at + 4);
}

/** Letter by letter, as Windows does: ß stays ß. */
function upper(text: string): string {
  const letters = Array.from(text, (letter) => {
    const one = letter.toUpperCase();
    return one.length === letter.length ? one : letter;
  });
  return letters.join('');
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmac(key: Buffer, ...parts: readonly Buffer[]): Buffer {
  const code = createHmac('md5', key);
  for (const part of parts) code.update(part);
  return code.digest();
}
