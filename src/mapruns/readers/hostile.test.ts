// Bytes that nobody meant for a reader: they give items or a failure of the reader, the same wherever they are cut.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { folderBucket, parsed, readAll } from "../../testing/map-data.ts";
import { CsvParser } from "./csv.ts";
import { JsonParser } from "./json.ts";
import { JsonLinesParser } from "./json-lines.ts";
import type { Parser } from "./parsed-items.ts";

const parsers: readonly (readonly [name: string, create: () => Parser<unknown>])[] = [
  ["CSV", () => new CsvParser({ delimiter: "," })],
  ["JSON", () => new JsonParser()],
  ["JSON at a pointer", () => new JsonParser("/a/0")],
  ["JSON Lines", () => new JsonLinesParser()],
];

/** Pieces of text that the parsers look at, and any bytes. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "[",
        "]",
        "{",
        "}",
        '"',
        "\\",
        ",",
        ":",
        "\n",
        "\r",
        '"a"',
        "1",
        "null",
        " ",
        "\u{feff}",
        "é",
        "😀",
      ),
      fc.uint8Array({ maxLength: 3 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part as string))));

for (const [name, create] of parsers) {
  test(`any bytes give ${name} or a failure, the same wherever they are cut`, async () => {
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(200), async (content, cut) => {
        const at = cut % (content.length + 1);
        const whole = await parsed(create(), [content]);
        assert.deepEqual(await parsed(create(), [content.subarray(0, at), content.subarray(at)]), whole);
        const singly = Array.from(content, (byte) => Buffer.of(byte));
        assert.deepEqual(await parsed(create(), singly), whole);
      }),
      { numRuns: 400 },
    );
  });
}

test("any bytes in a file that says it is compressed give items or a failure", async (t) => {
  const config = { InputType: "JSONL" };
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), fc.constantFrom("a.gz", "a.zst"), async (content, key) => {
      const { buckets } = folderBucket(t, { [key]: content });
      const items = await readAll(buckets, { arguments: { Key: key }, config });
      assert.ok(typeof items === "string" ? items.length > 0 : content.length === 0, String(items));
    }),
    { numRuns: 60 },
  );
});
