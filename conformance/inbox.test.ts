import assert from "node:assert/strict";
import { test } from "node:test";
import { openInbox } from "./inbox.ts";

test("a message that comes twice is kept twice and answered once", async () => {
  const answered: string[] = [];
  const { promise: hasComeTwice, resolve } = Promise.withResolvers<void>();
  let times = 0;
  const inbox = openInbox(
    () => {
      times++;
      if (times === 3) resolve();
      return Promise.resolve(times < 3 ? [{ MessageId: "m", Body: "hello" }] : []);
    },
    (body) => Promise.resolve(void answered.push(body)),
  );
  await hasComeTwice;
  await inbox.close();
  assert.deepEqual(inbox.bodies, ["hello", "hello"]);
  assert.deepEqual(answered, ["hello"]);
});

test("a queue that cannot be read is told when the inbox is closed", async () => {
  const inbox = openInbox(
    () => Promise.reject(new Error("no such queue")),
    () => Promise.resolve(),
  );
  await assert.rejects(inbox.close(), /no such queue/);
});
