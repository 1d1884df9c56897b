// A small seeded generator for `$random`, `$uuid`, `States.MathRandom` and `States.UUID`: the engine draws no chance of its
// own, so that a decision repeated from the same seed gives the same values. Not for secrets.

/** Numbers in [0, 1) with 53 random bits; the same seed gives the same sequence (xoshiro128**, seeded by FNV-1a and splitmix32). */
export function seededRandom(seed: string): () => number {
  const next = seededWords(seed);
  return () => ((next() >>> 5) * 0x4000000 + (next() >>> 6)) / 2 ** 53;
}

/** A version 4 UUID of a generator's next numbers. */
export function seededUuid(next: () => number): string {
  const word = (): number => Math.floor(next() * 2 ** 32);
  const hex = [word(), word(), word(), word()].map((part) => part.toString(16).padStart(8, "0")).join("");
  const variant = (0x8 | (Number.parseInt(hex.charAt(16), 16) & 0x3)).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

function seededWords(seed: string): () => number {
  let mixing = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) mixing = Math.imul(mixing ^ seed.charCodeAt(i), 0x01000193);
  const start = (): number => {
    mixing = (mixing + 0x9e3779b9) | 0;
    let word = mixing ^ (mixing >>> 16);
    word = Math.imul(word, 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  let [a, b, c, d] = [start(), start(), start(), start()];
  return () => {
    const scaled = Math.imul(b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
}
