/**
 * Whether a server asked for a client's certificate, in the bytes of a handshake up to TLS 1.2, which are readable
 * (RFC 5246, sections 6.2.1 and 7.4). From TLS 1.3 on the request is encrypted: false then.
 */
export function demandsCertificate(received: Buffer): boolean {
  return messageTypes(handshakeOf(received)).includes(CERTIFICATE_REQUEST);
}

const HANDSHAKE_RECORD = 22;
const CERTIFICATE_REQUEST = 13;

/** The content of the handshake records before the first record of another type. */
function handshakeOf(received: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at + 5 <= received.length && received[at] === HANDSHAKE_RECORD) {
    const length = received.readUInt16BE(at + 3);
    pieces.push(received.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return Buffer.concat(pieces);
}

function messageTypes(handshake: Buffer): number[] {
  const types: number[] = [];
  let at = 0;
  while (at + 4 <= handshake.length) {
    types.push(handshake.readUInt8(at));
    at += 4 + handshake.readUIntBE(at + 1, 3);
  }
  return types;
}
