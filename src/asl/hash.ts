// The five digests of `$hash` and `States.Hash` (RFC 1321, FIPS 180-4), synchronous and without a platform: the engine
// is pure and must give the same digest everywhere. Not meant for secrets: no claim of constant time is made.

export type HashAlgorithm = "MD5" | "SHA-1" | "SHA-256" | "SHA-384" | "SHA-512";

export const hashAlgorithms: readonly HashAlgorithm[] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

export function isHashAlgorithm(name: string): name is HashAlgorithm {
  return (hashAlgorithms as readonly string[]).includes(name);
}

/** Steps of work (work.ts) to digest so many bytes; measured. */
export function stepsToHash(algorithm: HashAlgorithm, bytes: number): number {
  return (algorithm === "SHA-384" || algorithm === "SHA-512" ? 2 : 1) * (400 + bytes);
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

/** Four for each round. */
const md5Shifts = Uint8Array.of(7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21);
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
      a = d;
      d = c;
      c = b;
      b = (b + rotateLeft(sum, md5Shifts[(round << 2) | (i & 3)] ?? 0)) | 0;
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
      const next = (rotateLeft(a, 5) + mixed + e + (sha1Constants[(i / 20) | 0] ?? 0) + word(i)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
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
      const x = word(i - 15);
      const y = word(i - 2);
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
      h = g;
      g = f;
      f = e;
      e = (d + first) | 0;
      d = c;
      c = b;
      b = a;
      a = (first + second) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((part, i) => (state[i] = ((state[i] ?? 0) + part) | 0));
  }
  return hex(state, false);
}

const sha512HighConstants = Int32Array.from(sha512Constants, highWord);
const sha512LowConstants = Int32Array.from(sha512Constants, lowWord);

/** SHA-384 is SHA-512 with another start, cut to 48 bytes. Words of 64 bits are two of 32: big integers are slow. */
function sha512(bytes: Uint8Array, start: readonly bigint[], digestBytes: 48 | 64): string {
  const message = padded(bytes, { blockBytes: 128, isLittleEndian: false });
  const [high, low] = [new Int32Array(80), new Int32Array(80)];
  const state = Int32Array.from(start.flatMap((part) => [highWord(part), lowWord(part)]));
  for (let offset = 0; offset < message.byteLength; offset += 128) {
    for (let i = 0; i < 16; i++) {
      high[i] = message.getInt32(offset + i * 8);
      low[i] = message.getInt32(offset + i * 8 + 4);
    }
    extendSchedule(high, low);
    compress(state, high, low);
  }
  return hex([...state], false).slice(0, digestBytes * 2);
}

/** The part of a sum of low words, taken as unsigned, that belongs to the high ones. */
const carryOf = (lowSum: number): number => Math.floor(lowSum / 2 ** 32);

function extendSchedule(high: Int32Array, low: Int32Array): void {
  for (let i = 16; i < 80; i++) {
    const xh = high[i - 15] ?? 0;
    const xl = low[i - 15] ?? 0;
    const yh = high[i - 2] ?? 0;
    const yl = low[i - 2] ?? 0;
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const sum = (s0l >>> 0) + (s1l >>> 0) + ((low[i - 7] ?? 0) >>> 0) + ((low[i - 16] ?? 0) >>> 0);
    low[i] = sum | 0;
    high[i] = (s0h + s1h + (high[i - 7] ?? 0) + (high[i - 16] ?? 0) + carryOf(sum)) | 0;
  }
}

function compress(state: Int32Array, high: Int32Array, low: Int32Array): void {
  let [ah = 0, al = 0, bh = 0, bl = 0, ch = 0, cl = 0, dh = 0, dl = 0] = state;
  let [eh = 0, el = 0, fh = 0, fl = 0, gh = 0, gl = 0, hh = 0, hl = 0] = state.subarray(8);
  for (let i = 0; i < 80; i++) {
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const chosenLow = (el & fl) ^ (~el & gl);
    const constantLow = sha512LowConstants[i] ?? 0;
    const firstSum = (hl >>> 0) + (s1l >>> 0) + (chosenLow >>> 0) + (constantLow >>> 0) + ((low[i] ?? 0) >>> 0);
    const chosenHigh = (eh & fh) ^ (~eh & gh);
    const firstHigh = (hh + s1h + chosenHigh + (sha512HighConstants[i] ?? 0) + (high[i] ?? 0) + carryOf(firstSum)) | 0;
    const firstLow = firstSum | 0;
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const mostLow = (al & bl) ^ (al & cl) ^ (bl & cl);
    const mostHigh = (ah & bh) ^ (ah & ch) ^ (bh & ch);
    const nextE = (dl >>> 0) + (firstLow >>> 0);
    const nextA = (firstLow >>> 0) + (s0l >>> 0) + (mostLow >>> 0);
    hh = gh;
    hl = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    eh = (dh + firstHigh + carryOf(nextE)) | 0;
    el = nextE | 0;
    dh = ch;
    dl = cl;
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = (firstHigh + s0h + mostHigh + carryOf(nextA)) | 0;
    al = nextA | 0;
  }
  addTo(state, [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl]);
}

function addTo(state: Int32Array, words: readonly number[]): void {
  for (let i = 0; i < state.length; i += 2) {
    const sum = ((state[i + 1] ?? 0) >>> 0) + ((words[i + 1] ?? 0) >>> 0);
    state[i] = ((state[i] ?? 0) + (words[i] ?? 0) + carryOf(sum)) | 0;
    state[i + 1] = sum | 0;
  }
}
