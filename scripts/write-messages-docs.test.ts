// The page of messages against what is said today: a message that changes shows in it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { mistakes } from "./mistakes/definitions.ts";
import { document, messagesPage } from "./write-messages-docs.ts";

test("docs/messages.md has what is said today; after a change run node scripts/write-messages-docs.ts", async () => {
  assert.equal(readFileSync(document, "utf8"), await messagesPage());
});

test("every mistake is told of, and at one place alone", async () => {
  const page = await messagesPage();
  for (const { made } of mistakes.flatMap(([, list]) => list)) {
    const [, answer = ""] = page.split(`\n${made}:\n`);
    const [, said = ""] = answer.split("```");
    const told = said.match(/: (?:error|warning): /g) ?? [];
    assert.equal(told.length, 1, `${made}:${said}`);
  }
});
