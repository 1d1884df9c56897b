// The five digests of `$hash` and `States.Hash` (RFC 1321, FIPS 180-4), synchronous and without a platform: the engine
// is pure and must give the same digest everywhere. Not meant for secrets: no claim of constant time is made.

export type HashAlgorithm = "MD5" | "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

export const hashAlgorithms: readonly HashAlgorithm[] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return (hashAlgorithms as readonly string[]).includes(name);
}

/** Lower-case hexadecimal digest of a text's UTF-8 bytes; a lone surrogate counts as U+FFFD. */
export function hashHex(algorithm: HashAlgorithm, text: string): string {
  const bytes = new TextEncoder().encode(text);
  switch (algorithm) {
    case "MD5":
      return md5(bytes);
    case "SHA-1":
      return sha1(bytes);
    case "SHA-256":
      return sha256(bytes);
    case "SHA-384":
      return sha512(bytes, sha384Start, 48);
    case "SHA-512":
      return sha512(bytes, sha512Start, 64);
  }
}

type LengthLayout = { readonly blockBytes: 64 | 128; readonly isLittleEndian: boolean };

/** The message with its padding: a 1 bit, zeros, and the length in bits at the end of the last block. */
function padded(bytes: Uint8Array, { blockBytes, isLittleEndian }: LengthLayout): DataView {
  const lengthBytes = blockBytes / 8;
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const message = new Uint8Array(total);
  message.set(bytes);
  message[bytes.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setBigUint64(total - 8, BigInt(bytes.length) * 8n, isLittleEndian);
  return view;
}

function hex(words: readonly number[], isLittleEndian: boolean): string {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, i) => view.setUint32(i * 4, word, isLittleEndian));
  let text = "";
  for (let i = 0; i < view.byteLength; i++) text += view.getUint8(i).toString(16).padStart(2, "0");
  return text;
}

const rotateLeft = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const rotateRight = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

const md5Shifts: readonly (readonly number[])[] = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const md5Constants = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));

function md5(bytes: Uint8Array): string {
  const message = padded(bytes, { blockBytes: 64, isLittleEndian: true });
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let offset = 0; offset < message.byteLength; offset += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixed =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = round === 0 ? i : round === 1 ? (5 * i + 1) % 16 : round === 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
      const sum = (a + mixed + (md5Constants[i] ?? 0) + message.getInt32(offset + word * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotateLeft(sum, md5Shifts[round]?.[i % 4] ?? 0)) | 0];
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return hex([a0, b0, c0, d0], true);
}

const sha1Constants: readonly number[] = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

function sha1(bytes: Uint8Array): string {
  const message = padded(bytes, { blockBytes: 64, isLittleEndian: false });
  const schedule = new Int32Array(80);
  const word = (i: number): number => schedule[i] ?? 0;
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < message.byteLength; offset += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = message.getInt32(offset + i * 4);
    for (let i = 16; i < 80; i++) schedule[i] = rotateLeft(word(i - 3) ^ word(i - 8) ^ word(i - 14) ^ word(i - 16), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const mixed = i < 20 ? (b & c) | (~b & d) : i >= 40 && i < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const next = (rotateLeft(a, 5) + mixed + e + (sha1Constants[Math.floor(i / 20)] ?? 0) + word(i)) | 0;
      [e, d, c, b, a] = [d, c, rotateLeft(b, 30), a, next];
    }
    [a, b, c, d, e].forEach((part, i) => (state[i] = ((state[i] ?? 0) + part) | 0));
  }
  return hex(state, false);
}

/** The first `count` primes: the SHA-2 constants are the fractions of their square and cube roots. */
function firstPrimes(count: number): readonly bigint[] {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return primes;
}

/** The first 64 bits of the fraction of a prime's square (2) or cube (3) root, by bisection over integers. */
function rootFraction(prime: bigint, degree: 2n | 3n): bigint {
  const target = prime << (64n * degree);
  let [low, high] = [0n, 1n << 69n];
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** degree <= target) low = middle;
    else high = middle;
  }
  return low & 0xffffffffffffffffn;
}

const primes = firstPrimes(80);
const sha512Constants = primes.map((prime) => rootFraction(prime, 3n));
const sha512Start = primes.slice(0, 8).map((prime) => rootFraction(prime, 2n));
const sha384Start = primes.slice(8, 16).map((prime) => rootFraction(prime, 2n));
const highWord = (word: bigint): number => Number(word >> 32n) | 0;
const lowWord = (word: bigint): number => Number(word & 0xffffffffn) | 0;
const sha256Constants = Int32Array.from(sha512Constants.slice(0, 64), highWord);
const sha256Start = sha512Start.map(highWord);

function sha256(bytes: Uint8Array): string {
  const message = padded(bytes, { blockBytes: 64, isLittleEndian: false });
  const schedule = new Int32Array(64);
  const word = (i: number): number => schedule[i] ?? 0;
  const state = [...sha256Start];
  for (let offset = 0; offset < message.byteLength; offset += 64) {
    for (let i = 0; i < 16; i++) schedule[i] = message.getInt32(offset + i * 4);
    for (let i = 16; i < 64; i++) {
      const [x, y] = [word(i - 15), word(i - 2)];
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      schedule[i] = (word(i - 16) + s0 + word(i - 7) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const first = (h + s1 + ((e & f) ^ (~e & g)) + (sha256Constants[i] ?? 0) + word(i)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((part, i) => (state[i] = ((state[i] ?? 0) + part) | 0));
  }
  return hex(state, false);
}

const wrap64 = (word: bigint): bigint => BigInt.asUintN(64, word);
const rotateRight64 = (x: bigint, n: bigint): bigint => wrap64((x >> n) | (x << (64n - n)));

/** SHA-384 is SHA-512 with another start, cut to 48 bytes. */
function sha512(bytes: Uint8Array, start: readonly bigint[], digestBytes: 48 | 64): string {
  const message = padded(bytes, { blockBytes: 128, isLittleEndian: false });
  const schedule = new BigUint64Array(80);
  const word = (i: number): bigint => schedule[i] ?? 0n;
  const state = [...start];
  for (let offset = 0; offset < message.byteLength; offset += 128) {
    for (let i = 0; i < 16; i++) schedule[i] = message.getBigUint64(offset + i * 8);
    for (let i = 16; i < 80; i++) {
      const [x, y] = [word(i - 15), word(i - 2)];
      const s0 = rotateRight64(x, 1n) ^ rotateRight64(x, 8n) ^ (x >> 7n);
      const s1 = rotateRight64(y, 19n) ^ rotateRight64(y, 61n) ^ (y >> 6n);
      schedule[i] = wrap64(word(i - 16) + s0 + word(i - 7) + s1);
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = rotateRight64(e, 14n) ^ rotateRight64(e, 18n) ^ rotateRight64(e, 41n);
      const first = wrap64(h + s1 + ((e & f) ^ (~e & g)) + (sha512Constants[i] ?? 0n) + word(i));
      const s0 = rotateRight64(a, 28n) ^ rotateRight64(a, 34n) ^ rotateRight64(a, 39n);
      const second = wrap64(s0 + ((a & b) ^ (a & c) ^ (b & c)));
      [h, g, f, e, d, c, b, a] = [g, f, e, wrap64(d + first), c, b, a, wrap64(first + second)];
    }
    [a, b, c, d, e, f, g, h].forEach((part, i) => (state[i] = wrap64((state[i] ?? 0n) + part)));
  }
  return hex(
    state.flatMap((part) => [highWord(part), lowWord(part)]),
    false,
  ).slice(0, digestBytes * 2);
}
