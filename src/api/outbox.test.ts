// Which answers leave at once, and which together.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Outbox } from "./outbox.ts";

function fixture() {
  const outbox = new Outbox();
  const ended: string[] = [];
  const send = (body: string): { destroyed: boolean } => {
    const response = { destroyed: false, end: (text: string) => void ended.push(text) };
    outbox.send({ response: response as never, body });
    return response;
  };
  return { outbox, send, ended };
}

test("the first answer of a turn leaves at once, the others at its end in their order, and so in the next turn", async () => {
  const { send, ended } = fixture();
  for (const turn of [1, 2]) {
    send("one");
    send("two");
    await Promise.resolve();
    send("three");
    assert.deepEqual(ended, ["one"], `turn ${turn}`);
    await setImmediate();
    assert.deepEqual(ended.splice(0), ["one", "two", "three"], `turn ${turn}`);
  }
});

test("a client that has gone by then gets none, and the others do", async () => {
  const { send, ended } = fixture();
  send("one");
  send("two").destroyed = true;
  send("three");
  await setImmediate();
  assert.deepEqual(ended, ["one", "three"]);
});

test("a server that stops keeps none back", async () => {
  const { outbox, send, ended } = fixture();
  send("one");
  send("two");
  outbox.stop();
  send("three");
  assert.deepEqual(ended, ["one", "two", "three"]);
  await setImmediate();
  assert.equal(ended.length, 3);
});
