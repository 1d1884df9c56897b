import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { makeFolder } from "./make-folder.ts";

test("a folder is made with those above it, and one that is there stays as it is", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-folder-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const folder = join(directory, "a", "b", "c");
  makeFolder(folder);
  writeFileSync(join(folder, "kept"), "");
  makeFolder(folder);
  assert.ok(existsSync(join(folder, "kept")));
  symlinkSync(join(directory, "a"), join(directory, "link"));
  makeFolder(join(directory, "link", "d"));
  assert.ok(existsSync(join(directory, "a", "d")));
  assert.throws(() => makeFolder(join(folder, "kept", "e")), { code: "ENOTDIR" });
});
