// Payloads that stand for others: told from data, and harmless where data look the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Payload } from "../../asl/payload.ts";
import { type Withheld, withheldOf, withheldPayload } from "./withheld.ts";

test("a payload that was withheld says where its data are", () => {
  const rows: readonly Withheld[] = [
    { reason: "size", eventId: 7, member: "output", bytes: 300_000 },
    { reason: "rights", eventId: 1, member: "input" },
    { reason: "unasked", eventId: 25_000, member: "assigned", variable: '"}\u202e<b>', bytes: 0 },
  ];
  for (const row of rows) assert.deepEqual(withheldOf(withheldPayload(row)), row);
});

test("data is never taken for withheld unless it has the very form, and is never refused", () => {
  const given = [
    '{"pawl:withheld":1}',
    '{"pawl:withheld":null}',
    '{"pawl:withheld":{"reason":"size","eventId":"7","member":"input"}}',
    '{"pawl:withheld":{"reason":"other","eventId":7,"member":"input"}}',
    `{"pawl:withheld":${"[".repeat(900)}${"]".repeat(900)}}`,
    `{"pawl:withheld":"${"x".repeat(100_000)}"}`,
    '{"pawl:withheld":{"reason":"size","eventId":7,"member":{"__proto__":1}}}',
  ];
  for (const text of given) assert.equal(withheldOf(Payload.ofText(text)), undefined, text.slice(0, 80));
  fc.assert(fc.property(fc.json(), (text) => withheldOf(Payload.ofText(text)) === undefined));
});
