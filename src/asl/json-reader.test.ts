// The reading of exact numbers is that of `JSON.parse` in everything else.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readJson } from "./json-reader.ts";

test("what JSON.parse reads is read alike, with every number as it is written", () => {
  const texts = [
    '{"a":[1,2.50,{"b":-0}],"a":{"":1e3,"__proto__":[],"c":{}},"10":[[],[{}]],"2":"\\"\\\\","\\u00e9":"a\\\\\\"b"}',
    " [ true , false , null , -12.5E+2 ] \n",
    '"x"',
    "12.0",
    "\t{ }\r\n",
    '["",{"":""},"\\\\"]',
  ];
  for (const text of texts) assertAlike(text);
});

test("generated JSON is read as JSON.parse reads it", () => {
  const spaced = fc.tuple(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(undefined, 1, "\t"));
  fc.assert(fc.property(spaced, ([value, indent]) => assertAlike(JSON.stringify(value, null, indent))));
});

test("depth is no matter", () => {
  const text = `${"[".repeat(100_000)}1.0${"]".repeat(100_000)}`;
  let value = readJson(text, String);
  for (let depth = 0; depth < 100_000; depth++) [value] = value as readonly unknown[];
  assert.equal(value, "1.0");
});

function assertAlike(text: string): void {
  const sources: string[] = [];
  const noted = readJson(text, (source) => {
    sources.push(source);
    return Number(source);
  });
  const expected: unknown = JSON.parse(text);
  assert.deepEqual(noted, expected, text);
  assert.equal(JSON.stringify(noted), JSON.stringify(expected));
  assert.ok(sources.every((source) => text.includes(source) && !Number.isNaN(Number(source))));
}
