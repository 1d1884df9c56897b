// Files in other encodings than UTF-8, by their bytes.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readTextFile } from "./text-file.ts";

test("text is UTF-8, with or without a mark, and another encoding is named with the line where it shows", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-text-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, "a.json");
  const rows: readonly (readonly [bytes: Buffer, text: string | RegExp])[] = [
    [Buffer.from(""), ""],
    [Buffer.from('{"é": "🙂"}'), '{"é": "🙂"}'],
    [Buffer.from('\uFEFF{"a": 1}'), '{"a": 1}'],
    [Buffer.from('\uFEFF{"a": 1}', "utf16le"), /^file is in UTF-16/],
    [Buffer.from('{"a": 1}', "utf16le"), /^file is in UTF-16/],
    [Buffer.from('\uFEFF{"a": 1}', "utf16le").swap16(), /^file is in UTF-16/],
    [Buffer.from('{\n "a": "é"\n}', "latin1"), /^file is not in UTF-8: line 2 has the byte 0xE9, .*WINDOWS-1252/],
    [Buffer.concat([Buffer.from("é\né\n"), Buffer.from([0xa0])]), /: line 3 has the byte 0xA0/],
    // A character of three bytes that ends too early.
    [Buffer.from([0x22, 0xe2, 0x82]), /: line 1 has the byte 0xE2/],
  ];
  for (const [bytes, expected] of rows) {
    writeFileSync(path, bytes);
    const read = readTextFile(path, "file");
    if (typeof expected === "string") assert.deepEqual(read, { text: expected });
    else assert.match("problem" in read ? read.problem : "", expected);
  }
  assert.deepEqual(readTextFile(join(directory, "none"), "none"), { problem: "none is not there" });
});
