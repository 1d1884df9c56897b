import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test } from "node:test";
import { nearMisses, rightNameOf } from "./misnamed-files.ts";

test("files that hold a workflow under another name are found, and no others", (t) => {
  const directory = mkdtempSync(join(tmpdir(), "pawl-near-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const json = '{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}';
  const files: Readonly<Record<string, string>> = {
    "order.json": json,
    "quote.yml": "StartAt: A\nStates:\n  A: {Type: Succeed}\n",
    "right.asl.json": json,
    "package.json": '{"name": "States"}',
    "mocks.json": '{"StateMachines": {}}',
    "notes.txt": json,
    "large.json": json + " ".repeat(1_100_000),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, "folder.json"));
  assert.deepEqual(
    nearMisses(directory)
      .map((path) => basename(path))
      .toSorted(),
    ["order.json", "quote.yml"],
  );
  assert.deepEqual(nearMisses(join(directory, "nowhere")), []);
  assert.deepEqual(["a/order.json", "b.YAML"].map(rightNameOf), ["a/order.asl.json", "b.asl.yaml"]);
});
