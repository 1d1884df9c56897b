// Measuring JSON without writing it: the same length as the text would have, and an end at the bounds.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ExactNumber, type Json, measureJson, parseJson, stringifyJson } from "./json.ts";

const unbounded = { bytes: Infinity, depth: Infinity };

function nested(levels: number, innermost: Json = null): Json {
  let value = innermost;
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  fc.string({ unit: fc.constantFrom('"', "\\", "\b", "\n", "\u0001", "\u007f", "é", "€", "\ud83d", "\ude00", "a") }),
  fc.string({ minLength: 60, maxLength: 200 }),
);
const exactNumber = fc
  .constantFrom("0.0", "1e3", "-0", "12345678901234567890", "1.50E-7")
  .map((written) => new ExactNumber(written));
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.constantFrom(null, true, false, -0),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    exactNumber,
    fc.array(tie("value")),
    fc.dictionary(text, tie("value"), { noNullPrototype: false }),
  ),
})).value;

test("the measure of a value is the length of its text in UTF-8", () => {
  fc.assert(
    fc.property(json, (value) => {
      const bytes = Buffer.byteLength(stringifyJson(value));
      assert.equal(measureJson(value, unbounded), bytes);
      assert.equal(measureJson(value, { bytes, depth: 100 }), bytes);
      assert.equal(measureJson(value, { bytes: bytes - 1, depth: 100 }), "tooLarge");
    }),
    { numRuns: 500 },
  );
});

test("every UTF-16 unit is measured as it is written", () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const value = String.fromCharCode(unit);
    const bytes = Buffer.byteLength(stringifyJson(value));
    assert.equal(measureJson(value, unbounded), bytes, unit.toString(16));
  }
});

test("a member called __proto__ is measured like all others", () => {
  const value = parseJson('{"__proto__":{"a":1}}');
  assert.equal(measureJson(value, unbounded), 21);
});

test("levels are counted as brackets within brackets", () => {
  assert.equal(measureJson("text", { bytes: 100, depth: 0 }), 6);
  assert.equal(measureJson([], { bytes: 100, depth: 0 }), "tooDeep");
  assert.equal(measureJson([{}], { bytes: 100, depth: 2 }), 4);
  assert.equal(measureJson([{ a: [] }], { bytes: 100, depth: 2 }), "tooDeep");
});

test("a value that is too deep to be written is measured all the same", () => {
  assert.equal(measureJson(nested(100_000), { bytes: Infinity, depth: 1000 }), "tooDeep");
  assert.equal(measureJson(nested(100_000), unbounded), 50_000 * 2 + 50_000 * 6 + 4);
});

test("a value that could never be written is found too large without being walked", () => {
  const part = "é".repeat(250_000);
  let reads = 0;
  const items = new Proxy(
    Array.from({ length: 50_000 }, () => part),
    {
      get: (target, property, receiver) => {
        if (typeof property === "string" && property !== "length") reads++;
        return Reflect.get(target, property, receiver) as unknown;
      },
    },
  );
  assert.equal(measureJson(items, { bytes: 1_000_000, depth: 1000 }), "tooLarge");
  assert.equal(reads < 5, true, `${reads} items read`);
});

test("a value that doubles at each level ends at the bound", () => {
  let value: Json = [];
  for (let i = 0; i < 200; i++) value = [value, value];
  assert.equal(measureJson(value, { bytes: 262_144, depth: 1000 }), "tooLarge");
});
