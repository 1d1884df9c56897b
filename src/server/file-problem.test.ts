import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { readProblem, writeProblem } from "./file-problem.ts";

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

test("why a file could not be read or written is said without the words of the file system", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-file-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "file");
  writeFileSync(file, "");
  const read = (path: string) =>
    readProblem(
      "p",
      thrownBy(() => readFileSync(path)),
    );
  const write = (path: string) =>
    writeProblem(
      "a/b.svg",
      thrownBy(() => writeFileSync(path, "")),
    );
  assert.equal(read(join(directory, "none")), "p is not there");
  assert.equal(read(directory), "p cannot be read: it is a folder");
  assert.equal(read(join(file, "below")), "p cannot be read: a part of its path is a file");
  assert.equal(
    write(join(directory, "none", "b")),
    "a/b.svg cannot be written: there is no folder a. Make it: mkdir -p a",
  );
  assert.equal(write(directory), "a/b.svg cannot be written: it is a folder");
  assert.equal(readProblem("p", new Error("odd")), "p cannot be read: odd");
});
