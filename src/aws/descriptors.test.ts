import assert from "node:assert/strict";
import { test } from "node:test";
import { sharesOf } from "./descriptors.ts";

test("all shares together, with what the process has of its own, are within the limit", () => {
  for (const openFiles of [90, 120, 256, 1024, 4096, 65_536, 1_048_576]) {
    const { connections, sockets, processes } = sharesOf(openFiles);
    assert.ok(48 + connections + sockets + 5 * processes <= openFiles, String(openFiles));
    assert.ok(connections >= 16 && sockets >= 8 && processes >= 2, String(openFiles));
  }
  assert.deepEqual(sharesOf(1024), { connections: 488, sockets: 244, processes: 48 });
  assert.deepEqual(sharesOf(1_048_576), { connections: 16_384, sockets: 512, processes: 1024 });
});
