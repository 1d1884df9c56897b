// A UUID that names an execution.
import assert from "node:assert/strict";
import { test } from "node:test";
import { newUuid } from "./new-uuid.ts";

const now = Date.UTC(2026, 0, 1);
const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

void test("a UUID has the form of version 4, is never given twice, and follows those of before", () => {
  const times = [1, now, now, now + 1, now + 86_400_000];
  const uuids = times.map((time) => newUuid(time));
  for (const each of uuids) assert.match(each, uuid);
  assert.equal(new Set(uuids).size, times.length);
  const prefixes = uuids.map((each) => each.slice(0, 13));
  assert.deepEqual(prefixes.toSorted(), prefixes);
  assert.equal(prefixes[1], prefixes[2]);
});
