import assert from "node:assert/strict";
import { test } from "node:test";
import { parseJson, stringifyJson } from "../src/asl/json.ts";
import { filledPattern } from "./pattern.ts";

const rows: readonly (readonly [pattern: string, got: string, filled: string])[] = [
  ['"re:^a+$"', '"aa"', '"aa"'],
  ['"re:^a+$"', '"ab"', '"re:^a+$"'],
  ['"re:^1$"', "1", '"re:^1$"'],
  ['"re:^a\\nb$"', '"a\\nb"', '"a\\nb"'],
  ['"any:string"', '"x"', '"x"'],
  ['"any:string"', "1", '"any:string"'],
  ['"any:number"', "1.0", "1.0"],
  ['"any:number"', "true", '"any:number"'],
  ['"any:object"', '{"a":1}', '{"a":1}'],
  ['"any:object"', "[]", '"any:object"'],
  ['"int:1:3"', "1", "1"],
  ['"int:1:3"', "3", '"int:1:3"'],
  ['"int:1:3"', "1.5", '"int:1:3"'],
  ['"int:-3:0"', "-3", "-3"],
  ['"num:0:1"', "0.25", "0.25"],
  ['"num:0:1"', "1", '"num:0:1"'],
  ['"plain"', '"other"', '"plain"'],
  ['{"a":["any:number","x"],"b":1}', '{"a":[7,"y"],"c":2}', '{"a":[7,"x"],"b":1}'],
  ['["any:number","any:number"]', "[1]", '[1,"any:number"]'],
  ['"any:number"', "[1]", '"any:number"'],
];

for (const [pattern, got, filled] of rows) {
  test(`${pattern} filled from ${got} is ${filled}`, () => {
    assert.equal(stringifyJson(filledPattern(parseJson(pattern), parseJson(got))), filled);
  });
}
