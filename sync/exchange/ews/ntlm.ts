import { createHash, createHmac } from 'node:crypto';
import { md4 } from './md4.js';

/**
 * The three messages of NTLMv2, pure. https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp
 * Nothing is signed or sealed afterwards: over HTTP, TLS does that.
 */

/** Who signs in. `domain` is empty for `user@company.com`. */
export interface NtlmAccount {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

/** Reads `DOMAIN\user`, `user@company.com` or `user`. */
export function accountOf(name: string, password: string): NtlmAccount {
  const [domain, user] = name.split('\\', 2);
  return user === undefined
    ? { user: name, domain: '', password }
    : { user, domain: domain ?? '', password };
}

/** The first message: what we can do. */
export function negotiateMessage(): Buffer {
  const message = Buffer.alloc(40);
  header(message, 1);
  message.writeUInt32LE(FLAGS, 12);
  return message;
}

/** What the server's message says. */
export interface NtlmChallenge {
  readonly message: Buffer;
  readonly serverChallenge: Buffer;
  readonly targetInfo: Buffer;
}

/** Reads the second message; null for bytes that are none. */
export function readChallenge(message: Buffer): NtlmChallenge | null {
  if (message.length < 48 || !message.subarray(0, 8).equals(SIGNATURE)) return null;
  if (message.readUInt32LE(8) !== 2) return null;
  const length = message.readUInt16LE(40);
  const offset = message.readUInt32LE(44);
  if (offset + length > message.length) return null;
  return {
    message,
    serverChallenge: message.subarray(24, 32),
    targetInfo: message.subarray(offset, offset + length),
  };
}

/** What makes an answer unique, and what ties it to the connection. */
export interface NtlmBinding {
  /** Eight bytes nobody can guess. */
  readonly clientChallenge: Uint8Array;
  /** Milliseconds since 1970; the server's own time is used where it names one. */
  readonly nowMs: number;
  readonly host: string;
  /** The server's certificate in DER, without which Extended Protection refuses the sign-in; null without TLS. */
  readonly certificate: Uint8Array | null;
}

/** The third message: that we know the password, for this server, this connection and these two messages only. */
export function authenticateMessage(
  account: NtlmAccount,
  challenge: NtlmChallenge,
  binding: NtlmBinding,
): Buffer {
  const key = ntlmV2Key(account);
  const pairs = readPairs(challenge.targetInfo);
  const time = pairs.get(AV.timestamp) ?? fileTime(binding.nowMs);
  const info = writePairs(new Map([...pairs, ...ownPairs(binding)]));
  const proof = ntlmV2Proof(key, challenge.serverChallenge, {
    time,
    clientChallenge: binding.clientChallenge,
    targetInfo: info,
  });
  const message = layOut([
    Buffer.alloc(24), // LMv2 is left empty where the message has an integrity code
    Buffer.concat([proof.proof, proof.blob]),
    utf16(account.domain),
    utf16(account.user),
    utf16(''),
    Buffer.alloc(0),
  ]);
  const code = hmac(proof.sessionKey, negotiateMessage(), challenge.message, message);
  code.copy(message, MIC_AT);
  return message;
}

/** NTOWFv2. Windows upper-cases letter by letter: ß stays ß. */
export function ntlmV2Key({ user, domain, password }: NtlmAccount): Buffer {
  const upper = Array.from(user, (char) =>
    char.toUpperCase().length === char.length ? char.toUpperCase() : char,
  );
  return hmac(md4(utf16(password)), utf16(upper.join('') + domain));
}

/** NTProofStr, what it is made of, and the session key that follows from it. */
export function ntlmV2Proof(
  key: Buffer,
  serverChallenge: Uint8Array,
  parts: {
    readonly time: Uint8Array;
    readonly clientChallenge: Uint8Array;
    readonly targetInfo: Uint8Array;
  },
): { readonly proof: Buffer; readonly blob: Buffer; readonly sessionKey: Buffer } {
  const { time, clientChallenge, targetInfo } = parts;
  const head = Buffer.from([1, 1, 0, 0, 0, 0, 0, 0]);
  const blob = Buffer.concat([
    head,
    time,
    clientChallenge,
    Buffer.alloc(4),
    targetInfo,
    Buffer.alloc(4),
  ]);
  const proof = hmac(key, serverChallenge, blob);
  return { proof, blob, sessionKey: hmac(key, proof) };
}

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1');
const MIC_AT = 72;
const PAYLOAD_AT = 88;

/** Unicode, request target, NTLM, always sign, extended session security, target info, 128 and 56 bits. */
const FLAGS = (0x1 | 0x4 | 0x200 | 0x8000 | 0x80000 | 0x800000 | 0x20000000 | 0x80000000) >>> 0;

const AV = { end: 0, flags: 6, timestamp: 7, targetName: 9, channelBindings: 10 } as const;

function header(message: Buffer, type: number): void {
  SIGNATURE.copy(message);
  message.writeUInt32LE(type, 8);
}

/** Six fields, each with length, room and place, and their contents behind one another. */
function layOut(fields: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(PAYLOAD_AT);
  header(head, 3);
  head.writeUInt32LE(FLAGS, 60);
  let at = PAYLOAD_AT;
  for (const [index, field] of fields.entries()) {
    const place = 12 + index * 8;
    head.writeUInt16LE(field.length, place);
    head.writeUInt16LE(field.length, place + 2);
    head.writeUInt32LE(at, place + 4);
    at += field.length;
  }
  return Buffer.concat([head, ...fields]);
}

function ownPairs({ host, certificate }: NtlmBinding): ReadonlyMap<number, Uint8Array> {
  return new Map<number, Uint8Array>([
    [AV.flags, Buffer.from([2, 0, 0, 0])], // the message has an integrity code
    [AV.channelBindings, certificate === null ? Buffer.alloc(16) : channelBindings(certificate)],
    [AV.targetName, utf16(`HTTP/${host}`)],
  ]);
}

/** RFC 5929 `tls-server-end-point`, in the structure of RFC 2744 with all addresses empty. */
function channelBindings(certificate: Uint8Array): Buffer {
  const hash = createHash('sha256').update(certificate).digest();
  const data = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), hash]);
  const bindings = Buffer.alloc(20);
  bindings.writeUInt32LE(data.length, 16);
  return createHash('md5').update(bindings).update(data).digest();
}

function readPairs(info: Buffer): Map<number, Uint8Array> {
  const pairs = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= info.length;) {
    const id = info.readUInt16LE(at);
    const length = info.readUInt16LE(at + 2);
    if (id === AV.end) break;
    pairs.set(id, info.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return pairs;
}

function writePairs(pairs: ReadonlyMap<number, Uint8Array>): Buffer {
  const parts = [...pairs].flatMap(([id, value]) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(id, 0);
    head.writeUInt16LE(value.length, 2);
    return [head, value];
  });
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

/** Tenths of microseconds since 1601. */
function fileTime(ms: number): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE((BigInt(ms) + 11_644_473_600_000n) * 10_000n);
  return time;
}

function utf16(text: string): Buffer {
  return Buffer.from(text, 'utf16le');
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const code = createHmac('md5', key);
  for (const part of parts) code.update(part);
  return code.digest();
}
