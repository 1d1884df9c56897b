// The documentation of the configuration against the table that the server reads.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { document, withTable } from "./write-configuration-docs.ts";

test("docs/configuration.md has the settings of the table; after a change run node scripts/write-configuration-docs.ts", async () => {
  const text = readFileSync(document, "utf8");
  assert.equal(text, await withTable(text));
});
