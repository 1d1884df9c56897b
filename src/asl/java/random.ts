// `java.util.Random` from a seed: the numbers of `States.MathRandom` and of JSONata's `$random` where a seed is given.
import { ExactNumber, toDouble } from "../json.ts";

export interface JavaRandom {
  /** @param bound 1 to 2147483647 @returns 0 up to the bound, without it. */
  nextInt(bound: number): number;
  /** A number in [0, 1). */
  nextDouble(): number;
}

const multiplier = 0x5deece66dn;

export function javaRandom(seed: bigint): JavaRandom {
  let state = BigInt.asUintN(48, seed ^ multiplier);
  /** At most 32 bits, as a signed integer. */
  const next = (bits: number): number => {
    state = BigInt.asUintN(48, state * multiplier + 0xbn);
    return Number(BigInt.asIntN(32, state >> BigInt(48 - bits)));
  };
  return {
    nextInt: (bound) => {
      if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(next(31))) >> 31n);
      for (;;) {
        const bits = next(31);
        const value = bits % bound;
        // The last, incomplete run of values would favour the small ones: Java sees it by an overflow.
        if (bits - value + (bound - 1) < 2 ** 31) return value;
      }
    },
    nextDouble: () => (next(26) * 2 ** 27 + next(27)) / 2 ** 53,
  };
}

const [minLong, maxLong] = [-(2n ** 63n), 2n ** 63n - 1n];

/** A number as Java's `long`: its fraction cut off, and what is out of range as near as it gets. */
export function javaLong(number: number | ExactNumber): bigint {
  const double = Math.trunc(toDouble(number));
  if (Math.abs(double) > 2 ** 64) return double > 0 ? maxLong : minLong;
  const isInteger = number instanceof ExactNumber && /^-?\d+$/.test(number.text);
  const integer = BigInt(isInteger ? number.text : double);
  return integer > maxLong ? maxLong : integer < minLong ? minLong : integer;
}
