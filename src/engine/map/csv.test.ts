import assert from "node:assert/strict";
import { test } from "node:test";
import { stringifyJson } from "../../asl/json.ts";
import type { ItemReader } from "../../asl/program.ts";
import { readCsv } from "./csv.ts";

type CsvReader = Pick<ItemReader, "csvDelimiter" | "csvHeaders">;
const table: readonly (readonly [text: string, reader: CsvReader, items: string])[] = [
  ["a,b\n1,2\r\n3,4", {}, '[{"a":"1","b":"2"},{"a":"3","b":"4"}]'],
  ["1|2\n", { csvDelimiter: "PIPE", csvHeaders: ["a", "b"] }, '[{"a":"1","b":"2"}]'],
  ["a,b\n1\n1,2,3\n\n", {}, '[{"a":"1","b":""},{"a":"1","b":"2"}]'],
  ['a,b\n"x,\ny","say ""hi"""', {}, '[{"a":"x,\\ny","b":"say \\"hi\\""}]'],
  ["a\nx\\,y\\\\z\\n", {}, '[{"a":"x,y\\\\zn"}]'],
  ["__proto__\nx", {}, '[{"__proto__":"x"}]'],
  ['a\n"x\r\ny"\r', {}, '[{"a":"x\\r\\ny\\r"}]'],
  ['a\nx\ry\\"\n"q\\""\\', {}, '[{"a":"x\\ry\\""},{"a":"q\\""}]'],
  ["", {}, "[]"],
];

test("rows become objects of texts", () => {
  for (const [text, reader, items] of table) {
    // Every way to cut it in two, and character by character.
    const cuts = Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
    for (const chunks of [[text], [...text], ...cuts]) {
      const read = readCsv(reader, chunks);
      assert.equal("items" in read && stringifyJson([...read.items]), items, JSON.stringify(chunks));
    }
  }
});

test("two columns of one name are refused", () => {
  assert.deepEqual(readCsv({}, ["a,b,a\n1,2,3"]), { problem: "CSV headers cannot contain duplicates." });
});

test("no more of the text is read than the rows that are asked for need", () => {
  const given: string[] = [];
  function* chunks(): Generator<string, undefined> {
    for (const chunk of ["a\n1", "\n2\n3", "\n4\n"]) {
      given.push(chunk);
      yield chunk;
    }
  }
  const read = readCsv({}, chunks());
  assert.ok("items" in read);
  const items = read.items[Symbol.iterator]();
  assert.deepEqual([items.next().value, items.next().value], [{ a: "1" }, { a: "2" }]);
  assert.equal(given.length, 2);
});
