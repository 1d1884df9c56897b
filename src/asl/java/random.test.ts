// The generator against numbers that java.util.Random gave, some of them recorded from AWS.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson } from "../json.ts";
import { javaLong, javaRandom } from "./random.ts";

const integers: readonly (readonly [seed: bigint, bound: number, values: readonly number[]])[] = [
  [1n, 999, [105, 568, 370]],
  [2n, 999, [805, 24, 821]],
  [-10n, 9, [0, 0, 8]],
  [42n, 9, [8, 3, 0]],
  [42n, 10, [0, 3, 8]],
  [42n, 16, [11, 0, 10]],
  [42n, 1, [0, 0, 0]],
  [42n, 2 ** 30, [781215565, 58696381, 733605624]],
  [42n, 2 ** 30 + 1, [117392763, 102948884, 662969970]],
  [3n, 2 ** 30 + 1, [152454210, 144139128, 488197459]],
  [42n, 2 ** 31 - 1, [1562431130, 117392763, 1467211248]],
];

for (const [seed, bound, values] of integers) {
  test(`the integers below ${bound} from the seed ${seed} are Java's`, () => {
    const random = javaRandom(seed);
    assert.deepEqual(
      values.map(() => random.nextInt(bound)),
      values,
    );
  });
}

const doubles: readonly (readonly [seed: bigint, values: readonly number[]])[] = [
  [0n, [0.730967787376657, 0.24053641567148587]],
  [42n, [0.7275636800328681, 0.6832234717598454]],
  [-1n, [0.26894263088050496, 0.012269981921235296]],
  [2n ** 63n - 1n, [0.26894263088050496, 0.012269981921235296]],
];

for (const [seed, values] of doubles) {
  test(`the doubles from the seed ${seed} are Java's`, () => {
    const random = javaRandom(seed);
    assert.deepEqual(
      values.map(() => random.nextDouble()),
      values,
    );
  });
}

const longs: readonly (readonly [number: string, long: bigint])[] = [
  ["42", 42n],
  ["42.9", 42n],
  ["-42.9", -42n],
  ["9007199254740993", 9007199254740993n],
  ["9223372036854775808", 2n ** 63n - 1n],
  ["-1e300", -(2n ** 63n)],
  ["1e999", 2n ** 63n - 1n],
  ["-0.0", 0n],
];

for (const [number, long] of longs) {
  test(`${number} as a long is ${long}`, () => {
    assert.equal(javaLong(parseJson(number) as number), long);
  });
}
