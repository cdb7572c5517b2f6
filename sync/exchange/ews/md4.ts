/**
 * The hash that NTLM keeps passwords by (RFC 1320). Written here because OpenSSL 3 has it no longer switched on. It is
 * broken for any other purpose.
 */
export function md4(message: Uint8Array): Buffer {
  const input = padded(message);
  const words = new Uint32Array(16);
  let state: State = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let at = 0; at < input.length; at += 64) {
    for (let word = 0; word < 16; word++) words[word] = input.readUInt32LE(at + word * 4);
    state = withBlock(state, words);
  }
  const digest = Buffer.alloc(16);
  state.forEach((word, at) => digest.writeUInt32LE(word >>> 0, at * 4));
  return digest;
}

type State = readonly [number, number, number, number];

/** One 1, zeros, and the length in bits. */
function padded(message: Uint8Array): Buffer {
  const length = Math.ceil((message.length + 9) / 64) * 64;
  const input = Buffer.alloc(length);
  input.set(message);
  input[message.length] = 0x80;
  input.writeBigUInt64LE(BigInt(message.length) * 8n, length - 8);
  return input;
}

interface Round {
  readonly mix: (x: number, y: number, z: number) => number;
  readonly add: number;
  readonly order: readonly number[];
  readonly shifts: readonly number[];
}

const ROUNDS: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    add: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    add: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    add: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];

function withBlock(before: State, words: Uint32Array): State {
  let [a, b, c, d] = before;
  for (const { mix, add, order, shifts } of ROUNDS) {
    for (const [step, word] of order.entries()) {
      const sum = (a + mix(b, c, d) + (words[word] ?? 0) + add) | 0;
      const shift = shifts[step % 4] ?? 0;
      [a, b, c, d] = [d, (sum << shift) | (sum >>> (32 - shift)), b, c];
    }
  }
  return [(before[0] + a) | 0, (before[1] + b) | 0, (before[2] + c) | 0, (before[3] + d) | 0];
}
