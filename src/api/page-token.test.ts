// Page tokens come back only unaltered, for their own listing, within their time.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createPageTokens, cutPage, pageSize } from "./page-token.ts";

const dayMs = 24 * 60 * 60 * 1000;
const atStart = (): number => 0;
const invalid = { name: "InvalidToken", message: "Invalid Token: 'Invalid token'" };

test("a token gives back its key until a day has passed", () => {
  let now = 1000;
  const tokens = createPageTokens({ secret: "s", now: () => now });
  const token = tokens.issue("A", 42);
  now += dayMs;
  assert.equal(tokens.read("A", token), 42);
  now += 1;
  assert.throws(() => tokens.read("A", token), invalid);
  assert.equal(tokens.read("A", undefined), undefined);
});

test("a token of another listing or another store is refused", () => {
  const tokens = createPageTokens({ secret: "s", now: atStart });
  assert.throws(() => tokens.read("B", tokens.issue("A", "key")), invalid);
  assert.throws(() => createPageTokens({ secret: "t", now: atStart }).read("A", tokens.issue("A", "key")), invalid);
});

test("an altered token is refused", () => {
  const tokens = createPageTokens({ secret: "s", now: () => 0 });
  const token = tokens.issue("A", 7);
  fc.assert(
    fc.property(fc.nat(token.length - 1), fc.constantFrom(..."AQgw_-9z="), (at, char) => {
      fc.pre(token[at] !== char);
      assert.throws(() => tokens.read("A", token.slice(0, at) + char + token.slice(at + 1)), invalid);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => assert.throws(() => tokens.read("A", text), invalid)));
  assert.throws(() => tokens.read("A", token.slice(0, -1)), invalid);
  assert.throws(() => tokens.read("A", `${token} `), invalid);
});

test("a token stays within the model's limit for the longest key", () => {
  const tokens = createPageTokens({ secret: "s", now: () => 1e13 });
  assert.ok(tokens.issue("A", "\u{1f600}".repeat(80)).length <= 1024);
});

test("a page has a token only where more follows", () => {
  assert.deepEqual(
    cutPage([1, 2, 3], 2, (last) => `after ${last}`),
    { items: [1, 2], members: { nextToken: "after 2" } },
  );
  assert.deepEqual(
    cutPage([1, 2], 2, () => "never"),
    { items: [1, 2], members: {} },
  );
  assert.deepEqual([pageSize(undefined), pageSize(0), pageSize(7)], [100, 100, 7]);
});
