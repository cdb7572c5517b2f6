/** RFC 1320, which NTLM still needs and OpenSSL no longer offers. */
export function md4(data: Uint8Array): Buffer {
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  const padded = pad(data);
  for (let at = 0; at < padded.length; at += 64) mixBlock(state, padded.subarray(at, at + 64));
  const digest = Buffer.alloc(16);
  for (const [index, word] of state.entries()) digest.writeUInt32LE(word >>> 0, index * 4);
  return digest;
}

function pad(data: Uint8Array): Buffer {
  const padded = Buffer.alloc((((data.length + 8) >> 6) + 1) * 64);
  padded.set(data);
  padded[data.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(data.length) * 8n, padded.length - 8);
  return padded;
}

interface Round {
  readonly added: number;
  readonly order: readonly number[];
  readonly turns: readonly [number, number, number, number];
  readonly mix: (x: number, y: number, z: number) => number;
}

const ROUNDS: readonly Round[] = [
  {
    added: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
    mix: (x, y, z) => (x & y) | (~x & z),
  },
  {
    added: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
  },
  {
    added: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
    mix: (x, y, z) => x ^ y ^ z,
  },
];

function mixBlock(state: number[], block: Buffer): void {
  let [a = 0, b = 0, c = 0, d = 0] = state;
  for (const { added, order, turns, mix } of ROUNDS) {
    for (const [step, word] of order.entries()) {
      const sum = (a + mix(b, c, d) + block.readUInt32LE(word * 4) + added) | 0;
      [a, b, c, d] = [d, rotate(sum, turns[step & 3] ?? 0), b, c];
    }
  }
  for (const [index, value] of [a, b, c, d].entries()) {
    state[index] = ((state[index] ?? 0) + value) | 0;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
