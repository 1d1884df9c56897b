import assert from "node:assert/strict";
import { test } from "node:test";
import { type JsonObject, parseJson } from "../../asl/json.ts";
import { type ArrayFormat, encodeForm } from "./form.ts";

const recorded = { items: ["red green", "blue+gold"], nested: { enabled: true, count: 2 } };
const forms: readonly (readonly [value: JsonObject, format: ArrayFormat, form: string])[] = [
  // Recorded of AWS, 2026-09.
  [
    recorded,
    "INDICES",
    "items%5B0%5D=red%20green&items%5B1%5D=blue%2Bgold&nested%5Benabled%5D=true&nested%5Bcount%5D=2",
  ],
  [recorded, "REPEAT", "items=red%20green&items=blue%2Bgold&nested%5Benabled%5D=true&nested%5Bcount%5D=2"],
  [recorded, "COMMAS", "items=red%20green%2Cblue%2Bgold&nested%5Benabled%5D=true&nested%5Bcount%5D=2"],
  [
    recorded,
    "BRACKETS",
    "items%5B%5D=red%20green&items%5B%5D=blue%2Bgold&nested%5Benabled%5D=true&nested%5Bcount%5D=2",
  ],
  [{}, "INDICES", ""],
  [{ a: null, b: "", c: false, d: -1.5 }, "INDICES", "a=&b=&c=false&d=-1.5"],
  [parseJson('{"n":12345678901234567890.0}') as JsonObject, "INDICES", "n=12345678901234567890.0"],
  [{ a: [{ b: 1 }, [2]] }, "INDICES", "a%5B0%5D%5Bb%5D=1&a%5B1%5D%5B0%5D=2"],
  [{ a: [{ b: 1 }] }, "COMMAS", "a=%7B%22b%22%3A1%7D"],
  [{ "a b&c=d": "é!'()*~-._" }, "REPEAT", "a%20b%26c%3Dd=%C3%A9%21%27%28%29%2A~-._"],
  [{ "\ud800": "\udfff" }, "REPEAT", "%EF%BF%BD=%EF%BF%BD"],
];
for (const [value, format, form] of forms) {
  test(`${form} is a form with ${format}`, () => assert.equal(encodeForm(value, format), form));
}

test("a form that repeats long names without end is too long", () => {
  let deep: JsonObject = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`leaf${i}`, "x"]));
  for (let level = 0; level < 900; level++) deep = { [`level${level}`]: deep };
  assert.equal(encodeForm(deep, "INDICES"), undefined);
});
