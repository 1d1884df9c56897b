// CSV as an ItemReader reads it, wherever its bytes are cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readCsv } from "../../engine/map/csv.ts";
import { everyCut, itemsOf, parsed } from "../../testing/map-data.ts";
import { CsvParser } from "./csv.ts";
import { maxItemBytes, parsedItems } from "./parsed-items.ts";
import { Window } from "./window.ts";

const comma = { delimiter: "," };

test("rows become objects as AWS was recorded to make them", async () => {
  const text =
    "Col1,Col2,Col3\nValue1,Value2,Value3\nValue4,Value5,Value6\n,,,\ntrue,1,'HelloWorld'\nNull,None,\n   \n";
  assert.deepEqual(await parsed(new CsvParser(comma), [text]), [
    { Col1: "Value1", Col2: "Value2", Col3: "Value3" },
    { Col1: "Value4", Col2: "Value5", Col3: "Value6" },
    { Col1: "", Col2: "", Col3: "" },
    { Col1: "true", Col2: "1", Col3: "'HelloWorld'" },
    { Col1: "Null", Col2: "None", Col3: "" },
    { Col1: "   ", Col2: "", Col3: "" },
  ]);
});

const nasty = [
  "\u{feff}id,näme,😀\r\n",
  'a,"b\n""c"",",d\r\n',
  "\n\r\n",
  'plain,row,here,"too",many\n',
  'a\\,b,\\"c,\\x\\\\\n',
  'few\n"",\n""\n',
  'é,"multi\r\nline",\r\r\n',
  'last,"row"\r',
].join("");

test("every cut of a file gives the same rows", async () => {
  const whole = readCsv({ csvDelimiter: "COMMA" }, [nasty.slice(1)]);
  assert.ok("items" in whole);
  const expected = [...whole.items];
  assert.equal(expected.length, 7);
  for (const parts of everyCut(nasty)) assert.deepEqual(await parsed(new CsvParser(comma), parts), expected);
});

test("rows are those that TestState reads, whatever the text and its cuts", async () => {
  const alphabet = ["a", "b", "é", "😀", ",", "|", '"', "\\", "\n", "\r", " "];
  const text = fc.array(fc.constantFrom(...alphabet), { maxLength: 60 }).map((characters) => characters.join(""));
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(200), { maxLength: 4 }), async (content, cuts) => {
      const bytes = Buffer.from(`x,y\n${content}`);
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
      const parts = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      const whole = readCsv({}, [bytes.toString()]);
      assert.ok("items" in whole);
      assert.deepEqual(await parsed(new CsvParser(comma), parts), [...whole.items]);
    }),
    { numRuns: 500 },
  );
});

test("given headers make the first row data, and other delimiters divide", async () => {
  assert.deepEqual(await parsed(new CsvParser({ delimiter: "|", headers: ["id", ""] }), ["1|Alice\n2|Bob,Carol"]), [
    { id: "1", "": "Alice" },
    { id: "2", "": "Bob,Carol" },
  ]);
});

test("names such as __proto__ are headers like any other", async () => {
  const items = await parsed(new CsvParser(comma), ["__proto__,constructor,12\nx,y,z"]);
  assert.deepEqual(JSON.stringify(items), '[{"12":"z","__proto__":"x","constructor":"y"}]');
});

test("two headers with one name are refused in AWS's words", async () => {
  const cause = "CSV headers cannot contain duplicates.";
  assert.equal(await parsed(new CsvParser(comma), ["a,b,a\n1,2,3"]), cause);
  assert.equal(await parsed(new CsvParser(comma), ['"a",b,a\n1,2,3']), cause);
  assert.throws(() => new CsvParser({ delimiter: ",", headers: ["a", "a"] }), { message: cause });
});

test("a file without rows has no items", async () => {
  for (const text of ["", "\n\n", "a,b", "a,b\r\n\n"]) assert.deepEqual(await parsed(new CsvParser(comma), [text]), []);
});

test("a restart passes over rows, and MaxItems ends the reading", async () => {
  const text = `id\n${Array.from({ length: 2000 }, (_, index) => index).join("\n")}`;
  const ids = async (options: object) => {
    const items = await parsed(new CsvParser(comma), [text], options);
    return Array.isArray(items) ? items.map((item: { id: string }) => Number(item.id)) : items;
  };
  assert.deepEqual(await ids({ skip: 1998 }), [1998, 1999]);
  assert.deepEqual(await ids({ skip: 3, most: 5 }), [3, 4]);
  assert.deepEqual(await ids({ skip: 5, most: 5 }), []);
  assert.equal((await ids({})).length, 2000);
});

test("a quote that nothing closes takes no more memory than the largest item", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a\n"');
    for (let bytes = 0; bytes <= 2 * maxItemBytes; bytes += 1 << 20) yield Buffer.alloc(1 << 20, "x,\n");
    assert.fail("the reading went on");
  }
  const window = new Window(0, 10);
  const reading = parsedItems(endless(), { parser: new CsvParser(comma), window, source: "s3://b/k" });
  assert.match(String(await itemsOf(reading)), /larger than 8388608 bytes/);
});

test("bytes that are no UTF-8 become replacement characters", async () => {
  assert.deepEqual(await parsed(new CsvParser(comma), ["a\n", Buffer.from([0xff, 0x61])]), [{ a: "\u{fffd}a" }]);
});
