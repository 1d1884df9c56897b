// JSON as an ItemReader reads it: one element at a time, wherever the bytes are cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { stringifyJson } from "../../asl/json.ts";
import { everyCut, parsed } from "../../testing/map-data.ts";
import { JsonParser } from "./json.ts";
import { JsonLinesParser } from "./json-lines.ts";

const nasty = String.raw` [ 1 ,-2.50e3, "a]\"\\" , {"b":[{}, "}"],"c" : null},
  [], true,false ,null, "é😀\ud83d\ude00", 12345678901234567890, {"__proto__":1} ] `;

test("every cut of a file gives the same elements", async () => {
  const expected = [
    "1",
    "-2.50e3",
    String.raw`"a]\"\\"`,
    '{"b":[{},"}"],"c":null}',
    "[]",
    "true",
    "false",
    "null",
    '"é😀😀"',
    "12345678901234567890",
    '{"__proto__":1}',
  ];
  for (const parts of everyCut(nasty)) {
    const items = await parsed(new JsonParser(), parts);
    assert.deepEqual(typeof items === "string" ? items : items.map((item) => stringifyJson(item)), expected);
  }
});

test("any array and any object comes out as JSON.parse has it, whatever the cuts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.array(fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue())),
      fc.boolean(),
      fc.array(fc.nat(500), { maxLength: 4 }),
      async (value, isSpread, cuts) => {
        const text = JSON.stringify(value, undefined, isSpread ? 2 : 0);
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
        const parts = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        const back: unknown = JSON.parse(text);
        const expected = Array.isArray(back)
          ? back
          : Object.entries(back as object).map(([Key, Value]) => ({ Key, Value: Value as unknown }));
        const items = await parsed(new JsonParser(), parts);
        assert.deepEqual(JSON.parse(JSON.stringify(items)), expected);
      },
    ),
    { numRuns: 300 },
  );
});

test("the members of an object are items with their names", async () => {
  const parser = new JsonParser();
  assert.deepEqual(await parsed(parser, ['{"a":1,"b\\u0063":{"x":[2]}}']), [
    { Key: "a", Value: 1 },
    { Key: "bc", Value: { x: [2] } },
  ]);
  assert.equal(parser.isMembers, true);
});

const pointers: readonly (readonly [pointer: string, text: string, items: unknown])[] = [
  ["/data/items", '{"data":{"items":[{"id":"a"},{"id":"b"}]}}', [{ id: "a" }, { id: "b" }]],
  ["/data/items", '{"x":{"items":[9]},"data":{"y":[1,[2]],"items":[3],"items":[4]},"z":"]"}', [3]],
  ["/1/0", "[[8],[[5,6],7]]", [5, 6]],
  ["/a~1b/~0c", '{"a/b":{"~c":[1]}}', [1]],
  ["/", '{"":[1]}', [1]],
  ["/caf\u{e9}", '{"caf\\u00e9":[1]}', [1]],
  ["/data", '{"data":{"k":1}}', [{ Key: "k", Value: 1 }]],
];
for (const [pointer, text, items] of pointers) {
  test(`the items at ${pointer} of ${text} are found at every cut`, async () => {
    for (const parts of everyCut(text)) assert.deepEqual(await parsed(new JsonParser(pointer), parts), items);
  });
}

const nothing = "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
const notIterable = "Attempting to map over non-iterable node.";

const failures: readonly (readonly [pointer: string, text: string, cause: string | RegExp])[] = [
  ["", "", notIterable],
  ["", " \n", notIterable],
  ["", "5", notIterable],
  ["", '"[1]"', notIterable],
  ["", "null", notIterable],
  ["/a", '{"a":5}', notIterable],
  ["/a", '{"a":"[]"}', notIterable],
  ["/b", '{"a":[1]}', nothing],
  ["/a/b", '{"a":[1]}', nothing],
  ["/a/b", '{"a":7}', nothing],
  ["/2", "[[],[]]", nothing],
  ["/01", "[[],[]]", nothing],
  ["/a", "{}", nothing],
  ["", "[1,2", /not JSON: it ends too early/],
  ["", "[", /not JSON: it ends too early/],
  ["", '["a', /not JSON: it ends too early/],
  ["", "[1,]", /not JSON: a value is missing/],
  ["", "[,1]", /not JSON: a value is missing/],
  ["", "[1 2]", /not JSON: a comma is missing/],
  ["", "[1] 2", /not JSON: something follows its end/],
  ["", "[1]]", /not JSON: something follows its end/],
  ["", "[}", /not JSON: a value is missing/],
  ["", '{"a"}', /not JSON: a colon is missing/],
  ["", '{"a":}', /not JSON: a value is missing/],
  ["", "{a:1}", /not JSON: the name of a member is missing/],
  ["", '{"a":1,}', /not JSON: the name of a member is missing/],
  ["", "[1,nul]", /The item at index 1 of the dataset is not JSON/],
  ["", "[01]", /The item at index 0 of the dataset is not JSON/],
  ["", '[[1,{"a" 2}]]', /The item at index 0 of the dataset is not JSON/],
  ["", "<html>", /not JSON: a value is missing/],
  ["", `[${"[".repeat(1001)}${"]".repeat(1001)}]`, /nesting depth \(1001\) exceeds/],
  ["", `[${"9".repeat(1001)}]`, /Number value length \(1001\) exceeds/],
];
for (const [pointer, text, cause] of failures) {
  test(`${text.slice(0, 20)} at ${pointer || "its root"} fails as it should`, async () => {
    for (const parts of [[text], Array.from(text)]) {
      const result = await parsed(new JsonParser(pointer), parts);
      if (typeof cause === "string") assert.equal(result, cause);
      else assert.match(String(result), cause);
    }
  });
}

test("bytes that are no UTF-8 are refused, and a byte order mark is none of the text", async () => {
  const broken = Buffer.concat([Buffer.from('["'), Buffer.from([0xc3, 0x28]), Buffer.from('"]')]);
  assert.match(String(await parsed(new JsonParser(), [broken])), /is not UTF-8/);
  assert.deepEqual(await parsed(new JsonParser(), ["\u{feff}[1]"]), [1]);
  assert.deepEqual(await parsed(new JsonParser(), ['["\u{fffd}"]']), ["\u{fffd}"]);
});

test("a restart passes over elements, and MaxItems ends the reading", async () => {
  assert.deepEqual(await parsed(new JsonParser(), ["[0,1,2,3,4]"], { skip: 2, most: 4 }), [2, 3]);
  assert.deepEqual(await parsed(new JsonParser(), ["[0,1,2 and what follows is not read"], { most: 2 }), [0, 1]);
});

test("an element may not be larger than what AWS reads, and is not kept when it is", async () => {
  const large = `["${"x".repeat(8 * 1024 * 1024)}"]`;
  assert.match(String(await parsed(new JsonParser(), [large])), /larger than 8388608 bytes/);
  // Beside the way to the items it may.
  assert.deepEqual(await parsed(new JsonParser("/b"), [`{"a":${large},"b":[1]}`]), [1]);
});

test("every cut of JSON Lines gives the same items", async () => {
  const text = '\u{feff}{"a":"é\\n"}\n\n  \r\n[1,2]\r\n"x"\n 3.10 \nnull';
  const expected = ['{"a":"é\\n"}', "[1,2]", '"x"', "3.10", "null"];
  for (const parts of everyCut(text)) {
    const items = await parsed(new JsonLinesParser(), parts);
    assert.deepEqual(typeof items === "string" ? items : items.map((item) => stringifyJson(item)), expected);
  }
});

test("a line that is not JSON fails with its index, and an endless one is not kept", async () => {
  assert.match(String(await parsed(new JsonLinesParser(), ["1\n\n{\n"])), /index 1 of the dataset is not JSON/);
  assert.match(String(await parsed(new JsonLinesParser(), [Buffer.alloc(9 << 20, "x")])), /larger than 8388608 bytes/);
  assert.deepEqual(await parsed(new JsonLinesParser(), [""]), []);
});
