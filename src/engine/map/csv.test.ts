import assert from "node:assert/strict";
import { test } from "node:test";
import { stringifyJson } from "../../asl/json.ts";
import type { ItemReader } from "../../asl/program.ts";
import { readCsv } from "./csv.ts";

const table: readonly (readonly [text: string, reader: ItemReader, items: string])[] = [
  ["a,b\n1,2\r\n3,4", {}, '[{"a":"1","b":"2"},{"a":"3","b":"4"}]'],
  ["1|2\n", { csvDelimiter: "PIPE", csvHeaders: ["a", "b"] }, '[{"a":"1","b":"2"}]'],
  ["a,b\n1\n1,2,3\n\n", {}, '[{"a":"1","b":""},{"a":"1","b":"2"}]'],
  ['a,b\n"x,\ny","say ""hi"""', {}, '[{"a":"x,\\ny","b":"say \\"hi\\""}]'],
  ["a\nx\\,y\\\\z\\n", {}, '[{"a":"x,y\\\\zn"}]'],
  ["__proto__\nx", {}, '[{"__proto__":"x"}]'],
  ["", {}, "[]"],
];

test("rows become objects of texts", () => {
  for (const [text, reader, items] of table) {
    const read = readCsv(reader, text);
    assert.equal("items" in read && stringifyJson(read.items), items, text);
  }
});

test("two columns of one name are refused", () => {
  assert.deepEqual(readCsv({}, "a,b,a\n1,2,3"), { problem: "CSV headers cannot contain duplicates." });
});
